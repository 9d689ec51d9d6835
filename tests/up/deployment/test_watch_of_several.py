"""Several services followed at once with a clock of the test's own: scripted answers in, events and
outcomes out."""

from collections.abc import Iterator, Sequence
from typing import Any

from ecscli.aws.client import Aws
from ecscli.base.errors import AwsError
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.up.deployment.followed import Goal, ServiceOutcome
from ecscli.up.deployment.watch import follow_services
from ecscli.up.model import Event
from tests.up.service.builders import PREFIX, deployment, service

States = dict[str, dict[str, Any]] | Exception


class ScriptedAws(Aws):
    """Answers DescribeServices from a script of states by name, whose last step is repeated."""

    def __init__(self, steps: Sequence[States]) -> None:
        self.now, self.asked = 0.0, [0]
        super().__init__(
            resolve(Flags(region="us-east-1"), {"HOME": "/nowhere"}),
            lambda: self.now,
            self.pass_time,
        )
        self.steps: Iterator[States] = iter(steps)
        self.last: States = {}

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.last = next(self.steps, self.last)

    def call(self, service: str, operation: str, /, **parameters: Any) -> dict[str, Any]:
        if isinstance(self.last, Exception):
            raise self.last
        asked = [name.rpartition("/")[2] for name in parameters["services"]]
        self.asked.append(len(asked))
        return {"services": [self.last[name] for name in asked if name in self.last]}


def one(name: str, state: str = "IN_PROGRESS", running: int = 0, **fields: Any) -> dict[str, Any]:
    """A service of one task on its way."""
    row = deployment(rolloutState=state, runningCount=running)
    return service(
        serviceName=name,
        serviceArn=f"{PREFIX}:service/demo/{name}",
        runningCount=running,
        **{"deployments": [row], **fields},
    )


def done(name: str) -> dict[str, Any]:
    return one(name, "COMPLETED", 1)


def followed(
    firsts: Sequence[dict[str, Any]], *steps: States, goal: Goal = Goal.DEPLOYED
) -> tuple[dict[str, ServiceOutcome], list[Event], ScriptedAws]:
    aws, events = ScriptedAws(steps), []
    given: Any = firsts
    following = follow_services(aws, "demo", given, 5.0, goal)
    while True:
        try:
            events.append(next(following))
        except StopIteration as end:
            return end.value, events, aws


def test_each_service_comes_to_its_own_end_and_is_not_asked_for_again() -> None:
    outcomes, events, aws = followed(
        [one("a"), one("b")],
        {"a": done("a"), "b": one("b")},
        {"b": one("b")},
        {"b": done("b")},
    )
    assert {name: outcome.ok for name, outcome in outcomes.items()} == {"a": True, "b": True}
    stable = [event.fields["service"] for event in events if "stable" in event.message]
    assert stable == ["a", "b"]
    assert aws.asked == [0, 2, 1, 1]


def test_one_that_fails_does_not_end_the_wait_for_the_others() -> None:
    failed = one("a", "FAILED")
    outcomes, _, _ = followed(
        [one("a"), one("b")],
        {"a": failed, "b": one("b")},
        {"a": failed, "b": done("b")},
    )
    assert "failed" in outcomes["a"].trouble
    assert outcomes["b"].ok


def test_a_poll_that_fails_in_passing_is_made_up_for() -> None:
    lost = AwsError("no answer", code="ConnectionError")
    outcomes, _, _ = followed([one("a")], lost, {"a": done("a")})
    assert outcomes["a"].ok


def test_no_progress_is_trouble_of_the_service_that_makes_none() -> None:
    outcomes, _, aws = followed([one("a"), one("b")], {"a": done("a"), "b": one("b")})
    assert outcomes["a"].ok
    assert "no progress for 5 minutes" in outcomes["b"].trouble
    assert 300 < aws.now < 310


def test_a_rollback_is_followed_to_its_end() -> None:
    ours = deployment(rolloutState="FAILED", status="ACTIVE")
    back = {
        "id": "ecs-svc/9",
        "rolloutStateReason": "ECS deployment circuit breaker: rolling back to ecs-svc/0.",
    }
    rolling = [deployment(rolloutState="IN_PROGRESS", runningCount=0, **back), ours]
    settled = [deployment(runningCount=1, **back)]
    outcomes, events, _ = followed(
        [one("a")],
        {"a": one("a", deployments=rolling)},
        {"a": one("a", running=1, deployments=settled)},
    )
    assert any("ECS rolls back to shop:1" in event.message for event in events)
    assert outcomes["a"].trouble.endswith("ECS has rolled back to shop:1, which runs")


def test_deleted_services_are_followed_until_they_are_gone() -> None:
    draining = one("a", status="DRAINING", running=1)
    outcomes, events, _ = followed([done("a")], {"a": draining}, {}, goal=Goal.GONE)
    assert outcomes["a"].ok
    states = [event.fields for event in events if event.message == "Service status"]
    assert states == [{"service": "a", "status": "DRAINING", "tasksLeft": 1}], (
        "not as it was before"
    )


def test_thirty_services_are_three_calls_a_round() -> None:
    names = [f"s{number}" for number in range(30)]
    outcomes, _, aws = followed(
        [one(name) for name in names],
        {name: one(name) for name in names},
        {name: done(name) for name in names},
    )
    assert all(outcome.ok for outcome in outcomes.values())
    assert sorted(aws.asked) == [0, *[10] * 6]


def test_nothing_to_follow_is_no_call() -> None:
    outcomes, events, aws = followed([])
    assert (outcomes, aws.asked) == ({}, [0])
    assert all(event.kind == "live" for event in events)


def test_a_service_that_somebody_deletes_meanwhile_has_not_come_to_its_goal() -> None:
    for status in ("DRAINING", "INACTIVE"):
        gone = {"a": one("a", "COMPLETED", 0, status=status, desiredCount=0)}
        for goal in (Goal.DEPLOYED, Goal.COUNTED):
            outcomes, _, _ = followed([one("a")], gone, goal=goal)
            assert "the service was deleted" in outcomes["a"].trouble
