"""A call that names a role made a moment ago, sent again while IAM has not spread the role to where
ECS looks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from ecscli.base.errors import AwsError

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

T = TypeVar("T")
LONGEST = 60.0  # seconds; IAM's changes are everywhere within a few of them
FIRST, GROWTH, MOST = 1.0, 2.0, 10.0  # seconds between two attempts, and how they grow
# ECS's words for a role that it cannot use yet, its own service-linked role among them
NOT_YET = re.compile(r"unable to assume the (service linked )?role|role is not valid", re.I)
# The first call of an account makes that one
SERVICE_LINKED = re.compile(r"unable to assume the service linked role", re.I)


def until_assumable(aws: Aws, send: Callable[[], T], *, new_role: bool) -> T:
    """The answer of `send`, which names a `new_role` or, in a new account, waits for ECS's own.
    Raises the error of the last attempt after a minute, and any other at once."""
    not_yet = NOT_YET if new_role else SERVICE_LINKED
    start, pause = aws.clock(), FIRST
    while True:
        try:
            return send()
        except AwsError as error:
            is_over = aws.clock() - start >= LONGEST
            if is_over or not not_yet.search(error.message):
                raise
        aws.sleep(pause)
        pause = min(pause * GROWTH, MOST)
