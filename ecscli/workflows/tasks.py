"""The tasks of a project, which run until they end: registered, started, replaced, scaled, stopped,
waited for."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.documents import Draft
from ecscli.base.errors import DeploymentError, Finding, InputError
from ecscli.base.records import record, replace
from ecscli.up.model import Event, Plan, task_id
from ecscli.up.service.calls import Applied
from ecscli.up.service.desired import WantedTasks, launch_findings, task_fields
from ecscli.up.service.live import LiveProject, existing_groups, read_tasks
from ecscli.up.service.names import Names
from ecscli.up.service.revisions import newest_definition
from ecscli.up.service.task_definition import definition_id
from ecscli.up.tasks.live import project_tasks
from ecscli.up.tasks.plan import (
    parse_count,
    plan_definition,
    plan_stop,
    plan_tasks,
    plan_tasks_scale,
)
from ecscli.up.tasks.surplus import invocation, read_surplus
from ecscli.up.tasks.watch import follow_tasks
from ecscli.workflows.changes import apply_plan
from ecscli.workflows.comparison import compared
from ecscli.workflows.diagnosis import bad_ends, unplaced, unsettled
from ecscli.workflows.events import interruptible, warning
from ecscli.workflows.preflight import checked
from ecscli.workflows.project import (
    Connect,
    ProjectRequest,
    compose_command,
    load_names,
    names_anywhere,
    names_on_cluster,
)
from ecscli.workflows.request import (
    Launch,
    TaskRequest,
    check_timeout,
    read_launch,
    translated,
    wanted_groups,
)
from ecscli.workflows.translation import Translation

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from ecscli.aws.client import Aws


@record
class PlannedTasks:
    """What will be done so that `count` tasks run, and what it was planned from."""

    request: TaskRequest
    wanted: WantedTasks
    live: LiveProject
    plan: Plan
    count: int


@record
class PlannedStop:
    """The tasks that will be stopped, and how they are followed."""

    names: Names
    plan: Plan
    timeout: float
    no_wait: bool


@record
class SettledTasks:
    """The tasks at the end of a job; `error` where they did not end well."""

    tasks: tuple[TaskTypeDef, ...]
    changed: bool
    error: DeploymentError | None = None


@record
class Registered:
    """A revision as ``family:revision``; `changed` where it or a log group was made."""

    definition: str
    changed: bool


# -------------------------------------------------------------------------- what is wanted


def wanted_tasks(
    connect: Connect,
    request: TaskRequest,
    *,
    runs: bool = True,
    network: bool = True,
    wrong: Iterable[Finding] = (),
) -> Generator[Event, None, WantedTasks]:
    """What files and flags ask of tasks. Raises InputError with all that is wrong with either,
    after what is `wrong` already.

    Without `runs` the definition is only registered, which needs no cluster; without `network` the
    tasks get a network that is not that of the files.
    """
    launch, settings = read_launch(request), request.project.settings
    launch = replace(launch, findings=(*wrong, *launch.findings))
    named = names_on_cluster if runs else names_anywhere

    def check(translation: Translation) -> Iterator[Finding]:
        named(translation.project, settings)
        if runs and network:
            yield from launch_findings(translation.definition, translation.params)
        yield from wanted_groups(request, translation)[1]

    translation = yield from translated(connect, request, launch, check)
    return WantedTasks(
        named(translation.project, settings),
        translation.definition.request,
        _fields(translation, launch),
        launch.tags,
        not request.disable_ecs_managed_tags,
        tuple(wanted_groups(request, translation)[0]),
        translation.project.dialect.reproduces_ecs_cli,
    )


def _checked(aws: Aws, planned: PlannedTasks) -> PlannedTasks:
    """The same, once what the plan names was looked up."""
    plan = checked(aws, planned.plan, planned.request, planned.wanted)
    return replace(planned, plan=plan)


def _fields(translation: Translation, launch: Launch) -> Draft:
    """The fields of RunTask, with the volumes that ECS makes."""
    definition = translation.definition
    fields = task_fields(definition, translation.params, launch.flags)
    if definition.managed_volumes:
        fields["volumeConfigurations"] = list(definition.managed_volumes)
    return fields


# ------------------------------------------------------------------------------- register


def plan_registration(
    connect: Connect, request: TaskRequest
) -> Generator[Event, None, PlannedTasks]:
    """Plan to register the task definition where it differs from the newest revision."""
    wanted = yield from wanted_tasks(connect, request, runs=False)
    aws = connect()
    newest, groups = aws.together(
        lambda: newest_definition(aws, wanted.names.family),
        lambda: existing_groups(aws, wanted.log_groups),
    )
    live = LiveProject(definition=newest, log_groups=groups)
    return _checked(aws, PlannedTasks(request, wanted, live, plan_definition(wanted, live), 0))


def register(aws: Aws, planned: PlannedTasks) -> Generator[Event, None, Registered]:
    """Register the task definition, and create its log groups."""
    wanted = planned.wanted
    where = f"task definition {wanted.names.family}"
    applied = yield from apply_plan(aws, planned.plan, where)
    name = applied.values.get("taskDefinition")
    if name is None:
        name = definition_id(wanted.definition, planned.live)
        yield Event("Using ECS task definition", fields={"TaskDefinition": name})
    return Registered(str(name), bool(planned.plan))


# ------------------------------------------------------------------------------- up, scale


def plan(
    connect: Connect, request: TaskRequest, force: bool = False
) -> Generator[Event, None, PlannedTasks]:
    """Plan one task where none runs, and to replace those of other revisions, or all by `force`."""
    wanted = yield from wanted_tasks(connect, request)
    names, managed_tags = wanted.names, wanted.managed_tags
    live, notice = compared(
        request, lambda: read_tasks(connect(), names, wanted.log_groups, managed_tags)
    )
    count = max(1, len(live.tasks))
    whole = plan_tasks(wanted, live, force)
    if notice:
        whole = replace(whole, notices=(*whole.notices, notice))
        return PlannedTasks(request, wanted, live, whole, count)
    return _checked(connect(), PlannedTasks(request, wanted, live, whole, count))


def apply(aws: Aws, planned: PlannedTasks) -> Generator[Event, None, SettledTasks]:
    """Start and replace tasks, and follow them until they run."""
    names, live = planned.wanted.names, planned.live
    if live.tasks:
        yield Event(
            f"Found existing ECS tasks for project  CountOfTasks={len(live.tasks)}"
            f" ProjectName={names.project}"
        )
    applied = yield from _apply_once(aws, planned)
    ended = yield from _followed(aws, planned, applied)
    if not planned.plan:
        yield Event("Nothing to change: the tasks that run are what is wanted.", "done")
    tasks = [*_without(live.tasks, applied.stopped), *_among(ended, applied.started)]
    return _settled(aws, planned, applied, ended, tasks)


def plan_count(
    connect: Connect, request: TaskRequest, words: Sequence[str]
) -> Generator[Event, None, PlannedTasks]:
    """Plan to start or stop tasks until as many run as the one word asks for."""
    count, wrong = read_count(words, "ecscli compose scale COUNT")
    wanted = yield from wanted_tasks(connect, request, wrong=wrong)
    live = read_tasks(connect(), wanted.names, (), wanted.managed_tags)
    whole = plan_tasks_scale(wanted, live, count)
    return _checked(connect(), PlannedTasks(request, wanted, live, whole, count))


def apply_count(aws: Aws, planned: PlannedTasks) -> Generator[Event, None, SettledTasks]:
    """Start or stop tasks, and follow them."""
    if not planned.plan:
        running = len(planned.live.tasks)
        yield Event(f"Tasks are already running  countOfRunningTasks={running}", "done")
    applied = yield from _apply_once(aws, planned)
    ended = yield from _followed(aws, planned, applied)
    return _settled(aws, planned, applied, ended, ended)


def read_count(words: Sequence[str], form: str) -> tuple[int, tuple[Finding, ...]]:
    """The one COUNT of a `scale`, or 0 and what is wrong with it."""
    if len(words) != 1:
        return 0, (Finding(f"Please pass arguments in the form: {form}"),)
    try:
        return parse_count(words[0]), ()
    except InputError as error:
        return 0, error.findings


def _apply_once(aws: Aws, planned: PlannedTasks) -> Generator[Event, None, Applied]:
    """Carry the plan out so that `count` tasks run, even where another invocation does the same at
    the same time."""
    names = planned.wanted.names
    where = f"the tasks of {names.project}"
    applied = yield from apply_plan(aws, planned.plan, where, invocation())
    extra = read_surplus(aws, names, applied.started, planned.live.tasks, planned.count)
    if extra:
        ids = ", ".join(task_id(str(task["taskArn"])) for task in extra)
        message = f"Another command has started tasks of {names.project} at the same time"
        yield warning(Finding(f"{message}: stopping {ids}"))
        gone = (yield from apply_plan(aws, plan_stop(names, extra), where)).stopped
        applied.started = _without(applied.started, gone)
        applied.stopped += gone
    return applied


def _followed(
    aws: Aws, planned: PlannedTasks, applied: Applied
) -> Generator[Event, None, list[TaskTypeDef]]:
    """What was stopped and started, at its end where it is waited for."""
    request = planned.request
    changed: list[TaskTypeDef] = [*applied.stopped, *applied.started]
    if request.no_wait:
        return changed
    return (yield from until_settled(aws, planned.wanted.names, changed, request.timeout))


def _settled(
    aws: Aws,
    planned: PlannedTasks,
    applied: Applied,
    ended: Iterable[TaskTypeDef],
    tasks: Iterable[TaskTypeDef],
) -> SettledTasks:
    wanted, request = planned.wanted, planned.request
    error = unplaced(aws, wanted, planned.live, applied)
    if error is None and request.timeout and not request.no_wait:
        error = bad_ends(aws, wanted.names, _among(ended, applied.started))
    return SettledTasks(tuple(tasks), bool(planned.plan), error)


def _among(tasks: Iterable[TaskTypeDef], these: Iterable[TaskTypeDef]) -> list[TaskTypeDef]:
    arns = {task["taskArn"] for task in these}
    return [task for task in tasks if task["taskArn"] in arns]


def _without(tasks: Iterable[TaskTypeDef], these: Iterable[TaskTypeDef]) -> list[TaskTypeDef]:
    arns = {task["taskArn"] for task in these}
    return [task for task in tasks if task["taskArn"] not in arns]


# ------------------------------------------------------------------------------ stop, wait


def plan_stop_all(
    connect: Connect, request: ProjectRequest, timeout: float, no_wait: bool
) -> PlannedStop:
    """Plan to stop every task of the project; those of a service stay."""
    names = load_names(request, check_timeout(timeout))
    tasks = project_tasks(connect(), names, "RUNNING")
    return PlannedStop(names, plan_stop(names, tasks), timeout, no_wait)


def stop_all(aws: Aws, planned: PlannedStop) -> Generator[Event, None, SettledTasks]:
    """Stop the tasks, and follow them until they have stopped."""
    names = planned.names
    applied = yield from apply_plan(aws, planned.plan, f"the tasks of {names.project}")
    tasks: Sequence[TaskTypeDef] = applied.stopped
    if not planned.no_wait:
        tasks = yield from until_settled(aws, names, tasks, planned.timeout, "STOPPED")
    if not planned.plan:
        yield Event(f"No task of {names.project} runs.")
    return SettledTasks(tuple(tasks), bool(planned.plan))


def wait(
    connect: Connect, request: ProjectRequest, timeout: float, until: str = ""
) -> Generator[Event, None, SettledTasks]:
    """Follow the tasks of the project until they run, or until they have `until` as status."""
    names = load_names(request, check_timeout(timeout))
    aws = connect()
    tasks = project_tasks(aws, names, "RUNNING")
    ended = yield from until_settled(aws, names, tasks, timeout, until)
    if not tasks:
        yield Event(f"No task of {names.project} runs.")
    return SettledTasks(tuple(ended), False, bad_ends(aws, names, ended))


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
    ps, stop_all = compose_command(names, "ps"), compose_command(names, "stop")
    with interruptible(
        f"Interrupted: {len(tasks)} tasks of {names.project} go on at AWS.",
        f"see them with `{ps}`, end them with `{stop_all}`",
    ):
        outcome = yield from follow_tasks(aws, names.cluster, tasks, minutes, until)
    if outcome.trouble:
        raise unsettled(aws, names, outcome.tasks, outcome.trouble)
    return list(outcome.tasks)
