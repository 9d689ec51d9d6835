"""What instances must have room for, and which ports clients must reach."""

from typing import Any, cast

from ecscli.up.model import CreateService, Plan, RegisterTaskDefinition, RunTask, UpdateService
from ecscli.up.preflight.placed import OpenPort, Placed, placed_by
from ecscli.up.service.desired import WantedService
from ecscli.up.service.live import LiveProject
from ecscli.up.service.names import Names

NAMES = Names("shop", "demo")
CREATE = CreateService({"serviceName": "shop"})


def definition(*mappings: dict[str, Any], **fields: Any) -> dict[str, Any]:
    web = {"name": "web", "memory": 300, "memoryReservation": 200, "portMappings": list(mappings)}
    other = {"name": "other", "memory": 400, "cpu": 128}
    return {"containerDefinitions": [web, other], **fields}


def placed(
    request: dict[str, Any],
    *actions: Any,
    live: LiveProject | None = None,
    published: tuple[tuple[int, str], ...] = (),
    **fields: Any,
) -> Placed | None:
    wanted = WantedService(NAMES, request, fields, published=published)
    return placed_by(Plan(actions), wanted, live or LiveProject())


def live_service(**fields: Any) -> LiveProject:
    return LiveProject(service=cast(Any, {"serviceName": "shop", **fields}))


def test_a_new_service_takes_what_all_of_its_containers_take() -> None:
    found = placed(definition(), CREATE)
    assert found is not None
    assert (found.cpu, found.memory, found.on_instances, found.chosen) == (128, 600, True, False)


def test_an_override_of_run_replaces_the_size_of_the_task() -> None:
    found = placed(definition(), RunTask({"overrides": {"memory": "2048"}}))
    assert found is not None
    assert (found.cpu, found.memory) == (128, 2048)


def test_nothing_is_placed_anew_by_another_count() -> None:
    count = UpdateService({"desiredCount": 3}, {"desiredCount": 1})
    assert placed(definition(), count, live=live_service()) is None
    more = LiveProject(tasks=(cast(Any, {"taskArn": "t"}),))
    assert placed(definition(), RunTask({}), live=more) is None


def test_tasks_of_fargate_and_of_capacity_providers_are_not_for_the_instances_there_are() -> None:
    strategy = [{"capacityProvider": "spot", "weight": 1}]
    update = UpdateService({}, {"taskDefinition": "shop:1"})
    for found in (
        placed(definition(), CREATE, launchType="FARGATE"),
        placed(definition(), CREATE, launchType="EXTERNAL"),
        placed(definition(), CREATE, capacityProviderStrategy=strategy),
        placed(definition(), update, live=live_service(capacityProviderStrategy=strategy)),
        placed(definition(requiresCompatibilities=["FARGATE"]), CREATE),
    ):
        assert found is not None
        assert not found.on_instances


def test_fixed_host_ports_are_published_and_in_awsvpc_those_of_the_files() -> None:
    fixed, dynamic = {"containerPort": 80, "hostPort": 8000}, {"containerPort": 81}
    found = placed(definition(fixed, dynamic), CREATE)
    assert found is not None
    assert found.ports == (OpenPort(8000, "tcp"),)
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}}
    own = placed(
        definition({"containerPort": 80}, {"containerPort": 9000}, networkMode="awsvpc"),
        CREATE,
        published=((80, "tcp"),),
        networkConfiguration=network,
    )
    assert own is not None
    assert (own.ports, own.groups) == ((OpenPort(80, "tcp"),), ("sg-1",))


def test_a_port_that_was_published_before_is_not_looked_at_again() -> None:
    old = definition({"containerPort": 80, "hostPort": 8000})
    new = definition({"containerPort": 80, "hostPort": 8000}, {"containerPort": 81, "hostPort": 81})
    update = UpdateService({}, {"taskDefinition": "shop:1"})
    found = placed(new, RegisterTaskDefinition(new, old), update, live=live_service())
    assert found is not None
    assert found.ports == (OpenPort(81, "tcp"),)


def test_host_ports_are_held_while_a_service_keeps_its_tasks() -> None:
    request = definition({"containerPort": 80, "hostPort": 8080}, {"containerPort": 81})
    live = live_service(runningCount=1, desiredCount=1)
    before = {"taskDefinition": "shop:1"}
    rolling = placed(request, UpdateService({}, before), live=live)
    stopping = {"deploymentConfiguration": {"minimumHealthyPercent": 0, "maximumPercent": 100}}
    stop_first = placed(request, UpdateService(stopping, before), live=live)
    first = placed(request, CREATE)
    assert rolling is not None
    assert stop_first is not None
    assert first is not None
    assert rolling.held == (OpenPort(8080, "tcp"),)
    assert stop_first.held == first.held == ()


def test_a_daemon_and_a_task_with_a_network_of_its_own_hold_no_port() -> None:
    port = {"containerPort": 80, "hostPort": 80}
    before = {"taskDefinition": "shop:1"}
    daemon = live_service(runningCount=1, desiredCount=1, schedulingStrategy="DAEMON")
    own = live_service(runningCount=1, desiredCount=1)
    for found in (
        placed(definition(port), UpdateService({}, before), live=daemon),
        placed(definition(port, networkMode="awsvpc"), UpdateService({}, before), live=own),
    ):
        assert found is not None
        assert found.held == ()


def test_docker_chooses_for_clients_only_where_a_port_is_published() -> None:
    """`expose` maps a port too, for the other containers."""
    request = definition({"containerPort": 80}, {"containerPort": 3000})
    found = placed(request, CREATE, published=((80, "tcp"),))
    assert found is not None
    assert found.dynamic == (OpenPort(80, "tcp"),)


def test_the_proxy_of_service_connect_takes_its_part() -> None:
    found = placed(definition(), CREATE, serviceConnectConfiguration={"enabled": True})
    assert found is not None
    assert (found.cpu, found.memory, found.connected) == (128 + 256, 600 + 64, True)
    left = placed(definition(), CREATE, serviceConnectConfiguration={"enabled": False})
    assert left is not None
    assert (left.cpu, left.memory, left.connected) == (128, 600, False)
