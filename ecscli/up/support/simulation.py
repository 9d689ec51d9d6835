"""READS: the policies of a role, by SimulatePrincipalPolicy -> what it may not do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from ecscli.up.support.rights import Place, Right

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


def place_of(aws: Aws, arn: str) -> Place:
    """Where a role is, and what it reads."""
    _, partition, _, _, account, *_ = arn.split(":")
    return Place(partition, aws.region, account)


def lacking_rights(aws: Aws, arn: str, needed: Iterable[Right]) -> list[str]:
    """What the role may not do, in words: `ssm:GetParameters on ARN`."""
    answers = aws.together(*(partial(_lacking, aws, arn, right) for right in needed))
    return [text for answer in answers for text in answer]


def _lacking(aws: Aws, arn: str, right: Right) -> list[str]:
    return list(_denials(aws, arn, right))


def _denials(aws: Aws, arn: str, right: Right) -> Iterator[str]:
    rows = aws.pages(
        "iam",
        "simulate_principal_policy",
        "EvaluationResults",
        PolicySourceArn=arn,
        ActionNames=list(right.actions),
        ResourceArns=list(right.resources),
    )
    for row in rows:
        for one in row.get("ResourceSpecificResults") or (row,):
            decision = one.get("EvalResourceDecision") or one.get("EvalDecision")
            if decision != "allowed":
                name = one.get("EvalResourceName") or row.get("EvalResourceName") or "*"
                yield f"{row['EvalActionName']} on {name}"
