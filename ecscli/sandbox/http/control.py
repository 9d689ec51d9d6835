"""The control interface under /_sandbox/: status, reset, faults, and the agents' introspection.
JSON both ways."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import parse_qsl

from ecscli.sandbox.balancers import desk
from ecscli.sandbox.ecs.model import Instance, Task
from ecscli.sandbox.ecs.services.scheduler import wake
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.faults import Fault, number
from ecscli.sandbox.http import introspection, names
from ecscli.sandbox.http.door import CONTROL, MOTO
from ecscli.sandbox.shapes import Json
from ecscli.sandbox.wire import Reply
from ecscli.sandbox.world import World

#: How many seconds one call may let pass, and the slowest pace.
MOST_SECONDS, MOST_PACE = 86400.0, 1000.0


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
    world.advance(number(request["seconds"], "seconds", MOST_SECONDS))
    return {"now": world.timeline.now}


def pace(world: World, request: Json) -> Json:
    """{"pace": 1}: from now on things take as long as on AWS; a reset brings the first pace
    back."""
    world.timeline.pace = number(request["pace"], "pace", MOST_PACE)
    return {"pace": world.timeline.pace}


def fault(world: World, request: Json) -> Json:
    """{"action": "ecs:RunTask", "kind": "throttle", "times": 3, "latency": 0.2}"""
    made = Fault.read(request)
    world.faults.add(made)
    return {"action": made.action, "times": made.times}


def image(world: World, request: Json) -> Json:
    """{"image": "nginx:9", "reason": "..."}: it cannot be pulled; without a reason it can again."""
    name = text(request, "image")
    reason = str(request.get("reason", f"{name}: not found"))
    if reason:
        world.faults.refusals.images[name] = reason
    else:
        world.faults.refusals.images.pop(name, None)
    return {"image": name}


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
    ecs, task = find_task(world, text(request, "task"))
    name = request.get("container") or task.containers[0].name
    named = [one for one in task.containers if one.name == name]
    if not named:
        raise ValueError(f"no container {name} in the task")
    ecs.agent.exited(task, named[0], int(request.get("exitCode", 137)), request.get("reason"))
    return {"task": task.arn}


def kill_instance(world: World, request: Json) -> Json:
    """{"instance": EC2 instance id}: it is terminated, as if the machine broke."""
    ecs, instance = find_instance(world, text(request, "instance"))
    ecs.neighbours.terminate(instance.ec2_id)
    world.regions.look()
    return {"instance": instance.ec2_id}


def connect(world: World, request: Json) -> Json:
    """{"instance": EC2 instance id, "connected": false}: its agent loses or finds the
    connection."""
    ecs, instance = find_instance(world, text(request, "instance"))
    instance.connected = bool(request.get("connected", False))
    wake(ecs, ecs.clusters[instance.cluster], everyone=True)
    return {"instance": instance.ec2_id, "connected": instance.connected}


def resolve(world: World, request: Json) -> Json:
    """?name=db&task=ID: the addresses that the task would get for a name."""
    ecs, task = find_task(world, text(request, "task"))
    return names.resolve(ecs, task, text(request, "name"))


def reach(world: World, request: Json) -> Json:
    """?from=ID&to=ID&port=5432: whether the security groups let one task reach another."""
    ecs, source = find_task(world, text(request, "from"))
    _, target = find_task(world, text(request, "to"))
    return names.reach(ecs, source, target, int(request["port"]))


def balancers(world: World, request: Json) -> Json:
    """The report of a data plane that runs elsewhere; what it works by from now on."""
    return desk.exchange(world, request)


def text(request: Json, name: str) -> str:
    """A member that must be a text; KeyError or ValueError otherwise."""
    if not isinstance(request[name], str):
        raise ValueError(f"{name} must be a text")
    return str(request[name])


def find_task(world: World, name: str) -> tuple[Ecs, Task]:
    for ecs in world.regions:
        for cluster in ecs.clusters.values():
            if name.rpartition("/")[2] in cluster.tasks:
                return ecs, cluster.tasks[name.rpartition("/")[2]]
    raise ValueError(f"no task {name}")


def find_instance(world: World, name: str) -> tuple[Ecs, Instance]:
    for ecs in world.regions:
        if name in ecs.by_ec2_id:
            return ecs, ecs.by_ec2_id[name]
    raise ValueError(f"no container instance on {name}")


ROUTES: dict[tuple[str, str], Callable[[World, Json], Json]] = {
    ("GET", "status"): status,
    ("GET", "resolve"): resolve,
    ("GET", "reach"): reach,
    ("POST", "reset"): reset,
    ("POST", "advance"): advance,
    ("POST", "pace"): pace,
    ("POST", "faults"): fault,
    ("POST", "balancers"): balancers,
    ("POST", "images"): image,
    ("POST", "capacity"): capacity,
    ("POST", "tasks/kill"): kill_task,
    ("POST", "instances/kill"): kill_instance,
    ("POST", "instances/connect"): connect,
}


def answer(world: World, method: str, path: str, body: bytes, query: str = "") -> Reply:
    """Answer one control call that the door has let in; a GET has its members in the query."""
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
            request = dict(parse_qsl(query)) if method == "GET" else read(body)
            return written(200, route(world, request))
        except KeyError as error:
            part = "query" if method == "GET" else "body"
            return written(400, {"error": f"the {part} needs the member {error}"})
        except REFUSED as error:
            return written(400, {"error": str(error)})
        finally:
            world.changed.notify_all()


#: What a route raises where a member of the body has a value that it cannot use.
REFUSED = (ValueError, TypeError)


def answer_moto(world: World, method: str, path: str) -> Reply:
    """moto's control calls: its reset forgets everything, as `_sandbox/reset` does."""
    if (method, path.strip("/")) == ("POST", "reset"):
        world.reset()
        return written(200, {"status": "ok"})
    sentence = (
        f"not served: {method} {MOTO}{path}. POST {MOTO}reset forgets everything; the sandbox's "
        f"own control calls are below {CONTROL}."
    )
    return written(501, {"error": sentence})


def read(body: bytes) -> Json:
    """The members of a call's JSON object; ValueError when it is none."""
    try:
        request = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise ValueError("the body is not valid JSON") from None
    if not isinstance(request, dict):
        raise ValueError("the body must be a JSON object")
    return request


def written(status: int, document: object) -> Reply:
    return Reply(status, "application/json", json.dumps(document).encode())
