"""A wave begins when what it depends on is reached, and each service is followed to its own end:
scripted answers in, with a clock of the test's own."""

from collections.abc import Callable
from typing import Any

import pytest

from ecscli.base.errors import Interrupted
from ecscli.compose.layout.arrangement.model import HEALTHY, STARTED, Edge
from ecscli.compose.layout.discovery.model import Discovery
from ecscli.up.project.plan import plan_groups
from ecscli.up.service.names import Names
from ecscli.workflows.service.deployment import Waiting
from ecscli.workflows.services.rollout.follow import Change
from ecscli.workflows.services.rollout.needs import Needs, needs_of
from ecscli.workflows.services.rollout.under_way import UnderWay
from tests.up.deployment.test_watch_of_several import ScriptedAws, States, done, one
from tests.up.project.test_plan import group

DB, WEB = one("db"), one("web")
STARTING, RUNNING = one("db"), one("db", running=1)


def under_way(
    *steps: States, finds: Callable[[str], bool] = lambda group: True, **waiting: Any
) -> UnderWay:
    aws = ScriptedAws(steps)
    return UnderWay(aws, "demo", Waiting(**{"timeout": 5.0, "no_wait": False, **waiting}), finds)


def change(service: dict[str, Any], changed: bool = True) -> Change:
    found: Any = service
    return Change(Names(service["serviceName"], "demo"), found, changed)


def follow(found: UnderWay, needs: Needs | None) -> float:
    """When the needs were reached, in seconds."""
    for _ in found.until(needs):
        pass
    aws: Any = found.aws
    return float(aws.now)


def test_a_service_is_reached_when_a_task_of_its_newest_deployment_runs() -> None:
    found = under_way({"db": STARTING}, {"db": RUNNING}, {"db": RUNNING}, {"db": done("db")})
    found.add({"db": change(DB)})
    reached = follow(found, {"db": False})
    assert not found.changes[0][1].is_ended
    complete = follow(found, {"db": True})
    assert 0 < reached < complete
    assert found.changes[0][1].is_ended


def test_it_is_reached_when_dns_finds_it_too() -> None:
    answers = iter([False, False, True])
    asked: list[str] = []

    def finds(group: str) -> bool:
        asked.append(group)
        return next(answers)

    found = under_way({"db": RUNNING}, finds=finds)
    found.add({"db": change(DB)})
    follow(found, {"db": False})
    assert asked == ["db"] * 3
    assert found.running(["db"]) == ["db"]


def test_a_failure_is_an_end_and_the_others_are_followed_to_theirs() -> None:
    failed = one("db", "FAILED")
    found = under_way(
        {"db": failed, "web": WEB}, {"db": failed, "web": WEB}, {"db": failed, "web": done("web")}
    )
    found.add({"db": change(DB), "web": change(WEB)})
    follow(found, {"db": False})
    follow(found, None)
    assert found.has_failed
    assert [one.has_failed for _, one in found.changes] == [True, False]
    assert all(one.is_ended for _, one in found.changes)


def test_one_more_joins_while_the_first_is_under_way() -> None:
    found = under_way(
        {"db": RUNNING}, {"db": RUNNING, "web": WEB}, {"db": done("db"), "web": done("web")}
    )
    found.add({"db": change(DB)})
    follow(found, {"db": False})
    found.add({"web": change(WEB)})
    follow(found, None)
    assert found.begun == ["db", "web"]
    assert not found.has_failed


def test_a_pause_in_which_nobody_looked_is_no_time_without_progress() -> None:
    found = under_way({"db": RUNNING}, {"db": RUNNING}, {"db": done("db")})
    found.add({"db": change(DB)})
    follow(found, {"db": False})
    aws: Any = found.aws
    aws.now += 3600  # a job ran
    follow(found, None)
    assert not found.has_failed


@pytest.mark.parametrize("waiting", [{"no_wait": True}, {"timeout": 0.0}])
def test_nothing_is_followed_that_nobody_waits_for(waiting: dict[str, Any]) -> None:
    found = under_way(**waiting)
    found.add({"db": change(DB)})
    assert follow(found, {"db": True}) == 0
    assert follow(found, None) == 0


def test_what_is_settled_counts_as_reached() -> None:
    found = under_way()
    found.add({"db": change(done("db"), changed=False)})
    assert follow(found, {"db": True}) == 0


def test_ctrl_c_names_what_goes_on() -> None:
    found = under_way({"db": STARTING})
    found.add({"db": change(DB)})
    following = found.until(None)
    next(following)
    with pytest.raises(Interrupted, match="the changes of db go on at AWS"):
        following.throw(KeyboardInterrupt())


# ------------------------------------------------------------- what a wave waits for


def needs(*edges: Edge, begun: tuple[str, ...] = ("db", "cache"), connect: str = "") -> Needs:
    """What a wave of web waits for, which changes."""
    [[web]] = plan_groups({"web": group("web", "nginx:2")}, [["web"]], [])
    return needs_of([web], begun, edges, Discovery(connect_namespace=connect))


def test_a_wave_waits_for_what_it_depends_on_as_far_as_the_condition_asks() -> None:
    assert needs(Edge("web", "db", "db", STARTED)) == {"db": False}
    assert needs(Edge("web", "db", "db", HEALTHY)) == {"db": True}
    both = Edge("web", "db", "db", HEALTHY), Edge("web", "db", "other", STARTED)
    assert needs(*both) == {"db": True}
    assert needs(Edge("web", "db", "db", STARTED, restart=True)) == {"db": True}
    assert needs(Edge("web", "gone", "gone")) == needs(Edge("other", "db", "db")) == {}


def test_callers_by_service_connect_wait_until_all_endpoints_are_there() -> None:
    assert needs(connect="shop") == {"db": False, "cache": False}
    assert needs(begun=("db", "web")) == {"db": True, "web": True}, "a second deployment"
