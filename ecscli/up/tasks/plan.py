"""PURE: what is wanted of a project's tasks, and which run -> the Plan: start, replace, scale,
stop, run once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding, InputError, shorten
from ecscli.base.units import MOST_COUNTED
from ecscli.up.model import Action, Plan, Ref, Request, RunTask, StopTask, short
from ecscli.up.service.desired import WantedTasks
from ecscli.up.service.live import LiveProject
from ecscli.up.service.names import Names
from ecscli.up.service.task_definition import definition_arn, preparation

RUN_AT_ONCE = 10  # the most that one RunTask starts
Task = Document


def plan_definition(wanted: WantedTasks, live: LiveProject) -> Plan:
    """`compose create`: log groups and task definition."""
    return Plan(tuple(preparation(wanted.definition, wanted.log_groups, live)))


def plan_tasks(wanted: WantedTasks, live: LiveProject, force: bool = False) -> Plan:
    """One task where none runs; else every task of another revision is replaced, or all where
    `force` says so."""
    before = tuple(preparation(wanted.definition, wanted.log_groups, live))
    arn = definition_arn(wanted.definition, live)
    if not live.tasks:
        return Plan((*before, *_runs(wanted, live, arn, 1)))
    old = [task for task in live.tasks if force or task.get("taskDefinitionArn") != arn]
    actions: list[Action] = [*before]
    for start in range(0, len(old), RUN_AT_ONCE):
        chunk = old[start : start + RUN_AT_ONCE]
        actions += [*_stops(wanted.names, chunk), *_runs(wanted, live, arn, len(chunk))]
    return Plan(tuple(actions))


def plan_tasks_scale(wanted: WantedTasks, live: LiveProject, count: int) -> Plan:
    """More tasks like the first that runs, or fewer; the files count only where nothing runs."""
    running = len(live.tasks)
    if count <= running:
        return Plan(tuple(_stops(wanted.names, live.tasks[: running - count])))
    if live.tasks:
        arn = live.tasks[0]["taskDefinitionArn"]
        return Plan(tuple(_runs(wanted, live, arn, count - running)))
    before = preparation(wanted.definition, wanted.log_groups, live)
    return Plan((*before, *_runs(wanted, live, definition_arn(wanted.definition, live), count)))


def plan_stop(names: Names, tasks: Sequence[Task]) -> Plan:
    return Plan(tuple(_stops(names, tasks)))


def plan_run(wanted: WantedTasks, live: LiveProject, overrides: Request) -> Plan:
    """One task with overrides, whatever else runs."""
    arn = definition_arn(wanted.definition, live)
    (action,) = _runs(wanted, live, arn, 1)
    request = {**action.request, "overrides": overrides}
    return Plan((*preparation(wanted.definition, wanted.log_groups, live), RunTask(request)))


def _runs(wanted: WantedTasks, live: LiveProject, arn: str | Ref, count: int) -> Iterator[RunTask]:
    for start in range(0, count, RUN_AT_ONCE):
        request: Draft = {
            "cluster": wanted.names.cluster,
            "taskDefinition": arn,
            "group": wanted.names.group,
            "count": min(RUN_AT_ONCE, count - start),
            **wanted.fields,
        }
        if wanted.managed_tags and live.long_arns:
            request["enableECSManagedTags"] = True
        if wanted.tags:
            request["tags"] = [dict(tag) for tag in wanted.tags]
        yield RunTask(request)


def _stops(names: Names, tasks: Sequence[Task]) -> Iterator[StopTask]:
    for task in tasks:
        definition = {"taskDefinition": short(str(task.get("taskDefinitionArn", "")))}
        yield StopTask({"cluster": names.cluster, "task": task["taskArn"]}, definition)


def parse_count(text: str) -> int:
    """The COUNT of a `scale`."""
    try:
        count = int(text, 10)
    except ValueError:
        raise InputError(
            f'COUNT is a whole number, not "{shorten(text)}"', hint="for example: scale 2"
        ) from None
    if count < 0:
        raise InputError.of([Finding(f"COUNT is zero or more, not {count}")])
    if count > MOST_COUNTED:
        raise InputError.of([Finding(f"COUNT is at most {MOST_COUNTED}, not {shorten(text)}")])
    return count
