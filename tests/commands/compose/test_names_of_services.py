"""Services of a project in layout services find each other by name: by DNS in Cloud Map, and by
Service Connect."""

from typing import Any

import pytest

from tests.commands.compose.conftest import World

DNS = """\
services:
  front: {image: nginx, depends_on: [api], mem_limit: 50m}
  api: {image: ghcr.io/me/api, depends_on: [db], mem_limit: 50m, environment: {DB_HOST: db}}
  db: {image: %s, mem_limit: 50m}
x-ecs: {layout: services, %s}
"""
CONNECT = """\
services:
  web: {image: me/web, mem_limit: 50m, ports: ["8080:80"], environment: {API: "http://api:8000"}}
  api: {image: me/api, mem_limit: 50m, expose: ["8000"], environment: {WEB: "http://web:80"}}
x-ecs: {layout: services%s}
"""
FARGATE = ("--launch-type", "FARGATE")


@pytest.fixture
def shop(world: World) -> World:
    """A project for Fargate in a VPC whose names resolve."""
    ec2 = world.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]
    ec2.modify_vpc_attribute(VpcId=subnet["VpcId"], EnableDnsHostnames={"Value": True})
    awsvpc = f"awsvpc_configuration: {{subnets: [{subnet['SubnetId']}]}}"
    world.cli.write("ecs-params.yml", f"run_params: {{network_configuration: {{{awsvpc}}}}}\n")
    write(world)
    return world


def write(world: World, db: str = "redis", discovery: str = "discovery: dns") -> None:
    world.cli.write("docker-compose.yml", DNS % (db, discovery))


def live(world: World, name: str) -> dict[str, Any]:
    query = {"cluster": "demo", "services": [f"shop-{name}"]}
    found: dict[str, Any] = world.client("ecs").describe_services(**query)["services"][0]
    return found


def registered(world: World) -> dict[str, int]:
    """The services of Cloud Map, and how many tasks each has."""
    cloud_map = world.client("servicediscovery")
    return {
        one["Name"]: len(cloud_map.list_instances(ServiceId=one["Id"])["Instances"])
        for one in cloud_map.list_services()["Services"]
    }


# ------------------------------------------------------------- DNS


def test_dns_finds_each_service(shop: World) -> None:
    done = shop("up", *FARGATE)
    assert done.code == 0, done.err
    assert registered(shop) == {"front": 1, "api": 1, "db": 1}
    (namespace,) = shop.client("servicediscovery").list_namespaces()["Namespaces"]
    assert (namespace["Name"], namespace["Type"]) == ("shop.demo.internal", "DNS_PRIVATE")
    definition = shop.client("ecs").describe_task_definition(taskDefinition="shop-api")
    containers = definition["taskDefinition"]["containerDefinitions"]
    assert [one["name"] for one in containers] == ["api", "compose-dns"]
    assert "search %s %s" in containers[1]["command"][-1]
    assert "shop.demo.internal" in containers[1]["command"][-1]


def test_a_second_up_changes_nothing(shop: World) -> None:
    assert shop("up", *FARGATE).code == 0
    assert shop("plan", *FARGATE).code == 0
    assert "Nothing to change" in shop("up", *FARGATE).err


def test_a_front_end_gets_a_deployment_with_what_it_depends_on(shop: World) -> None:
    text = "services:\n  front: {image: nginx, depends_on: [api]}\n  api: {image: me/api:%d}\n"
    text += "x-ecs: {layout: services}\n"
    shop.cli.write("docker-compose.yml", text % 1)
    assert shop("up", *FARGATE).code == 0
    shop.cli.write("docker-compose.yml", text % 2)
    plan = shop("plan", *FARGATE, "--output", "json")
    assert plan.code == 3, plan.err
    assert [one["subject"] for one in plan.json["actions"]] == [
        "shop-api",
        "shop-api",
        "shop-front",
    ]
    assert plan.json["actions"][-1]["request"]["forceNewDeployment"] is True


def test_down_leaves_nothing_of_the_names(shop: World) -> None:
    assert shop("up", *FARGATE).code == 0
    done = shop("down")
    assert done.code == 0, done.err
    assert registered(shop) == {}
    assert shop.client("servicediscovery").list_namespaces()["Namespaces"] == []


def test_names_that_are_not_wanted_any_more_are_taken_back(shop: World) -> None:
    assert shop("up", *FARGATE).code == 0
    write(shop, discovery="discovery: none")
    done = shop("up", *FARGATE)
    assert done.code == 0, done.err
    assert live(shop, "db")["serviceRegistries"] == []
    assert registered(shop) == {}
    assert "Nothing to change" in shop("up", *FARGATE).err


