"""Which facts count: the trouble of the last bad revision, not of those before it, and not what we
stopped."""

from typing import Any

from ecscli.up.diagnosis.facts import of_last_trouble


def task(
    revision: int, code: int, reason: str = "Essential container in task exited"
) -> dict[str, Any]:
    return {
        "taskDefinitionArn": f"shop:{revision}",
        "lastStatus": "STOPPED",
        "stoppedReason": reason,
        "containers": [{"name": "web", "exitCode": code}],
    }


def test_older_revisions_are_another_story() -> None:
    newest_first = [task(6, 3), task(6, 3), task(3, 1)]
    assert of_last_trouble(newest_first) == newest_first[:2]


def test_what_was_stopped_on_purpose_is_no_trouble() -> None:
    stopped = task(7, 137, "Scaling activity initiated by (deployment ecs-svc/1)")
    assert of_last_trouble([stopped, task(6, 3)]) == [task(6, 3)]


def test_without_trouble_nothing_is_left_out() -> None:
    tasks = [task(2, 0), task(1, 0)]
    assert of_last_trouble(tasks) == tasks
