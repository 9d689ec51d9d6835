"""READS: the certificates of a listener that exists -> the host names that they are for together.

Source: DescribeListenerCertificates in the Elastic Load Balancing API reference: the default
certificate is among them.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.errors import denied
from ecscli.base.errors import EcsCliError
from ecscli.base.records import record
from ecscli.up.balancer.certificates import names_of

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

OF_ACM = ":acm:"  # in the ARNs of certificates that can be described


@record
class ListenerNames:
    """The names of the certificates, some with a wildcard; `unread`: why there may be more, empty
    where all were read."""

    names: tuple[str, ...] = ()
    unread: str = ""


def listener_names(
    aws: Aws, listener: str, added: Collection[str], leaving: Collection[str]
) -> ListenerNames:
    """The names of the listener with this ARN once the certificates of `added` are there and those
    of `leaving` are not. What the credentials may not read is said, and no error."""
    try:
        rows = aws.pages(
            "elbv2", "describe_listener_certificates", "Certificates", ListenerArn=listener
        )
        arns = dict.fromkeys([str(row["CertificateArn"]) for row in rows])
    except EcsCliError as error:
        return _unread(error)
    meant = dict.fromkeys([*(arn for arn in arns if arn not in leaving), *added])
    found = aws.together(*(partial(_names, aws, arn) for arn in meant))
    names = dict.fromkeys(name for one in found for name in one.names)
    return ListenerNames(tuple(names), next((one.unread for one in found if one.unread), ""))


def _names(aws: Aws, arn: str) -> ListenerNames:
    if OF_ACM not in arn:
        return ListenerNames(unread=f"certificate {arn} is not of ACM")
    try:
        return ListenerNames(names_of(aws, arn))
    except EcsCliError as error:
        return _unread(error)


def _unread(error: EcsCliError) -> ListenerNames:
    """Nothing was read, as the credentials may not."""
    if not denied(error):
        raise error
    return ListenerNames(unread=next(error.lines()))
