"""A project that lives in one layout and is brought up in the other, through the real command line
on the sandbox."""

from tests.commands.compose.conftest import World

COMPOSE = """\
services:
  web: {image: nginx, mem_limit: 50m, depends_on: [db]}
  db: {image: redis, mem_limit: 50m}
x-ecs: {discovery: none, logs: none}
"""
SERVICES = ("--layout", "services")


def names(world: World) -> dict[str, int]:
    """The counts of the services that are not deleted."""
    ecs = world.client("ecs")
    arns = ecs.list_services(cluster="demo")["serviceArns"]
    found = ecs.describe_services(cluster="demo", services=arns)["services"] if arns else []
    return {one["serviceName"]: one["desiredCount"] for one in found if one["status"] == "ACTIVE"}


def test_a_project_is_not_brought_up_in_both_layouts(world: World) -> None:
    world.cli.write("docker-compose.yml", COMPOSE)
    assert world("service", "up").code == 0
    for words in (["up"], ["service", "up"], ["plan"], ["up", "web", "--no-deps"]):
        refused = world(*SERVICES, *words)
        assert refused.code == 2, refused.err
        assert "the project has service shop of layout task in cluster demo" in refused.err
        assert "--switch-layout" in refused.err
    assert names(world) == {"shop": 1}
    assert world("service", "rm").code == 0
    assert world(*SERVICES, "up").code == 0
    for words in (["up"], ["service", "up"], ["service", "plan"]):
        refused = world(*words)
        assert refused.code == 2, refused.err
        assert "has services shop-web, shop-db of layout services" in refused.err
    assert names(world) == {"shop-db": 1, "shop-web": 1}


def test_a_service_of_the_name_of_the_project_may_be_somebody_elses(world: World) -> None:
    world.cli.write("docker-compose.yml", COMPOSE)
    ecs = world.client("ecs")
    for family, container in (("other", "web"), ("shop", "proxy")):
        rows = [{"name": container, "image": "x", "memory": 50}]
        ecs.register_task_definition(family=family, containerDefinitions=rows)
        ecs.create_service(
            cluster="demo", serviceName="shop", taskDefinition=family, desiredCount=0
        )
        done = world(*SERVICES, "plan")
        assert done.code == 3, done.err
        ecs.delete_service(cluster="demo", service="shop")


STORE = """\
services:
  web:
    image: nginx
    mem_limit: 50m
    ports: ["80:80"]
    depends_on: [db]
  db: {image: redis, mem_limit: 50m, volumes: ["/srv/data:/data"]}
x-ecs: {discovery: none, logs: none}
"""


def test_a_project_on_instances_goes_to_layout_services_and_back(world: World) -> None:
    world.cli.write("docker-compose.yml", STORE)
    assert world("service", "up").code == 0
    plan = world(*SERVICES, "plan", "--switch-layout")
    assert plan.code == 3, plan.err
    gap = "gap: shop stops before shop-db starts, as both would write to volume volume-0"
    assert plan.out.startswith("switch from layout task to services:\n")
    assert gap in plan.out
    asked = world(*SERVICES, "up", "--switch-layout")
    assert asked.code == 2, asked.err
    assert "confirm with --yes" in asked.err
    assert names(world) == {"shop": 1}
    done = world(*SERVICES, "up", "--switch-layout", "--yes", "--output", "json")
    assert done.code == 0, done.err
    assert done.json["switch"] == {"from": "task", "to": "services", "ended": ["shop"]}
    assert names(world) == {"shop-db": 1, "shop-web": 1}
    again = world(*SERVICES, "up", "--switch-layout", "--output", "json")
    assert (again.code, again.json["changed"]) == (0, False), again.err
    document = world("service", "plan", "--switch-layout", "--output", "json").json
    assert document["switch"]["ends"] == ["shop-web", "shop-db"]
    assert [one["service"] for one in document["switch"]["gaps"]] == ["shop-db"]
    operations = [(one["operation"], one["subject"]) for one in document["actions"]]
    print(operations)
    back = world("service", "up", "--switch-layout", "--yes", "--output", "json")
    assert back.code == 0, back.err
    assert back.json["switch"]["ended"] == ["shop-web", "shop-db"]
    assert names(world) == {"shop": 1}
