"""How tasks find each other: Cloud Map with health, search domains, Service Connect whose endpoints
a deployment knows from its beginning, and security groups that let traffic pass or not."""

from __future__ import annotations

import urllib.error
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.sandbox.conftest import Sandbox, refused

SEARCH = 'printf "\\nsearch %s\\n" shop.demo.internal >> /etc/resolv.conf'
CHECK = {"command": ["CMD-SHELL", "true"], "interval": 30, "retries": 1}


def subnet(sandbox: Sandbox) -> dict[str, Any]:
    return dict(sandbox.client("ec2").describe_subnets()["Subnets"][0])


def namespace(sandbox: Sandbox, name: str = "shop.demo.internal") -> str:
    cloud_map = sandbox.client("servicediscovery")
    cloud_map.create_private_dns_namespace(Name=name, Vpc=subnet(sandbox)["VpcId"])
    found = cloud_map.list_namespaces(Filters=[{"Name": "NAME", "Values": [name]}])
    return str(found["Namespaces"][0]["Id"])


def registry(sandbox: Sandbox, home: str, name: str, kind: str = "A") -> dict[str, Any]:
    made = sandbox.client("servicediscovery").create_service(
        Name=name,
        NamespaceId=home,
        DnsConfig={"DnsRecords": [{"Type": kind, "TTL": 10}]},
        HealthCheckCustomConfig={"FailureThreshold": 1},
    )
    return dict(made["Service"])


def network(sandbox: Sandbox, *groups: str) -> dict[str, Any]:
    config: dict[str, Any] = {"subnets": [subnet(sandbox)["SubnetId"]]}
    if groups:
        config["securityGroups"] = list(groups)
    return {"networkConfiguration": {"awsvpcConfiguration": config}, "launchType": "FARGATE"}


def fargate(sandbox: Sandbox, family: str, *containers: dict[str, Any]) -> str:
    return sandbox.definition(
        family=family, containers=list(containers), networkMode="awsvpc", cpu="256", memory="512"
    )


def start(sandbox: Sandbox, name: str, definition: str, **more: Any) -> None:
    sandbox.client("ecs").create_service(
        **{
            "cluster": "demo",
            "serviceName": name,
            "taskDefinition": definition,
            "desiredCount": 1,
            **more,
        }
    )
    sandbox.settle()


def resolve(sandbox: Sandbox, task: dict[str, Any], name: str) -> dict[str, Any]:
    query = urlencode({"name": name, "task": task["taskArn"]})
    return sandbox.read(f"_sandbox/resolve?{query}")


def address_of(task: dict[str, Any]) -> str:
    details = {one["name"]: one["value"] for one in task["attachments"][0]["details"]}
    return str(details["privateIPv4Address"])


@pytest.fixture
def shop(sandbox: Sandbox) -> Sandbox:
    """A database that Cloud Map knows as db.shop.demo.internal, and a namespace for more."""
    sandbox.cluster(0)
    home = namespace(sandbox)
    arn = registry(sandbox, home, "db")["Arn"]
    definition = fargate(sandbox, "db", {"image": "postgres"})
    start(sandbox, "db", definition, serviceRegistries=[{"registryArn": arn}], **network(sandbox))
    return sandbox


def test_a_task_finds_another_by_the_domain_that_one_of_its_containers_has_written(
    shop: Sandbox,
) -> None:
    writer = {"name": "compose-dns", "essential": False, "command": ["sh", "-c", SEARCH]}
    web = {"dependsOn": [{"containerName": "compose-dns", "condition": "SUCCESS"}]}
    searching = shop.run(fargate(shop, "web", writer, web), **network(shop))
    plain = shop.run(fargate(shop, "plain", {}), **network(shop))
    shop.settle()
    (db,) = shop.tasks(serviceName="db")
    expected = {"by": "dns", "name": "db.shop.demo.internal", "addresses": [address_of(db)]}
    assert resolve(shop, searching, "db") == expected
    assert resolve(shop, plain, "db.shop.demo.internal") == expected
    assert resolve(shop, plain, "db")["by"] is None
    shop.client("ecs").update_service(cluster="demo", service="db", desiredCount=0)
    shop.settle()
    assert resolve(shop, searching, "db")["addresses"] == []


