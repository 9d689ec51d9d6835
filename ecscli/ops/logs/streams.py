"""Where tasks write: a task and its task definition -> the streams of its containers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ecscli.base.documents import Document
from ecscli.base.errors import AwsError, Finding, InputError
from ecscli.base.records import record
from ecscli.compose.task import delivery, naming
from ecscli.up.model import task_id

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import (
        ContainerDefinitionOutputTypeDef,
        TaskDefinitionTypeDef,
        TaskTypeDef,
    )

    from ecscli.aws.client import Aws

NEEDED = ("awslogs-group", "awslogs-stream-prefix")
HELPERS = (delivery.NAME, naming.NAME)  # not of the files, so nobody can give them a log driver


@record
class Stream:
    """Where one container of one task writes; `region` None is the cluster's own."""

    group: str
    name: str
    container: str
    task: str
    region: str | None = None


class OpenStreams(NamedTuple):
    """The streams to read now; `over` when no more will come."""

    streams: tuple[Stream, ...]
    over: bool = False


def streams_of(
    definition: TaskDefinitionTypeDef, task: str, containers: Iterable[str] = ()
) -> tuple[tuple[Stream, ...], tuple[Finding, ...]]:
    """The streams of a task by its id, and why the other containers of the files have none. Raises
    InputError for an unknown container."""
    names = tuple(containers)
    _check_known(definition, names)
    streams: list[Stream] = []
    findings: list[Finding] = []
    for container in definition["containerDefinitions"]:
        if names and container["name"] not in names:
            continue
        found = _stream_of(container, task)
        if isinstance(found, Stream):
            streams.append(found)
        elif names or container["name"] not in HELPERS:
            findings.append(found)
    return tuple(streams), tuple(findings)


def _stream_of(container: ContainerDefinitionOutputTypeDef, task: str) -> Stream | Finding:
    """The stream of a container, or why it has none."""
    logging: Document = container.get("logConfiguration") or {}
    options = logging.get("options") or {}
    problem = _without_stream(container["name"], logging.get("logDriver"), options)
    return problem or _stream(container, options, task)


def _check_known(definition: TaskDefinitionTypeDef, containers: Sequence[str]) -> None:
    known = [container["name"] for container in definition["containerDefinitions"]]
    for name in containers:
        if name not in known:
            hint = f"its containers are: {', '.join(known)}"
            raise InputError(f'the task has no container "{name}"', hint=hint)


def _stream(
    container: ContainerDefinitionOutputTypeDef, options: Mapping[str, str], task: str
) -> Stream:
    return Stream(
        group=options["awslogs-group"],
        name=f"{options['awslogs-stream-prefix']}/{container['name']}/{task}",
        container=container["name"],
        task=task,
        region=options.get("awslogs-region"),
    )


def _without_stream(name: str, driver: str | None, options: Mapping[str, str]) -> Finding | None:
    """Why a container has no stream that can be read."""
    if not driver:
        hint = (
            "set `logging: {driver: awslogs}`; for today's Compose files `up` does so where a role"
            " is known that may write logs"
        )
        return Finding(f"container {name} has no log configuration", hint=hint)
    if driver != "awslogs":
        return Finding(
            f"container {name} logs with {driver}, not to CloudWatch: read its logs where it sends"
            " them"
        )
    for option in NEEDED:
        if not options.get(option):
            return Finding(
                f"container {name} has no {option}, without which its stream has no name that can"
                " be known"
            )
    return None


def need_streams(streams: tuple[Stream, ...], findings: Iterable[Finding]) -> tuple[Stream, ...]:
    """The streams, or InputError with every reason why there is none."""
    if not streams:
        raise InputError.of(findings or [Finding("there is nothing to read")])
    return streams


def read_task(aws: Aws, cluster: str, task: str) -> TaskTypeDef | None:
    """The task as ECS describes it, or None where it is gone."""
    answer = aws.call("ecs", "describe_tasks", cluster=cluster, tasks=[task])
    return next(iter(answer.get("tasks", ())), None)


def known_task(aws: Aws, task: str) -> list[TaskTypeDef]:
    """The task by id or ARN; nothing where ECS has forgotten it."""
    found = read_task(aws, cluster_of(aws, task), task)
    return [found] if found else []


def read_definition(aws: Aws, name: str) -> TaskDefinitionTypeDef:
    """A task definition by ARN, family:revision or family. Raises InputError where there is
    none."""
    try:
        answer = aws.call("ecs", "describe_task_definition", taskDefinition=name)
    except AwsError as error:
        if error.code != "ClientException":
            raise
        hint = "check its name and --region; a deleted revision cannot be read any more"
        raise InputError(f'there is no task definition "{name}"', hint=hint) from None
    definition: TaskDefinitionTypeDef = answer["taskDefinition"]
    return definition


def task_streams(
    aws: Aws, task: str, definition: str | None, containers: Iterable[str] = ()
) -> tuple[tuple[Stream, ...], tuple[Finding, ...]]:
    """The streams of a task by id or ARN; `definition` spares the look-up of a task that ECS has
    forgotten.

    Raises InputError for a task, task definition or container that does not exist.
    """
    name = definition or _definition_of_task(aws, task)
    return streams_of(read_definition(aws, name), task_id(task), containers)


def _definition_of_task(aws: Aws, task: str) -> str:
    cluster = cluster_of(aws, task)
    found = read_task(aws, cluster, task)
    if found is None:
        message = f'there is no task "{task}" in cluster {cluster} in {aws.region}'
        hint = (
            "`ecscli ps` lists the tasks; for one that stopped more than an hour ago, add its task"
            " definition with --task-def"
        )
        raise InputError(message, hint=hint)
    return found["taskDefinitionArn"]


def until_stopped(aws: Aws, task: str, streams: tuple[Stream, ...]) -> Callable[[], OpenStreams]:
    """For `follow_lines`: the same streams until the task has stopped, or is not known any more."""

    def look() -> OpenStreams:
        found = read_task(aws, cluster_of(aws, task), task)
        return OpenStreams(streams, found is None or found.get("lastStatus") == "STOPPED")

    return look


def cluster_of(aws: Aws, task: str) -> str:
    """The cluster that a long ARN names, else the one of the settings, else ECS's own default."""
    parts = task.split("/")
    return parts[1] if len(parts) == 3 else aws.settings.cluster.value or "default"
