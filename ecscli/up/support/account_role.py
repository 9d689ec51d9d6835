"""READS: the role that AWS's console makes for tasks -> whether ECS may assume it for a task, and
whether it may do what the task needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ecscli.aws.errors import denied, missing
from ecscli.base.documents import Document
from ecscli.base.errors import AwsError, EcsCliError, Finding
from ecscli.base.records import record
from ecscli.up.support.rights import Place, Right
from ecscli.up.support.simulation import lacking_rights, place_of

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

NAME = "ecsTaskExecutionRole"
TASKS, ASSUME = "ecs-tasks.amazonaws.com", "sts:AssumeRole"
MOST_NAMED = 3

AskRights = Callable[[Place], Iterable[Right]]


@record
class AccountRole:
    """The role, where a task can have it; else why it cannot. `remarks`: what could not be looked
    up."""

    arn: str | None = None
    why_not: str = f"the account has no role {NAME}"
    remarks: tuple[Finding, ...] = ()


def read_account_role(aws: Aws, ask: AskRights) -> AccountRole:
    """The account's role, judged by the rights that a task needs."""
    try:
        role = aws.call("iam", "get_role", RoleName=NAME)["Role"]
    except EcsCliError as error:
        if isinstance(error, AwsError) and missing(error):
            return AccountRole()
        if not denied(error):
            raise
        message = f"role {NAME} could not be looked up: {next(error.lines())}"
        return AccountRole(None, f"role {NAME} could not be looked up", (Finding(message),))
    if not trusts_tasks(role.get("AssumeRolePolicyDocument") or {}):
        return AccountRole(None, f"role {NAME} cannot be assumed by {TASKS}")
    arn = str(role["Arn"])
    return _judged(aws, arn, list(ask(place_of(aws, arn))))


def trusts_tasks(trust: Document) -> bool:
    """Whether a trust policy lets ECS assume the role for tasks."""
    allows, denies = False, False
    for statement in _rows(trust.get("Statement")):
        principal = statement.get("Principal")
        services = _rows(principal.get("Service")) if isinstance(principal, Mapping) else ()
        if TASKS in services and ASSUME in _rows(statement.get("Action")):
            allows |= statement.get("Effect") == "Allow"
            denies |= statement.get("Effect") == "Deny"
    return allows and not denies


def _rows(value: Any) -> Sequence[Any]:
    """The members of a list, which a policy may give as a single one."""
    if value is None:
        return ()
    return value if isinstance(value, list | tuple) else (value,)


def _judged(aws: Aws, arn: str, needed: Sequence[Right]) -> AccountRole:
    try:
        lacking = lacking_rights(aws, arn, needed)
    except EcsCliError as error:
        if not denied(error):
            raise
        message = f"the rights of role {NAME} could not be checked: {next(error.lines())}"
        return AccountRole(arn, remarks=(Finding(message),))
    if not lacking:
        return AccountRole(arn)
    shown = ", ".join(lacking[:MOST_NAMED])
    more = f" and {len(lacking) - MOST_NAMED} more" if len(lacking) > MOST_NAMED else ""
    return AccountRole(None, f"role {NAME} may not {shown}{more}")
