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
