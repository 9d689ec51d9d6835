"""PURE: what exists of a cluster -> the plan that deletes it, and the lines that announce it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecscli.up.model import (
    ClusterAction,
    ClusterPlan,
    DeleteCluster,
    DeleteService,
    DeleteStack,
    DeregisterInstances,
    StopTasks,
    short,
)

if TYPE_CHECKING:
    from ecscli.up.stack.removal.remains import Remains


def plan_removal(remains: Remains) -> ClusterPlan:
    """Services, tasks, stacks, instances, then the cluster: the order in which AWS allows it."""
    return ClusterPlan(tuple(_actions(remains)))


def _actions(remains: Remains) -> Iterator[ClusterAction]:
    cluster = {"cluster": remains.cluster_name}
    for arn in remains.services:
        yield DeleteService({**cluster, "service": arn, "force": True})
    if remains.tasks:
        yield StopTasks(cluster)
    for name in remains.beside:
        yield DeleteStack({"StackName": name})
    if remains.stack is not None:
        yield DeleteStack({"StackName": remains.stack.name})
    if remains.cluster is not None:
        yield DeregisterInstances(cluster)
        yield DeleteCluster(cluster)


def lines(remains: Remains, *, every: bool = True) -> Iterator[str]:
    """What will be deleted, what still runs, and what prevents it; of the stack `every` resource,
    or their number."""
    yield from _lines_of_cluster(remains)
    if remains.stack is not None:
        count = "" if every else f" ({counted(len(remains.resources), 'resource')})"
        yield f"- stack {remains.stack.name}{count}"
        for row in remains.resources if every else ():
            yield f"    - {row.logical_id} ({row.type}) {row.physical_id}"
    for one in remains.foreign:
        yield f"! in the stack's VPC but not part of the stack; delete it first: {one}"


def _lines_of_cluster(remains: Remains) -> Iterator[str]:
    if remains.cluster is not None:
        yield f"- cluster {remains.cluster_name}"
    for arn in remains.services:
        yield f"    - service {short(arn)}"
    for name in remains.beside:
        yield f"    - stack {name}"
    if remains.tasks:
        yield f"    - {counted(len(remains.tasks), 'running task')}"
    if remains.instances and remains.stack is None:
        count = counted(len(remains.instances), "container instance")
        yield f"    - {count}, deregistered; the machines stay"


def counted(number: int, noun: str) -> str:
    """``1 task``, ``2 tasks``"""
    return f"{number} {noun}{'' if number == 1 else 's'}"
