"""The facts that a diagnosis needs: READS only, side by side; what cannot be read is noted, never
in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from ecscli.aws.errors import missing
from ecscli.base.documents import Document
from ecscli.base.errors import AwsError, EcsCliError
from ecscli.up.diagnosis.diagnose import INSTANCES, LOG_LINES, Facts, in_trouble
from ecscli.up.diagnosis.unread import Unread
from ecscli.up.model import short, task_id
from ecscli.up.service.live import (
    describe_service,
    newest_definition,
    project_tasks,
    service_tasks,
)
from ecscli.up.service.names import Names
from ecscli.up.stack.live import described_instances

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

Answer = Document
T = TypeVar("T")
MOST_TASKS, MOST_INSTANCES = 20, 20  # as many of each are looked at
STOPPED, DEFINITION = "stopped tasks", "the task definition"


def service_facts(
    aws: Aws, names: Names, service: Answer | None = None, deployment: str | None = None
) -> Facts:
    """Everything about the service: events, stopped tasks, instances, targets, last log lines.

    With the id of a deployment only its own tasks count, which it has started itself.
    """
    look = Look()
    found = service or look.maybe("the service", lambda: describe_service(aws, names))
    if found is None:
        return Facts(unread=look.unread)
    newest = (found.get("deployments") or [{}])[0].get("taskDefinition") or found.get(
        "taskDefinition"
    )
    tasks, instances, definition, targets = aws.together(
        lambda: look.some(STOPPED, lambda: service_tasks(aws, names, "STOPPED")),
        lambda: look.some(INSTANCES, lambda: instances_of(aws, names.cluster)),
        lambda: look.maybe(DEFINITION, lambda: definition_of(aws, newest)),
        lambda: look.some("health of the targets", lambda: list(target_health(aws, found))),
    )
    tasks = of_last_trouble(
        newest_first(task for task in tasks if deployment in (None, task.get("startedBy")))
    )[:MOST_TASKS]
    logs = last_logs(aws, tasks, look)
    return Facts(
        found, tasks, (), instances, definition, targets, logs, on_fargate(found), look.unread
    )


def project_facts(aws: Aws, names: Names) -> Facts:
    """The same for the tasks of `compose up` and `run`."""
    look = Look()
    tasks, instances, definition = aws.together(
        lambda: look.some(STOPPED, lambda: project_tasks(aws, names, "STOPPED")),
        lambda: look.some(INSTANCES, lambda: instances_of(aws, names.cluster)),
        lambda: look.maybe(DEFINITION, lambda: newest_definition(aws, names.family)),
    )
    tasks = of_last_trouble(newest_first(tasks))[:MOST_TASKS]
    found, logs = (definition or {}).get("taskDefinition"), last_logs(aws, tasks, look)
    return Facts(None, tasks, (), instances, found, (), logs, unread=look.unread)


def task_facts(aws: Aws, cluster: str, tasks: Sequence[Answer]) -> Facts:
    """Facts about these very tasks."""
    look = Look()
    logs = last_logs(aws, tasks, look)
    return Facts(tasks=tasks, logs=logs, unread=look.unread)


def placement_facts(
    aws: Aws, cluster: str, failures: Sequence[Answer], definition: str | None
) -> Facts:
    """Why RunTask placed nothing: the instances beside what the task needs."""
    look = Look()
    instances, found = aws.together(
        lambda: look.some(INSTANCES, lambda: instances_of(aws, cluster)),
        lambda: look.maybe(DEFINITION, lambda: definition_of(aws, definition)),
    )
    return Facts(failures=failures, instances=instances, definition=found, unread=look.unread)


class Look:
    """Reads that must not fail a diagnosis for want of one permission; what could not be read is
    kept with why."""

    def __init__(self) -> None:
        self._unread: dict[str, EcsCliError] = {}

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What could not be read, in the order of its names."""
        return tuple(Unread(what, self._unread[what]) for what in sorted(self._unread))

    def maybe(self, what: str, read: Callable[[], T]) -> T | None:
        """What can be read; None where it cannot, or where AWS says that it does not exist."""
        try:
            return read()
        except EcsCliError as error:
            gone = isinstance(error, AwsError) and (
                missing(error) or error.code == "ClientException"
            )
            if not gone:
                self._unread[what] = error
            return None

    def some(self, what: str, read: Callable[[], Iterable[T]]) -> list[T]:
        """The items that can be read."""
        return list(self.maybe(what, read) or ())


