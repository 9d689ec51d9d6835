"""The switch from one layout to the other from small documents: gaps, losses, what is taken over,
and the order of its calls."""

from typing import Any

import pytest

from ecscli.base.records import replace
from ecscli.up.model import CreateService, Plan, short
from ecscli.up.project.other_layout import OtherService
from ecscli.up.project.ownership import is_of_layout_task
from ecscli.up.project.plan import PlannedGroup, PlannedServices, WantedGroup
from ecscli.up.project.switch import (
    NewService,
    Switch,
    around,
    document,
    in_order,
    lost_volumes,
    needs_free_port,
    plan_switch,
    taken_over,
    with_count_before,
)
from ecscli.up.service.desired import WantedService
from ecscli.up.service.live import LiveProject
from ecscli.up.service.names import Names
from tests.up.service.builders import PREFIX, service

NAMES = Names("shop", "demo")
GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef"
EFS = {"name": "data", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}
PATH = {"name": "data", "host": {"sourcePath": "/srv/data"}}
SHARED = {"name": "data", "dockerVolumeConfiguration": {"scope": "shared", "driver": "local"}}


def definition(*names: str, mode: str = "bridge", **volume: Any) -> dict[str, Any]:
    """A task of these containers: web has port 80, and db writes to the volume."""
    containers: list[dict[str, Any]] = []
    for name in names:
        container: dict[str, Any] = {"name": name, "image": "nginx"}
        if name == "web":
            container["portMappings"] = [{"containerPort": 80, "hostPort": 80}]
        if name == "db" and volume:
            mount = {"sourceVolume": volume["name"], "containerPath": "/data"}
            container["mountPoints"] = [{**mount, "readOnly": False}]
        containers.append(container)
    volumes = [volume] if volume else []
    return {"containerDefinitions": containers, "networkMode": mode, "volumes": volumes}


def efs(id_: str, path: str = "/", point: str = "") -> dict[str, Any]:
    access = {"authorizationConfig": {"accessPointId": point}} if point else {}
    settings = {"fileSystemId": id_, "rootDirectory": path, **access}
    return {"name": "data", "efsVolumeConfiguration": settings}


def old(name: str, found: dict[str, Any], **fields: Any) -> OtherService:
    arn = f"{PREFIX}:service/demo/{name}"
    return OtherService(service(serviceName=name, serviceArn=arn, **fields), found)  # type: ignore[arg-type]


def balanced(name: str, found: dict[str, Any], **fields: Any) -> OtherService:
    row = {"targetGroupArn": GROUP, "containerName": "web", "containerPort": 80}
    return old(name, found, loadBalancers=[row], **fields)


def switch(*services: OtherService) -> Switch:
    return Switch("task", "services", NAMES, (services,))


WEB = NewService("shop-web", definition("web"))
DB = NewService("shop-db", definition("db"))


def stops(found: Switch) -> list[tuple[str, str, str]]:
    return [(one.name, one.before, one.why) for one in found.stops]


def test_two_writers_of_one_volume_never_run_at_once() -> None:
    for volume in (EFS, PATH, SHARED):
        new = [WEB, replace(DB, definition=definition("db", **volume))]
        found = plan_switch(switch(old("shop", definition("web", "db", **volume))), new, ())
        assert stops(found) == [("shop", "shop-db", "both would write to volume data")]
    back = switch(old("shop-web", definition("web")), old("shop-db", definition("db", **EFS)))
    whole = NewService("shop", definition("web", "db", **EFS))
    assert [one.name for one in plan_switch(back, [whole], ()).stops] == ["shop-db"]


