"""READS: the cluster that a plan names -> a finding for every capacity provider that it lacks, and
where none of its instances can hold the task or has its ports free, or where they close the ports
of Service Connect to each other; a remark where it has none, and for host ports that they
close."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.aws.client import batches
from ecscli.base.documents import Document
from ecscli.base.errors import Finding
from ecscli.up.diagnosis.capacity import PORTS, UNITS
from ecscli.up.preflight.named import Named
from ecscli.up.preflight.network import closed_ports, closed_proxies, group_rows
from ecscli.up.preflight.placed import Placed
from ecscli.up.preflight.reading import Look, Remark
from ecscli.up.stack.live import described_instances

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

AT_ONCE = 100  # instances that one filter of EC2 takes here
TYPE = "ecs.instance-type"  # attribute of a container instance
CPU, MEMORY = "CPU", "MEMORY"  # resources of a container instance
WITHOUT_LIMIT = 1 << 40


def capacity_providers(aws: Aws, named: Named) -> Look:
    """Each capacity provider is one of the cluster's."""
    if not named.providers:
        return
    answer = aws.call("ecs", "describe_clusters", clusters=[named.cluster])
    known = [name for one in answer.get("clusters", ()) for name in one["capacityProviders"]]
    for name in named.providers:
        if name not in known:
            hint = (
                f"it has {', '.join(known)}"
                if known
                else "`aws ecs put-cluster-capacity-providers`"
            )
            yield Finding(f"cluster {named.cluster} has no capacity provider {name}", None, hint)


def instances(aws: Aws, named: Named) -> Look:
    """One instance at least can hold a task, and the host ports that it publishes are open."""
    placed = named.placed
    if placed is None or not placed.on_instances:
        return
    arns = aws.pages(
        "ecs", "list_container_instances", "containerInstanceArns", cluster=named.cluster
    )
    rows = list(described_instances(aws, named.cluster, arns))
    if not rows:
        if placed.chosen or not _has_default_strategy(aws, named.cluster):
            yield Remark(_no_instance(named.cluster))
        return
    reasons = (_too_small(named.cluster, placed, rows), _no_free_port(named.cluster, placed, rows))
    findings = [finding for finding in reasons if finding]
    if findings and (placed.chosen or not _has_default_strategy(aws, named.cluster)):
        yield from findings
    if named.network_mode == "awsvpc":
        return
    needs_proxies = placed.connected and len(rows) > 1
    if placed.ports or placed.dynamic or needs_proxies:
        groups = _groups_of(aws, rows)
        yield from closed_ports(aws, placed, groups)
        if needs_proxies:
            yield from closed_proxies(aws, groups)


def _no_instance(cluster: str) -> Finding:
    message = f"cluster {cluster} has no container instance: tasks wait until one registers"
    hint = (
        "`ecscli scale --size 1 --capability-iam` starts one, and --launch-type FARGATE needs none"
    )
    return Finding(message, None, hint)


def _too_small(cluster: str, placed: Placed, rows: Sequence[Document]) -> Finding | None:
    """Why not even an empty instance can hold the task; None where one can."""
    if any(_holds(row, placed) for row in rows):
        return None
    hint = (
        "lower mem_limit or mem_reservation of the services, or start larger instances: `ecscli up"
        " --instance-type TYPE`"
    )
    message = f"no instance of cluster {cluster} can hold the task: {_lack(placed, rows)}"
    return Finding(message, None, hint)


def _holds(row: Document, placed: Placed) -> bool:
    return _amount(row, CPU) >= placed.cpu and _amount(row, MEMORY) >= placed.memory


def _lack(placed: Placed, rows: Sequence[Document]) -> str:
    """The resource of which even the largest instance has too little."""
    for name, need in ((MEMORY, placed.memory), (CPU, placed.cpu)):
        largest = max(rows, key=lambda row: _amount(row, name))
        most = _amount(largest, name)
        if need > most:
            unit = UNITS[name]
            return f"it needs {need} {unit}, and the largest ({_type_of(largest)}) has {most}"
    both = f"{placed.cpu} {UNITS[CPU]} and {placed.memory} {UNITS[MEMORY]}"
    return f"it needs {both}, and each has less of one of them"


def _no_free_port(cluster: str, placed: Placed, rows: Sequence[Document]) -> Finding | None:
    """A host port for which each instance would first have to stop a task that the deployment
    keeps; None where a new task finds its ports."""
    taken = [next(_taken(row, placed), None) for row in rows]
    if None in taken:
        return None
    message = (
        f"{taken[0]} is taken on every instance of cluster {cluster}, and the deployment stops no"
        " task before a new one runs"
    )
    hint = (
        "let it stop one with --deployment-min-healthy-percent 0, or deploy.update_config.order:"
        f" stop-first in the Compose file; or start another instance: `ecscli scale --size"
        f" {len(rows) + 1} --capability-iam`"
    )
    return Finding(message, None, hint)


def _taken(row: Document, placed: Placed) -> Iterator[str]:
    """The ports that a new task needs, and that are not free on an instance."""
    remaining = {one["name"]: one for one in row.get("remainingResources") or ()}
    for port in placed.held:
        resource = remaining.get(PORTS[port.protocol]) or {}
        if str(port.number) in (resource.get("stringSetValue") or ()):
            yield f"port {port.number}/{port.protocol}"


def _amount(row: Document, name: str) -> int:
    """What an instance has registered; a resource that is not listed does not limit tasks."""
    for resource in row.get("registeredResources") or ():
        if resource["name"] == name:
            return int(resource["integerValue"])
    return WITHOUT_LIMIT


def _type_of(row: Document) -> str:
    values = {one["name"]: one.get("value", "") for one in row.get("attributes") or ()}
    return values.get(TYPE) or str(row.get("ec2InstanceId"))


def _has_default_strategy(aws: Aws, cluster: str) -> bool:
    """Whether tasks without a launch type go to capacity providers."""
    answer = aws.call("ecs", "describe_clusters", clusters=[cluster])
    return any(row.get("defaultCapacityProviderStrategy") for row in answer.get("clusters", ()))


def _groups_of(aws: Aws, rows: Sequence[Document]) -> list[Document]:
    """The security groups of the instances."""
    ids = [str(row.get("ec2InstanceId")) for row in rows]
    groups: set[str] = set()
    for lot in batches([id_ for id_ in ids if id_.startswith("i-")], AT_ONCE):
        filters = [{"Name": "instance-id", "Values": lot}]
        for found in aws.pages("ec2", "describe_instances", "Reservations", Filters=filters):
            for instance in found["Instances"]:
                groups |= {str(one["GroupId"]) for one in instance.get("SecurityGroups") or ()}
    return group_rows(aws, groups) if groups else []
