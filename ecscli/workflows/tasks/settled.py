"""Tasks followed until they run, or have stopped."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from ecscli.base.errors import DeploymentError, Finding
from ecscli.base.records import record
from ecscli.up.model import Event
from ecscli.up.service.names import Names
from ecscli.up.support.plan import SupportStack
from ecscli.up.tasks.addresses import Address
from ecscli.up.tasks.live import project_tasks
from ecscli.up.tasks.watch import follow_tasks
from ecscli.workflows.changes import check_timeout
from ecscli.workflows.diagnosis import bad_ends, unsettled
from ecscli.workflows.events import interruptible, warning
from ecscli.workflows.project import Connect, ProjectRequest, compose_command, load_names

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from ecscli.aws.client import Aws


@record
class SettledTasks:
    """The tasks at the end of a job; `error` where they did not end well. `addresses`: where `up`
    has found their published ports; `support`: the stack that has their execution role."""

    tasks: tuple[TaskTypeDef, ...]
    changed: bool
    error: DeploymentError | None = None
    addresses: tuple[Address, ...] = ()
    support: SupportStack | None = None


def until_settled(
    aws: Aws, names: Names, tasks: Iterable[TaskTypeDef], minutes: float, until: str = ""
) -> Generator[Event, None, list[TaskTypeDef]]:
    """Follow tasks until they run (or have stopped). Raises DeploymentError where they do not get
    there."""
    tasks = list(tasks)
    if not minutes:
        if tasks:
            message = "Timeout was specified as zero. The tasks may not have settled yet."
            yield warning(Finding(message))
        return tasks
    with _interruptible(names, len(tasks)):
        outcome = yield from follow_tasks(aws, names.cluster, tasks, minutes, until)
    if outcome.trouble:
        raise unsettled(aws, names, outcome.tasks, outcome.trouble)
    return list(outcome.tasks)


def _interruptible(names: Names, count: int) -> AbstractContextManager[None]:
    """Ctrl-C in the block explains that the tasks go on."""
    ps, stop = compose_command(names, "ps"), compose_command(names, "stop")
    return interruptible(
        f"Interrupted: {count} tasks of {names.project} go on at AWS.",
        f"see them with `{ps}`, end them with `{stop}`",
    )


def wait(
    connect: Connect, request: ProjectRequest, timeout: float, until: str = ""
) -> Generator[Event, None, SettledTasks]:
    """Follow the tasks of the project until they run, or until they have `until` as status."""
    names = load_names(request, check_timeout(timeout))
    aws = connect()
    tasks = project_tasks(aws, names, "RUNNING")
    ended = yield from until_settled(aws, names, tasks, timeout, until)
    if not tasks:
        yield Event(f'No task of project "{names.project}" is running in cluster {names.cluster}.')
    return SettledTasks(tuple(ended), False, bad_ends(aws, names, ended))
