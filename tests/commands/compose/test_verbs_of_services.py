"""The verbs of day two in layout services: each does to one service what it does to a project in
layout task."""

from typing import Any

import pytest

from tests.commands.compose.conftest import World

COMPOSE = """\
services:
  web:
    image: {web}
    ports: ["8080:80"]
    mem_limit: 50m
    depends_on: [db]
    logging: &cloudwatch
      driver: awslogs
      options: {{awslogs-group: shop, awslogs-region: us-east-1, awslogs-stream-prefix: s}}
    labels: {{ecscli.sandbox.log: web serves}}
  db:
    image: redis
    mem_limit: 50m
    logging: *cloudwatch
    labels: {{ecscli.sandbox.log: db answers}}
  migrate:
    image: ghcr.io/me/api
    mem_limit: 50m
    deploy: {{mode: replicated-job}}
    labels: {{ecscli.sandbox.exit-code: "0", ecscli.sandbox.exit-after: "1"}}
x-ecs: {{layout: services, discovery: none}}
"""


@pytest.fixture
def shop(world: World) -> World:
    write(world)
    done = world("up", "--create-log-groups")
    assert done.code == 0, done.err
    return world


def write(world: World, web: str = "nginx") -> None:
    world.cli.write("docker-compose.yml", COMPOSE.format(web=web))


def service(world: World, name: str) -> dict[str, Any]:
    found: dict[str, Any] = world.client("ecs").describe_services(cluster="demo", services=[name])
    one: dict[str, Any] = found["services"][0]
    return one


def deployment(world: World, name: str) -> str:
    return str(service(world, name)["deployments"][0]["id"])


def test_logs_are_those_of_all_services_or_of_the_named_ones(shop: World) -> None:
    everything = shop("logs")
    assert everything.code == 0, everything.err
    assert "web serves" in everything.out
    assert "db answers" in everything.out
    only = shop("logs", "db")
    assert only.code == 0, only.err
    assert "db answers" in only.out
    assert "web serves" not in only.out
    wrong = shop("logs", "wep")
    assert wrong.code == 2
    assert 'did you mean "web"?' in wrong.err


def test_why_looks_at_each_service(shop: World) -> None:
    found = shop("why")
    assert found.code == 0, found.err
    assert "shop-web: 1 of 1 run shop-web:1" in found.err
    assert "shop-db: 1 of 1 run shop-db:1" in found.err
    assert "job shop-migrate has succeeded" in found.err
    assert "likely cause" not in found.out + found.err
    rows = shop("why", "db", "--output", "json").json
    assert [(row["service"], row["reasons"]) for row in rows] == [("db", [])]


def test_why_names_a_service_that_is_not_there(shop: World) -> None:
    shop("down")
    found = shop("why")
    assert found.code == 0, found.err
    assert "there is no service web" in found.err


def test_exec_finds_the_task_of_the_service(shop: World) -> None:
    refused = shop("exec", "web", "--", "ls")
    assert refused.code == 2
    assert "without execute command" in refused.err
    wrong = shop("exec", "wep", "--", "ls")
    assert wrong.code == 2
    assert 'no service "wep"' in wrong.err


def test_wait_follows_services_and_the_jobs_that_run(shop: World) -> None:
    shop("scale", "web=2", "--no-wait")
    done = shop("wait", "--output", "json")
    assert done.code == 0, done.err
    assert [one["service"] for one in done.json["services"]] == ["shop-web", "shop-db"]
    assert service(shop, "shop-web")["runningCount"] == 2
    one = shop("wait", "db", "--output", "json").json
    assert [row["service"] for row in one["services"]] == ["shop-db"]
    refused = shop("wait", "web", "--until-stopped")
    assert refused.code == 2
    assert "web runs on and on" in refused.err
    assert shop("wait", "--until-stopped").code == 0


def test_restart_replaces_the_tasks_of_the_named_services(shop: World) -> None:
    web, db = deployment(shop, "shop-web"), deployment(shop, "shop-db")
    done = shop("restart", "web")
    assert done.code == 0, done.err
    assert deployment(shop, "shop-web") != web
    assert deployment(shop, "shop-db") == db
    assert service(shop, "shop-web")["taskDefinition"].endswith("shop-web:1")
    shop("stop", "db")
    again = shop("restart", "db", "--output", "json")
    assert (again.code, again.json["changed"]) == (0, False)


