"""READS: the container instances of a cluster -> the processors that images are built for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.aws.errors import missing
from ecscli.base.errors import AwsError
from ecscli.up.stack.live import described_instances

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ContainerInstanceTypeDef

    from ecscli.aws.client import Aws

# Attributes that the agent registers
ARCHITECTURE, EXTERNAL = "ecs.cpu-architecture", "ecs.capability.external"


def read_processors(aws: Aws, cluster_name: str) -> tuple[str, ...]:
    """The architectures of the active instances, x86_64 or arm64, but for external ones; none where
    there is no cluster."""
    query = {"cluster": cluster_name, "status": "ACTIVE"}
    try:
        arns = list(aws.pages("ecs", "list_container_instances", "containerInstanceArns", **query))
    except AwsError as error:
        if not missing(error):
            raise
        return ()
    rows = described_instances(aws, cluster_name, arns)
    found = {_architecture(row) for row in rows}
    return tuple(sorted(found - {""}, reverse=True))


def _architecture(row: ContainerInstanceTypeDef) -> str:
    """That of one instance; empty for one that is no part of EC2."""
    attributes = {one["name"]: one.get("value", "") for one in row.get("attributes", ())}
    return "" if EXTERNAL in attributes else attributes.get(ARCHITECTURE, "")
