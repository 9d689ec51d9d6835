"""READS: tasks that have stopped, one task with its containers, and what these write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import InputError
from ecscli.base.passwords import MASK
from ecscli.console.api import Api, needed
from ecscli.ops.logs.line import LogLine
from ecscli.ops.logs.read import read_lines
from ecscli.ops.logs.streams import read_definition, read_task, streams_of
from ecscli.ops.logs.window import Window, stamp
from ecscli.up.model import short, task_id
from ecscli.up.snapshot.build import task_state
from ecscli.up.tasks.addresses import Address, addresses
from ecscli.up.tasks.live import describe_tasks
from ecscli.up.tasks.surroundings import around
from ecscli.watch.documents import document_of, plain

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

Query = Mapping[str, Any]
STATUSES = ("RUNNING", "STOPPED")
MOST_TASKS = 1_000
LAST_LINES = 200  # of each container
MOST_LINES = 1_000  # of one answer


def tasks(api: Api, query: Query) -> list[Draft]:
    """The tasks of a cluster with a desired status, the newest first: ECS keeps those that have
    stopped for an hour."""
    cluster, status = needed(query, "cluster"), needed(query, "status")
    if status not in STATUSES:
        raise InputError(f'"{status}" is not a status', hint=" or ".join(STATUSES))
    arns: list[str] = []
    for arn in api.aws.pages(
        "ecs", "list_tasks", "taskArns", cluster=cluster, desiredStatus=status
    ):
        arns.append(arn)
        if len(arns) == MOST_TASKS:
            break
    found = describe_tasks(api.aws, cluster, arns)
    rows = [document_of(task_state(one, {})) for one in found]
    return sorted(rows, key=lambda row: str(row["changedAt"]), reverse=True)


def task(api: Api, query: Query) -> Draft:
    """One task with its containers, and where their ports are reached."""
    found = _live(api, query)
    near = around(api.aws, needed(query, "cluster"), [found])
    definition = near.definitions[found["taskDefinitionArn"]]
    ends = {
        container["name"]: list(addresses(found, container, near))
        for container in found.get("containers") or ()
    }
    return {**task_document(found, definition, ends), "unread": plain(near.unread)}


def _live(api: Api, query: Query) -> TaskTypeDef:
    cluster, id_ = needed(query, "cluster"), needed(query, "task")
    found = read_task(api.aws, cluster, id_)
    if found is None:
        hint = f"ECS forgets a task an hour after its end; `ecscli ps --cluster {cluster}` has them"
        raise InputError(f"there is no task {id_} in cluster {cluster}", hint=hint)
    return found


def task_document(row: Any, definition: Document, ends: Mapping[str, Iterable[Address]]) -> Draft:
    """A task of DescribeTasks and its task definition; `ends`: where ports are reached, by
    container."""
    written = {one["name"]: one for one in definition.get("containerDefinitions") or ()}
    return {
        **document_of(task_state(row, {})),
        "launchType": row.get("launchType"),
        "capacityProviderName": row.get("capacityProviderName"),
        "platformVersion": row.get("platformVersion"),
        "cpu": row.get("cpu"),
        "memory": row.get("memory"),
        "startedBy": row.get("startedBy"),
        "containerInstance": short(row.get("containerInstanceArn") or "") or None,
        "availabilityZone": row.get("availabilityZone"),
        "startedAt": row.get("startedAt"),
        "stoppingAt": row.get("stoppingAt"),
        "stopCode": row.get("stopCode"),
        "containers": [
            container_document(one, written.get(one["name"], {}), ends.get(one["name"], ()))
            for one in row.get("containers") or ()
        ],
    }


def container_document(row: Document, written: Document, ends: Iterable[Address]) -> Draft:
    """A container as it runs, and as its definition writes it. Of environment variables the values
    are hidden: they may be secrets."""
    return {
        "name": row["name"],
        "image": row.get("image") or written.get("image", ""),
        "imageDigest": row.get("imageDigest"),
        "lastStatus": row.get("lastStatus", ""),
        "healthStatus": row.get("healthStatus"),
        "exitCode": row.get("exitCode"),
        "reason": row.get("reason"),
        "essential": written.get("essential", True),
        "cpu": row.get("cpu") or written.get("cpu"),
        "memory": row.get("memory") or written.get("memory"),
        "memoryReservation": row.get("memoryReservation") or written.get("memoryReservation"),
        "command": list(written.get("command") or ()),
        "ports": [port_document(one) for one in ends],
        "environment": [
            {"name": one["name"], "value": MASK} for one in written.get("environment") or ()
        ],
        "secrets": [one["name"] for one in written.get("secrets") or ()],
        "mounts": [
            {
                "volume": one.get("sourceVolume"),
                "path": one.get("containerPath"),
                "readOnly": bool(one.get("readOnly")),
            }
            for one in written.get("mountPoints") or ()
        ],
        "logDriver": (written.get("logConfiguration") or {}).get("logDriver"),
    }


def port_document(one: Address) -> Draft:
    """A port as `ecscli ps` has it; `url` where a browser can open it."""
    return {
        "host": one.host if one.is_known else None,
        "port": one.port or None,
        "containerPort": one.container_port,
        "protocol": one.protocol,
        "url": one.url if one.is_known and one.is_page else None,
    }


def logs(api: Api, query: Query) -> Draft:
    """The last lines of a task, or of one of its containers; with `after`, a time in milliseconds,
    those that have come since."""
    aws, found = api.aws, _live(api, query)
    definition = read_definition(aws, found["taskDefinitionArn"])
    containers = [query["container"]] if query.get("container") else []
    streams, problems = streams_of(definition, task_id(found["taskArn"]), containers)
    window = _window(str(query.get("after") or ""))
    lines = list(read_lines(aws, streams, window))[-MOST_LINES:] if streams else []
    return {
        "lines": [line_document(line) for line in lines],
        "notes": [str(one.message) for one in problems],
    }


def _window(after: str) -> Window:
    return Window(start=int(after) + 1) if after.isdecimal() else Window(tail=LAST_LINES)


def line_document(line: LogLine) -> Draft:
    """A line as `ecscli logs` has it, and its time in milliseconds."""
    return {
        "time": stamp(line.time),
        "at": line.time,
        "container": line.stream.container,
        "message": line.message,
    }
