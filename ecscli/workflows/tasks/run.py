"""One task of a project, with commands of one's own: started, or followed to its end as a
program."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.errors import AccessError, AwsError, DeploymentError, Finding, Interrupted
from ecscli.base.records import record, replace
from ecscli.up.model import Event, Plan, task_id
from ecscli.up.service.desired import WantedTasks
from ecscli.up.service.live import LiveProject, long_arns, need_cluster, network_of_service
from ecscli.up.service.names import Names
from ecscli.up.service.revisions import newest_definition
from ecscli.up.tasks.overrides import (
    Overrides,
    cut_short_by,
    exit_code,
    names_in_pairs,
    read_overrides,
    unknown_container,
)
from ecscli.up.tasks.plan import plan_run
from ecscli.up.tasks.program import follow_program
from ecscli.workflows.changes import apply_plan
from ecscli.workflows.diagnosis import bad_ends, unplaced
from ecscli.workflows.events import warning
from ecscli.workflows.network import located
from ecscli.workflows.preflight import checked
from ecscli.workflows.project import Connect, compose_command, refuse
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.tasks.settled import SettledTasks, until_settled
from ecscli.workflows.tasks.wanted import wanted_tasks

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from ecscli.aws.client import Aws

WriteLog = Callable[[str], None]


@record
class RunRequest(TaskRequest):
    """What is asked of one task beside its files.

    `words`: SERVICE COMMAND..., or with `pairs` also ecs-cli's CONTAINER "COMMAND ..." pairs.
    `environment`: NAME=VALUE; `cpu`: CPU units; `memory`: MiB; `network_of`: the ECS service whose
    network is taken. `timeout` ends a program that is followed; 0 is no limit for it.
    """

    words: tuple[str, ...] = ()
    pairs: bool = True
    environment: tuple[str, ...] = ()
    cpu: int | None = None
    memory: int | None = None
    task_role: str | None = None
    execution_role: str | None = None
    network_of: str | None = None


@record
class PlannedRun:
    """One task that will be started; `main` is the container whose exit code counts, None where
    that is any essential one."""

    request: RunRequest
    wanted: WantedTasks
    live: LiveProject
    plan: Plan
    main: str | None


@record
class Ended:
    """A task at its end, with the exit code that counts; `error` where it never ran."""

    task: TaskTypeDef
    code: int
    error: DeploymentError | None = None


def plan(connect: Connect, request: RunRequest) -> Generator[Event, None, PlannedRun]:
    """Plan one task, whatever else runs. Raises InputError where the cluster does not exist."""
    wanted = yield from wanted_tasks(connect, request)
    wanted, live = _read(connect(), wanted, request.network_of)
    wanted = yield from located(connect, request, wanted)
    overrides, notices = read_words(request, wanted)
    planned = checked(connect(), plan_run(wanted, live, overrides), wanted, live)
    planned = replace(planned, notices=(*planned.notices, *notices))
    return PlannedRun(request, wanted, live, planned, main_of(overrides))


def read_words(request: RunRequest, wanted: WantedTasks) -> tuple[Document, list[Finding]]:
    """The overrides that words and flags ask for, and notices of containers that only AWS may know.
    Raises InputError with everything that is wrong with them."""
    flags = Overrides(
        request.environment,
        request.cpu,
        request.memory,
        request.task_role,
        request.execution_role,
    )
    containers = [one["name"] for one in wanted.definition["containerDefinitions"]]
    strange = _sent_as_ecs_cli_did(request, wanted, containers)
    known = [*containers, *strange]
    overrides, wrong = read_overrides(request.words, flags, known, request.pairs)
    refuse(wrong)
    return overrides, [unknown_container(name, containers) for name in strange]


def _sent_as_ecs_cli_did(
    request: RunRequest, wanted: WantedTasks, containers: Sequence[str]
) -> list[str]:
    """Names in pairs that the project does not have: an error, but for files whose meaning is
    ecs-cli's, which left them to AWS."""
    if not (wanted.as_ecs_cli and request.pairs):
        return []
    return [name for name in names_in_pairs(request.words, containers) if name not in containers]


def _read(aws: Aws, wanted: WantedTasks, network_of: str | None) -> tuple[WantedTasks, LiveProject]:
    """What is live, and the network of a service where that is to be taken."""
    names = wanted.names

    def network() -> Document | None:
        return network_of_service(aws, names.cluster, network_of) if network_of else None

    definition, setting, _, found = aws.together(
        lambda: newest_definition(aws, names.family),
        lambda: not wanted.managed_tags or long_arns(aws),
        lambda: need_cluster(aws, names.cluster),
        network,
    )
    if found:
        wanted = replace(wanted, fields={**wanted.fields, "networkConfiguration": found})
    return wanted, LiveProject(definition=definition, long_arns=setting)


