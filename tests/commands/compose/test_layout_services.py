"""A project in layout services through the real command line on the sandbox: made in waves, changed,
counted, listed and deleted."""

from collections import Counter
from typing import Any

import pytest

from tests.commands.calls import Calls
from tests.commands.compose.conftest import World
from tests.conftest import Result

COMPOSE = """\
services:
  web:
    image: {web}
    mem_limit: 50m
    depends_on: [api]
  api:
    image: ghcr.io/me/api
    mem_limit: 50m
    deploy: {{replicas: 2}}
    depends_on:
      db: {{condition: service_started, restart: true}}
      migrate: {{condition: service_completed_successfully}}
  migrate:
    image: ghcr.io/me/api
    mem_limit: 50m
    depends_on: [db]
    labels: {{ecscli.sandbox.exit-code: "{exit_code}", ecscli.sandbox.exit-after: "1"}}
  db:
    image: {db}
    mem_limit: 50m
x-ecs: {{layout: services, discovery: none}}
"""
MANY = "x-ecs: {layout: services, discovery: none}\n"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    return Calls(monkeypatch)


@pytest.fixture
def shop(world: World) -> World:
    write(world)
    return world


def write(world: World, web: str = "nginx", db: str = "redis", exit_code: int = 0) -> None:
    world.cli.write("docker-compose.yml", COMPOSE.format(web=web, db=db, exit_code=exit_code))


def live(world: World) -> dict[str, dict[str, Any]]:
    """The services that are not deleted, by name."""
    ecs = world.client("ecs")
    arns = ecs.list_services(cluster="demo")["serviceArns"]
    if not arns:
        return {}
    found = ecs.describe_services(cluster="demo", services=arns, include=["TAGS"])["services"]
    return {one["serviceName"]: one for one in found if one["status"] != "INACTIVE"}


def counts(world: World) -> dict[str, int]:
    return {name: one["desiredCount"] for name, one in live(world).items()}


def tags(service: dict[str, Any]) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in service["tags"]}


def test_up_makes_a_service_for_each_in_the_order_of_what_they_wait_for(shop: World) -> None:
    done = shop("up", "--output", "json")
    assert done.code == 0, done.err
    assert [one["service"] for one in done.json["services"]] == ["shop-db", "shop-api", "shop-web"]
    assert [one["containers"][0]["exitCode"] for one in done.json["jobs"]] == [0]
    assert done.json["changed"] is True
    assert counts(shop) == {"shop-db": 1, "shop-api": 2, "shop-web": 1}
    assert tags(live(shop)["shop-api"]) == {
        "ecscli:project": "shop",
        "ecscli:service": "api",
        "ecscli:cluster": "demo",
    }
    lines = done.err.splitlines()
    made = [line for line in lines if "Created an ECS service" in line]
    assert [name for line in made for name in ("db", "api", "web") if f"shop-{name}" in line] == [
        "db",
        "api",
        "web",
    ]


def test_a_second_up_changes_nothing(shop: World) -> None:
    shop("up")
    assert shop("plan").code == 0
    done = shop("up", "--output", "json")
    assert (done.code, done.json["changed"], done.json["jobs"]) == (0, False, [])
    assert "Nothing to change" in done.err


def test_a_change_is_that_of_one_service(shop: World) -> None:
    shop("up")
    write(shop, web="nginx:2")
    plan = shop("plan", "--output", "json")
    assert plan.code == 3
    assert [one["subject"] for one in plan.json["actions"]] == ["shop-web", "shop-web"]
    done = shop("up", "--output", "json")
    assert done.code == 0, done.err
    changed = {one["service"]: one["changed"] for one in done.json["services"]}
    assert changed == {"shop-db": False, "shop-api": False, "shop-web": True}


def test_who_asks_for_it_is_restarted_with_what_it_depends_on(shop: World) -> None:
    shop("up")
    write(shop, db="redis:7")
    plan = shop("plan", "--output", "json")
    subjects = [one["subject"] for one in plan.json["actions"]]
    assert subjects == ["shop-db", "shop-db", "shop-migrate:1", "shop-api"]


