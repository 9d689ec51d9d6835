"""A task as a program: followed to its end with its log; a signal or a timeout stops it."""

from __future__ import annotations

import signal
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from ecscli.base.errors import DeploymentError, Interrupted
from ecscli.commands.compose.running import compose_command, listen

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from ecscli.aws.client import Aws
    from ecscli.commands.context import App
    from ecscli.up.model import Event
    from ecscli.up.service.desired import WantedTasks


def run_to_end(
    app: App,
    wanted: WantedTasks,
    task: TaskTypeDef,
    minutes: float,
    logs: bool,
    termination: Termination,
) -> TaskTypeDef:
    """The task once it has stopped. Ctrl-C, SIGTERM and the timeout stop it first; 0 minutes is no
    timeout."""
    from ecscli.up.model import task_id

    aws, name = app.aws(), task_id(str(task["taskArn"]))
    try:
        termination.release()
        ended: TaskTypeDef | None = listen(app, _follow(app, wanted, task, minutes, logs))
    except KeyboardInterrupt:
        _stop(aws, wanted.names.cluster, task, "interrupted")
        raise Interrupted(
            f"Interrupted: task {name} was told to stop.",
            hint=f"see it with `{compose_command(wanted.names, 'ps')}`",
        ) from None
    if ended is None:
        _stop(aws, wanted.names.cluster, task, "timeout")
        raise DeploymentError(
            f"task {name} has not ended within {minutes:g} minutes and was told to stop"
        )
    return ended


def _follow(
    app: App, wanted: WantedTasks, task: TaskTypeDef, minutes: float, logs: bool
) -> Generator[Event, None, TaskTypeDef | None]:
    """The task's events and log lines; the log is data and goes to stdout."""
    from ecscli.up.tasks.program import follow_program

    sources = log_sources(wanted) if logs else {}
    if logs and not sources:
        app.console.warn("No log to show: no container uses 'awslogs' with a stream prefix")
    return (
        yield from follow_program(
            app.aws(), wanted.names.cluster, task, minutes, (sources, app.console.log)
        )
    )


def log_sources(wanted: WantedTasks) -> dict[str, Mapping[str, str]]:
    """The awslogs options of the containers that can be read, by container."""
    found = {}
    for container in wanted.definition["containerDefinitions"]:
        logging = container.get("logConfiguration") or {}
        options = logging.get("options") or {}
        if logging.get("logDriver") == "awslogs" and options.get("awslogs-stream-prefix"):
            found[container["name"]] = options
    return found


def _stop(aws: Aws, cluster: str, task: TaskTypeDef, reason: str) -> None:
    aws.call(
        "ecs",
        "stop_task",
        cluster=cluster,
        task=task["taskArn"],
        reason=f"Stopped by ecscli: {reason}",
    )


class Termination:
    """SIGTERM as Ctrl-C: held back until `release`, so that none is lost while a task starts."""

    def __init__(self) -> None:
        self._held, self._came = True, False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self._came = True
        if not self._held:
            raise KeyboardInterrupt

    def release(self) -> None:
        """From here on SIGTERM interrupts at once; one that came before does so now."""
        self._held = False
        if self._came:
            raise KeyboardInterrupt


@contextmanager
def terminable() -> Iterator[Termination]:
    """SIGTERM inside the block ends it as Ctrl-C does, once it is released. Only the main thread
    gets signals."""
    termination = Termination()
    try:
        before = signal.signal(signal.SIGTERM, termination)
    except ValueError:
        yield termination
        return
    try:
        yield termination
    finally:
        signal.signal(signal.SIGTERM, before)