def test_a_vpc_in_which_names_do_not_resolve_is_refused_before_anything_is_made(
    shop: World,
) -> None:
    ec2 = shop.client("ec2")
    vpc = ec2.describe_subnets()["Subnets"][0]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": False})
    done = shop("up", *FARGATE)
    assert done.code == 2
    assert f"VPC {vpc} has no enableDnsHostnames" in done.err
    assert f"modify-vpc-attribute --vpc-id {vpc} --enable-dns-hostnames" in done.err
    assert shop.client("ecs").list_services(cluster="demo")["serviceArns"] == []


def test_a_namespace_of_somebody_else_is_refused_or_named(shop: World) -> None:
    vpc = shop.client("ec2").describe_subnets()["Subnets"][0]["VpcId"]
    cloud_map = shop.client("servicediscovery")
    cloud_map.create_private_dns_namespace(Name="shop.demo.internal", Vpc=vpc)
    done = shop("up", *FARGATE)
    assert done.code == 2
    assert "there is a namespace shop.demo.internal" in done.err
    assert "discovery.namespace" in done.err
    write(shop, discovery="discovery: {namespace: shop.demo.internal}")
    done = shop("up", *FARGATE)
    assert done.code == 0, done.err
    assert registered(shop) == {"front": 1, "api": 1, "db": 1}
    assert shop("down").code == 0
    assert len(cloud_map.list_namespaces()["Namespaces"]) == 1


def test_a_namespace_that_is_named_has_to_be_there(shop: World) -> None:
    write(shop, discovery="discovery: {namespace: names.example}")
    done = shop("up", *FARGATE)
    assert (done.code, "there is no namespace names.example" in done.err) == (2, True)


# ------------------------------------------------------------- Service Connect


@pytest.fixture
def connected(world: World) -> World:
    """Two services on instances that reach each other."""
    world.cli.write("docker-compose.yml", CONNECT % "")
    return world


def connection(world: World, name: str) -> dict[str, Any]:
    (first, *_) = live(world, name)["deployments"]
    found: dict[str, Any] = first["serviceConnectConfiguration"]
    return found


def test_services_on_bridge_find_each_other_by_service_connect(connected: World) -> None:
    done = connected("up", "--output", "json")
    assert done.code == 0, done.err
    (offered,) = connection(connected, "api")["services"]
    assert (offered["portName"], offered["discoveryName"]) == ("api-8000", "api")
    assert offered["clientAliases"] == [{"port": 8000, "dnsName": "api"}]
    (namespace,) = connected.client("servicediscovery").list_namespaces()["Namespaces"]
    assert (namespace["Name"], namespace["Type"]) == ("shop.demo", "HTTP")
    assert sorted(one["service"] for one in done.json["services"]) == ["shop-api", "shop-web"]
    again = connected("up")
    assert "Nothing to change" in again.err, again.err


def test_services_that_call_each_other_get_a_second_deployment(connected: World) -> None:
    plan = connected("plan", "--output", "json")
    last = plan.json["actions"][-2:]
    assert [one["request"].get("forceNewDeployment") for one in last] == [True, True]
    assert sorted(one["subject"] for one in last) == ["shop-api", "shop-web"]


def test_a_task_that_is_run_once_has_no_service_connect(connected: World) -> None:
    assert connected("up").code == 0
    done = connected("run", "api", "--dry-run")
    assert "a task that is run once has no Service Connect" in done.err + done.out


def test_instances_that_close_the_ports_of_proxies_are_refused(world: World) -> None:
    ec2 = world.client("ec2")
    group = ec2.create_security_group(GroupName="closed", Description="opens nothing")["GroupId"]
    for reservation in ec2.describe_instances()["Reservations"]:
        for instance in reservation["Instances"]:
            ec2.modify_instance_attribute(InstanceId=instance["InstanceId"], Groups=[group])
    world.cli.write("docker-compose.yml", CONNECT % "")
    done = world("up")
    assert done.code == 2
    assert "Service Connect listens at ports 32768-65535" in done.err
    assert world.client("servicediscovery").list_namespaces()["Namespaces"] == []


def test_service_connect_is_left(connected: World) -> None:
    assert connected("up").code == 0
    connected.cli.write("docker-compose.yml", CONNECT % ", discovery: none")
    done = connected("up")
    assert done.code == 0, done.err
    assert connection(connected, "api")["enabled"] is False
    assert "Nothing to change" in connected("up").err
