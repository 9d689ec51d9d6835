"""The plan of a project from small documents: waves, restarts, jobs, counts, owners and orphans."""

from typing import Any

from ecscli.base.records import replace
from ecscli.compose.layout.arrangement.model import COMPLETED, Edge
from ecscli.up.model import UpdateService
from ecscli.up.project.counts import CountedService, plan_counts, plan_start, plan_stop
from ecscli.up.project.ownership import find_foreign, find_orphans
from ecscli.up.project.plan import JOB_TAG, SUCCEEDED, PlannedServices, WantedGroup, plan_groups
from ecscli.up.service.desired import WantedService, WantedTasks
from ecscli.up.service.live import LiveProject
from ecscli.up.service.names import Names
from tests.up.service.builders import registered, request, service

OURS = [{"key": "ecscli:project", "value": "shop"}]
Tags = tuple[tuple[str, str], ...]


def names(name: str) -> Names:
    return Names(f"shop-{name}", "demo")


def live_service(name: str, **fields: Any) -> dict[str, Any]:
    return service(serviceName=f"shop-{name}", tags=OURS, **fields)


def group(name: str, image: str = "nginx:1", **fields: Any) -> WantedGroup:
    """A service that runs nginx:1 already."""
    wanted = WantedService(names(name), request(image))
    return WantedGroup(name, wanted, LiveProject(registered(), live_service(name, **fields)))


def job(name: str, tags: Tags = ((JOB_TAG, SUCCEEDED),), image: str = "nginx:1") -> WantedGroup:
    wanted = WantedTasks(names(name), request(image))
    return WantedGroup(name, wanted, LiveProject(registered(tags=tags)))


def changed(
    groups: list[WantedGroup], waves: list[list[str]], edges: list[Edge], jobs: str = "changed"
) -> list[list[str]]:
    """The groups of each wave that something is done to."""
    planned = plan_groups({one.name: one for one in groups}, waves, edges, jobs)
    return [[one.group.name for one in wave if one.plan] for wave in planned]


def test_what_is_as_it_should_be_has_an_empty_plan() -> None:
    waves = [["db"], ["migrate"], ["web"]]
    edges = [Edge("migrate", "db", "db"), Edge("web", "migrate", "migrate", COMPLETED)]
    groups = [group("db"), job("migrate"), group("web")]
    assert changed(groups, waves, edges) == [[], [], []]


def test_a_change_is_that_of_one_service_unless_another_asks_for_a_restart() -> None:
    waves = [["db"], ["api", "web"]]
    edges = [Edge("api", "db", "db", restart=True), Edge("web", "db", "db")]
    groups = [group("db", "nginx:2"), group("api"), group("web")]
    assert changed(groups, waves, edges) == [["db"], ["api"]]


def test_restarts_go_on_from_one_to_the_next() -> None:
    waves = [["db"], ["api"], ["web"]]
    edges = [Edge("api", "db", "db", restart=True), Edge("web", "api", "api", restart=True)]
    groups = [group("db", "nginx:2"), group("api"), group("web")]
    assert changed(groups, waves, edges) == [["db"], ["api"], ["web"]]


def test_a_job_runs_when_it_or_what_waits_for_it_changes_or_it_has_not_succeeded() -> None:
    waves, edges = [["migrate"], ["web"]], [Edge("web", "migrate", "migrate", COMPLETED)]
    assert changed([job("migrate", image="nginx:2"), group("web")], waves, edges)[0] == ["migrate"]
    assert changed([job("migrate"), group("web", "nginx:2")], waves, edges)[0] == ["migrate"]
    assert changed([job("migrate", tags=()), group("web")], waves, edges)[0] == ["migrate"]
    assert changed([job("migrate"), group("web")], waves, edges, "always")[0] == ["migrate"]
    assert changed([job("migrate", tags=()), group("web")], waves, edges, "never")[0] == []


def test_groups_that_are_not_meant_are_in_no_wave() -> None:
    assert changed([group("web", "nginx:2")], [["db"], ["web"]], []) == [[], ["web"]]


def test_the_whole_plan_is_in_the_order_of_the_waves() -> None:
    groups = [group("web", "nginx:2"), group("db", "nginx:2")]
    waves = plan_groups({one.name: one for one in groups}, [["db"], ["web"]], [])
    updates = [
        one for one in PlannedServices(waves).whole.actions if isinstance(one, UpdateService)
    ]
    assert [one.subject for one in updates] == ["shop-db", "shop-web"]


def test_a_stopped_service_gets_the_count_from_before() -> None:
    noted = [*OURS, {"key": "ecscli:count", "value": "3"}]
    stopped = group("web")
    live = {**live_service("web", desiredCount=0, runningCount=0), "tags": noted}
    stopped = replace(stopped, live=LiveProject(registered(), live))  # type: ignore[arg-type]
    ((planned,),) = plan_groups({"web": stopped}, [["web"]], [])
    (action,) = planned.plan.actions
    assert action.request["desiredCount"] == 3


# ------------------------------------------------------------------------------- owners


def test_a_service_without_our_tag_is_foreign() -> None:
    ours, other = live_service("web"), {**live_service("api"), "tags": []}
    taken = {**live_service("db"), "tags": [{"key": "ecscli:project", "value": "shop-db"}]}
    live: Any = {"shop-web": ours, "shop-api": other, "shop-db": taken}
    assert list(find_foreign(names("web"), live, "shop")) == []
    assert list(find_foreign(names("new"), live, "shop")) == []
    (unmarked,) = find_foreign(names("api"), live, "shop")
    assert "is not marked as this project's" in unmarked.message
    (foreign,) = find_foreign(names("db"), live, "shop")
    assert "belongs to project shop-db" in foreign.message
    assert "--adopt" in str(foreign.hint)


def test_orphans_are_ours_and_in_no_file() -> None:
    live: Any = {
        "shop-web": live_service("web"),
        "shop-old": live_service("old"),
        "shop-other-api": {**live_service("other-api"), "tags": []},
    }
    orphans = find_orphans(live, "shop", {"shop-web"})
    assert [one["serviceName"] for one in orphans] == ["shop-old"]


# ------------------------------------------------------------------------------- counts


def counted(name: str, count: int, noted: str = "", **fields: Any) -> CountedService:
    live: Any = live_service(name, desiredCount=count, **fields)
    if noted:
        live = {**live, "tags": [*OURS, {"key": "ecscli:count", "value": noted}]}
    return CountedService(names(name), live, of_files=2)


def test_stop_notes_the_count_before_it_is_changed() -> None:
    plan = plan_stop([counted("web", 3), counted("idle", 0)])
    tag, update = plan.actions
    assert tag.request["tags"] == [{"key": "ecscli:count", "value": "3"}]
    assert (update.subject, update.request["desiredCount"]) == ("shop-web", 0)


def test_daemons_have_no_count_to_stop() -> None:
    assert not plan_stop([counted("agent", 3, schedulingStrategy="DAEMON")])


def test_start_takes_the_noted_count_else_that_of_the_files() -> None:
    plan = plan_start([counted("web", 0, "5"), counted("api", 0), counted("db", 1)])
    updates = [one for one in plan.actions if isinstance(one, UpdateService)]
    assert [(one.subject, one.request["desiredCount"]) for one in updates] == [
        ("shop-web", 5),
        ("shop-api", 2),
    ]


def test_a_count_that_is_asked_for_makes_the_noted_one_void() -> None:
    plan = plan_counts([(counted("web", 0, "5"), 0), (counted("api", 2), 2)])
    (tag,) = plan.actions
    assert tag.request["tags"] == [{"key": "ecscli:count", "value": ""}]