def test_a_job_that_fails_ends_it_before_what_waits_for_it(shop: World) -> None:
    write(shop, exit_code=3)
    failed = shop("up")
    assert failed.code == 5
    assert "not begun: api, web" in failed.err
    assert set(live(shop)) == {"shop-db"}
    write(shop)
    done = shop("up", "--output", "json")
    assert done.code == 0, done.err
    assert len(done.json["jobs"]) == 1
    assert set(live(shop)) == {"shop-db", "shop-api", "shop-web"}


def test_a_deployment_that_fails_ends_it_before_what_waits_for_it(shop: World) -> None:
    text = COMPOSE.format(web="nginx", db="redis", exit_code=0)
    crash = '    labels: {ecscli.sandbox.exit-code: "1", ecscli.sandbox.exit-after: "0"}\nx-ecs:'
    shop.cli.write("docker-compose.yml", text.replace("x-ecs:", crash))
    failed = shop("up")
    assert failed.code == 5, failed.err
    assert "service shop-db: " in failed.err
    assert "not begun: migrate, api, web" in failed.err
    assert set(live(shop)) == {"shop-db"}


def test_jobs_run_again_when_they_are_asked_to(shop: World) -> None:
    shop("up")
    assert len(shop("up", "--jobs", "always", "--output", "json").json["jobs"]) == 1
    write(shop, exit_code=1)
    assert shop("up", "--jobs", "never", "--output", "json").json["jobs"] == []


def test_up_of_some_services_makes_them_and_what_they_depend_on(shop: World) -> None:
    assert shop("up", "db").code == 0
    assert set(live(shop)) == {"shop-db"}
    assert shop("up", "web", "--no-deps").code == 0
    assert set(live(shop)) == {"shop-db", "shop-web"}
    wrong = shop("up", "wep")
    assert wrong.code == 2
    assert 'did you mean "web"?' in wrong.err


def test_scale_changes_the_counts_of_the_named_services_alone(shop: World) -> None:
    shop("up")
    done = shop("scale", "web=2", "db=0")
    assert done.code == 0, done.err
    assert counts(shop) == {"shop-db": 0, "shop-api": 2, "shop-web": 2}
    assert shop("up", "--output", "json").json["changed"] is False
    for word in ("web", "web=x", "wep=1", "migrate=1"):
        assert shop("scale", word).code == 2, word
    assert shop("scale").code == 2


def test_stop_and_start_bring_back_the_counts(shop: World) -> None:
    shop("up")
    shop("scale", "api=1")
    assert shop("stop", "web").code == 0
    assert counts(shop) == {"shop-db": 1, "shop-api": 1, "shop-web": 0}
    assert shop("stop").code == 0
    assert set(counts(shop).values()) == {0}
    assert shop("start").code == 0
    assert counts(shop) == {"shop-db": 1, "shop-api": 1, "shop-web": 1}
    assert shop("start", "--output", "json").json["changed"] is False


def test_up_after_stop_brings_back_the_counts_too(shop: World) -> None:
    shop("up")
    shop("scale", "web=2")
    shop("stop")
    assert shop("up").code == 0
    assert counts(shop) == {"shop-db": 1, "shop-api": 2, "shop-web": 2}
    shop("scale", "web=0")
    assert shop("up", "--output", "json").json["changed"] is False
    assert counts(shop)["shop-web"] == 0


def test_ps_lists_containers_by_service_and_says_how_services_do(shop: World) -> None:
    shop("up")
    listed = shop("ps")
    assert listed.code == 0, listed.err
    header, *rows = listed.out.splitlines()
    assert header.split()[:2] == ["Service", "Name"]
    assert [row.split()[0] for row in rows] == ["api", "api", "db", "migrate", "web"]
    assert "api 2/2 steady, db 1/1 steady, web 1/1 steady" in listed.err
    only = shop("ps", "web", "--output", "json").json
    assert [row["service"] for row in only] == ["web"]


