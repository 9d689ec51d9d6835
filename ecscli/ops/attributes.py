"""A task definition's required attributes against those of container instances: names that are
missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ecscli.aws.client import batches
from ecscli.base.documents import Document
from ecscli.base.errors import AwsError, Finding, InputError
from ecscli.base.records import record

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

INSTANCES_A_CALL = 100  # the most that DescribeContainerInstances takes


@record
class Missing:
    """One container instance by id, and the attributes that it lacks, in the order of the task
    definition."""

    instance: str
    attributes: tuple[str, ...]


def compare(required: Sequence[str], instances: Iterable[Document]) -> tuple[Missing, ...]:
    """What each instance lacks. The id is the last part of its ARN, in the long form as in the
    short one."""
    return tuple(
        Missing(
            instance["containerInstanceArn"].rsplit("/", 1)[-1],
            tuple(
                name
                for name in required
                if name not in {item["name"] for item in instance.get("attributes", ())}
            ),
        )
        for instance in instances
    )


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
        raise InputError(
            f'there is no task definition "{definition}"', hint="check its name and --region"
        ) from None
    return tuple(
        dict.fromkeys(
            item["name"] for item in answer["taskDefinition"].get("requiresAttributes", ())
        )
    )


def all_instances(aws: Aws, cluster: str) -> tuple[str, ...]:
    """The ARNs of the cluster's container instances."""
    return tuple(
        aws.pages("ecs", "list_container_instances", "containerInstanceArns", cluster=cluster)
    )


def read_instances(aws: Aws, cluster: str, names: Iterable[str]) -> tuple[Document, ...]:
    """Container instances by id or ARN, in the order asked for."""
    lots = tuple(batches(names, INSTANCES_A_CALL))
    answers = aws.together(
        *(
            lambda lot=lot: aws.call(
                "ecs", "describe_container_instances", cluster=cluster, containerInstances=lot
            )
            for lot in lots
        )
    )
    failures = [failure for answer in answers for failure in answer.get("failures", ())]
    if failures:
        hint = f"see those of cluster {cluster} with `ecscli instances`"
        raise InputError.of(Finding(_failure(failure), hint=hint) for failure in failures)
    found = {
        instance["containerInstanceArn"].rsplit("/", 1)[-1]: instance
        for answer in answers
        for instance in answer["containerInstances"]
    }
    ids = dict.fromkeys(name.rsplit("/", 1)[-1] for lot in lots for name in lot)
    return tuple(found[name] for name in ids if name in found)


def _failure(failure: Document) -> str:
    name, reason = str(failure.get("arn", "")).rsplit("/", 1)[-1], failure.get("reason", "MISSING")
    return (
        f'there is no container instance "{name}"'
        if reason == "MISSING"
        else f"container instance {name}: {reason}"
    )
