"""Task scale-in protection: put, ended and shown."""

from __future__ import annotations

from ecscli.sandbox.ecs.model import Cluster, Task
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.errors import invalid
from ecscli.sandbox.shapes import Json

#: Minutes of protection: by default, and the range of `expiresInMinutes`.
USUAL_MINUTES, LEAST_MINUTES, MOST_MINUTES = 120, 1, 2880
#: "You can specify up to 10 tasks" (UpdateTaskProtection), and 100 to read (GetTaskProtection).
MOST_CHANGED, MOST_READ = 10, 100


def protect(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request["cluster"])
    expires = ecs.now + minutes_of(request) * 60
    if not request["tasks"] or len(request["tasks"]) > MOST_CHANGED:
        raise invalid(f"Between 1 and {MOST_CHANGED} tasks must be specified.")
    for name in request["tasks"]:
        task = find(cluster, name)
        if task and task.service:
            task.protected_until = expires if request["protectionEnabled"] else None
    return protection(ecs, request)


def minutes_of(request: Json) -> int:
    """How long the protection lasts; InvalidParameterException out of its range."""
    minutes = request.get("expiresInMinutes")
    if minutes is None:
        return USUAL_MINUTES
    if not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise invalid(f"expiresInMinutes must be between {LEAST_MINUTES} and {MOST_MINUTES}.")
    return int(minutes)


def protection(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request["cluster"])
    names = request.get("tasks") or list(cluster.tasks)
    if len(names) > MOST_READ and request.get("tasks"):
        raise invalid(f"tasks can have at most {MOST_READ} items.")
    found, failures = [], []
    for name in names:
        task = find(cluster, name)
        if task is None:
            failures.append({"arn": name, "reason": "MISSING"})
        elif task.service is None:
            failures.append({"arn": task.arn, "reason": "TASK_NOT_VALID"})
        else:
            found.append(shown(ecs, task))
    return {"protectedTasks": found, "failures": failures}


def find(cluster: Cluster, name: str) -> Task | None:
    return cluster.tasks.get(name.rpartition("/")[2])


def shown(ecs: Ecs, task: Task) -> Json:
    if (task.protected_until or 0) <= ecs.now:
        return {"taskArn": task.arn, "protectionEnabled": False}
    return {
        "taskArn": task.arn,
        "protectionEnabled": True,
        "expirationDate": task.protected_until,
    }


ACTIONS = {"UpdateTaskProtection": protect, "GetTaskProtection": protection}