def test_a_name_leads_to_healthy_tasks_alone(shop: Sandbox) -> None:
    home = shop.client("servicediscovery").list_namespaces()["Namespaces"][0]["Id"]
    made = registry(shop, home, "api")
    definition = fargate(shop, "api", {"healthCheck": CHECK})
    shop.control("pace", pace=1)
    shop.client("ecs").create_service(
        cluster="demo",
        serviceName="api",
        taskDefinition=definition,
        desiredCount=1,
        serviceRegistries=[{"registryArn": made["Arn"]}],
        **network(shop),
    )
    found = []
    for _ in range(60):
        shop.settle(5)
        (task,) = shop.tasks(serviceName="api")
        health = shop.client("servicediscovery").get_instances_health_status(ServiceId=made["Id"])
        answer = resolve(shop, task, "api.shop.demo.internal")["addresses"]
        states = (task["lastStatus"], list(health["Status"].values()), bool(answer))
        if states not in found:
            found.append(states)
    assert found[-2:] == [("RUNNING", ["UNHEALTHY"], False), ("RUNNING", ["HEALTHY"], True)]
    assert all(not health for status, health, _ in found if status != "RUNNING")


def test_an_answer_has_at_most_eight_addresses(shop: Sandbox) -> None:
    shop.client("ecs").update_service(cluster="demo", service="db", desiredCount=10)
    shop.settle(30)
    tasks = shop.tasks(serviceName="db")
    found = resolve(shop, tasks[0], "db.shop.demo.internal")["addresses"]
    assert len(tasks) == 10
    assert len(found) == 8
    assert set(found) < {address_of(one) for one in tasks}


def test_an_alias_is_followed(shop: Sandbox) -> None:
    cloud_map = shop.client("servicediscovery")
    home = cloud_map.list_namespaces()["Namespaces"][0]["Id"]
    records = {"DnsRecords": [{"Type": "CNAME", "TTL": 10}], "RoutingPolicy": "WEIGHTED"}
    alias = cloud_map.create_service(Name="mysql", NamespaceId=home, DnsConfig=records)["Service"]
    cloud_map.register_instance(
        ServiceId=alias["Id"],
        InstanceId="db",
        Attributes={"AWS_INSTANCE_CNAME": "db.shop.demo.internal"},
    )
    (db,) = shop.tasks(serviceName="db")
    assert resolve(shop, db, "mysql.shop.demo.internal")["addresses"] == [address_of(db)]


def test_the_names_of_a_vpc_stay_in_it(shop: Sandbox) -> None:
    ec2 = shop.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    other = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    config = {"awsvpcConfiguration": {"subnets": [other]}}
    stranger = shop.run(fargate(shop, "web", {}), launchType="FARGATE", networkConfiguration=config)
    shop.settle()
    assert resolve(shop, stranger, "db.shop.demo.internal")["by"] is None


def test_records_fit_the_network_mode(sandbox: Sandbox) -> None:
    sandbox.cluster()
    home = namespace(sandbox)
    address, service = registry(sandbox, home, "a"), registry(sandbox, home, "srv", "SRV")
    bridged = sandbox.definition("bridged", [{"portMappings": [{"containerPort": 80}]}])
    own = fargate(sandbox, "own", {})
    port = {"containerName": "bridged", "containerPort": 80}
    found = [
        refused(
            sandbox.client("ecs").create_service,
            cluster="demo",
            serviceName="web",
            taskDefinition=definition,
            serviceRegistries=[{"registryArn": one["Arn"], **more}],
            desiredCount=1,
            **where,
        )
        for definition, one, more, where in (
            (bridged, address, port, {}),
            (own, service, {}, network(sandbox)),
        )
    ]
    assert {code for code, _ in found} == {"InvalidParameterException"}
    assert "SRV records" in found[0][1]
    assert "port or containerName" in found[1][1]


# ------------------------------------------------------------------------------ Service Connect


def connected(name: str = "", port: int = 80, **more: Any) -> dict[str, Any]:
    configuration: dict[str, Any] = {"enabled": True, "namespace": "shop", **more}
    if name:
        aliases = [{"port": port, "dnsName": name}]
        configuration["services"] = [{"portName": "http", "clientAliases": aliases}]
    return {"serviceConnectConfiguration": configuration}


def served(sandbox: Sandbox, family: str) -> str:
    ports = [{"containerPort": 80, "name": "http"}]
    return sandbox.definition(family, [{"portMappings": ports}])


