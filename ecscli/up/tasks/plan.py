"""PURE: the desired tasks of a project, and those that run -> the Plan: start, replace, scale,
stop, run once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.documents import Draft
from ecscli.base.errors import Finding, InputError, shorten
from ecscli.base.units import MOST_COUNTED
from ecscli.up.model import Action, Plan, Ref, Request, RunTask, StopTask, short
from ecscli.up.service.live import LiveProject
from ecscli.up.service.names import Names
from ecscli.up.service.task_definition import definition_arn, preparation

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from ecscli.up.service.desired import WantedTasks

RUN_AT_ONCE = 10  # the most that one RunTask starts


def plan_definition(wanted: WantedTasks, live: LiveProject) -> Plan:
    """`compose create`: log groups and task definition."""
    return Plan(tuple(preparation(wanted, live)))


def plan_tasks(wanted: WantedTasks, live: LiveProject, force: bool = False) -> Plan:
    """One task where none runs; else every task of another revision is replaced, or all where
    `force` is set or a secret is updated."""
    arn = definition_arn(wanted.definition, live)
    actions: list[Action] = [*preparation(wanted, live)]
    if not live.tasks:
        return Plan((*actions, *_runs(wanted, live, arn, 1)))
    replaces_all = force or wanted.secrets.updates
    old = [task for task in live.tasks if replaces_all or _is_old(task, arn, wanted)]
    for start in range(0, len(old), RUN_AT_ONCE):
        lot = old[start : start + RUN_AT_ONCE]
        actions += [*_stops(wanted.names, lot), *_runs(wanted, live, arn, len(lot))]
    return Plan(tuple(actions))


def _is_old(task: TaskTypeDef, arn: str | Ref, wanted: WantedTasks) -> bool:
    """Whether a task is of another revision, or older than a secret that was pushed since."""
    started, since = task.get("createdAt"), wanted.secrets.since
    has_old_secrets = started is not None and since is not None and started < since
    return has_old_secrets or task.get("taskDefinitionArn") != arn


def plan_tasks_scale(wanted: WantedTasks, live: LiveProject, count: int) -> Plan:
    """More tasks like the first that runs, or fewer; the files count only where nothing runs."""
    running = len(live.tasks)
    if count <= running:
        return plan_stop(wanted.names, live.tasks[: running - count])
    if live.tasks:
        first = live.tasks[0]["taskDefinitionArn"]
        return Plan(tuple(_runs(wanted, live, first, count - running)))
    preparing = preparation(wanted, live)
    arn = definition_arn(wanted.definition, live)
    return Plan((*preparing, *_runs(wanted, live, arn, count)))


def plan_stop(names: Names, tasks: Sequence[TaskTypeDef]) -> Plan:
    """Stop these tasks."""
    return Plan(tuple(_stops(names, tasks)))


def plan_run(wanted: WantedTasks, live: LiveProject, overrides: Request) -> Plan:
    """One task with overrides, whatever else runs."""
    preparing = preparation(wanted, live)
    request = _run_request(wanted, live, definition_arn(wanted.definition, live), 1)
    return Plan((*preparing, RunTask({**request, "overrides": overrides})))


def _runs(wanted: WantedTasks, live: LiveProject, arn: str | Ref, count: int) -> Iterator[RunTask]:
    for start in range(0, count, RUN_AT_ONCE):
        yield RunTask(_run_request(wanted, live, arn, min(RUN_AT_ONCE, count - start)))


def _run_request(wanted: WantedTasks, live: LiveProject, arn: str | Ref, count: int) -> Draft:
    request: Draft = {
        "cluster": wanted.names.cluster,
        "taskDefinition": arn,
        "group": wanted.names.group,
        "count": count,
        **wanted.fields,
    }
    if wanted.managed_tags and live.long_arns:
        request["enableECSManagedTags"] = True
    if wanted.tags:
        request["tags"] = [dict(tag) for tag in wanted.tags]
    return request


def _stops(names: Names, tasks: Sequence[TaskTypeDef]) -> Iterator[StopTask]:
    for task in tasks:
        definition = {"taskDefinition": short(task.get("taskDefinitionArn", ""))}
        yield StopTask({"cluster": names.cluster, "task": task["taskArn"]}, definition)


def parse_count(text: str) -> int:
    """The COUNT of a `scale`. Raises InputError."""
    try:
        count = int(text, 10)
    except ValueError:
        message = f'COUNT is a whole number, not "{shorten(text)}"'
        raise InputError(message, hint="for example: scale 2") from None
    if count < 0:
        raise InputError.of([Finding(f"COUNT is zero or more, not {count}")])
    if count > MOST_COUNTED:
        raise InputError.of([Finding(f"COUNT is at most {MOST_COUNTED}, not {shorten(text)}")])
    return count


def read_count(words: Sequence[str], form: str) -> tuple[int, tuple[Finding, ...]]:
    """The one COUNT of a `scale`, or 0 and what is wrong with it."""
    if len(words) != 1:
        example = form.replace("COUNT", "2")
        return 0, (
            Finding(
                f"Please pass arguments in the form: {form}",
                hint=f"COUNT is the number of tasks: `{example}`",
            ),
        )
    try:
        return parse_count(words[0]), ()
    except InputError as error:
        return 0, error.findings
