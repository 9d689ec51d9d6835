"""READS: security groups and Cloud Map services that the support stack is about to lose -> the end
of the wait until no task of the project is in them any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.client import STACKS
from ecscli.aws.errors import denied
from ecscli.base.errors import EcsCliError
from ecscli.up.discovery.watch import count_instances
from ecscli.up.model import Event

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

LONGEST = 120.0  # seconds; a task is in none of them within a minute after it has stopped
GROUP = "sg-"  # how the id of a security group begins; others are ARNs of Cloud Map services


def until_released(aws: Aws, released: Sequence[str]) -> Iterator[Event]:
    """Wait for the interfaces of tasks that have stopped, and for their entries in Cloud Map; not
    where these may not be read, which is a warning, and two minutes at most: CloudFormation reports
    what is still in use then."""
    if not released:
        return
    try:
        for _ in aws.poll(lambda: _in_use(aws, released), lambda used: not used, STACKS, LONGEST):
            pass
    except EcsCliError as error:
        if not denied(error):
            raise
        what = "whether tasks still use the security groups and names of the project"
        yield Event(f"{what} could not be looked up: {next(error.lines())}", "warning")


def _in_use(aws: Aws, released: Sequence[str]) -> bool:
    groups = sorted(one for one in released if one.startswith(GROUP))
    if groups and _have_interfaces(aws, groups):
        return True
    registries = [one for one in released if not one.startswith(GROUP)]
    counts = aws.together(*(partial(count_instances, aws, arn) for arn in registries))
    return any(counts)


def _have_interfaces(aws: Aws, groups: Sequence[str]) -> bool:
    filters = [{"Name": "group-id", "Values": list(groups)}]
    pages = aws.pages("ec2", "describe_network_interfaces", "NetworkInterfaces", Filters=filters)
    return any(True for _ in pages)
