"""Deployments followed with a clock of the test's own: scripted answers in, events and an outcome
out, in no time."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from ecscli.aws.client import Aws
from ecscli.base.errors import AwsError
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.up.deployment.followed import Goal, ServiceOutcome
from ecscli.up.deployment.watch import follow_service
from ecscli.up.model import Event
from ecscli.up.tasks.watch import follow_tasks
from tests.up.service.builders import deployment, service, task

Step = dict[str, Any] | Exception
SILENCE = AwsError("no answer", code="ConnectionError")
THROTTLED = AwsError("Rate exceeded", code="ThrottlingException")


class ScriptedAws(Aws):
    """Answers DescribeServices and DescribeTasks from a script, whose last step is repeated; time
    is only counted."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.now, self.calls = 0.0, 0
        super().__init__(
            resolve(Flags(region="us-east-1"), {"HOME": "/nowhere"}),
            lambda: self.now,
            self.pass_time,
        )
        self.steps: Iterator[Step] = iter(steps)
        self.last: Step = {}

    def pass_time(self, seconds: float) -> None:
        self.now += seconds

    def call(self, service: str, operation: str, /, **parameters: Any) -> dict[str, Any]:
        self.calls += 1
        self.last = next(self.steps, self.last)
        if isinstance(self.last, Exception):
            raise self.last
        return (
            {"services": [self.last]}
            if operation == "describe_services"
            else {"tasks": [self.last]}
        )


def watched(
    first: dict[str, Any],
    *steps: Step,
    minutes: float = 5.0,
    follow: Callable[..., Any] = follow_service,
) -> tuple[Any, list[Event], ScriptedAws]:
    aws = ScriptedAws(steps)
    told: list[Event] = []
    events = follow(aws, "demo", first, minutes)
    while True:
        try:
            told.append(next(events))
        except StopIteration as end:
            return end.value, told, aws


def spoken(told: Sequence[Event]) -> list[str]:
    """What is printed, without the live picture."""
    return [event.message for event in told if event.kind != "live"]


def rolling(running: int = 0, desired: int = 2, **fields: Any) -> dict[str, Any]:
    """A service in the middle of our deployment, ecs-svc/2."""
    usual = {
        "id": "ecs-svc/2",
        "rolloutState": "IN_PROGRESS",
        "runningCount": running,
        "desiredCount": desired,
    }
    ours = deployment(**{**usual, **fields})
    old = deployment(status="ACTIVE", runningCount=1)
    return service(deployments=[ours, old], desiredCount=desired, runningCount=running + 1)


def finished(desired: int = 2) -> dict[str, Any]:
    ours = deployment(id="ecs-svc/2", runningCount=desired, desiredCount=desired)
    return service(deployments=[ours], desiredCount=desired, runningCount=desired)


def test_the_answer_of_the_change_is_the_first_sample() -> None:
    outcome, told, aws = watched(finished())
    assert outcome.ok
    assert aws.calls == 0
    assert spoken(told)[-1] == "ECS Service has reached a stable state"


def test_success_is_our_deployment_completed_with_all_its_tasks() -> None:
    outcome, told, _ = watched(rolling(), rolling(1), rolling(2), finished())
    assert outcome.ok
    status = [event.fields for event in told if event.message == "Service status"]
    assert [fields.get("updated") for fields in status] == ["0 of 2", "1 of 2", "2 of 2", None]


def test_equal_counts_of_an_unfinished_deployment_are_no_success() -> None:
    half = service(deployments=[deployment(id="ecs-svc/2", rolloutState="IN_PROGRESS")])
    outcome, _, _ = watched(half, half, minutes=0.1)
    assert "no progress for 0.1 minutes: 1 of 1 tasks of shop:1 run" in outcome.trouble


@pytest.mark.parametrize(
    ("end", "trouble"),
    [
        (
            rolling(rolloutState="FAILED", rolloutStateReason="tasks failed to start"),
            "failed: tasks failed to start",
        ),
        (
            service(deployments=[deployment(id="ecs-svc/3")]),
            "another deployment, of shop:1, has replaced ours",
        ),
        (service(status="DRAINING"), "the service was deleted"),
        (rolling(failedTasks=3), "3 tasks of shop:1 have failed one after the other"),
    ],
)
def test_ends_that_are_failures(end: dict[str, Any], trouble: str) -> None:
    outcome, _, _ = watched(rolling(), end)
    assert trouble in outcome.trouble


GOING_BACK = "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1."
WITH_ROLLBACK = {
    "deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
}


