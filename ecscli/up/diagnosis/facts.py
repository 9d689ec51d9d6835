"""The facts that a diagnosis needs: READS only, side by side; what cannot be read is noted, and the
diagnosis goes on without it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from ecscli.aws.errors import missing
from ecscli.base.errors import AwsError, EcsCliError
from ecscli.base.limits import FARGATE, FARGATE_PROVIDERS
from ecscli.up.deployment.state import is_rollback, is_settled, primary
from ecscli.up.diagnosis.diagnose import in_trouble
from ecscli.up.diagnosis.model import INSTANCES, LOG_LINES, Facts
from ecscli.up.diagnosis.targets import TargetChecks, target_checks
from ecscli.up.diagnosis.unread import Unread
from ecscli.up.model import Ref, short, task_id
from ecscli.up.service.live import describe_service
from ecscli.up.service.names import Names
from ecscli.up.service.revisions import newest_definition
from ecscli.up.stack.live import described_instances
from ecscli.up.tasks.live import project_tasks, service_tasks
from ecscli.up.tasks.targets import target_health

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import (
        ContainerDefinitionOutputTypeDef,
        ContainerInstanceTypeDef,
        FailureTypeDef,
        ServiceTypeDef,
        TaskDefinitionTypeDef,
        TaskTypeDef,
    )

    from ecscli.aws.client import Aws
    from ecscli.base.documents import Document

T = TypeVar("T")
MOST_TASKS, MOST_INSTANCES = 20, 20  # as many of each are looked at
STOPPED, RUNNING, DEFINITION = "stopped tasks", "running tasks", "the task definition"


def service_facts(
    aws: Aws, names: Names, service: ServiceTypeDef | None = None, deployment: str | None = None
) -> Facts:
    """Everything about the service: events, stopped tasks, instances, targets, last log lines.

    With the id of a deployment only its own tasks count, which it has started itself.
    """
    look = Look()
    found = service or look.maybe("the service", lambda: describe_service(aws, names))
    if found is None:
        return Facts(unread=look.unread)
    return _facts_of(aws, names, found, deployment, look)


def _facts_of(
    aws: Aws, names: Names, found: ServiceTypeDef, deployment: str | None, look: Look
) -> Facts:
    """The facts about a service that exists, read side by side."""
    newest = _newest_revision(found)
    tasks, instances, definition, targets = aws.together(
        lambda: look.some(STOPPED, lambda: service_tasks(aws, names, "STOPPED")),
        lambda: look.some(INSTANCES, lambda: instances_of(aws, names.cluster)),
        lambda: look.maybe(DEFINITION, lambda: definition_of(aws, newest)),
        lambda: look.some("health of the targets", lambda: target_health(aws, found)),
    )
    checks = look.maybe("target groups", lambda: target_checks(aws, found, targets, tasks))
    own = _tasks_of(tasks, deployment or _only_deployment(found))
    troubled = _troubled(own)
    return Facts(
        service=found,
        tasks=troubled,
        instances=instances,
        definition=definition,
        targets=targets,
        checks=checks or TargetChecks(),
        logs=last_logs(aws, troubled, look),
        fargate=on_fargate(found),
        unread=look.unread,
    )


def _troubled(tasks: Iterable[TaskTypeDef]) -> list[TaskTypeDef]:
    return of_last_trouble(newest_first(tasks))[:MOST_TASKS]


def _tasks_of(tasks: Sequence[TaskTypeDef], deployment: str | None) -> list[TaskTypeDef]:
    """The tasks that a deployment has started itself; all where it is None."""
    return [task for task in tasks if deployment in (None, task.get("startedBy"))]


def _only_deployment(service: ServiceTypeDef) -> str | None:
    """The deployment whose tasks count alone: one that has succeeded leaves older trouble behind,
    unless it is ECS's way back from that trouble."""
    current = primary(service) or {}
    has_succeeded = is_settled(service) and not is_rollback(service, current)
    return current.get("id") if has_succeeded else None


def project_facts(aws: Aws, names: Names) -> Facts:
    """The same for the tasks of `compose up` and `run`."""
    look = Look()
    tasks, running, instances, newest = aws.together(
        lambda: look.some(STOPPED, lambda: project_tasks(aws, names, "STOPPED")),
        lambda: look.some(RUNNING, lambda: project_tasks(aws, names, "RUNNING")),
        lambda: look.some(INSTANCES, lambda: instances_of(aws, names.cluster)),
        lambda: look.maybe(DEFINITION, lambda: newest_definition(aws, names.family)),
    )
    troubled = _troubled(tasks)
    return Facts(
        tasks=troubled,
        running=running,
        instances=instances,
        definition=newest and newest["taskDefinition"],
        logs=last_logs(aws, troubled, look),
        unread=look.unread,
    )


def task_facts(aws: Aws, cluster: str, tasks: Sequence[TaskTypeDef]) -> Facts:
    """Facts about these very tasks."""
    look = Look()
    logs = last_logs(aws, tasks, look)
    return Facts(tasks=tasks, logs=logs, unread=look.unread)


