"""Where tasks write: a task and its task definition -> the streams of its containers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ecscli.base.documents import Document
from ecscli.base.errors import AwsError, Finding, InputError
from ecscli.base.records import record

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


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
    definition: Document, task_id: str, containers: Iterable[str] = ()
) -> tuple[tuple[Stream, ...], tuple[Finding, ...]]:
    """The streams of a task, and why the other containers have none. Raises InputError for an
    unknown container."""
    wanted = tuple(containers)
    known = [container["name"] for container in definition["containerDefinitions"]]
    for name in wanted:
        if name not in known:
            raise InputError(
                f'the task has no container "{name}"', hint=f"it has {', '.join(known)}"
            )
    streams, findings = [], []
    for container in definition["containerDefinitions"]:
        if wanted and container["name"] not in wanted:
            continue
        logging = container.get("logConfiguration") or {}
        options = logging.get("options") or {}
        problem = _without_stream(container["name"], logging, options)
        if problem:
            findings.append(problem)
            continue
        name = f"{options['awslogs-stream-prefix']}/{container['name']}/{task_id}"
        streams.append(
            Stream(
                options["awslogs-group"],
                name,
                container["name"],
                task_id,
                options.get("awslogs-region"),
            )
        )
    return tuple(streams), tuple(findings)


def _without_stream(name: str, logging: Document, options: Mapping[str, str]) -> Finding | None:
    driver = logging.get("logDriver")
    if not driver:
        return Finding(
            f"container {name} has no log configuration", hint='set `logging: {driver: "awslogs"}`'
        )
    if driver != "awslogs":
        return Finding(
            f"container {name} logs with {driver}, not to CloudWatch: read its logs where it sends"
            " them"
        )
    absent = [
        option for option in ("awslogs-group", "awslogs-stream-prefix") if not options.get(option)
    ]
    if absent:
        return Finding(
            f"container {name} has no {absent[0]}, without which its stream has no name that can be"
            " known"
        )
    return None


def need_streams(streams: tuple[Stream, ...], findings: Iterable[Finding]) -> tuple[Stream, ...]:
    """The streams, or InputError with every reason why there is none."""
    if not streams:
        raise InputError.of(findings or [Finding("there is nothing to read")])
    return streams


def read_task(aws: Aws, cluster: str, task: str) -> Document | None:
    """The task as ECS describes it, or None where it is gone."""
    answer = aws.call("ecs", "describe_tasks", cluster=cluster, tasks=[task])
    return next(iter(answer.get("tasks", ())), None)


def read_definition(aws: Aws, name: str) -> Document:
    """A task definition by ARN, family:revision or family. Raises InputError where there is
    none."""
    try:
        definition: Document = aws.call("ecs", "describe_task_definition", taskDefinition=name)[
            "taskDefinition"
        ]
    except AwsError as error:
        if error.code != "ClientException":
            raise
        hint = "check its name and --region; a deleted revision cannot be read any more"
        raise InputError(f'there is no task definition "{name}"', hint=hint) from None
    return definition


def task_streams(
    aws: Aws, task: str, definition: str | None, containers: Iterable[str] = ()
) -> tuple[tuple[Stream, ...], tuple[Finding, ...]]:
    """The streams of a task by id or ARN; `definition` spares the look-up of a task that ECS has
    forgotten.

    Raises InputError for a task, task definition or container that does not exist.
    """
    if definition is None:
        cluster = cluster_of(aws, task)
        found = read_task(aws, cluster, task)
        if found is None:
            hint = (
                "ECS forgets stopped tasks after an hour: name its task definition with --task-def"
            )
            raise InputError(
                f'there is no task "{task}" in cluster {cluster} in {aws.region}', hint=hint
            )
        definition = str(found["taskDefinitionArn"])
    return streams_of(read_definition(aws, definition), task.rsplit("/", 1)[-1], containers)


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