def test_services_that_no_file_has_any_more_are_named_and_removed_when_asked(shop: World) -> None:
    shop("up")
    shop.cli.write("docker-compose.yml", "services: {db: {image: redis, mem_limit: 50m}}\n")
    shop.cli.write("ecs-params.yml", "layout: services\n")
    kept = shop("up")
    assert kept.code == 0
    assert "the files no longer have shop-api, shop-web" in kept.err
    assert set(live(shop)) == {"shop-db", "shop-api", "shop-web"}
    done = shop("up", "--remove-orphans")
    assert done.code == 0, done.err
    assert set(live(shop)) == {"shop-db"}


def test_a_service_that_is_off_by_its_profile_is_no_orphan(shop: World) -> None:
    compose = (
        "services:\n  db: {image: redis, mem_limit: 50m}\n"
        "  tool: {image: redis, mem_limit: 50m, profiles: [debug]}\n"
    )
    shop.cli.write("docker-compose.yml", compose)
    shop.cli.write("ecs-params.yml", "layout: services\n")
    assert shop("--compose-profile", "debug", "up").code == 0
    assert set(live(shop)) == {"shop-db", "shop-tool"}
    assert "no longer have" not in shop("up", "--remove-orphans").err
    assert set(live(shop)) == {"shop-db", "shop-tool"}


def test_a_service_of_another_owner_is_left_alone_unless_it_is_adopted(shop: World) -> None:
    ecs = shop.client("ecs")
    ecs.register_task_definition(
        family="shop-db", containerDefinitions=[{"name": "db", "image": "x", "memory": 50}]
    )
    ecs.create_service(
        cluster="demo", serviceName="shop-db", taskDefinition="shop-db", desiredCount=1
    )
    refused = shop("up", "db")
    assert refused.code == 2
    assert "service shop-db exists and is not marked as this project's" in refused.err
    assert shop("down").code == 0
    assert set(live(shop)) == {"shop-db"}
    adopted = shop("up", "db", "--adopt")
    assert adopted.code == 0, adopted.err
    assert tags(live(shop)["shop-db"])["ecscli:project"] == "shop"
    assert shop("up", "db", "--output", "json").json["changed"] is False


def test_labels_of_deploy_are_tags_of_the_service_alone(shop: World) -> None:
    def deploy(labels: str, *flags: str) -> Result:
        web = f"{{image: redis, mem_limit: 50m, deploy: {{labels: {labels}}}}}"
        shop.cli.write("docker-compose.yml", f"services: {{web: {web}}}\n{MANY}")
        return shop("up", "--output", "json", *flags)

    first = deploy("{team: web, cost: a, rule: Host(`x`)}")
    assert first.code == 0, first.err
    assert "services.web.deploy.labels.rule: does not become a tag" in first.err
    made = live(shop)["shop-web"]
    assert {**tags(made), "team": "web", "cost": "a"} == tags(made)
    assert "rule" not in tags(made)
    assert deploy("{team: web, cost: a}").json["changed"] is False
    changed = deploy("{team: shop}", "--tags", "stage=test")
    assert changed.json["changed"] is True
    again = live(shop)["shop-web"]
    assert {**tags(again), "team": "shop", "cost": "a", "stage": "test"} == tags(again)


def test_a_changed_label_replaces_no_task(shop: World) -> None:
    web = "services: {web: {image: redis, mem_limit: 50m, deploy: {labels: {team: TEAM}}}}\n"
    shop.cli.write("docker-compose.yml", web.replace("TEAM", "web") + MANY)
    shop("up")
    before = live(shop)["shop-web"]
    shop.cli.write("docker-compose.yml", web.replace("TEAM", "shop") + MANY)
    plan = shop("plan", "--output", "json")
    assert [one["operation"] for one in plan.json["actions"]] == ["TagResource"]
    assert shop("up").code == 0
    after = live(shop)["shop-web"]
    assert (tags(before)["team"], tags(after)["team"]) == ("web", "shop")
    assert after["taskDefinition"] == before["taskDefinition"]
    assert [one["id"] for one in after["deployments"]] == [
        one["id"] for one in before["deployments"]
    ]


