"""READS only: everything that a plan names is looked up side by side -> what does not exist or fit,
and what could not be looked up."""

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
    """`absent`: what does not exist or does not fit; `unread`: what could not be looked up."""

    absent: tuple[Finding, ...] = ()
    unread: tuple[Finding, ...] = ()


def check(aws: Aws, named: Named) -> Looked:
    """Everything that is named, looked up side by side. Raises what no look-up can do without:
    AccessError for a session that is over, AwsError for an answer that is not AWS's."""
    asked = [row for row in LOOKUPS if getattr(named, row[1])]
    looks = aws.together(*(partial(_look, aws, named, what, read) for what, _, read in asked))
    return Looked(
        tuple(finding for look in looks for finding in look.absent),
        tuple(finding for look in looks for finding in look.unread),
    )


def _look(
    aws: Aws, named: Named, what: str, read: Callable[[Aws, Named], Iterator[Finding]]
) -> Looked:
    """One kind of things. Whoever may not read them may still be allowed to use them."""
    try:
        return Looked(tuple(read(aws, named)))
    except InputError as error:
        return Looked(error.findings)
    except EcsCliError as error:
        if is_session_over(error) or is_foreign(error):
            raise
        message = f"{what} could not be looked up: {next(error.lines())}"
        return Looked(unread=(Finding(message),))