def going_back(running: int = 0, **fields: Any) -> dict[str, Any]:
    """Our deployment has failed, and ecs-svc/3 takes its place."""
    rollback = deployment(
        id="ecs-svc/3",
        rolloutState="IN_PROGRESS",
        rolloutStateReason=GOING_BACK,
        runningCount=running,
        desiredCount=2,
    )
    failed = deployment(
        id="ecs-svc/2", status="ACTIVE", rolloutState="FAILED", rolloutStateReason="tasks failed."
    )
    return service(deployments=[rollback, failed], desiredCount=2, runningCount=running, **fields)


def gone_back() -> dict[str, Any]:
    ours = deployment(id="ecs-svc/3", runningCount=2, desiredCount=2)
    return service(deployments=[ours], desiredCount=2, runningCount=2)


def test_a_rollback_is_followed_to_its_own_end() -> None:
    failed = rolling(rolloutState="FAILED", rolloutStateReason="tasks failed.") | WITH_ROLLBACK
    outcome, told, _ = watched(rolling(), failed, going_back(), going_back(1), gone_back())
    assert (
        outcome.trouble
        == "the deployment of shop:1 failed: tasks failed; ECS has rolled back to shop:1, which"
        " runs"
    )
    assert outcome.deployment == "ecs-svc/2"
    assert outcome.service == gone_back()
    assert [one.message for one in told if one.kind == "warning"] == [
        "The deployment failed, and ECS rolls back to shop:1"
    ]
    assert not any("stable" in one.message for one in told)


def test_a_rollback_that_gets_nowhere_is_told_with_both_ends() -> None:
    outcome, _, _ = watched(rolling(), going_back(), minutes=0.1)
    assert (
        "tasks failed; the rollback to shop:1 has not ended well: no progress for 0.1 minutes"
        in outcome.trouble
    )


def test_a_rollback_that_never_begins_is_not_waited_for() -> None:
    failed = rolling(rolloutState="FAILED", rolloutStateReason="tasks failed.") | WITH_ROLLBACK
    outcome, _, aws = watched(rolling(), failed)
    assert outcome.trouble == "the deployment of shop:1 failed: tasks failed"
    assert aws.now < 20


def test_who_begins_to_wait_during_or_after_a_rollback_hears_of_it() -> None:
    during, _, _ = watched(going_back(), gone_back())
    assert (
        during.trouble == "the deployment before failed; ECS has rolled back to shop:1, which runs"
    )
    begun = datetime(2026, 5, 1, 12, 0, 1, tzinfo=UTC)
    event = {
        "id": "e1",
        "createdAt": begun,
        "message": "(service shop) rolling back to deployment ecs-svc/1.",
    }
    done = gone_back()
    done["deployments"][0]["createdAt"] = begun
    after, _, _ = watched({**done, "events": [event]})
    assert not after.ok
    done["deployments"][0]["createdAt"] = begun + timedelta(minutes=1)
    fresh, _, _ = watched({**done, "events": [event]})
    assert fresh.ok


def test_a_circuit_breaker_is_left_its_time() -> None:
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
    failing = {**rolling(failedTasks=9), "deploymentConfiguration": breaker}
    outcome, _, _ = watched(failing, failing, finished())
    assert outcome.ok


def test_slow_but_steady_progress_outlives_the_timeout() -> None:
    """Forty minutes in all, each step within five."""
    steps = [rolling(running, 10) for running in range(10) for _ in range(120)]
    outcome, _, aws = watched(rolling(0, 10), *steps, finished(10))
    assert outcome.ok
    assert aws.now > 30 * 60


def test_a_crash_loop_cannot_keep_the_wait_alive() -> None:
    """The running count goes up and down for ever; that is no new high."""
    loop = [rolling(running) for _ in range(400) for running in (1, 0)]
    outcome, _, aws = watched(rolling(), *loop)
    assert "no progress for 5 minutes" in outcome.trouble
    assert aws.now < 6 * 60


def test_scaling_down_is_progress_too() -> None:
    steps = [
        finished(2)
        | {
            "runningCount": left,
            "deployments": [deployment(id="ecs-svc/2", runningCount=left, desiredCount=2)],
        }
        for left in range(9, 2, -1)
        for _ in range(100)
    ]
    outcome, _, _ = watched(finished(2) | {"runningCount": 9}, *steps, finished(2))
    assert outcome.ok


@pytest.mark.parametrize("error", [SILENCE, THROTTLED])
def test_half_a_minute_without_an_answer_does_not_end_the_wait(error: AwsError) -> None:
    outcome, _, aws = watched(rolling(), *[error] * 25, finished())
    assert outcome.ok
    assert aws.now > 20