@pytest.mark.parametrize(
    ("one", "other", "shares"),
    [
        (efs("fs-1", "/a"), efs("fs-1", "/a/b"), True),
        (efs("fs-1", "/a"), efs("fs-1", "/ab"), False),
        (efs("fs-1", point="fsap-1"), efs("fs-1", "/a"), True),
        (efs("fs-1", point="fsap-1"), efs("fs-1", point="fsap-1"), True),
        (efs("fs-1", point="fsap-1"), efs("fs-1", point="fsap-2"), False),
        (efs("made by the stack", point="data"), efs("fs-1", point="fsap-2"), True),
        (PATH, {**PATH, "host": {"sourcePath": "/srv"}}, True),
        (PATH, {**PATH, "host": {"sourcePath": "/srv/other"}}, False),
        (SHARED, {**SHARED, "name": "other"}, False),
        (SHARED, PATH, False),
    ],
)
def test_what_may_show_the_same_files_is_shared(one: Any, other: Any, shares: bool) -> None:
    new = [replace(DB, definition=definition("db", **one))]
    found = plan_switch(switch(old("shop", definition("db", **other))), new, ())
    assert bool(found.stops) == shares


def test_a_job_is_a_writer_too() -> None:
    job = NewService("shop-migrate", definition("db", **EFS), is_job=True)
    found = plan_switch(switch(old("shop", definition("db", **EFS))), [job], ())
    assert [one.before for one in found.stops] == ["shop-migrate"]


def test_readers_other_files_and_what_is_stopped_are_no_reason() -> None:
    other = efs("fs-2")
    new = [replace(DB, definition=definition("db", **EFS))]
    reader = definition("db", **EFS)
    reader["containerDefinitions"][0]["mountPoints"][0]["readOnly"] = True
    idle = {"desiredCount": 0, "runningCount": 0}
    for one in (
        old("shop", definition("db", **other)),
        old("shop", reader),
        old("shop", definition("db", **EFS), **idle),
    ):
        assert not plan_switch(switch(one), new, ()).asks


def test_a_port_is_a_reason_where_no_instance_is_free() -> None:
    one = old("shop", definition("web", "db"))
    assert not plan_switch(switch(one), [WEB, DB], ()).stops
    found = plan_switch(switch(one), [WEB, DB], ("shop-web",))
    why = "both need port 80 (tcp) of an instance, and no other one is free"
    assert stops(found) == [("shop", "shop-web", why)]
    assert needs_free_port(WEB, [one])
    assert not needs_free_port(replace(WEB, running=1), [one])
    assert not needs_free_port(DB, [one])
    in_awsvpc = replace(WEB, definition=definition("web", mode="awsvpc"))
    assert not needs_free_port(in_awsvpc, [one])


def test_volumes_that_end_with_tasks_are_lost_while_there_are_tasks() -> None:
    found = definition("db", name="data")
    assert list(lost_volumes([old("shop", found)])) == [("shop", "data", "db")]
    assert list(lost_volumes([old("shop", found, desiredCount=0, runningCount=0)])) == []
    assert list(lost_volumes([old("shop", definition("db", **EFS))])) == []


def test_target_groups_go_to_the_service_with_the_container() -> None:
    one = balanced("shop", definition("web", "db"), healthCheckGracePeriodSeconds=30)
    found = plan_switch(switch(one), [WEB, DB], ())
    assert set(found.taken) == {"shop-web"}
    assert not found.losses
    wanted = WantedService(Names("shop-web", "demo"), WEB.definition)
    fields = taken_over(wanted, found).fields
    assert fields["healthCheckGracePeriodSeconds"] == 30
    assert fields["loadBalancers"][0]["targetGroupArn"] == GROUP


def test_a_target_group_that_nothing_can_take_over_is_a_loss() -> None:
    one = balanced("shop", definition("web"))
    by_address = replace(WEB, definition=definition("web", mode="awsvpc"))
    for new in ([by_address], [DB], [replace(WEB, is_job=True)]):
        found = plan_switch(switch(one), new, ())
        assert found.losses == ("no new service takes the place of shop behind web for web",)
    own = replace(WEB, fields={"loadBalancers": [{"targetGroupArn": GROUP}]})
    assert not plan_switch(switch(one), [own], ()).losses