def test_projects_with_names_that_begin_alike_do_not_meet(shop: World) -> None:
    one = "services: {web: {image: redis, mem_limit: 50m}}\nx-ecs: {layout: services}\n"
    shop.cli.write("docker-compose.yml", one)
    assert shop("up").code == 0
    other = ("compose", "-p", "shop-web")
    place = {"ECS_CLUSTER": "demo", "AWS_REGION": "us-east-1"}
    assert shop.cli(*other, "up", **place).code == 0
    assert set(live(shop)) == {"shop-web", "shop-web-web"}
    assert "no longer have" not in shop("up").err
    assert shop("down").code == 0
    assert set(live(shop)) == {"shop-web-web"}


def test_down_deletes_what_nothing_depends_on_first(shop: World) -> None:
    shop("up")
    plan = shop("down", "--dry-run", "--output", "json")
    assert plan.code == 3
    assert [one["subject"] for one in plan.json["actions"]] == ["shop-web", "shop-api", "shop-db"]
    assert set(live(shop)) == {"shop-db", "shop-api", "shop-web"}
    done = shop("down")
    assert done.code == 0, done.err
    assert live(shop) == {}
    again = shop("down")
    assert (again.code, "No service of shop is left" in again.err) == (0, True)


def test_flags_of_the_layout_are_refused_in_the_other_one(world: World) -> None:
    for words in (["up", "web"], ["up", "--adopt"], ["plan", "--jobs", "never"], ["stop", "web"]):
        refused = world(*words)
        assert refused.code == 2
        assert "layout services" in refused.err


def test_a_service_in_a_network_of_its_own_gets_that_of_the_cluster(shop: World) -> None:
    refused = shop("up", "--launch-type", "FARGATE")
    assert refused.code == 2
    assert "need a subnet: none is set" in refused.err
    subnet = shop.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    shop.cli.write("ecs-params.yml", f"network: {{subnets: [{subnet}]}}\n")
    done = shop("up", "db", "--launch-type", "FARGATE")
    assert done.code == 0, done.err
    network = live(shop)["shop-db"]["networkConfiguration"]["awsvpcConfiguration"]
    assert network["subnets"] == [subnet]


@pytest.mark.parametrize("count", [20, pytest.param(50, marks=pytest.mark.slow)])
def test_many_services_are_read_in_a_few_rounds(world: World, calls: Calls, count: int) -> None:
    def project(first: str) -> None:
        images = [first, *["redis"] * (count - 1)]
        rows = [
            f"  s{number}: {{image: {one}, mem_limit: 6m}}\n" for number, one in enumerate(images)
        ]
        world.cli.write("docker-compose.yml", f"services:\n{''.join(rows)}{MANY}")

    project("redis")
    made = world("up")
    assert made.code == 0, made.err
    for command in ("plan", "up"):
        calls.names.clear()
        assert world(command).code == 0
        read = Counter(calls.names)
        assert not calls.writes
        assert read.pop("ecs.list_services") == 1
        assert read.pop("ecs.describe_services") == 1 + count / 10  # first that of layout task
        assert read.pop("ecs.describe_task_definition") == count
        assert sum(read.values()) < 8, read
    project("redis:7")
    calls.names.clear()
    changed = world("up", "--output", "json")
    assert changed.code == 0, changed.err
    assert [one["service"] for one in changed.json["services"] if one["changed"]] == ["shop-s0"]
    written = [name for name in calls.names if name in calls.writes]
    assert written == ["ecs.register_task_definition", "ecs.update_service"]
