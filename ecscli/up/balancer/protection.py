"""READS: load balancers that are about to be deleted -> those that are protected from it.

Source: DescribeLoadBalancerAttributes in the Elastic Load Balancing API reference; CloudFormation
leaves behind what it cannot delete while it updates a stack.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from ecscli.aws.errors import denied
from ecscli.base.errors import EcsCliError, Finding
from ecscli.base.marks import Mark

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

PROTECTED = {"Key": "deletion_protection.enabled", "Value": "true"}
KEY = "load_balancer.deletion_protection"
HINT = (
    "write deletion_protection: false and run up first, while the files still ask for it; or turn"
    " it off by its attributes in AWS's console"
)


def find_protected(aws: Aws, hosts: Collection[str], at: Mark | None = None) -> Iterator[Finding]:
    """A finding for each load balancer with one of these names in DNS that is protected; `at`:
    where files have the key. Nothing where they may not be read."""
    if not hosts:
        return
    try:
        arns = _protected(aws, hosts)
    except EcsCliError as error:
        if not denied(error):
            raise
        return
    for arn in arns:
        message = f"{KEY}: load balancer {arn} is protected, and would have to be deleted"
        yield Finding(message, at, HINT)


def _protected(aws: Aws, hosts: Collection[str]) -> list[str]:
    rows = aws.pages("elbv2", "describe_load_balancers", "LoadBalancers")
    arns = [str(row["LoadBalancerArn"]) for row in rows if row.get("DNSName") in hosts]
    return [arn for arn in arns if PROTECTED in _attributes(aws, arn)]


def _attributes(aws: Aws, arn: str) -> list[object]:
    answer = aws.call("elbv2", "describe_load_balancer_attributes", LoadBalancerArn=arn)
    return list(answer["Attributes"])
