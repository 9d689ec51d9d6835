"""What the task commands share: what is wanted by files and flags, and tasks followed to their
end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ecscli.base.documents import Draft
from ecscli.base.errors import DeploymentError, Finding, InputError
from ecscli.base.records import record
from ecscli.commands.compose.running import (
    carry_out,
    check_timeout,
    compose_command,
    interruptible,
    listen,
    names_of,
    refuse,
)
from ecscli.commands.compose.translation import Translation, tell, translate

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from ecscli.commands.context import App
    from ecscli.up.model import CreateLogGroup, Plan
    from ecscli.up.service.calls import Applied
    from ecscli.up.service.desired import WantedTasks
    from ecscli.up.service.live import LiveProject
    from ecscli.up.service.names import Names

DEFAULT_TIMEOUT = 10.0  # minutes; the original's 100 rounds of 6 seconds


@record
class TaskFlags:
    """The flags of the task commands; those that a command does not have stay at their defaults."""

    tags: str | None = None
    disable_ecs_managed_tags: bool = False
    create_log_groups: bool = False
    log_retention: int | None = None
    capacity_provider: str | None = None
    platform_version: str | None = None
    propagate_tags: str | None = None
    execute_command: bool | None = None
    timeout: float = 0.0


def wanted_tasks(app: App, flags: TaskFlags, runs: str = "here") -> tuple[WantedTasks, Translation]:
    """What files and flags want of tasks. Raises InputError with everything that is wrong with
    either.

    `runs`: "here" by files and flags alone, "beside" a live service whose network is taken, or
    "never": the definition is only registered, so that neither cluster nor network count.
    """
    from ecscli.base.tags import ecs_tags, parse_tags
    from ecscli.up.service import desired
    from ecscli.up.service.flags import read_capacity
    from ecscli.up.service.log_groups import log_groups

    pairs, wrong = parse_tags(flags.tags)
    tags = ecs_tags(pairs)
    capacity, wrong_capacity = read_capacity(flags.capacity_provider)
    found = [*wrong, *wrong_capacity, *check_timeout(flags.timeout)]
    launch = desired.LaunchFlags(
        app.settings().launch_type.value,
        capacity,
        flags.platform_version,
        flags.execute_command,
        flags.propagate_tags,
    )
    groups: list[CreateLogGroup] = []

    def check(translation: Translation) -> Iterator[Finding]:
        names_of(app, translation.project, clusterless=runs == "never")
        request = translation.definition.request
        if runs == "here":
            yield from desired.launch_findings(request, translation.params, launch)
        if flags.create_log_groups:
            groups[:], wrong_groups = log_groups(
                request, app.settings().need_region(), flags.log_retention
            )
            yield from wrong_groups

    translation = checked_translation(app, launch, tags, found, check)
    request, params = translation.definition.request, translation.params
    names = names_of(app, translation.project, clusterless=runs == "never")
    tell(app, translation)
    fields = desired.task_fields(request, params, launch)
    if translation.definition.managed_volumes:
        fields["volumeConfigurations"] = list(translation.definition.managed_volumes)
    if flags.create_log_groups and not groups:
        app.console.warn("No log groups to create; no containers use 'awslogs'")
    return (
        desired.WantedTasks(
            names, request, fields, tags, not flags.disable_ecs_managed_tags, tuple(groups)
        ),
        translation,
    )


def checked_translation(
    app: App,
    launch: Any,
    tags: Any,
    found: list[Finding],
    check: Callable[[Translation], Iterable[Finding]],
) -> Translation:
    """The translation for the effective launch type; what is wrong with flags, files or both is
    told together."""
    target: Draft = {}
    if launch.capacity and all(
        item["capacityProvider"].startswith("FARGATE") for item in launch.capacity
    ):
        target["launch_type"] = "FARGATE"
    try:
        return translate(
            app,
            tags=tags,
            check=lambda translation: refuse([*found, *check(translation)]),
            **target,
        )
    except InputError as error:
        raise InputError.of([*found, *error.findings]) from error


def follow(
    app: App, names: Names, tasks: Iterable[TaskTypeDef], minutes: float, until: str = ""
) -> list[TaskTypeDef]:
    """Follow tasks until they run (or have stopped); raises DeploymentError where they do not get
    there."""
    from ecscli.up.tasks.watch import follow_tasks

    tasks = list(tasks)
    if not minutes:
        if tasks:
            app.console.warn("Timeout was specified as zero. The tasks may not have settled yet.")
        return tasks
    stop = compose_command(names, "stop")
    with interruptible(
        f"Interrupted: {len(tasks)} tasks of {names.project} go on at AWS.",
        f"see them with `{compose_command(names, 'ps')}`, end them with `{stop}`",
    ):
        outcome = listen(app, follow_tasks(app.aws(), names.cluster, tasks, minutes, until))
    if outcome.trouble:
        raise DeploymentError(
            outcome.trouble, hint=why(names), reasons=reasons(app, names, outcome.tasks)
        )
    return list(outcome.tasks)


def carry_out_once(app: App, names: Names, plan: Plan, live: LiveProject, count: int) -> Applied:
    """Carry the plan out so that `count` tasks run, even where another invocation does the same at
    the same time."""
    from ecscli.up.model import task_id
    from ecscli.up.tasks.plan import plan_stop
    from ecscli.up.tasks.surplus import invocation, read_surplus

    where = f"the tasks of {names.project}"
    applied = carry_out(app, plan, where, invocation())
    extra = read_surplus(app.aws(), names, applied.started, live.tasks, count)
    if extra:
        ids = ", ".join(task_id(str(task["taskArn"])) for task in extra)
        app.console.warn(
            f"Another command has started tasks of {names.project} at the same time: stopping {ids}"
        )
        gone = carry_out(app, plan_stop(names, extra), where).stopped
        arns = {task["taskArn"] for task in gone}
        applied.started = [task for task in applied.started if task["taskArn"] not in arns]
        applied.stopped += gone
    return applied


def check_ends(app: App, names: Names, tasks: Iterable[TaskTypeDef]) -> None:
    """Raise DeploymentError where a task that should run has stopped otherwise than with exit code
    0."""
    from ecscli.up.diagnosis.diagnose import ended_badly

    bad = [task for task in tasks if ended_badly(task)]
    if bad:
        count = f"{len(bad)} task{'' if len(bad) == 1 else 's'} of {names.project} stopped"
        raise DeploymentError(count, hint=why(names), reasons=reasons(app, names, bad))


def check_placed(app: App, wanted: WantedTasks, live: LiveProject, applied: Applied) -> None:
    """Raise DeploymentError where RunTask could not place what was asked for."""
    from ecscli.up.diagnosis.diagnose import diagnose
    from ecscli.up.diagnosis.facts import placement_facts
    from ecscli.up.service.task_definition import definition_arn

    if not applied.failures:
        return
    arn = (
        live.tasks[0]["taskDefinitionArn"]
        if live.tasks
        else definition_arn(wanted.definition, live)
    )
    definition = applied.values.get("taskDefinitionArn") or arn
    facts = placement_facts(app.aws(), wanted.names.cluster, applied.failures, definition)
    started = f"{len(applied.started)} started" if applied.started else "none started"
    raise DeploymentError(
        f"not every task of {wanted.names.project} could be placed, {started}",
        hint=why(wanted.names),
        reasons=[reason.text for reason in diagnose(facts)],
    )


def reasons(app: App, names: Names, tasks: Iterable[TaskTypeDef]) -> list[str]:
    from ecscli.up.diagnosis.diagnose import diagnose
    from ecscli.up.diagnosis.facts import task_facts

    return [reason.text for reason in diagnose(task_facts(app.aws(), names.cluster, list(tasks)))]


def why(names: Names) -> str:
    return f"ask again later with `{compose_command(names, 'why')}`"


def task_document(task: TaskTypeDef) -> Draft:
    """A task in the JSON of the task commands."""
    from ecscli.up.model import short, task_id

    return {
        "id": task_id(str(task["taskArn"])),
        "arn": task["taskArn"],
        "taskDefinition": short(str(task.get("taskDefinitionArn", ""))),
        "status": task.get("lastStatus"),
        "desiredStatus": task.get("desiredStatus"),
        "stoppedReason": task.get("stoppedReason"),
        "containers": [
            {"name": one["name"], "status": one.get("lastStatus"), "exitCode": one.get("exitCode")}
            for one in task.get("containers", ())
        ],
    }