def placement_facts(
    aws: Aws, cluster: str, failures: Sequence[FailureTypeDef], definition: str | Ref | None
) -> Facts:
    """Why RunTask placed nothing: the instances beside what the task needs. A definition that was
    not registered is a Ref, which has nothing to read."""
    look = Look()
    name = definition if isinstance(definition, str) else None
    instances, found = aws.together(
        lambda: look.some(INSTANCES, lambda: instances_of(aws, cluster)),
        lambda: look.maybe(DEFINITION, lambda: definition_of(aws, name)),
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
        """What can be read; None where it cannot, or where it does not exist."""
        try:
            return read()
        except EcsCliError as error:
            if not _is_gone(error):
                self._unread[what] = error
            return None

    def some(self, what: str, read: Callable[[], Iterable[T]]) -> list[T]:
        """The items that can be read."""
        return list(self.maybe(what, read) or ())


def _is_gone(error: EcsCliError) -> bool:
    return isinstance(error, AwsError) and (missing(error) or error.code == "ClientException")


def _newest_revision(service: ServiceTypeDef) -> str | None:
    """The task definition of the newest deployment."""
    deployments = service.get("deployments") or [{}]
    return deployments[0].get("taskDefinition") or service.get("taskDefinition")


def instances_of(aws: Aws, cluster: str) -> list[ContainerInstanceTypeDef]:
    """The first container instances of the cluster, which stand for the others."""
    answer = aws.call("ecs", "list_container_instances", cluster=cluster, maxResults=MOST_INSTANCES)
    return list(described_instances(aws, cluster, answer.get("containerInstanceArns", ())))


def definition_of(aws: Aws, name: str | None) -> TaskDefinitionTypeDef | None:
    """A task definition in any state, by ARN or ``family:revision``."""
    if not name:
        return None
    answer = aws.call("ecs", "describe_task_definition", taskDefinition=name)
    found: TaskDefinitionTypeDef = answer["taskDefinition"]
    return found


def newest_first(tasks: Iterable[TaskTypeDef]) -> list[TaskTypeDef]:
    """By the time of their end, else of their creation."""
    return sorted(tasks, key=_last_time, reverse=True)


def _last_time(task: TaskTypeDef) -> str:
    return str(task.get("stoppedAt") or task.get("createdAt") or "")


def of_last_trouble(tasks: Sequence[TaskTypeDef]) -> list[TaskTypeDef]:
    """Those of the revision that ended badly last, of tasks with the newest first: older trouble is
    another story."""
    last = next((task.get("taskDefinitionArn") for task in tasks if in_trouble(task)), None)
    return [task for task in tasks if last in (None, task.get("taskDefinitionArn"))]


def on_fargate(service: ServiceTypeDef) -> bool:
    """Whether its tasks have no container instances."""
    strategy = service.get("capacityProviderStrategy") or []
    providers = {row["capacityProvider"] for row in strategy}
    only_fargate = bool(providers) and providers <= set(FARGATE_PROVIDERS)
    return only_fargate or service.get("launchType") == FARGATE


def last_logs(aws: Aws, tasks: Sequence[TaskTypeDef], look: Look) -> dict[str, list[str]]:
    """The last lines of the newest task that ended badly, by TASK/CONTAINER; only awslogs can be
    read."""
    task = next((task for task in tasks if in_trouble(task)), None)
    if task is None:
        return {}
    id_ = task_id(task["taskArn"])
    logs: dict[str, list[str]] = {}
    for container in _containers_of(aws, task, look):
        lines = _lines_of(aws, container, id_, look)
        if lines:
            logs[f"{id_}/{container['name']}"] = lines
    return logs


def _containers_of(
    aws: Aws, task: TaskTypeDef, look: Look
) -> Sequence[ContainerDefinitionOutputTypeDef]:
    """The containers of the task's own definition; none where that cannot be read."""
    name = str(task.get("taskDefinitionArn"))
    definition = look.maybe(f"task definition {short(name)}", lambda: definition_of(aws, name))
    return (definition or {}).get("containerDefinitions", ())


def _lines_of(
    aws: Aws, container: ContainerDefinitionOutputTypeDef, task: str, look: Look
) -> list[str]:
    what = f"log of container {container['name']}"
    return look.some(what, lambda: _last_lines(aws, container, task))


def _last_lines(aws: Aws, container: ContainerDefinitionOutputTypeDef, task: str) -> list[str]:
    logging: Document = container.get("logConfiguration") or {}
    options = logging.get("options") or {}
    prefix = options.get("awslogs-stream-prefix")
    if logging.get("logDriver") != "awslogs" or not prefix:
        return []
    answer = aws.elsewhere(options.get("awslogs-region", aws.region)).call(
        "logs",
        "get_log_events",
        logGroupName=options["awslogs-group"],
        logStreamName=f"{prefix}/{container['name']}/{task}",
        limit=LOG_LINES,
        startFromHead=False,
    )
    return [str(event["message"]).rstrip() for event in answer.get("events", ())]