def test_a_deployment_knows_the_endpoints_of_its_beginning(sandbox: Sandbox) -> None:
    sandbox.cluster(2)
    sandbox.client("servicediscovery").create_http_namespace(Name="shop")
    start(sandbox, "web", served(sandbox, "web"), **connected())
    start(sandbox, "api", served(sandbox, "api"), **connected("api", 8080))
    (web,) = sandbox.tasks(serviceName="web")
    (api,) = sandbox.tasks(serviceName="api")
    assert resolve(sandbox, web, "api")["by"] is None
    assert resolve(sandbox, api, "api")["by"] == "service-connect"
    sandbox.client("ecs").update_service(cluster="demo", service="web", forceNewDeployment=True)
    sandbox.settle(120)
    (web,) = sandbox.tasks(serviceName="web")
    found = resolve(sandbox, web, "api")
    assert (found["by"], found["port"]) == ("service-connect", 8080)
    host_port = api["containers"][0]["networkBindings"][0]["hostPort"]
    assert [one.rpartition(":")[2] for one in found["addresses"]] == [str(host_port)]
    alone = sandbox.run(served(sandbox, "once"))
    sandbox.settle()
    assert resolve(sandbox, alone, "api")["by"] is None


# ------------------------------------------------------------------------------ security groups


def reach(sandbox: Sandbox, source: str, target: str, port: int = 5432) -> bool:
    query = urlencode({"from": source, "to": target, "port": port})
    return bool(sandbox.read(f"_sandbox/reach?{query}")["reachable"])


def test_traffic_passes_where_the_groups_allow_it(sandbox: Sandbox) -> None:
    sandbox.cluster(0)
    ec2 = sandbox.client("ec2")
    vpc = subnet(sandbox)["VpcId"]
    groups = {
        name: ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        for name in ("front", "back")
    }
    for group in groups.values():
        own = [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}]
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=own)
    ec2.authorize_security_group_ingress(
        GroupId=groups["front"], IpProtocol="tcp", FromPort=80, ToPort=80, CidrIp="0.0.0.0/0"
    )
    definition = fargate(sandbox, "task", {})
    tasks = {
        name: sandbox.run(definition, **network(sandbox, *(groups[one] for one in members)))[
            "taskArn"
        ]
        for name, members in (("web", ["front"]), ("api", ["front", "back"]), ("db", ["back"]))
    }
    sandbox.settle()
    assert reach(sandbox, tasks["web"], tasks["api"])
    assert reach(sandbox, tasks["api"], tasks["db"])
    assert not reach(sandbox, tasks["web"], tasks["db"])
    assert not reach(sandbox, tasks["db"], tasks["web"])
    assert reach(sandbox, tasks["db"], tasks["web"], 80)


def test_a_question_without_a_task_is_answered_with_a_hint(sandbox: Sandbox) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        sandbox.read("_sandbox/resolve?name=db")
    assert caught.value.code == 400
    assert b"the query needs the member 'task'" in caught.value.read()


# -------------------------------------------------------------------------------------- jobs


def test_a_job_of_a_project_ends_by_itself(sandbox: Sandbox) -> None:
    sandbox.cluster()
    definition = sandbox.definition("migrate", [{"command": ["python", "manage.py", "migrate"]}])
    tags = [{"key": "ecscli:project", "value": "shop"}]
    job = sandbox.run(definition, tags=tags)
    kept = sandbox.run(definition, tags=tags, startedBy="ecscli-0123")
    other = sandbox.run(definition)
    sandbox.settle(60)
    states = [sandbox.task(one)["lastStatus"] for one in (job, kept, other)]
    assert states == ["STOPPED", "RUNNING", "RUNNING"]
    assert sandbox.task(job)["containers"][0]["exitCode"] == 0


@pytest.mark.parametrize(
    ("member", "value", "words"),
    [
        ("links", ["db"], "can't be used with links"),
        ("hostname", "web", "hostname and the network mode"),
        ("dnsServers", ["10.0.0.2"], "dns and the network mode"),
        ("extraHosts", [{"hostname": "a", "ipAddress": "10.0.0.9"}], "custom host-to-IP mapping"),
    ],
)
def test_what_a_pause_container_cannot_have_does_not_start_beside_a_proxy(
    sandbox: Sandbox, member: str, value: object, words: str
) -> None:
    sandbox.cluster()
    sandbox.client("servicediscovery").create_http_namespace(Name="shop")
    containers = [{"name": "db"}, {"name": "web", member: value}]
    start(sandbox, "web", sandbox.definition("web", containers), **connected())
    sandbox.settle(20)
    stopped = sandbox.tasks(serviceName="web", desiredStatus="STOPPED")
    assert all(words in one["stoppedReason"] for one in stopped)
    assert stopped
