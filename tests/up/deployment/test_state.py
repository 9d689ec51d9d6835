"""When a deployment counts as done: it is the only one, completed, and as many tasks run as are
wanted."""

from typing import Any

import pytest

from ecscli.up.deployment.state import is_settled


def service(*rows: dict[str, Any], running: int = 2) -> dict[str, Any]:
    return {
        "status": "ACTIVE",
        "desiredCount": 2,
        "runningCount": running,
        "deployments": list(rows),
    }


NEW = {"id": "ecs-svc/2", "status": "PRIMARY", "rolloutState": "COMPLETED"}
OLD = {"id": "ecs-svc/1", "status": "ACTIVE", "rolloutState": "COMPLETED"}


@pytest.mark.parametrize(
    ("state", "done"),
    [
        (service(NEW), True),
        (service(NEW, OLD), False),
        (service(NEW, {**OLD, "status": "INACTIVE"}), False),
        (service({**NEW, "rolloutState": "IN_PROGRESS"}), False),
        (service({**NEW, "rolloutState": "FAILED"}), False),
        (service(NEW, running=1), False),
        (service(NEW, running=3), False),
    ],
)
def test_done_is_one_completed_deployment_with_all_its_tasks(
    state: dict[str, Any], done: bool
) -> None:
    assert is_settled(state) is done
