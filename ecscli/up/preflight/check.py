"""READS only: everything that a plan names is looked up side by side; what does not exist is an
error before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.errors import is_foreign, is_session_over
from ecscli.base.errors import EcsCliError, Finding, InputError
from ecscli.base.records import record
from ecscli.up.preflight import lookups
from ecscli.up.preflight.named import Named

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

# what people call the things, the field of Named that holds them, and how they are looked up
LOOKUPS: tuple[tuple[str, str, Callable[[Aws, Named], Iterator[Finding]]], ...] = (
    ("target groups", "balancers", lookups.target_groups),
    ("Classic Load Balancers", "balancers", lookups.classic_balancers),
    ("roles", "roles", lookups.roles),
    ("images", "images", lookups.images),
    ("log groups", "log_groups", lookups.log_groups),
    ("subnets", "subnets", lookups.network),
    ("capacity providers", "providers", lookups.capacity_providers),
    ("the namespace", "namespace", lookups.namespace),
)


@record
class Looked:
    """What is wrong with one kind of things, or why they could not be looked up."""

    findings: tuple[Finding, ...] = ()
    unread: Finding | None = None


def check(aws: Aws, named: Named) -> tuple[Finding, ...]:
    """What could not be looked up, as warnings. Raises InputError with everything that does not
    exist or does not fit."""
    asked = [row for row in LOOKUPS if getattr(named, row[1])]
    looks = aws.together(*(partial(_look, aws, named, what, read) for what, _, read in asked))
    findings = [finding for look in looks for finding in look.findings]
    if findings:
        raise InputError.of(findings)
    return tuple(look.unread for look in looks if look.unread)


def _look(
    aws: Aws, named: Named, what: str, read: Callable[[Aws, Named], Iterator[Finding]]
) -> Looked:
    """One kind of things. Whoever may not read them may still be allowed to use them."""
    try:
        return Looked(tuple(read(aws, named)))
    except EcsCliError as error:
        if isinstance(error, InputError):
            return Looked(error.findings)
        if is_session_over(error) or is_foreign(error):
            raise
        message = f"{what} could not be looked up: {next(error.lines())}"
        return Looked(unread=Finding(message))