def main_of(overrides: Document) -> str | None:
    """The one container that got a command."""
    rows = overrides.get("containerOverrides", ())
    commands = [str(row["name"]) for row in rows if row.get("command")]
    return commands[0] if len(commands) == 1 else None


def apply(aws: Aws, planned: PlannedRun) -> Generator[Event, None, SettledTasks]:
    """Start the task, and follow it until it runs."""
    request, names = planned.request, planned.wanted.names
    task = yield from start(aws, planned)
    if request.no_wait:
        return SettledTasks((task,), True)
    try:
        ended = yield from until_settled(aws, names, [task], request.timeout)
    except (AwsError, AccessError):
        yield _goes_on(names, task)
        raise
    return SettledTasks(tuple(ended), True, bad_ends(aws, names, ended))


def start(
    aws: Aws, planned: PlannedRun, started_by: str = "", new_role: bool = False
) -> Generator[Event, None, TaskTypeDef]:
    """Start the task, with `started_by`; `new_role`: see `apply`. Raises DeploymentError where it
    cannot be placed."""
    where = f"the tasks of {planned.wanted.names.project}"
    applied = yield from apply_plan(aws, planned.plan, where, started_by, new_role)
    error = unplaced(aws, planned.wanted, planned.live, applied)
    if error:
        raise error
    return applied.started[0]


def finish(
    aws: Aws,
    planned: PlannedRun,
    task: TaskTypeDef,
    write: WriteLog | None = None,
    begin: Callable[[], None] = lambda: None,
) -> Generator[Event, None, Ended]:
    """Follow a task that was started to its end. Ctrl-C and the timeout stop it.

    `write` gets the lines of its log. `begin` is called first: where it raises KeyboardInterrupt,
    that stops the task too.
    """
    names, minutes = planned.wanted.names, planned.request.timeout
    sources = _log_sources(planned.wanted) if write else {}
    if write and not sources:
        yield warning(Finding("No log to show: no container uses 'awslogs' with a stream prefix"))
    try:
        begin()
        logs = sources, write or _nowhere
        ended = yield from follow_program(aws, names.cluster, task, minutes, logs)
    except KeyboardInterrupt:
        _stop(aws, names.cluster, task, "interrupted")
        raise _interrupted(names, task) from None
    except (AwsError, AccessError):
        yield _goes_on(names, task)
        raise
    if ended is None:
        _stop(aws, names.cluster, task, "timeout")
        raise _not_ended(task, minutes)
    yield from _cut_short(planned, ended)
    return _ended(aws, planned, ended)


def _interrupted(names: Names, task: TaskTypeDef) -> Interrupted:
    name, hint = task_id(str(task["taskArn"])), f"see it with `{compose_command(names, 'ps')}`"
    return Interrupted(f"Interrupted: task {name} was asked to stop.", hint=hint)


def _not_ended(task: TaskTypeDef, minutes: float) -> DeploymentError:
    name = task_id(str(task["taskArn"]))
    return DeploymentError(
        f"task {name} has not ended within {minutes:g} minutes and was asked to stop"
    )


def _cut_short(planned: PlannedRun, ended: TaskTypeDef) -> Iterator[Event]:
    """A warning where another container failed and took the program with it."""
    name = cut_short_by(ended, planned.wanted.definition, planned.main)
    if name:
        message = f"container {name} failed and ended the task: {planned.main} was cut short"
        yield warning(Finding(message, hint=f"mark {name} as not essential to let it end"))


def _goes_on(names: Names, task: TaskTypeDef) -> Event:
    """A warning where a started task cannot be followed: the same command starts another one."""
    ps, stop = compose_command(names, "ps"), compose_command(names, "stop")
    message = f"task {task_id(str(task['taskArn']))} was started and goes on"
    return warning(Finding(message, hint=f"see it with `{ps}`, end it with `{stop}`"))


def _ended(aws: Aws, planned: PlannedRun, task: TaskTypeDef) -> Ended:
    code = exit_code(task, planned.wanted.definition, planned.main)
    if code is None:
        return Ended(task, 0, bad_ends(aws, planned.wanted.names, [task]))
    return Ended(task, code)


def _log_sources(wanted: WantedTasks) -> dict[str, Mapping[str, str]]:
    """The awslogs options of the containers whose logs can be read, by container."""
    found = {}
    for container in wanted.definition["containerDefinitions"]:
        logging = container.get("logConfiguration") or {}
        options = logging.get("options") or {}
        if logging.get("logDriver") == "awslogs" and options.get("awslogs-stream-prefix"):
            found[container["name"]] = options
    return found


def _nowhere(line: str) -> None:
    """Nobody reads the log."""


def _stop(aws: Aws, cluster: str, task: TaskTypeDef, reason: str) -> None:
    reason = f"Stopped by ecscli: {reason}"
    aws.call("ecs", "stop_task", cluster=cluster, task=task["taskArn"], reason=reason)
