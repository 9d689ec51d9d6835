"""READS: the stack of a cluster -> what it means for tasks whose files and flags are silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.aws.errors import denied
from ecscli.base.documents import Document
from ecscli.base.errors import AccessError
from ecscli.cluster.read.instances import architecture
from ecscli.compose.ecs.agent_role import ClusterStack
from ecscli.up.stack.live import cluster, stack

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

# Parameters of ecs-cli's template and ours
FARGATE_PARAMETER, ROLE_PARAMETER, TYPE_PARAMETER = "IsFargate", "InstanceRole", "EcsInstanceType"


def read_cluster_stack(aws: Aws, stack_name: str, cluster_name: str) -> ClusterStack | None:
    """The stack that ecscli or ecs-cli made with this cluster; None where there is none."""
    found = stack(aws, stack_name)
    if found is None or found.empty or FARGATE_PARAMETER not in found.parameters:
        return None
    if found.parameters[FARGATE_PARAMETER] != "true":
        makes_role = not found.parameters.get(ROLE_PARAMETER)
        kind = found.parameters.get(TYPE_PARAMETER)
        return ClusterStack(
            stack_name,
            makes_role=makes_role,
            architecture=architecture(kind) if kind else None,
        )
    strategy = _default_strategy(aws, cluster_name)
    return ClusterStack(stack_name, on_fargate=True, strategy=strategy)


def _default_strategy(aws: Aws, name: str) -> tuple[Document, ...]:
    """The capacity providers of tasks that name neither these nor a launch type; none where they
    may not be read."""
    try:
        found = cluster(aws, name) or {}
    except AccessError as error:
        if not denied(error):
            raise
        return ()
    return tuple(found.get("defaultCapacityProviderStrategy") or ())