def test_restart_in_layout_task_replaces_the_task(world: World) -> None:
    assert world("up").code == 0
    (before,) = world("ps", "--quiet").out.split()
    done = world("restart")
    assert done.code == 0, done.err
    assert 'Project "shop" is restarted: its task was replaced by new ones.' in done.err
    (after,) = world("ps", "--desired-status", "RUNNING", "--quiet").out.split()
    assert after != before


def test_a_service_goes_back_to_an_earlier_revision(shop: World) -> None:
    write(shop, web="nginx:2")
    assert shop("up").code == 0
    assert service(shop, "shop-web")["taskDefinition"].endswith("shop-web:2")
    done = shop("service", "rollback", "web")
    assert done.code == 0, done.err
    assert service(shop, "shop-web")["taskDefinition"].endswith("shop-web:1")
    assert shop("service", "rollback", "web", "--to", "2").code == 0
    assert service(shop, "shop-web")["taskDefinition"].endswith("shop-web:2")
    missing = shop("service", "rollback")
    assert missing.code == 2
    assert "there are web, db" in missing.err


def test_what_is_not_there_is_named_with_the_command_that_makes_it(shop: World) -> None:
    shop("down")
    refused = shop("scale", "web=2")
    assert refused.code == 2
    assert "create it with `ecscli compose up web`" in refused.err


def test_published_ports_have_their_addresses_at_the_end_of_up_and_in_ps(shop: World) -> None:
    again = shop("up", "--output", "json")
    assert again.code == 0, again.err
    rows = {one["service"]: one.get("addresses") for one in again.json["services"]}
    assert rows["shop-db"] is None
    (address,) = rows["shop-web"]
    assert (address["port"], address["containerPort"]) == (8080, 80)
    line = f"web:80 is published at {address['url']}"
    assert again.err.splitlines()[-1] == line
    assert line in shop("ps").err
    (row,) = shop("ps", "web", "--output", "json").json
    assert row["urls"] == [address["url"]]
    assert "addresses" not in str(shop("up", "--no-wait", "--output", "json").json)


def test_open_finds_the_page_of_a_service(shop: World) -> None:
    printed = shop("open", "--print")
    assert printed.code == 0, printed.err
    assert printed.out.startswith("http://")
    assert printed.out.strip().endswith(":8080")
    assert shop("open", "web", "--print").out == printed.out
    refused = shop("open", "db", "--print")
    assert refused.code == 2, refused.err


def test_prune_looks_at_all_families_of_the_project(shop: World) -> None:
    write(shop, web="nginx:2")
    assert shop("up").code == 0
    rows = shop("prune", "--keep", "1", "--dry-run", "--output", "json").json
    fates = {row["revision"]: row["action"] for row in rows}
    assert fates == {
        "shop-web:2": "keep",
        "shop-web:1": "deregister",
        "shop-db:1": "keep",
        "shop-migrate:1": "keep",
    }


def test_images_are_those_of_all_services(shop: World) -> None:
    rows = shop("images", "--output", "json").json
    assert [row["service"] for row in rows] == ["web", "db", "migrate"]
    assert shop("push").code == 0


def test_run_starts_a_task_of_a_service_with_a_command(shop: World) -> None:
    done = shop("run", "--wait", "--output", "json", "web", "--", "nginx", "-t")
    assert done.code == 0, done.err
    (task,) = done.json["tasks"]
    assert task["taskDefinition"] == "shop-web:1"
    found = shop.client("ecs").describe_tasks(cluster="demo", tasks=[task["arn"]])["tasks"][0]
    assert found["group"] == "task:shop-web"
    overrides = found["overrides"]["containerOverrides"]
    assert [(one["name"], one["command"]) for one in overrides] == [("web", ["nginx", "-t"])]
    assert service(shop, "shop-web")["runningCount"] == 1
    assert shop("run", "--dry-run", "migrate").code == 3
    missing = shop("run")
    assert missing.code == 2
    assert "there are web, db, migrate" in missing.err
    assert shop("run", "wep", "ls").code == 2


