"""READS: whether the load balancers of a support stack are still there -> the logical ids under
which they are made anew.

Source: DescribeLoadBalancers in the Elastic Load Balancing API reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.base.errors import InputError
from ecscli.support.balancer.listeners import BALANCER
from ecscli.support.balancer.network import BALANCER as NETWORK
from ecscli.support.balancer.network import DNS as NETWORK_DNS
from ecscli.support.balancer.part import DNS
from ecscli.support.balancer.transition.renewal import balancer_ids, next_id
from ecscli.up.service.names import Names
from ecscli.up.support.live import LiveSupport

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

FLAG = "--recreate-balancer"
OUTPUTS = {BALANCER: DNS, NETWORK: NETWORK_DNS}


def renewed_ids(aws: Aws, names: Names, live: LiveSupport) -> dict[str, str]:
    """The ids of all balancers of the stack, new ones for those that are gone. Raises InputError
    where none is."""
    ids = balancer_ids(live.part(names).resources)
    there = {
        one.get("DNSName") for one in aws.pages("elbv2", "describe_load_balancers", "LoadBalancers")
    }
    gone = [base for base in ids if live.outputs.get(OUTPUTS[base]) not in there]
    if not gone:
        message = f"{FLAG}: no load balancer of {names.project} was deleted"
        raise InputError(
            message, hint=f"leave {FLAG} out; it is for one that its stack alone still has"
        )
    return {base: next_id(id_) if base in gone else id_ for base, id_ in ids.items()}
