"""READS: security groups that the support stack is about to lose -> the end of the wait until no
network interface of a task has them any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.aws.client import STACKS
from ecscli.aws.errors import denied
from ecscli.base.documents import Document
from ecscli.base.errors import EcsCliError
from ecscli.up.model import Event

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

LONGEST = 120.0  # seconds; an interface goes within a minute after its task has stopped


def until_released(aws: Aws, groups: Sequence[str]) -> Iterator[Event]:
    """Wait for the interfaces of tasks that have stopped; not where they may not be read, which is
    a warning, and two minutes at most: CloudFormation reports what is still in use then."""
    if not groups:
        return
    try:
        for _ in aws.poll(lambda: _in_use(aws, groups), lambda used: not used, STACKS, LONGEST):
            pass
    except EcsCliError as error:
        if not denied(error):
            raise
        what = "whether tasks still use the security groups of the project"
        yield Event(f"{what} could not be looked up: {next(error.lines())}", "warning")


def _in_use(aws: Aws, groups: Iterable[str]) -> list[Document]:
    filters = [{"Name": "group-id", "Values": sorted(groups)}]
    return list(
        aws.pages("ec2", "describe_network_interfaces", "NetworkInterfaces", Filters=filters)
    )
