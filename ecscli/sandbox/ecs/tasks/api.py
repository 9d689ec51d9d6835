"""Tasks over the API: run, started on named instances, stopped, described, listed, protected."""

from __future__ import annotations

from collections.abc import Sequence

from ecscli.sandbox.ecs.instances.placement import (
    Want,
    check_constraints,
    check_strategies,
    refusal,
)
from ecscli.sandbox.ecs.model import Cluster, Container, Definition, Task
from ecscli.sandbox.ecs.paging import page
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.ecs.tags import checked_tags
from ecscli.sandbox.ecs.tasks.launch import (
    NO_INSTANCES,
    Launched,
    Order,
    check_network,
    launch,
    launch_type_of,
    made,
    overridden,
    settle,
)
from ecscli.sandbox.ecs.tasks.sessions import managed_agents
from ecscli.sandbox.errors import ApiError, invalid
from ecscli.sandbox.shapes import Json

PROTECTION_MINUTES = 120
#: How many client tokens of RunTask a region remembers; boto3 sends one with each call.
TOKENS_KEPT = 1000


def shown_container(task: Task, one: Container) -> Json:
    document: Json = {
        "containerArn": one.arn,
        "taskArn": task.arn,
        "name": one.name,
        "image": one.definition.get("image"),
        "lastStatus": "RUNNING" if one.status == "STOPPING" else one.status,
        "networkBindings": one.bindings if one.status != "PENDING" else [],
        "networkInterfaces": [
            {"attachmentId": attachment["id"], "privateIpv4Address": task.private_ip}
            for attachment in task.attachments
        ],
        "healthStatus": one.health,
        "cpu": str(one.definition.get("cpu") or 0),
    }
    optional = {
        "memory": text_or_none(one.definition.get("memory")),
        "memoryReservation": text_or_none(one.definition.get("memoryReservation")),
        "managedAgents": managed_agents(task, one) or None,
        "runtimeId": one.runtime_id,
        "exitCode": one.exit_code,
        "reason": one.reason,
        "gpuIds": task.gpus or None if one.definition.get("resourceRequirements") else None,
    }
    return {**document, **{name: value for name, value in optional.items() if value is not None}}


def text_or_none(value: object) -> str | None:
    return None if value is None else str(value)


#: Members of a task that only appear once they are known.
OPTIONAL = {
    "startedBy": "started_by",
    "capacityProviderName": "capacity_provider",
    "platformVersion": "platform_version",
    "stopCode": "stop_code",
    "stoppedReason": "stopped_reason",
    "connectivityAt": "connectivity_at",
    "pullStartedAt": "pull_started_at",
    "pullStoppedAt": "pull_stopped_at",
    "startedAt": "started_at",
    "stoppingAt": "stopping_at",
    "stoppedAt": "stopped_at",
    "executionStoppedAt": "execution_stopped_at",
}


def shown(task: Task, include: Sequence[str] = ()) -> Json:
    document: Json = {
        "taskArn": task.arn,
        "clusterArn": task.arn.replace(":task/", ":cluster/").rpartition("/")[0],
        "taskDefinitionArn": task.definition.arn,
        "group": task.group,
        "launchType": task.launch_type,
        "lastStatus": task.last_status,
        "desiredStatus": task.desired_status,
        "createdAt": task.created_at,
        "cpu": str(task.needs.cpu),
        "memory": str(task.needs.memory),
        "availabilityZone": task.zone,
        "attachments": task.attachments,
        "attributes": [{"name": "ecs.cpu-architecture", "value": architecture(task)}],
        "containers": [shown_container(task, one) for one in task.containers],
        "overrides": shown_overrides(task),
        "healthStatus": task.health,
        "enableExecuteCommand": task.execute_command,
        "version": task.version,
        "tags": task.tags if "TAGS" in include else [],
    }
    if task.connectivity_at:
        document["connectivity"] = "CONNECTED"
    if task.instance:
        document["containerInstanceArn"] = task.instance.arn
    if task.launch_type == "FARGATE":
        document["platformFamily"] = "Linux"
        document["ephemeralStorage"] = task.definition.document.get("ephemeralStorage") or {
            "sizeInGiB": 20
        }
    for name, attribute in OPTIONAL.items():
        value = getattr(task, attribute)
        if value not in (None, ""):
            document[name] = value
    return document


