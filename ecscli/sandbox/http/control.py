"""The control interface under /_sandbox/: status, reset, faults, and the agents' introspection.
JSON both ways."""

from __future__ import annotations

import json
from collections.abc import Callable

from ecscli.sandbox.ecs.model import Instance, Task
from ecscli.sandbox.ecs.services.scheduler import wake
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.faults import Fault
from ecscli.sandbox.http import introspection
from ecscli.sandbox.shapes import Json
from ecscli.sandbox.wire import Reply
from ecscli.sandbox.world import World


def status(world: World, request: Json) -> Json:
    """What exists: clusters with their instances, services and tasks, by region."""
    return {
        "pace": world.timeline.pace,
        "faults": len(world.faults.pending),
        "regions": [introspection.region(ecs) for ecs in world.regions],
    }


def reset(world: World, request: Json) -> Json:
    world.reset()
    return {"reset": True}


def advance(world: World, request: Json) -> Json:
    """{"seconds": 60}: let so much time pass at once."""
    world.advance(float(request["seconds"]))
    return {"now": world.timeline.now}


def pace(world: World, request: Json) -> Json:
    """{"pace": 1}: from now on things take as long as on AWS; a reset brings the first pace
    back."""
    world.timeline.pace = float(request["pace"])
    return {"pace": world.timeline.pace}


def fault(world: World, request: Json) -> Json:
    """{"action": "ecs:RunTask", "kind": "throttle", "times": 3, "latency": 0.2}"""
    made = Fault.read(request)
    world.faults.add(made)
    return {"action": made.action, "times": made.times}


def image(world: World, request: Json) -> Json:
    """{"image": "nginx:9", "reason": "..."}: it cannot be pulled; without a reason it can again."""
    reason = request.get("reason", f"{request['image']}: not found")
    if reason:
        world.faults.refusals.images[request["image"]] = reason
    else:
        world.faults.refusals.images.pop(request["image"], None)
    return {"image": request["image"]}


def capacity(world: World, request: Json) -> Json:
    """{"reason": "...", "of": "tasks" or "instances"}: none finds a place, in any region; an empty
    reason ends it."""
    reason, kind = str(request.get("reason", "")), request.get("of", "tasks")
    if kind not in ("tasks", "instances"):
        raise ValueError("of must be tasks or instances")
    if kind == "tasks":
        world.faults.refusals.tasks = reason
    else:
        world.moto.refuse_instances(reason)
        world.regions.look()
    return {"reason": reason, "of": kind}


def kill_task(world: World, request: Json) -> Json:
    """{"task": id or ARN, "container": name, "exitCode": 137}: a container of the task dies."""
    ecs, task = find_task(world, request["task"])
    name = request.get("container") or task.containers[0].name
    container = next(one for one in task.containers if one.name == name)
    ecs.agent.exited(task, container, int(request.get("exitCode", 137)), request.get("reason"))
    return {"task": task.arn}


def kill_instance(world: World, request: Json) -> Json:
    """{"instance": EC2 instance id}: it is terminated, as if the machine broke."""
    ecs, instance = find_instance(world, request["instance"])
    ecs.neighbours.terminate(instance.ec2_id)
    world.regions.look()
    return {"instance": instance.ec2_id}


def connect(world: World, request: Json) -> Json:
    """{"instance": EC2 instance id, "connected": false}: its agent loses or finds the
    connection."""
    ecs, instance = find_instance(world, request["instance"])
    instance.connected = bool(request.get("connected", False))
    wake(ecs, ecs.clusters[instance.cluster], everyone=True)
    return {"instance": instance.ec2_id, "connected": instance.connected}


def find_task(world: World, name: str) -> tuple[Ecs, Task]:
    for ecs in world.regions:
        for cluster in ecs.clusters.values():
            if name.rpartition("/")[2] in cluster.tasks:
                return ecs, cluster.tasks[name.rpartition("/")[2]]
    raise KeyError(f"no task {name}")


def find_instance(world: World, name: str) -> tuple[Ecs, Instance]:
    for ecs in world.regions:
        if name in ecs.by_ec2_id:
            return ecs, ecs.by_ec2_id[name]
    raise KeyError(f"no container instance on {name}")


ROUTES: dict[tuple[str, str], Callable[[World, Json], Json]] = {
    ("GET", "status"): status,
    ("POST", "reset"): reset,
    ("POST", "advance"): advance,
    ("POST", "pace"): pace,
    ("POST", "faults"): fault,
    ("POST", "images"): image,
    ("POST", "capacity"): capacity,
    ("POST", "tasks/kill"): kill_task,
    ("POST", "instances/kill"): kill_instance,
    ("POST", "instances/connect"): connect,
}


def answer(world: World, method: str, path: str, body: bytes) -> Reply:
    """Answer one control call that the door has let in."""
    with world.lock:
        world.timeline.advance()
        if path.startswith("instances/") and method == "GET":
            return written(*introspection.answer(world.regions, path))
        route = ROUTES.get((method, path))
        if route is None:
            return written(
                404, {"error": f"no {method} {path}", "routes": [" ".join(one) for one in ROUTES]}
            )
        try:
            return written(200, route(world, read(body)))
        except (KeyError, ValueError, StopIteration) as error:
            return written(400, {"error": str(error)})
        finally:
            world.changed.notify_all()


def read(body: bytes) -> Json:
    """The members of a call's JSON object; ValueError when it is none."""
    request = json.loads(body or b"{}")
    if not isinstance(request, dict):
        raise ValueError("the body must be a JSON object")
    return request


def written(status: int, document: object) -> Reply:
    return Reply(status, "application/json", json.dumps(document).encode())
