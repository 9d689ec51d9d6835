"""Two `compose up` or `scale` at once: after starting, a second look; of what is too much, each
stops its own."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.up.service.live import project_tasks
from ecscli.up.service.names import Names

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

Task = Document
MARK = "ecscli-"  # how startedBy begins of tasks that an `up` or a `scale` keeps the number of


def invocation() -> str:
    """What the tasks of this invocation have as startedBy."""
    return MARK + uuid.uuid4().hex[:16]


def surplus(
    running: Sequence[Task], known: Sequence[Task], started_by: str, wanted: int
) -> tuple[Task, ...]:
    """Which of the tasks of this invocation are too many, by an order that every invocation sees.

    `known` ran before and count; of the others those with a mark do, so that a one-off `run` stops
    nothing.
    """
    before = {task["taskArn"] for task in known}
    counted = [task for task in running if task["taskArn"] in before or _marked(task)]
    ordered = sorted(
        counted, key=lambda task: (str(task.get("createdAt", "")), str(task["taskArn"]))
    )
    return tuple(task for task in ordered[wanted:] if task.get("startedBy") == started_by)


def _marked(task: Task) -> bool:
    return str(task.get("startedBy", "")).startswith(MARK)


def read_surplus(
    aws: Aws, names: Names, started: Sequence[Task], known: Sequence[Task], wanted: int
) -> tuple[Task, ...]:
    """Look again at what runs, where something was started: which of it is too much and ours to
    stop."""
    if not started:
        return ()
    running = project_tasks(aws, names, "RUNNING")
    return surplus(running, known, str(started[0].get("startedBy", "")), wanted)
