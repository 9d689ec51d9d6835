"""READS only: what exists of a cluster and its stack, and must go with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ecscli.aws.client import Aws
from ecscli.base.documents import Document
from ecscli.base.errors import AwsError
from ecscli.base.records import record
from ecscli.support.names import PROJECT, is_of, stack_name
from ecscli.up.discovery.desired import namespace_stack, service_stack
from ecscli.up.model import short
from ecscli.up.stack import live
from ecscli.up.stack.model import Instance, Resource, Stack
from ecscli.up.stack.removal import foreign

GONE = frozenset(
    {"ClusterNotFoundException", "ServiceNotFoundException", "ServiceNotActiveException"}
)


@record
class Remains:
    """What there is to delete. `foreign`: what others put into the stack's VPC, in words."""

    cluster_name: str
    cluster: Document | None
    stack: Stack | None
    resources: tuple[Resource, ...] = ()
    services: tuple[str, ...] = ()  # ARNs, as are the tasks
    tasks: tuple[str, ...] = ()
    instances: tuple[Instance, ...] = ()
    foreign: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()  # stacks of services and projects, in the order of their deletion

    @property
    def nothing(self) -> bool:
        return self.cluster is None and self.stack is None


def read(aws: Aws, cluster_name: str, stack_name: str) -> Remains:
    """What exists of the cluster and its stack."""
    cluster, stack = aws.together(
        lambda: live.cluster(aws, cluster_name), lambda: live.stack(aws, stack_name)
    )
    if cluster is None:
        resources, foreigners = _in_stack(aws, stack)
        return Remains(cluster_name, None, stack, resources, foreign=foreigners)
    (resources, foreigners), services, tasks, instances = aws.together(
        lambda: _in_stack(aws, stack),
        lambda: tuple(listed(aws, cluster_name, "list_services", "serviceArns")),
        lambda: tuple(listed(aws, cluster_name, "list_tasks", "taskArns")),
        lambda: tuple(instances_of(aws, cluster_name)),
    )
    return Remains(
        cluster_name,
        cluster,
        stack,
        resources,
        services,
        tasks,
        instances,
        foreigners,
        _stacks_beside(aws, cluster_name, services),
    )


def is_gone(error: AwsError) -> bool:
    """True where the cluster, or what is asked for in it, does not exist any more."""
    not_found = error.code == "InvalidParameterException" and "not found" in error.message.lower()
    return error.code in GONE or not_found


def listed(aws: Aws, cluster: str, operation: str, key: str) -> list[str]:
    """ARNs of things in the cluster; none of a cluster that has gone."""
    try:
        return list(aws.pages("ecs", operation, key, cluster=cluster))
    except AwsError as error:
        if not is_gone(error):
            raise
        return []


def instances_of(aws: Aws, cluster: str) -> list[Instance]:
    """The container instances; none of a cluster that has gone."""
    try:
        return live.instances(aws, cluster)
    except AwsError as error:
        if not is_gone(error):
            raise
        return []


def _stacks_beside(aws: Aws, cluster: str, services: Sequence[str]) -> tuple[str, ...]:
    """The stacks that hold the services' names in DNS, then those of their namespaces, then the
    support stacks of projects on the cluster."""
    rows = list(aws.pages("cloudformation", "describe_stacks", "Stacks"))
    existing = {row["StackName"] for row in rows}
    of_names = (name for name in _discovery_stacks(cluster, services) if name in existing)
    return (*of_names, *sorted(_support_stacks(cluster, rows)))


def _support_stacks(cluster: str, rows: Iterable[Document]) -> Iterator[str]:
    for row in rows:
        tags = {tag["Key"]: tag["Value"] for tag in row.get("Tags", ())}
        project = tags.get(PROJECT, "")
        is_named_so = row["StackName"] == stack_name(cluster, project)
        if is_named_so and is_of(tags, cluster, project):
            yield row["StackName"]


def _discovery_stacks(cluster: str, services: Sequence[str]) -> list[str]:
    """The names that the stacks of the services' discovery have."""
    names = [short(arn) for arn in services]
    return [
        *(service_stack(cluster, name) for name in names),
        *(namespace_stack(cluster, name) for name in names),
    ]


def _in_stack(aws: Aws, stack: Stack | None) -> tuple[tuple[Resource, ...], tuple[str, ...]]:
    """The resources of the stack, and what else lives in its VPC."""
    if stack is None:
        return (), ()
    resources = live.resources(aws, stack.name)
    return resources, tuple(foreign.beside(aws, resources))