def test_run_takes_the_network_of_the_live_service(world: World) -> None:
    ec2 = world.client("ec2")
    subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]]
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group = ec2.create_security_group(GroupName="own", Description="own", VpcId=vpc)["GroupId"]
    compose = "services: {web: {image: redis, mem_limit: 512m, cpu_shares: 256}}\n"
    world.cli.write("docker-compose.yml", f"{compose}x-ecs: {{layout: services}}\n")
    network = f"{{subnets: [{subnets[0]}], security_groups: [{group}], assign_public_ip: ENABLED}}"
    params = f"run_params: {{network_configuration: {{awsvpc_configuration: {network}}}}}\n"
    world.cli.write("ecs-params.yml", params)
    done = world("up", "--launch-type", "FARGATE")
    assert done.code == 0, done.err
    world.cli.write("ecs-params.yml", params.replace(subnets[0], subnets[1]))
    done = world("run", "--launch-type", "FARGATE", "--output", "json", "web", "true")
    assert done.code == 0, done.err
    arn = done.json["tasks"][0]["arn"]
    found = world.client("ecs").describe_tasks(cluster="demo", tasks=[arn])["tasks"][0]
    details = {one["name"]: one["value"] for one in found["attachments"][0]["details"]}
    assert details["subnetId"] == subnets[0]


def test_create_registers_the_definitions_alone(world: World) -> None:
    write(world)
    assert world("create", "--create-log-groups", "--dry-run").code == 3
    done = world("create", "--create-log-groups", "--output", "json")
    assert done.code == 0, done.err
    definitions = {"web": "shop-web:1", "db": "shop-db:1", "migrate": "shop-migrate:1"}
    assert done.json == {"layout": "services", "taskDefinitions": definitions, "changed": True}
    ecs = world.client("ecs")
    assert ecs.list_services(cluster="demo")["serviceArns"] == []
    assert ecs.list_tasks(cluster="demo")["taskArns"] == []
    again = world("create", "--output", "json").json
    assert (again["taskDefinitions"], again["changed"]) == (definitions, False)


def test_commands_of_compose_service_are_those_of_compose(shop: World) -> None:
    again = shop("service", "up", "--output", "json")
    assert (again.code, again.json["changed"]) == (0, False)
    assert shop("service", "plan").code == 0
    assert [row["service"] for row in shop("service", "ps", "db", "--output", "json").json] == [
        "db"
    ]
    assert shop("service", "scale", "web=2").code == 0
    assert service(shop, "shop-web")["desiredCount"] == 2
    assert shop("service", "stop", "db").code == 0
    assert service(shop, "shop-db")["desiredCount"] == 0
    assert shop("service", "start", "db").code == 0
    assert service(shop, "shop-db")["desiredCount"] == 1
    assert shop("service", "wait", "db").code == 0
    web = deployment(shop, "shop-web")
    assert shop("service", "restart", "web").code == 0
    assert deployment(shop, "shop-web") != web
    assert "db answers" in shop("service", "logs", "db").out
    assert shop("service", "create", "--output", "json").json["changed"] is False
    assert shop("service", "rm").code == 0
    assert shop.client("ecs").list_services(cluster="demo")["serviceArns"] == []


def test_flags_of_the_other_layout_are_refused(shop: World) -> None:
    for words in (
        ("up", "--enable-service-discovery"),
        ("scale", "web=1", "--deployment-max-percent", "150"),
        ("start", "--force-deployment"),
        ("rm", "--delete-namespace"),
    ):
        refused = shop("service", *words)
        assert refused.code == 2, words
        assert "is for layout task" in refused.err


def test_service_restart_in_layout_task_makes_a_new_deployment(world: World) -> None:
    assert world("service", "up").code == 0
    before = deployment(world, "shop")
    done = world("service", "restart")
    assert done.code == 0, done.err
    assert deployment(world, "shop") != before


def test_down_stops_the_tasks_that_run_beside_the_services(world: World) -> None:
    text = COMPOSE.replace('exit-after: "1"', 'exit-after: "9000"')
    world.cli.write("docker-compose.yml", text.format(web="nginx"))
    assert world("up", "--create-log-groups", "--jobs", "never").code == 0
    started = world("run", "--output", "json", "migrate")
    assert started.code == 0, started.err
    (arn,) = [task["arn"] for task in started.json["tasks"]]
    plan = world("down", "--dry-run", "--output", "json").json
    assert plan["actions"][0]["subject"] in arn
    done = world("down")
    assert done.code == 0, done.err
    (task,) = world.client("ecs").describe_tasks(cluster="demo", tasks=[arn])["tasks"]
    assert task["lastStatus"] == "STOPPED"
    assert world.client("ecs").list_services(cluster="demo")["serviceArns"] == []