def instances_of(aws: Aws, cluster: str) -> list[Answer]:
    arns = aws.call("ecs", "list_container_instances", cluster=cluster, maxResults=MOST_INSTANCES)
    return list(described_instances(aws, cluster, arns.get("containerInstanceArns", ())))


def definition_of(aws: Aws, name: str | None) -> Answer | None:
    if not name:
        return None
    found: Answer = aws.call("ecs", "describe_task_definition", taskDefinition=name)[
        "taskDefinition"
    ]
    return found


def newest_first(tasks: Iterable[Answer]) -> list[Answer]:
    return sorted(
        tasks,
        key=lambda task: str(task.get("stoppedAt") or task.get("createdAt") or ""),
        reverse=True,
    )


def of_last_trouble(tasks: Sequence[Answer]) -> list[Answer]:
    """Those of the revision that ended badly last, of tasks with the newest first: older trouble is
    another story."""
    last = next((task.get("taskDefinitionArn") for task in tasks if in_trouble(task)), None)
    return [task for task in tasks if last in (None, task.get("taskDefinitionArn"))]


def on_fargate(service: Answer) -> bool:
    providers = {row["capacityProvider"] for row in service.get("capacityProviderStrategy") or ()}
    return service.get("launchType") == "FARGATE" or bool(
        providers and providers <= {"FARGATE", "FARGATE_SPOT"}
    )


def target_health(aws: Aws, service: Answer) -> Iterator[Answer]:
    for balancer in service.get("loadBalancers") or ():
        if arn := balancer.get("targetGroupArn"):
            yield from aws.call("elbv2", "describe_target_health", TargetGroupArn=arn)[
                "TargetHealthDescriptions"
            ]


def last_logs(aws: Aws, tasks: Sequence[Answer], look: Look) -> dict[str, list[str]]:
    """The last lines of the newest task that ended badly, by TASK/CONTAINER; only awslogs can be
    read."""
    task = next((task for task in tasks if in_trouble(task)), None)
    if task is None:
        return {}
    arn, name = str(task["taskArn"]), str(task.get("taskDefinitionArn"))
    definition = (
        look.maybe(f"task definition {short(name)}", lambda: definition_of(aws, name)) or {}
    )
    containers = definition.get("containerDefinitions", ())
    found = {one["name"]: _lines_of(aws, one, arn, look) for one in containers}
    return {f"{task_id(arn)}/{name}": lines for name, lines in found.items() if lines}


def _lines_of(aws: Aws, container: Answer, task: str, look: Look) -> list[str]:
    return look.some(f"log of container {container['name']}", lambda: _lines(aws, container, task))


def _lines(aws: Aws, container: Answer, task: str) -> list[str]:
    logging = container.get("logConfiguration") or {}
    options = logging.get("options") or {}
    if logging.get("logDriver") != "awslogs" or not options.get("awslogs-stream-prefix"):
        return []
    answer = aws.elsewhere(options.get("awslogs-region", aws.region)).call(
        "logs",
        "get_log_events",
        logGroupName=options["awslogs-group"],
        logStreamName=f"{options['awslogs-stream-prefix']}/{container['name']}/{task_id(task)}",
        limit=LOG_LINES,
        startFromHead=False,
    )
    return [str(event["message"]).rstrip() for event in answer.get("events", ())]
