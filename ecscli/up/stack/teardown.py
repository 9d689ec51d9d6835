"""All that is left of a cluster: read, told, and deleted in the order in which AWS lets go of it.

What is gone already, by another `down` or by a call whose answer was lost, is what was wanted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from ecscli.aws.client import SERVICES, Aws, batches
from ecscli.base.documents import Document
from ecscli.base.errors import AwsError, DeploymentError
from ecscli.base.records import record
from ecscli.up.discovery.desired import namespace_stack, service_stack
from ecscli.up.model import Event
from ecscli.up.stack import apply, foreign, live, watch
from ecscli.up.stack.model import Instance, Resource, Stack

GONE = frozenset(
    {"ClusterNotFoundException", "ServiceNotFoundException", "ServiceNotActiveException"}
)


@record
class Remains:
    """What there is to delete."""

    cluster_name: str
    cluster: Document | None
    stack: Stack | None
    resources: tuple[Resource, ...] = ()
    services: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    instances: tuple[Instance, ...] = ()
    foreign: tuple[str, ...] = ()
    discovery: tuple[str, ...] = ()  # stacks of service discovery, in the order of their deletion

    @property
    def nothing(self) -> bool:
        return self.cluster is None and self.stack is None


def read(aws: Aws, cluster_name: str, stack_name: str) -> Remains:
    """What exists of the cluster and its stack."""
    cluster, stack = aws.together(
        lambda: live.cluster(aws, cluster_name), lambda: live.stack(aws, stack_name)
    )
    (rows, foreign), services, tasks, instances = aws.together(
        lambda: _of_stack(aws, stack),
        lambda: (
            tuple(_listed(aws, cluster_name, "list_services", "serviceArns")) if cluster else ()
        ),
        lambda: tuple(_listed(aws, cluster_name, "list_tasks", "taskArns")) if cluster else (),
        lambda: tuple(_instances(aws, cluster_name)) if cluster else (),
    )
    discovery = _discovery_stacks(aws, cluster_name, services)
    return Remains(
        cluster_name, cluster, stack, rows, services, tasks, instances, foreign, discovery
    )


def _gone(error: AwsError) -> bool:
    """True where the cluster, or what is asked for in it, does not exist any more."""
    not_found = error.code == "InvalidParameterException" and "not found" in error.message.lower()
    return error.code in GONE or not_found


def _listed(aws: Aws, cluster: str, operation: str, key: str) -> list[str]:
    """ARNs of things in the cluster; none of a cluster that has gone."""
    try:
        return list(aws.pages("ecs", operation, key, cluster=cluster))
    except AwsError as error:
        if not _gone(error):
            raise
        return []


def _instances(aws: Aws, cluster: str) -> list[Instance]:
    """The container instances; none of a cluster that has gone."""
    try:
        return live.instances(aws, cluster)
    except AwsError as error:
        if not _gone(error):
            raise
        return []


def _removed(aws: Aws, operation: str, **parameters: Any) -> None:
    """A call that takes something away, which may have gone by itself."""
    try:
        aws.call("ecs", operation, **parameters)
    except AwsError as error:
        if not _gone(error):
            raise


def _discovery_stacks(aws: Aws, cluster: str, services: Sequence[str]) -> tuple[str, ...]:
    """The stacks in which the services' names and namespaces were made, those of the names
    first."""
    if not services:
        return ()
    names = [_last(arn) for arn in services]
    wanted = [
        *(service_stack(cluster, name) for name in names),
        *(namespace_stack(cluster, name) for name in names),
    ]
    existing = {
        row["StackName"] for row in aws.pages("cloudformation", "describe_stacks", "Stacks")
    }
    return tuple(name for name in wanted if name in existing)


def _of_stack(aws: Aws, stack: Stack | None) -> tuple[tuple[Resource, ...], tuple[str, ...]]:
    """The resources of the stack, and what else lives in its VPC."""
    if stack is None:
        return (), ()
    rows = live.resources(aws, stack.name)
    vpc = next((row.physical_id for row in rows if row.type == "AWS::EC2::VPC"), None)
    return rows, tuple(foreign.in_vpc(aws, vpc, rows)) if vpc else ()


def lines(remains: Remains) -> Iterator[str]:
    """What will be deleted, and what still runs."""
    if remains.cluster is not None:
        yield f"- cluster {remains.cluster_name}"
    for arn in remains.services:
        yield f"    - service {_last(arn)}"
    for name in remains.discovery:
        yield f"    - stack {name}"
    if remains.tasks:
        yield f"    - {_count(len(remains.tasks), 'running task')}"
    if remains.instances and remains.stack is None:
        yield (
            f"    - {_count(len(remains.instances), 'container instance')}, deregistered; the"
            " machines stay"
        )
    if remains.stack:
        yield f"- stack {remains.stack.name}"
        yield from (
            f"    - {row.logical_id} ({row.type}) {row.physical_id}" for row in remains.resources
        )
    yield from (
        f"! not of the stack, and in its VPC, which cannot be deleted before: {one}"
        for one in remains.foreign
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _last(arn: str) -> str:
    return arn.rsplit("/", 1)[-1]


def delete(aws: Aws, remains: Remains, limit: float) -> Iterator[Event]:
    """Services, tasks, stack, instances, cluster. Raises DeploymentError naming what cannot be
    deleted."""
    if remains.services:
        yield from _delete_services(aws, remains, limit)
    if remains.tasks:
        yield from _stop_tasks(aws, remains.cluster_name)
    for name in remains.discovery:
        yield from apply.delete(aws, name, limit)
    if remains.stack:
        yield from _delete_stack(aws, remains, limit)
    else:
        yield Event(f"No CloudFormation stack found for cluster '{remains.cluster_name}'.")
    if remains.cluster is not None:
        yield from _deregister(aws, remains.cluster_name)
        yield from _delete_cluster(aws, remains.cluster_name, limit)


def _delete_services(aws: Aws, remains: Remains, limit: float) -> Iterator[Event]:
    cluster = remains.cluster_name
    for arn in remains.services:
        _removed(aws, "delete_service", cluster=cluster, service=arn, force=True)
        yield Event(f"Deleting service {_last(arn)}")
    names = [_last(arn) for arn in remains.services]

    def fetch() -> int:
        left = 0
        for batch in batches(names, 10):
            left += sum(1 for row in _described(aws, cluster, batch) if row["status"] != "INACTIVE")
        return left

    left = 0
    for left in aws.poll(fetch, lambda left: left == 0, SERVICES, limit):
        yield Event(
            f"{_count(left, 'service')} draining",
            "live",
            {"lines": [f"{_count(left, 'service')} draining"]},
        )
    if left:
        raise DeploymentError(
            f"{_count(left, 'service')} did not drain in {watch.minutes(limit)}", cluster
        )
    yield Event(f"Deleted {_count(len(names), 'service')}")


def _described(aws: Aws, cluster: str, services: list[str]) -> Sequence[Document]:
    try:
        rows: Sequence[Document] = aws.call(
            "ecs", "describe_services", cluster=cluster, services=services
        )["services"]
    except AwsError as error:
        if not _gone(error):
            raise
        return ()
    return rows


def _stop_tasks(aws: Aws, cluster: str) -> Iterator[Event]:
    tasks = _listed(aws, cluster, "list_tasks", "taskArns")
    for batch in batches(tasks, 10):
        aws.together(*[partial(_stop_task, aws, cluster, task) for task in batch])
    if tasks:
        yield Event(f"Stopped {_count(len(tasks), 'task')}")


def _stop_task(aws: Aws, cluster: str, task: str) -> None:
    _removed(aws, "stop_task", cluster=cluster, task=task, reason="ecscli down")


def _delete_stack(aws: Aws, remains: Remains, limit: float) -> Iterator[Event]:
    assert remains.stack is not None
    yield Event("Waiting for your cluster resources to be deleted...")
    try:
        yield from apply.delete(aws, remains.stack.name, limit)
    except DeploymentError as error:
        rows = remains.resources
        vpc = next((row.physical_id for row in rows if row.type == "AWS::EC2::VPC"), None)
        left = foreign.in_vpc(aws, vpc, rows) if vpc else ()
        told = [f"still in {vpc}: {one}" for one in left]
        raise DeploymentError(
            error.message, error.where, error.hint, [*error.reasons, *told]
        ) from error


def _deregister(aws: Aws, cluster: str) -> Iterator[Event]:
    """Take the instances that are left out of the cluster; those of the stack have ended by now."""
    for instance in _instances(aws, cluster):
        try:
            _removed(
                aws,
                "deregister_container_instance",
                cluster=cluster,
                containerInstance=instance.id,
                force=True,
            )
        except AwsError as error:
            if error.code != "InvalidParameterException":  # it left by itself meanwhile
                raise
        yield Event(f"Deregistered container instance {instance.id}")


def _delete_cluster(aws: Aws, cluster: str, limit: float) -> Iterator[Event]:
    """DeleteCluster, tried again while tasks of it are still stopping."""

    def fetch() -> AwsError | None:
        try:
            _removed(aws, "delete_cluster", cluster=cluster)
        except AwsError as error:
            if (
                not error.code.startswith("ClusterContains")
                and error.code != "UpdateInProgressException"
            ):
                raise
            return error
        return None

    problem: AwsError | None = None
    for problem in aws.poll(fetch, lambda problem: problem is None, SERVICES, limit):
        if problem:
            yield Event(problem.message, "live", {"lines": [problem.message]})
    if problem:
        raise DeploymentError(f"cluster {cluster} cannot be deleted", reasons=[problem.message])
    yield Event(f"Deleted cluster {cluster}", "done")
