"""PURE: facts about a service or its tasks -> ranked reasons why it does not work, the likeliest
first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.up.deployment.percentages import deadlock
from ecscli.up.diagnosis.capacity import lacking, nearest_room
from ecscli.up.diagnosis.causes import EXITS, RESOURCES, likely_cause
from ecscli.up.diagnosis.model import INSTANCES, LOG_LINES, Facts, Reason
from ecscli.up.diagnosis.targets import of_stopped, remarks
from ecscli.up.model import short, task_id

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import (
        ContainerInstanceTypeDef,
        ContainerTypeDef,
        TaskTypeDef,
    )

# How the reason of a task begins that was stopped on purpose
ON_PURPOSE = (
    "Scaling activity initiated by",
    "Task stopped by user",
    "Stopped by ecscli",
    "ServiceSchedulerInitiated",
)
STEADY = "has reached a steady state"
CAUSES = ("placement", "percentages", "stopped", "health")  # the kinds that can be the cause
EVENTS = 20  # the newest ones of a service that are looked at
# Ranks: the lower, the nearer to the cause
CAUSE, NO_INSTANCE, NOT_PLACED, RUN_TASK_FAILED, INSTANCE = -1, 0, 1, 2, 3
STOPPED_BY_KNOWN_CAUSE, UNHEALTHY_TARGET, SERVICE_EVENT, CONTAINER_REASON = 5, 6, 8, 10
PROGRAM_ENDED = 20  # an exit code without a reason of ECS or Docker
STOPPED, FAILED_TASKS, UNREAD, LOG = 30, 40, 50, 100


def diagnose(facts: Facts) -> tuple[Reason, ...]:
    """The likely cause in one sentence, then every reason that the facts hold, ranked, each once;
    logs come last."""
    found = [
        *_deadlock(facts),
        *_stopped(facts),
        *_failures(facts),
        *_unplaced(facts),
        *_targets(facts),
        *_instances(facts),
        *_failed_tasks(facts),
        *_unread(facts),
        *_logs(facts),
    ]
    ranked = tuple(dict.fromkeys(sorted(found, key=lambda reason: reason.rank)))
    first = next((reason for reason in ranked if reason.kind in CAUSES), None)
    if first is None:
        return ranked
    cause = _cause(facts, first)
    return (cause, *_without_repetition(ranked, first, cause))


def _without_repetition(ranked: Sequence[Reason], first: Reason, cause: Reason) -> Iterator[Reason]:
    """The reasons, without the sentence that the cause has given already."""
    for reason in ranked:
        is_repeated = reason == first and (first.cause or first.text) in cause.text
        if not is_repeated:
            yield reason
        elif first.seen:
            yield Reason(first.rank, first.seen, first.kind)


def _cause(facts: Facts, first: Reason) -> Reason:
    """The first reason as a person would put it."""
    sentence = first.cause or first.text
    if first.kind == "placement" and first.rank != RUN_TASK_FAILED:
        sentence = nearest_room(facts) or sentence
    if first.kind == "stopped" and first.rank == PROGRAM_ENDED:
        sentence += _last_line(facts)
    return Reason(CAUSE, f"likely cause: {sentence}", "cause")


def _last_line(facts: Facts) -> str:
    """The last line that a container which ended badly wrote to its log."""
    lines = [line for log in facts.logs.values() for line in log[-1:] if line]
    return f'; its last words: "{lines[0]}"' if lines else ""


# --------------------------------------------------------------------------- stopped tasks


def ended_badly(task: TaskTypeDef) -> bool:
    """Whether a task stopped without having done its work: not every exit code is zero, or it never
    ran."""
    if task.get("lastStatus") != "STOPPED":
        return False
    codes = [container.get("exitCode") for container in task.get("containers", ())]
    return task.get("stopCode") == "TaskFailedToStart" or any(code != 0 for code in codes)


def in_trouble(task: TaskTypeDef) -> bool:
    """Whether a task ended badly of itself, and not because somebody stopped it."""
    return ended_badly(task) and not _on_purpose(task)


def _on_purpose(task: TaskTypeDef) -> bool:
    by_reason = task.get("stoppedReason", "").startswith(ON_PURPOSE)
    return by_reason or task.get("stopCode") == "UserInitiated"


def _stopped(facts: Facts) -> Iterator[Reason]:
    """The same end of many tasks is one reason, with its count and one task as the example."""
    counts: Counter[tuple[int, str]] = Counter()
    example: dict[str, str] = {}
    for task in facts.tasks:
        if task.get("lastStatus") != "STOPPED" or _on_purpose(task):
            continue
        for rank, text in _ends(task):
            counts[rank, text] += 1
            example.setdefault(text, task_id(task["taskArn"]))
    for (rank, text), count in counts.items():
        yield _same_end(rank, text, count, example[text])


def _same_end(rank: int, text: str, count: int, newest: str) -> Reason:
    several = f"{count} tasks: " if count > 1 else ""
    tasks = f"{count} tasks" if count > 1 else "1 task"
    seen = f"{tasks} ended like this, the newest: {newest}"
    return Reason(rank, f"{several}{text} (task {newest})", "stopped", text, seen)


def _ends(task: TaskTypeDef) -> Iterator[tuple[int, str]]:
    """How a task ended, by its containers and by its own reason, each with its rank."""
    revision = short(task.get("taskDefinitionArn", ""))
    containers = list(_container_ends(task))
    for rank, text in containers:
        yield rank, f"{revision}, {text}"
    reason = task.get("stoppedReason") or ""
    if not reason or _repeats_a_container(task, reason):
        return
    meaning = likely_cause(reason)
    if meaning:
        yield STOPPED_BY_KNOWN_CAUSE, f"{revision}: {_explained(reason, meaning)}"
    elif not containers:
        yield STOPPED, f"{revision}: {reason}"


def _repeats_a_container(task: TaskTypeDef, reason: str) -> bool:
    reasons = [container.get("reason") for container in task.get("containers", ())]
    return any(part in reason for part in reasons if part)


def _container_ends(task: TaskTypeDef) -> Iterator[tuple[int, str]]:
    for container in task.get("containers", ()):
        end = _container_end(container)
        if end:
            rank = CONTAINER_REASON if container.get("reason") else PROGRAM_ENDED
            image = f" ({container['image']})" if _lacks_image(container) else ""
            yield rank, f"container {container['name']}{image} {end}"


def _lacks_image(container: ContainerTypeDef) -> bool:
    """Whether the container ended for want of an image whose name is known."""
    return "CannotPull" in container.get("reason", "") and bool(container.get("image"))


def _container_end(container: ContainerTypeDef) -> str:
    """How a container ended; empty where nothing is known against it."""
    code, reason = container.get("exitCode"), container.get("reason") or ""
    if not reason and code in (0, None):
        return ""
    end = "did not start" if code is None else f"ended with exit code {code}"
    meaning = likely_cause(reason) or EXITS.get(code or 0)
    if not reason and not meaning:
        return end
    return f"{end}: {_explained(reason, meaning)}"


def _explained(reason: str, meaning: str | None) -> str:
    if not reason:
        return meaning or ""
    return f"{meaning} ({reason})" if meaning else reason


# ------------------------------------------------------------------------------- placement


def _failures(facts: Facts) -> Iterator[Reason]:
    """How RunTask refused: once for each instance that it tried, whatever the number of tasks."""
    codes = tuple(dict.fromkeys(failure.get("reason", "") for failure in facts.failures))
    room = nearest_room(facts)
    if codes and room:
        yield Reason(RUN_TASK_FAILED, f"{room} ({', '.join(codes)})", "placement")
        return
    for code in codes:
        meaning = RESOURCES.get(code) or likely_cause(code)
        yield Reason(RUN_TASK_FAILED, f"not placed: {_explained(code, meaning)}", "placement")


def _unplaced(facts: Facts) -> Iterator[Reason]:
    """The newest event about a task that was not placed, where the service has not been steady
    since."""
    events = (facts.service or {}).get("events") or []
    newest = sorted(events, key=lambda event: event["createdAt"], reverse=True)
    for event in newest[:EVENTS]:
        message = event["message"]
        if STEADY in message:
            return
        if "was unable to" in message:
            rank = NOT_PLACED if "place a task" in message else SERVICE_EVENT
            yield Reason(rank, _explained(message, likely_cause(message)), "placement")
            return


def _instances(facts: Facts) -> Iterator[Reason]:
    """Per instance, what the task needs and what is free; only where something was not placed."""
    is_unplaced = facts.failures or any(_unplaced(facts))
    if facts.fargate or not is_unplaced or facts.definition is None:
        return
    is_unknown = any(one.what == INSTANCES for one in facts.unread)
    if not facts.instances and not is_unknown:
        yield Reason(
            NO_INSTANCE,
            "the cluster has no container instance: `ecscli up` or `ecscli scale` starts some",
            "placement",
        )
    alike: dict[str, list[str]] = {}
    for instance in facts.instances:
        lacks = "; ".join(lacking(facts.definition, instance)) or "would have room now"
        alike.setdefault(lacks, []).append(_instance_name(instance))
    for lacks, names in alike.items():
        what = "instance" if len(names) == 1 else "instances"
        yield Reason(INSTANCE, f"{what} {', '.join(names)}: {lacks}", "placement")


def _instance_name(instance: ContainerInstanceTypeDef) -> str:
    return instance.get("ec2InstanceId") or task_id(instance.get("containerInstanceArn", ""))


def _deadlock(facts: Facts) -> Iterator[Reason]:
    """Percentages that let a deployment under way neither start nor stop a task."""
    service = facts.service
    if service is None or len(service.get("deployments") or ()) < 2:
        return
    why = deadlock(
        service.get("desiredCount", 0),
        service.get("deploymentConfiguration") or {},
        service.get("schedulingStrategy", "REPLICA"),
    )
    if why:
        yield Reason(NOT_PLACED, why, "percentages")


# ------------------------------------------------------------------------- health and logs


def _targets(facts: Facts) -> Iterator[Reason]:
    for text in of_stopped(facts.checks):
        yield Reason(UNHEALTHY_TARGET, text, "checks")
    for target in facts.targets:
        health = target.get("TargetHealth") or {}
        state = health.get("State")
        if state in ("unhealthy", "unavailable"):
            where = f"{target['Target'].get('Id')}:{target['Target'].get('Port')}"
            why = health.get("Description") or health.get("Reason") or "no reason given"
            text = f"target {where} is {state}: {why}{remarks(target, facts.checks)}"
            yield Reason(UNHEALTHY_TARGET, text, "health")


def _failed_tasks(facts: Facts) -> Iterator[Reason]:
    for deployment in (facts.service or {}).get("deployments") or ():
        failed, name = deployment.get("failedTasks"), short(deployment.get("taskDefinition", ""))
        if deployment.get("rolloutState") == "FAILED":
            reason = deployment.get("rolloutStateReason") or "ECS gave no reason"
            yield Reason(FAILED_TASKS, f"the deployment of {name} failed: {reason}", "deployment")
        if failed and failed != _told(facts, name):  # else all their ends are told
            text = f"{failed} tasks of {name} have failed in this deployment"
            yield Reason(FAILED_TASKS, text, "deployment")


def _told(facts: Facts, revision: str) -> int:
    """How many tasks of a revision are known to have ended badly."""
    tasks = (task for task in facts.tasks if short(task.get("taskDefinitionArn", "")) == revision)
    return sum(map(in_trouble, tasks))


def _unread(facts: Facts) -> Iterator[Reason]:
    for one in facts.unread:
        yield Reason(UNREAD, str(one), "unread")


def _logs(facts: Facts) -> Iterator[Reason]:
    rank = LOG
    for name, lines in facts.logs.items():
        for line in lines[-LOG_LINES:]:
            yield Reason(rank, f"log {name}: {line}", "log")
            rank += 1
