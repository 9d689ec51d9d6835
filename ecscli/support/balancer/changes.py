"""PURE: two templates of a support stack -> what of a load balancer would be replaced between them,
and cannot be while services use it."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.errors import Finding
from ecscli.support.balancer.listeners import BALANCER
from ecscli.support.balancer.network import BALANCER as NETWORK
from ecscli.support.balancer.target_groups import PREFIX
from ecscli.support.parts import Part

ANEW = "take the load balancer out by load_balancer: false, run up, and ask for it again"
FIXED = {
    "Protocol": "the protocol of a target group",
    "ProtocolVersion": "the protocol version of a target group",
    "TargetType": "what a target group sends to, as the network mode has it,",
    "VpcId": "the VPC of a target group",
}


def replacements(live: Part, wanted: Part) -> Iterator[Finding]:
    """Everything that keeps the wanted template from being made of the live one."""
    for id_ in (BALANCER, NETWORK):
        had, has = _property(live, id_, "Scheme"), _property(wanted, id_, "Scheme")
        if had and has and had != has:
            yield Finding(f"a load balancer cannot change from {had} to {has}", None, ANEW)
    for output in wanted.outputs:
        before, after = _id(live, output), _id(wanted, output)
        if output.startswith(PREFIX) and before and before != after:
            for name, what in FIXED.items():
                had, has = _property(live, before, name), _property(wanted, after, name)
                if had != has:
                    message = f"{what} cannot change from {had or 'HTTP1'} to {has or 'HTTP1'}"
                    yield Finding(f"{output}: {message}", None, ANEW)


def _id(part: Part, output: str) -> str:
    """The logical id of the target group that an output has."""
    value = part.outputs.get(output, {}).get("Value") or {}
    return str(value.get("Ref", ""))


def _property(part: Part, id_: str, name: str) -> str:
    resource = part.resources.get(id_) or {}
    return str((resource.get("Properties") or {}).get(name) or "")
