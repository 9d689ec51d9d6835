"""Tasks over the API: run, started on named instances, stopped, described, listed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ecscli.sandbox.ecs.checks.launches.launching import Launching, launch_type_of
from ecscli.sandbox.ecs.checks.launches.running import refusals
from ecscli.sandbox.ecs.described import listed_names, missing
from ecscli.sandbox.ecs.instances.placement import Want, refusal
from ecscli.sandbox.ecs.model import Cluster, Task
from ecscli.sandbox.ecs.paging import page
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.ecs.tasks.documents import shown
from ecscli.sandbox.ecs.tasks.launch import (
    NO_INSTANCES,
    Launched,
    Order,
    launch,
    made,
    settle,
    task_tags,
)
from ecscli.sandbox.errors import ApiError, invalid
from ecscli.sandbox.shapes import Json

#: How many client tokens of RunTask a region remembers; boto3 sends one with each call.
TOKENS_KEPT = 1000


def order_of(launching: Launching) -> Order:
    """What the tasks of a request are made with, once nothing is refused about it."""
    for complaint in refusals(launching):
        raise invalid(complaint)
    request, definition = launching.request, launching.definition
    return Order(
        definition=definition,
        group=request.get("group") or f"family:{definition.family}",
        launch_type=launching.launch_type,
        strategy=launching.strategy,
        constraints=tuple(request.get("placementConstraints") or ()),
        strategies=tuple(request.get("placementStrategy") or ()),
        network=request.get("networkConfiguration") or {},
        overrides=request.get("overrides") or {},
        tags=tuple(task_tags(launching.cluster.name, request, definition)),
        started_by=request.get("startedBy") or "",
        platform_version=request.get("platformVersion"),
        execute_command=bool(request.get("enableExecuteCommand")),
    )


def run(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request.get("cluster"))
    known = repeated(ecs, cluster, request)
    if known is not None:
        return {"tasks": [shown(task) for task in known], "failures": []}
    order = run_order(ecs, cluster, request)
    count = request.get("count")
    outcomes = [launch(ecs, cluster, order) for _ in range(1 if count is None else count)]
    tasks = [one.task for one in outcomes if one.task]
    remember(ecs, cluster, request, tasks)
    return {
        "tasks": [shown(task, ("TAGS",)) for task in tasks],
        "failures": run_failures(outcomes),
    }


def run_order(ecs: Ecs, cluster: Cluster, request: Json) -> Order:
    """The order of a RunTask, once nothing is refused about it."""
    definition = ecs.runnable(request["taskDefinition"])
    launch_type, strategy = launch_type_of(cluster, request)
    order = order_of(Launching(ecs, cluster, definition, request, launch_type, strategy))
    if launch_type == "EC2" and not strategy and not cluster.instances:
        raise invalid(NO_INSTANCES)
    return order


def repeated(ecs: Ecs, cluster: Cluster, request: Json) -> list[Task] | None:
    """The tasks of the same request with the same client token, where there was one before."""
    known = ecs.idempotency.get((cluster.name, request.get("clientToken") or ""))
    if known is None:
        return None
    before, tasks = known
    if before != request:
        raise ApiError(
            "ConflictException", "The client token was used before, with other parameters."
        )
    return tasks


def remember(ecs: Ecs, cluster: Cluster, request: Json, tasks: list[Task]) -> None:
    """Keep the tasks of a client token, and forget the oldest token beyond the limit."""
    token = request.get("clientToken")
    if not token:
        return
    ecs.idempotency[cluster.name, token] = request, tasks
    while len(ecs.idempotency) > TOKENS_KEPT:
        ecs.idempotency.pop(next(iter(ecs.idempotency)))


def run_failures(outcomes: Sequence[Launched]) -> list[Json]:
    """RunTask's failures: one per instance that was asked, or one of the whole."""
    found: dict[tuple[str, str], Json] = {}
    for one in outcomes:
        if one.task is not None:
            continue
        for against in one.refusals:
            arn, reason = against.instance.arn, against.code
            found[arn, reason] = {"arn": arn, "reason": reason}
        if not one.refusals:
            found["", one.reason] = {"reason": one.reason}
    return list(found.values())


def start(ecs: Ecs, request: Json) -> Json:
    """StartTask: no scheduler, the named instances or nothing."""
    cluster = ecs.cluster(request.get("cluster"))
    definition = ecs.runnable(request["taskDefinition"])
    order = order_of(Launching(ecs, cluster, definition, request, "EC2"))
    if not request["containerInstances"]:
        raise invalid("Container instances cannot be empty.")
    tasks, failed = [], []
    for name in request["containerInstances"]:
        task, reason = started(ecs, cluster, order, name)
        if task:
            tasks.append(shown(task, ("TAGS",)))
        else:
            failed.append({"arn": name, "reason": reason})
    return {"tasks": tasks, "failures": failed}


def started(ecs: Ecs, cluster: Cluster, order: Order, name: str) -> tuple[Task | None, str]:
    """A task on an instance, or the reason why there is none."""
    instance = cluster.instances.get(name.rpartition("/")[2])
    if instance is None:
        return None, "MISSING"
    task = made(ecs, cluster, order)
    against = refusal(instance, Want(task.needs, order.group, order.definition.required))
    if against:
        return None, against.code
    settle(ecs, cluster, task, instance)
    return task, ""


def stop(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request.get("cluster"))
    task = cluster.tasks.get(request["task"].rpartition("/")[2])
    if task is None:
        raise invalid("The referenced task was not found.")
    cluster.queued = [(one, order) for one, order in cluster.queued if one is not task]
    ecs.agent.stop(task, request.get("reason") or "Task stopped by user", "UserInitiated")
    return {"task": shown(task)}


def describe(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request.get("cluster"))
    found, failures = [], []
    for name in listed_names(request.get("tasks"), "Tasks", most=100):
        task = cluster.tasks.get(name.rpartition("/")[2])
        if task:
            found.append(shown(task, request.get("include", ())))
        else:
            arn = name if ":" in name else ecs.arn("task", cluster.name, name)
            failures.append(missing(arn))
    return {"tasks": found, "failures": failures}


def listed(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request.get("cluster"))
    status = request.get("desiredStatus") or "RUNNING"
    tasks = [task for task in cluster.tasks.values() if task.desired_status == status]
    for name, value_of in FILTERS.items():
        if request.get(name):
            tasks = [task for task in tasks if value_of(task) == request[name]]
    if request.get("serviceName"):
        group = ecs.service(cluster, request["serviceName"]).group
        tasks = [task for task in tasks if task.group == group]  # stopped ones too
    if request.get("containerInstance"):
        instance = ecs.instance(cluster, request["containerInstance"])
        tasks = [task for task in tasks if task.instance is instance]
    return page("taskArns", [task.arn for task in tasks], request)


#: What ListTasks compares, besides the desired status, when a request gives it.
FILTERS: dict[str, Callable[[Task], str]] = {
    "family": lambda task: task.definition.family,
    "startedBy": lambda task: task.started_by,
    "launchType": lambda task: task.launch_type,
}


ACTIONS = {
    "RunTask": run,
    "StartTask": start,
    "StopTask": stop,
    "DescribeTasks": describe,
    "ListTasks": listed,
}
