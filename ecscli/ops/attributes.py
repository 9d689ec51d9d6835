"""A task definition's required attributes against those of container instances: names that are
missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.client import batches
from ecscli.base.documents import Document
from ecscli.base.errors import AwsError, Finding, InputError
from ecscli.base.records import record
from ecscli.up.model import short

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ContainerInstanceTypeDef, FailureTypeDef

    from ecscli.aws.client import Aws

INSTANCES_A_CALL = 100  # the most that DescribeContainerInstances takes


@record
class Missing:
    """One container instance by id, and the attributes that it lacks, in the order of the task
    definition."""

    instance: str
    attributes: tuple[str, ...]


def compare(
    required: Sequence[str], instances: Iterable[ContainerInstanceTypeDef]
) -> tuple[Missing, ...]:
    """What each instance lacks. The id is the last part of its ARN, in the long form as in the
    short one."""
    return tuple(_missing(required, instance) for instance in instances)


def _missing(required: Sequence[str], instance: ContainerInstanceTypeDef) -> Missing:
    known = {attribute["name"] for attribute in instance.get("attributes", ())}
    lacks = tuple(name for name in required if name not in known)
    return Missing(short(instance["containerInstanceArn"]), lacks)


def check(
    aws: Aws, definition: str, cluster: str, instances: Sequence[str] = ()
) -> tuple[Missing, ...] | None:
    """Compare with the named instances, or with all of the cluster; None where the definition
    requires nothing.

    Raises InputError for a task definition or instances that do not exist.
    """
    required, found = aws.together(
        lambda: required_attributes(aws, definition),
        lambda: read_instances(aws, cluster, instances or all_instances(aws, cluster)),
    )
    return compare(required, found) if required else None


def required_attributes(aws: Aws, definition: str) -> tuple[str, ...]:
    """The names of a task definition's requiresAttributes, each once."""
    try:
        answer = aws.call("ecs", "describe_task_definition", taskDefinition=definition)
    except AwsError as error:
        if error.code != "ClientException":
            raise
        message = f'there is no task definition "{definition}"'
        raise InputError(message, hint="check its name and --region") from None
    attributes = answer["taskDefinition"].get("requiresAttributes", ())
    return tuple(dict.fromkeys(attribute["name"] for attribute in attributes))


def all_instances(aws: Aws, cluster: str) -> tuple[str, ...]:
    """The ARNs of the cluster's container instances."""
    return tuple(
        aws.pages("ecs", "list_container_instances", "containerInstanceArns", cluster=cluster)
    )


def read_instances(
    aws: Aws, cluster: str, names: Iterable[str]
) -> tuple[ContainerInstanceTypeDef, ...]:
    """Container instances by id or ARN, in the order asked for. Raises InputError for those that do
    not exist."""
    wanted = list(names)
    lots = batches(wanted, INSTANCES_A_CALL)
    answers = aws.together(*(partial(_describe, aws, cluster, lot) for lot in lots))
    failures = [failure for answer in answers for failure in answer.get("failures", ())]
    if failures:
        hint = f"see those of cluster {cluster} with `ecscli instances`"
        raise InputError.of(Finding(_failure(failure), hint=hint) for failure in failures)
    listed = [instance for answer in answers for instance in answer["containerInstances"]]
    found = {short(instance["containerInstanceArn"]): instance for instance in listed}
    ids = dict.fromkeys(short(name) for name in wanted)
    return tuple(found[name] for name in ids if name in found)


def _describe(aws: Aws, cluster: str, lot: list[str]) -> Document:
    query = {"cluster": cluster, "containerInstances": lot}
    return aws.call("ecs", "describe_container_instances", **query)


def _failure(failure: FailureTypeDef) -> str:
    name, reason = short(failure.get("arn", "")), failure.get("reason", "MISSING")
    if reason == "MISSING":
        return f'there is no container instance "{name}"'
    return f"container instance {name}: {reason}"
