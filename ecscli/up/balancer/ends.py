"""PURE: the outputs of a support stack that goes -> what requests end with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecscli.base.errors import Finding
from ecscli.support.balancer.kinds import PREFIX
from ecscli.support.balancer.network import DNS as NETWORK_DNS
from ecscli.support.balancer.part import DNS


def ended_traffic(outputs: Mapping[str, str]) -> Iterator[Finding]:
    """The addresses that go, and the rules of a load balancer that others keep."""
    for name in (DNS, NETWORK_DNS):
        if name in outputs:
            message = f"requests to {outputs[name]} end: the load balancer goes, with its address"
            yield Finding(message, None, "records of DNS that point at it lead nowhere then")
    groups = [name for name in outputs if name.startswith(PREFIX)]
    if groups and DNS not in outputs and NETWORK_DNS not in outputs:
        yield Finding("requests that the rules of a shared load balancer send here end")
