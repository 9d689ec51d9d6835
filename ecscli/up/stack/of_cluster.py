"""READS: the stack of a cluster -> what it means for tasks whose files and flags are silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.aws.errors import denied
from ecscli.base.errors import AccessError, Finding
from ecscli.base.records import record
from ecscli.cluster.read.instances import architecture
from ecscli.compose.ecs.agent_role import ClusterStack
from ecscli.up.stack.live import cluster, stack

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

# Parameters of ecs-cli's template and ours
FARGATE_PARAMETER, ROLE_PARAMETER, TYPE_PARAMETER = "IsFargate", "InstanceRole", "EcsInstanceType"


@record
class ClusterLook:
    """The cluster's stack, where there is one; `unread`: what could not be looked up, and why."""

    stack: ClusterStack | None = None
    unread: tuple[Finding, ...] = ()


def read_cluster_stack(aws: Aws, stack_name: str, cluster_name: str) -> ClusterLook:
    """The stack that ecscli or ecs-cli made with this cluster, if there is one."""
    found = stack(aws, stack_name)
    if found is None or found.empty or FARGATE_PARAMETER not in found.parameters:
        return ClusterLook()
    if found.parameters[FARGATE_PARAMETER] == "true":
        return _on_fargate(aws, stack_name, cluster_name)
    makes_role = not found.parameters.get(ROLE_PARAMETER)
    kind = found.parameters.get(TYPE_PARAMETER)
    known = architecture(kind) if kind else None
    return ClusterLook(ClusterStack(stack_name, makes_role=makes_role, architecture=known))


def _on_fargate(aws: Aws, stack_name: str, cluster_name: str) -> ClusterLook:
    """A stack without instances, and the capacity providers of tasks that name neither these nor a
    launch type; plain Fargate where they may not be read."""
    try:
        found = cluster(aws, cluster_name) or {}
    except AccessError as error:
        if not denied(error):
            raise
        unread = _unread_providers(cluster_name, error)
        return ClusterLook(ClusterStack(stack_name, on_fargate=True), (unread,))
    strategy = tuple(found.get("defaultCapacityProviderStrategy") or ())
    return ClusterLook(ClusterStack(stack_name, on_fargate=True, strategy=strategy))


def _unread_providers(cluster_name: str, error: AccessError) -> Finding:
    what = f"the default capacity providers of cluster {cluster_name}"
    message = f"{what} could not be looked up: {next(error.lines())}"
    return Finding(message, None, "tasks run on Fargate itself unless capacity providers are named")