def test_names_are_losses() -> None:
    registered = old("shop-db", definition("db"), serviceRegistries=[{"registryArn": "arn"}])
    found = plan_switch(switch(registered), [], ())
    assert found.losses == ("the name of shop-db in Cloud Map ends with it",)


def test_a_service_of_layout_task_has_the_family_and_a_container_of_the_project() -> None:
    found = {**definition("web", "db"), "family": "shop"}

    def is_ours(containers: tuple[str, ...], tags: tuple[str, ...] = (), **more: Any) -> bool:
        rows = [{"key": "ecscli:project", "value": value} for value in tags]
        live: Any = service(tags=rows)
        return is_of_layout_task(live, {**found, **more}, NAMES, containers)

    assert is_ours(("web",))
    assert not is_ours(("web",), family="other")
    assert not is_ours(("api",))
    assert not is_ours(("web",), ("other",))
    assert is_ours(("api",), ("shop",))


# ------------------------------------------------------------------------------- calls


def planned(name: str) -> PlannedGroup:
    wanted = WantedService(Names(f"shop-{name}", "demo"), {"family": f"shop-{name}"})
    action = CreateService({"serviceName": f"shop-{name}"})
    return PlannedGroup(WantedGroup(name, wanted, LiveProject()), Plan((action,)))


def steps(plan: Plan) -> list[str]:
    return [f"{action.call.verb} {short(action.subject)}" for action in plan.actions]


def test_to_services_the_old_one_ends_last_or_stops_before_the_wave_of_a_gap() -> None:
    waves = PlannedServices(((planned("db"),), (planned("web"),)))
    one = old("shop", definition("web", "db", **EFS))
    plain = in_order(switch(one), waves).whole
    assert steps(plain) == [
        "create service shop-db",
        "create service shop-web",
        "tag shop",
        "update service shop",
        "delete service shop",
    ]
    new = [WEB, replace(DB, definition=definition("db", **EFS))]
    gap = in_order(plan_switch(switch(one), new, ()), waves).whole
    assert steps(gap) == [
        "tag shop",
        "update service shop",
        "create service shop-db",
        "create service shop-web",
        "delete service shop",
    ]


def test_to_task_writers_stop_first_and_the_rest_ends_wave_by_wave() -> None:
    web, db = old("shop-web", definition("web")), old("shop-db", definition("db", **EFS))
    found = Switch("services", "task", NAMES, ((web,), (db,)))
    found = plan_switch(found, [NewService("shop", definition("web", "db", **EFS))], ())
    plan = around(found, "shop", Plan((CreateService({"serviceName": "shop"}),)))
    assert steps(plan) == [
        "tag shop-db",
        "update service shop-db",
        "create service shop",
        "tag shop-web",
        "update service shop-web",
        "delete service shop-web",
        "delete service shop-db",
    ]
    assert document(found)["ends"] == ["shop-web", "shop-db"]


def test_daemons_have_no_count_and_are_deleted_at_once() -> None:
    agent = old("shop-agent", definition("web"), schedulingStrategy="DAEMON")
    assert steps(around(switch(agent), "shop", Plan())) == ["delete service shop-agent"]


def test_what_is_deleted_already_is_left_to_end() -> None:
    gone = old("shop", definition("web"), status="DRAINING")
    assert steps(around(switch(gone), "shop", Plan())) == []


def test_a_switch_that_is_given_up_brings_the_count_back() -> None:
    noted = [{"key": "ecscli:count", "value": "3"}]
    live: Any = service(desiredCount=0, runningCount=0, tags=noted)
    wanted, other = WantedService(NAMES, {}), switch(old("shop-web", definition("web")))
    assert with_count_before(wanted, other, live).count == 3
    assert with_count_before(wanted, Switch("services", "task", NAMES), live).count is None
    assert with_count_before(wanted, other, None).count is None
    assert with_count_before(replace(wanted, count=1), other, live).count == 1