def shown_overrides(task: Task) -> Json:
    given = {one["name"]: one for one in task.overrides.get("containerOverrides", [])}
    containers = [given.get(one.name, {"name": one.name}) for one in task.containers]
    return {**task.overrides, "containerOverrides": containers, "inferenceAcceleratorOverrides": []}


def architecture(task: Task) -> str:
    if task.instance:
        return task.instance.attributes.get("ecs.cpu-architecture") or "x86_64"
    return str(
        (task.definition.document.get("runtimePlatform") or {}).get("cpuArchitecture", "x86_64")
    ).lower()


def task_tags(
    cluster_name: str, request: Json, definition: Definition, service: str = ""
) -> list[Json]:
    """The tags of a new task: its own, those it inherits, and ECS's own where they are switched
    on."""
    tags = list(request.get("tags") or [])
    if request.get("propagateTags") == "TASK_DEFINITION":
        tags = [*definition.tags, *tags]
    tags = checked_tags(tags)
    if request.get("enableECSManagedTags"):
        tags.append({"key": "aws:ecs:clusterName", "value": cluster_name})
        tags += [{"key": "aws:ecs:serviceName", "value": service}] if service else []
    return tags


def order_of(cluster: Cluster, request: Json, definition: Definition) -> Order:
    launch_type, strategy = launch_type_of(cluster, request)
    network = request.get("networkConfiguration") or {}
    check_network(definition, launch_type, network)
    check_constraints(request.get("placementConstraints") or [])
    return Order(
        definition=definition,
        group=request.get("group") or f"family:{definition.family}",
        launch_type=launch_type,
        strategy=strategy,
        constraints=tuple(request.get("placementConstraints") or ()),
        strategies=check_strategies(request.get("placementStrategy") or ()),
        network=network,
        overrides=request.get("overrides") or {},
        tags=tuple(task_tags(cluster.name, request, definition)),
        started_by=request.get("startedBy") or "",
        platform_version=request.get("platformVersion"),
        execute_command=bool(request.get("enableExecuteCommand")),
    )


def run(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request.get("cluster"))
    token = cluster.name, request.get("clientToken") or ""
    if token[1] and token in ecs.idempotency:
        before, known = ecs.idempotency[token]
        if before != request:
            raise ApiError(
                "ConflictException", "The client token was used before, with other parameters."
            )
        return {"tasks": [shown(task) for task in known], "failures": []}
    order = order_of(cluster, request, ecs.runnable(request["taskDefinition"]))
    count = request.get("count", 1)
    if not 1 <= count <= 10:
        raise invalid("Count should be between 1 and 10.")
    if order.launch_type == "EC2" and not order.strategy and not cluster.instances:
        raise invalid(NO_INSTANCES)
    outcomes = [launch(ecs, cluster, order) for _ in range(count)]
    tasks = [one.task for one in outcomes if one.task]
    if token[1]:
        ecs.idempotency[token] = request, tasks
        while len(ecs.idempotency) > TOKENS_KEPT:
            ecs.idempotency.pop(next(iter(ecs.idempotency)))
    return {"tasks": [shown(task, ("TAGS",)) for task in tasks], "failures": failures(outcomes)}


def failures(outcomes: Sequence[Launched]) -> list[Json]:
    """RunTask's failures: one per instance that was asked, or one of the whole."""
    found: dict[tuple[str, str], Json] = {}
    for one in outcomes:
        if one.task is None:
            reasons = [(against.instance.arn, against.code) for against in one.refusals] or [
                ("", one.reason)
            ]
            for arn, reason in reasons:
                found[arn, reason] = {"arn": arn, "reason": reason} if arn else {"reason": reason}
    return list(found.values())


