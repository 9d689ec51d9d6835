"""WRITES only: what is in a cluster, and then the cluster itself, deleted.

What another `down` deleted meanwhile, or a call whose answer was lost, counts as deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from ecscli.aws.client import SERVICES, Aws, batches
from ecscli.base.documents import Document
from ecscli.base.errors import AwsError, DeploymentError
from ecscli.up.model import (
    DeleteCluster,
    DeleteService,
    DeregisterInstances,
    Event,
    StopTasks,
    short,
)
from ecscli.up.stack import watch
from ecscli.up.stack.removal.plan import counted
from ecscli.up.stack.removal.remains import instances_of, is_gone, listed


def delete_services(
    aws: Aws, actions: Sequence[DeleteService], limit: float | None
) -> Iterator[Event]:
    """Delete services of one cluster, and wait until their tasks have stopped."""
    cluster = actions[0].request["cluster"]
    names = [short(action.subject) for action in actions]
    for action, name in zip(actions, names, strict=True):
        _delete(aws, "delete_service", **action.request)
        yield Event(f"Deleting service {name}")
    yield from _follow_draining(aws, cluster, names, limit)
    yield Event(f"Deleted {counted(len(names), 'service')}")


def _follow_draining(
    aws: Aws, cluster: str, names: Sequence[str], limit: float | None
) -> Iterator[Event]:
    left = 0
    for left in aws.poll(
        lambda: _count_active(aws, cluster, names), lambda left: left == 0, SERVICES, limit
    ):
        line = f"{counted(left, 'service')} draining"
        yield Event(line, "live", {"lines": [line]})
    if left:
        message = f"{counted(left, 'service')} did not drain in {watch.minutes(limit or 0)}"
        raise DeploymentError(message, cluster)


def _count_active(aws: Aws, cluster: str, names: Sequence[str]) -> int:
    """How many of the services are not deleted yet."""
    left = 0
    for batch in batches(names, 10):
        left += sum(1 for row in _described(aws, cluster, batch) if row["status"] != "INACTIVE")
    return left


def _described(aws: Aws, cluster: str, services: list[str]) -> Sequence[Document]:
    try:
        answer = aws.call("ecs", "describe_services", cluster=cluster, services=services)
    except AwsError as error:
        if not is_gone(error):
            raise
        return ()
    rows: Sequence[Document] = answer["services"]
    return rows


def stop_tasks(aws: Aws, action: StopTasks) -> Iterator[Event]:
    """Stop the tasks that still run, ten side by side."""
    cluster = action.subject
    tasks = listed(aws, cluster, "list_tasks", "taskArns")
    for batch in batches(tasks, 10):
        aws.together(*[partial(_stop_task, aws, cluster, task) for task in batch])
    if tasks:
        yield Event(f"Stopped {counted(len(tasks), 'task')}")


def _stop_task(aws: Aws, cluster: str, task: str) -> None:
    _delete(aws, "stop_task", cluster=cluster, task=task, reason="ecscli down")


def deregister_instances(aws: Aws, action: DeregisterInstances) -> Iterator[Event]:
    """Remove the instances that are left in the cluster; those of its stack have ended by now."""
    cluster = action.subject
    for instance in instances_of(aws, cluster):
        request = {"cluster": cluster, "containerInstance": instance.id, "force": True}
        try:
            _delete(aws, "deregister_container_instance", **request)
        except AwsError as error:
            if error.code != "InvalidParameterException":  # it left by itself meanwhile
                raise
        yield Event(f"Deregistered container instance {instance.id}")


def delete_cluster(aws: Aws, action: DeleteCluster, limit: float | None) -> Iterator[Event]:
    """Delete the cluster, again and again while its tasks are still stopping."""
    problem: AwsError | None = None
    for problem in aws.poll(
        lambda: _why_not_deleted(aws, action), lambda problem: problem is None, SERVICES, limit
    ):
        if problem:
            yield Event(problem.message, "live", {"lines": [problem.message]})
    if problem:
        message = f"cluster {action.subject} cannot be deleted"
        raise DeploymentError(message, reasons=[problem.message])
    yield Event(f"Deleted cluster {action.subject}", "done")


def _why_not_deleted(aws: Aws, action: DeleteCluster) -> AwsError | None:
    """Delete the cluster; the error where it has to wait for what is still in it."""
    try:
        _delete(aws, "delete_cluster", **action.request)
    except AwsError as error:
        waits = error.code.startswith("ClusterContains")
        if not waits and error.code != "UpdateInProgressException":
            raise
        return error
    return None


def _delete(aws: Aws, operation: str, **request: object) -> None:
    """A call that removes something, which may have gone by itself."""
    try:
        aws.call("ecs", operation, **request)
    except AwsError as error:
        if not is_gone(error):
            raise
