"""PURE: with which role ECS pulls images, writes logs and reads secrets for a task, and when it
needs one of the task's own.

Sources: "Amazon ECS task execution IAM role" and "Amazon ECS container instance IAM role" in the
developer guide.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from ecscli.base.documents import Document
from ecscli.base.limits import EC2, FARGATE
from ecscli.base.records import record
from ecscli.compose.ecs import images


@record
class ClusterStack:
    """The CloudFormation stack of a cluster, made by ecscli or ecs-cli.

    `on_fargate`: it has no instances. `strategy` is then the cluster's default
    capacityProviderStrategy, if there is one. `makes_role`: its instances have the stack's own role
    with AWS's policy AmazonEC2ContainerServiceforEC2Role. `architecture` is that of its instances,
    x86_64 or arm64.
    """

    name: str
    on_fargate: bool = False
    makes_role: bool = False
    strategy: tuple[Document, ...] = ()
    architecture: str | None = None


class Origin(Enum):
    """Where a role is from."""

    INSTANCE = "the role of the container instances, which the cluster's stack made"
    NAMED = "an execution role that files name"
    FOUND = "an execution role that exists on AWS"
    MADE = "an execution role that the project's support stack will have"


@record
class ExecutionRole:
    """The execution role for a task whose files name none.

    `arn` is what the request gets: an ARN, a value that the support stack will return, or None
    where there is no such role and none may be made: `why` there is none, and a `way` to one.
    `name`: for messages.
    """

    arn: object
    name: str = ""
    origin: Origin = Origin.FOUND
    why: str = ""
    way: str = ""


@record
class AgentRole:
    """The role by which ECS starts a task. All of them pull from ECR and write logs."""

    name: str
    origin: Origin


def agent_role(
    named: str | None,
    launch_type: str,
    found: ExecutionRole | None,
    cluster: ClusterStack | None,
) -> AgentRole | None:
    """The role whose right to pull images and to write logs is known to be there; None where it is
    not known.

    `named`: the execution role of the files. `found`: the one that is there or will be made, None
    where nobody looked for it.
    """
    if named:
        return AgentRole(named, Origin.NAMED)
    if found is not None and found.arn is not None:
        return AgentRole(found.name, found.origin)
    if launch_type == EC2 and cluster is not None and cluster.makes_role:
        return AgentRole(f"the instance role of stack {cluster.name}", Origin.INSTANCE)
    return None


# ----------------------------------------------------------- when a task needs an execution role


class Need(NamedTuple):
    """Why a task needs an execution role: a container, and the key of its service."""

    container: str
    key: str


def needs_of_execution_role(definition: Document, launch_type: str) -> Iterator[Need]:
    """What in a task definition ECS cannot do without an execution role."""
    for container in definition.get("containerDefinitions") or ():
        key = _needing_key(container, launch_type)
        if key:
            yield Need(str(container.get("name") or ""), key)


def _needing_key(container: Document, launch_type: str) -> str:
    """The key for which a container needs the role; empty for none."""
    logging = container.get("logConfiguration") or {}
    if container.get("secrets"):
        return "secrets"
    if logging.get("secretOptions"):
        return "logging"
    if container.get("repositoryCredentials"):
        return "image"
    if container.get("environmentFiles"):
        return "environment_files"
    if launch_type != FARGATE:
        return ""
    if logging.get("logDriver") == "awslogs":
        return "logging"
    name = images.without_places(str(container.get("image") or ""))
    return "image" if images.ECR.match(name) else ""