def start(ecs: Ecs, request: Json) -> Json:
    """StartTask: no scheduler, the named instances or nothing."""
    cluster = ecs.cluster(request.get("cluster"))
    order = order_of(
        cluster, {**request, "launchType": "EC2"}, ecs.runnable(request["taskDefinition"])
    )
    containers, needs = overridden(order.definition, order.overrides)
    tasks, failed = [], []
    for name in request["containerInstances"]:
        instance = cluster.instances.get(name.rpartition("/")[2])
        want = Want(needs, order.group, order.definition.required)
        against = refusal(instance, want) if instance else None
        if instance is None or against:
            failed.append({"arn": name, "reason": against.code if against else "MISSING"})
            continue
        task = made(ecs, cluster, order, containers, needs)
        settle(ecs, cluster, task, instance)
        tasks.append(shown(task, ("TAGS",)))
    return {"tasks": tasks, "failures": failed}


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
    if not request.get("tasks"):
        raise invalid("Tasks cannot be empty.")
    if len(request["tasks"]) > 100:
        raise invalid("Tasks can have at most 100 items.")
    found, missing = [], []
    for name in request["tasks"]:
        task = cluster.tasks.get(name.rpartition("/")[2])
        if task:
            found.append(shown(task, request.get("include", ())))
        else:
            arn = name if ":" in name else ecs.arn("task", cluster.name, name)
            missing.append({"arn": arn, "reason": "MISSING"})
    return {"tasks": found, "failures": missing}


def listed(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request.get("cluster"))
    tasks = list(cluster.tasks.values())
    if request.get("serviceName"):
        group = f"service:{ecs.service(cluster, request['serviceName']).name}"
        tasks = [task for task in tasks if task.group == group]  # stopped ones too
    if request.get("containerInstance"):
        instance = ecs.instance(cluster, request["containerInstance"])
        tasks = [task for task in tasks if task.instance is instance]
    status = request.get("desiredStatus") or "RUNNING"
    wanted = {
        "family": request.get("family"),
        "started_by": request.get("startedBy"),
        "launch_type": request.get("launchType"),
    }
    arns = [
        task.arn
        for task in tasks
        if task.desired_status == status
        and wanted["family"] in (None, "", task.definition.family)
        and wanted["started_by"] in (None, "", task.started_by)
        and wanted["launch_type"] in (None, "", task.launch_type)
    ]
    return page("taskArns", arns, request)


def protect(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request["cluster"])
    minutes = request.get("expiresInMinutes") or PROTECTION_MINUTES
    for name in request["tasks"]:
        task = cluster.tasks.get(name.rpartition("/")[2])
        if task:
            task.protected_until = ecs.now + minutes * 60 if request["protectionEnabled"] else None
    return protection(ecs, request)


def protection(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request["cluster"])
    found, missing = [], []
    for name in request.get("tasks") or list(cluster.tasks):
        task = cluster.tasks.get(name.rpartition("/")[2])
        if task is None:
            missing.append({"arn": name, "reason": "MISSING"})
            continue
        until = task.protected_until if (task.protected_until or 0) > ecs.now else None
        document: Json = {"taskArn": task.arn, "protectionEnabled": until is not None}
        found.append({**document, **({"expirationDate": until} if until else {})})
    return {"protectedTasks": found, "failures": missing}


def execute(ecs: Ecs, request: Json) -> Json:
    """ExecuteCommand: checked as AWS checks; the session's stream leads nowhere."""
    cluster = ecs.cluster(request.get("cluster"))
    task = cluster.tasks.get(request["task"].rpartition("/")[2])
    if task is None or not task.running:
        raise invalid("The task provided in the request was invalid.")
    if not task.execute_command:
        raise invalid(
            "The execute command failed because execute command was not enabled when the task was"
            " run or the execute command agent isn't running. Wait and try again or run a new task"
            " with execute command enabled and try again."
        )
    name = request.get("container") or task.containers[0].name
    container = next((one for one in task.containers if one.name == name), None)
    if container is None:
        raise ApiError(
            "InvalidParameterException", "The container provided in the request was invalid."
        )
    session = f"ecs-execute-command-{task.id[:17]}"
    return {
        "clusterArn": cluster.arn,
        "containerArn": container.arn,
        "containerName": name,
        "interactive": bool(request.get("interactive")),
        "session": {
            "sessionId": session,
            "streamUrl": f"wss://127.0.0.1/{session}",
            "tokenValue": "sandbox",
        },
        "taskArn": task.arn,
    }


ACTIONS = {
    "RunTask": run,
    "StartTask": start,
    "StopTask": stop,
    "DescribeTasks": describe,
    "ListTasks": listed,
    "UpdateTaskProtection": protect,
    "GetTaskProtection": protection,
    "ExecuteCommand": execute,
}