def test_silence_for_ever_ends_with_the_timeout_and_says_so() -> None:
    outcome, _, _ = watched(rolling(), SILENCE, minutes=1)
    assert outcome.trouble == "AWS has not answered for 1 minutes"


def test_an_error_that_waiting_cannot_help_is_raised_at_once() -> None:
    with pytest.raises(AwsError, match="denied"):
        watched(rolling(), AwsError("denied", code="SomethingElse"))


def test_polls_are_few() -> None:
    """At most five in the first three seconds, then one a second, later one in two."""
    _, _, aws = watched(rolling(), rolling(), minutes=3 / 60)
    assert aws.calls <= 5
    _, _, aws = watched(rolling(), rolling(), minutes=1)
    assert aws.calls <= 5 + 60


def test_each_event_of_the_service_is_told_once_and_old_ones_never() -> None:
    old, new = (
        {"id": name, "createdAt": _Time(), "message": f"event {name}"} for name in ("old", "new")
    )
    outcome, told, _ = watched(
        {**rolling(), "events": [old]},
        {**rolling(1), "events": [new, old]},
        {**finished(), "events": [new, old]},
    )
    assert isinstance(outcome, ServiceOutcome)
    assert [event.message for event in told if event.message.startswith("event")] == ["event new"]


def test_a_removal_ends_when_the_service_is_inactive() -> None:
    draining = service(status="DRAINING", runningCount=2)
    outcome, told, _ = watched(
        draining,
        draining,
        service(status="INACTIVE"),
        follow=partial(follow_service, goal=Goal.GONE),
    )
    assert outcome.ok
    assert told[0].fields == {"status": "DRAINING", "tasksLeft": 2}
    stuck, _, _ = watched(
        draining, draining, follow=partial(follow_service, goal=Goal.GONE), minutes=0.1
    )
    assert not stuck.ok


def test_tasks_are_followed_until_they_run_or_have_stopped() -> None:
    pending = task(1, lastStatus="PENDING")
    outcome, told, _ = watched([pending], pending, THROTTLED, task(1), follow=follow_tasks)  # type: ignore[arg-type]
    assert (outcome.trouble, outcome.tasks[0]["lastStatus"]) == ("", "RUNNING")
    assert [event.message for event in told] == [
        "Describe ECS container status",
        "Started container...",
    ]
    stuck, _, _ = watched([pending], pending, follow=follow_tasks, minutes=0.1)  # type: ignore[arg-type]
    assert "no change for 0.1 minutes" in stuck.trouble


class _Time:
    """The time of an event, as far as it is shown."""

    def strftime(self, form: str) -> str:
        return "12:00:00"

    def __lt__(self, other: object) -> bool:
        return False


def failed_before(running: int, desired: int) -> dict[str, Any]:
    """A service whose deployment has failed before its count is changed."""
    row = deployment(rolloutState="FAILED", runningCount=running, desiredCount=desired)
    return service(deployments=[row], runningCount=running, desiredCount=desired)


def test_a_count_of_zero_is_reached_whatever_became_of_the_deployment() -> None:
    outcome, told, _ = watched(
        failed_before(2, 0), failed_before(0, 0), follow=partial(follow_service, goal=Goal.COUNTED)
    )
    assert outcome.ok
    assert spoken(told)[-1] == "ECS Service has reached a stable state"


def test_fewer_tasks_are_reached_whatever_became_of_the_deployment() -> None:
    outcome, _, _ = watched(
        failed_before(3, 1), failed_before(1, 1), follow=partial(follow_service, goal=Goal.COUNTED)
    )
    assert outcome.ok


def test_more_tasks_of_a_deployment_that_failed_do_not_come() -> None:
    outcome, _, _ = watched(failed_before(0, 2), follow=partial(follow_service, goal=Goal.COUNTED))
    assert "the deployment of shop:1 failed" in outcome.trouble


def test_a_count_during_a_deployment_ends_with_both() -> None:
    outcome, _, _ = watched(
        rolling(), rolling(1), finished(), follow=partial(follow_service, goal=Goal.COUNTED)
    )
    assert outcome.ok


def test_counts_of_a_deployment_that_ecs_no_longer_lists_are_not_reported() -> None:
    gone = rolling(id="ecs-svc/9")
    _, told, _ = watched(rolling(1), gone, minutes=0.1)
    status = [event.fields for event in told if event.message == "Service status"]
    assert all(fields.get("taskDefinition") != "" for fields in status)
