"""How look-ups read: an answer, or None for what AWS does not have; and what they find."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ecscli.aws.errors import missing
from ecscli.base.documents import Draft
from ecscli.base.errors import AwsError, Finding

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

# Codes of what does not exist in services whose codes do not end in NotFound
ABSENT = ("NoSuchBucket", "NoSuchKey", "ValidationError", "InvalidArnException")


class Remark(NamedTuple):
    """What is worth knowing before the first write, and stops nothing."""

    finding: Finding


Look = Iterator[Finding | Remark]


def refused(error: AwsError) -> bool:
    """Whether AWS does not have it, or does not take the name for one."""
    is_malformed = error.code.endswith(".Malformed")
    is_absent = error.code in ABSENT or error.code.endswith("NotFound")
    return missing(error) or is_malformed or is_absent


def found(aws: Aws, service: str, operation: str, /, **query: object) -> Draft | None:
    """The answer; None for what does not exist."""
    try:
        return aws.call(service, operation, **query)
    except AwsError as error:
        if not refused(error):
            raise
        return None
