"""READS: the revisions of a task definition: the newest, a named one, an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ecscli.aws.errors import missing
from ecscli.base.errors import AwsError, InputError
from ecscli.up.model import short

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import DescribeTaskDefinitionResponseTypeDef

    from ecscli.aws.client import Aws

MOST_NAMED = 8  # revisions that a hint names


def newest_definition(aws: Aws, family: str) -> DescribeTaskDefinitionResponseTypeDef | None:
    """The newest ACTIVE revision with its tags; None where the family has none."""
    return maybe_definition(aws, family)


def maybe_definition(aws: Aws, name: str) -> DescribeTaskDefinitionResponseTypeDef | None:
    """An ACTIVE revision by family or ``family:revision``, with its tags."""
    try:
        found = aws.call("ecs", "describe_task_definition", taskDefinition=name, include=["TAGS"])
    except AwsError as error:
        # ECS answers ClientException "Unable to describe task definition." for a family without
        # ACTIVE revisions
        if error.code == "ClientException" or missing(error):
            return None
        raise
    if found["taskDefinition"].get("status", "ACTIVE") != "ACTIVE":
        return None
    return cast("DescribeTaskDefinitionResponseTypeDef", found)


def earlier_revision(aws: Aws, current: str, revision: int | None) -> str:
    """``family:N`` of an ACTIVE revision: N itself, or the one before the current. Raises
    InputError without one."""
    family, _, number = short(current).rpartition(":")
    if revision is not None:
        return _given_revision(aws, f"{family}:{revision}")
    query = {"familyPrefix": family, "sort": "DESC"}
    newer = []
    for arn in aws.pages("ecs", "list_task_definitions", "taskDefinitionArns", **query):
        name, _, other = short(str(arn)).rpartition(":")
        if name == family and int(other) < int(number):
            return short(str(arn))
        if name == family and other != number:
            newer.append(other)
    others = f", or name a newer revision with --to: {', '.join(newer[:MOST_NAMED])}"
    raise InputError(
        f'nothing to roll back to: {family}:{number} is the oldest active revision of "{family}"',
        hint="correct the Compose file and deploy it with `ecscli compose service up`"
        + (others if newer else ""),
    )


def _given_revision(aws: Aws, name: str) -> str:
    if maybe_definition(aws, name) is None:
        hint = "choose another with --to"
        raise InputError(f"there is no active revision {name}", hint=hint)
    return name
