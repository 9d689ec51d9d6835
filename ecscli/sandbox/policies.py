"""Policies of IAM and of resources: their documents and a request in, whether they allow it out.
Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ecscli.sandbox.shapes import Json

ALLOWED, DENIED, SILENT = "allowed", "explicitDeny", "implicitDeny"
#: What a request brings along, by the keys that conditions name.
Context = Mapping[str, str]


def decision(
    policies: Iterable[Json], action: str, resource: str, context: Context | None = None
) -> str:
    """What the policies together say; without a context, statements with conditions are left
    out."""
    found = SILENT
    for policy in policies:
        for statement in rows(policy.get("Statement")):
            if not concerns(statement, action, resource) or not holds(statement, context):
                continue
            if statement["Effect"] == "Deny":
                return DENIED
            found = ALLOWED
    return found


def for_principals(policy: Json, principals: Sequence[str], resource: str) -> Json:
    """A resource's policy as if it were one of these principals: their statements, about the
    resource where they name none."""
    mine = [one for one in rows(policy.get("Statement")) if is_about(one, principals)]
    return {"Statement": [{"Resource": resource, **one} for one in mine]}


def is_about(statement: Json, principals: Sequence[str]) -> bool:
    named = statement.get("Principal")
    values = rows(named.get("AWS")) if isinstance(named, dict) else rows(named)
    return any(one == "*" or one in principals for one in values)


def concerns(statement: Json, action: str, resource: str) -> bool:
    return has(statement, "Action", action.lower()) and has(statement, "Resource", resource)


def has(statement: Json, member: str, value: str) -> bool:
    """Whether a statement names the value, or with `Not` before the member does not."""
    if f"Not{member}" in statement:
        return not any(fits(one, member, value) for one in rows(statement[f"Not{member}"]))
    return any(fits(one, member, value) for one in rows(statement.get(member)))


def fits(pattern: str, member: str, value: str) -> bool:
    """Whether a pattern with `*` and `?` is that of the value."""
    text = pattern.lower() if member == "Action" else pattern
    expression = re.escape(text).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, value, re.DOTALL) is not None


def rows(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else [value]


# ------------------------------------------------------------------------------------ conditions


def equal(wanted: str, value: str) -> bool:
    return wanted == value


def alike(wanted: str, value: str) -> bool:
    return fits(wanted, "", value)


def same_truth(wanted: str, value: str) -> bool:
    return wanted.lower() == value.lower()


#: How an operator compares a wanted value with that of the request.
OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "ArnEquals": alike,
    "ArnLike": alike,
    "Bool": same_truth,
    "StringEquals": equal,
    "StringLike": alike,
}
IF_EXISTS = "IfExists"


def holds(statement: Json, context: Context | None) -> bool:
    """Whether the conditions of a statement are met; what is not known here forbids."""
    conditions = statement.get("Condition") or {}
    if context is None:
        return not conditions
    unknown = statement["Effect"] == "Deny"
    return all(
        is_met(operator, key, rows(wanted), context, unknown)
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def is_met(operator: str, key: str, wanted: Sequence[Any], context: Context, unknown: bool) -> bool:
    compare = OPERATORS.get(operator.removesuffix(IF_EXISTS))
    if compare is None:
        return unknown
    value = {name.lower(): one for name, one in context.items()}.get(key.lower())
    if value is None:
        return operator.endswith(IF_EXISTS)
    return any(compare(str(one), value) for one in wanted)
