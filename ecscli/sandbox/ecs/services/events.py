"""Service events in ECS's words: the newest first, a hundred kept."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from ecscli.sandbox.ecs.instances.placement import Refusal
from ecscli.sandbox.ecs.model import Service, Task
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.ecs.tasks.launch import Launched

KEPT = 100
#: How many tasks one event names at most.
NAMED = 10
GUIDE = "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide."


def write(ecs: Ecs, service: Service, message: str) -> None:
    """Write an event; no two of a service have the same time, so that sorting keeps their order."""
    moment = max(ecs.now, service.events[0]["createdAt"] + 0.001) if service.events else ecs.now
    service.events.insert(
        0,
        {
            "id": str(uuid.uuid4()),
            "createdAt": moment,
            "message": f"(service {service.name}) {message}",
        },
    )
    del service.events[KEPT:]


def started(ecs: Ecs, service: Service, tasks: Sequence[Task]) -> None:
    for some in chunks(tasks):
        write(ecs, service, f"has started {len(some)} tasks: {named(some)}")


def stopped(ecs: Ecs, service: Service, tasks: Sequence[Task]) -> None:
    for some in chunks(tasks):
        write(ecs, service, f"has stopped {len(some)} running tasks: {named(some)}")
    draining = [task for task in tasks if task.targets]
    if draining:
        write(ecs, service, f"has begun draining connections on {len(draining)} tasks.")


def chunks(tasks: Sequence[Task]) -> list[Sequence[Task]]:
    return [tasks[start : start + NAMED] for start in range(0, len(tasks), NAMED)]


def named(tasks: Sequence[Task]) -> str:
    return " ".join(f"(task {task.id})" for task in tasks) + "."


def unplaced(ecs: Ecs, service: Service, outcome: Launched) -> None:
    """Why no task could be placed, written once until something else happens."""
    if outcome.refusals:
        closest = min(outcome.refusals, key=closeness)
        message = (
            "was unable to place a task because no container instance met all of its requirements. "
            "The closest matching (container-instance "
            f"{closest.instance.id}) {closest.words}. {GUIDE}"
        )
    elif service.primary.settings["launchType"] == "EC2":
        message = (
            "was unable to place a task because no container instance met all of its requirements. "
            f"Reason: {outcome.reason} {GUIDE}"
        )
    else:
        message = f"was unable to place a task. Reason: {outcome.reason}. {GUIDE}"
    if service.last_complaint != message:
        service.last_complaint = message
        write(ecs, service, message)


#: From nearly fitting to hopeless.
CLOSENESS = ("RESOURCE:PORTS", "RESOURCE:CPU", "RESOURCE:MEMORY", "RESOURCE:GPU")


def closeness(refusal: Refusal) -> tuple[int, str]:
    rank = CLOSENESS.index(refusal.code) if refusal.code in CLOSENESS else len(CLOSENESS)
    return rank, refusal.instance.id
