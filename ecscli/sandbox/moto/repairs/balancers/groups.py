"""ELBv2: which target groups a listener and its rules may send to.

Sources: CreateListener and CreateRule in the Elastic Load Balancing API reference
(IncompatibleProtocols, TargetGroupAssociationLimit, InvalidLoadBalancerAction).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer, FakeTargetGroup

from ecscli.sandbox.moto.repairs.balancers.errors import (
    incompatible_group,
    other_balancer,
    too_many_groups,
    wrong_weight,
)
from ecscli.sandbox.shapes import Json

#: Protocols of target groups by the protocol of the listener.
TAKEN = {
    "HTTP": ("HTTP", "HTTPS"),
    "HTTPS": ("HTTP", "HTTPS"),
    "TCP": ("TCP", "TCP_UDP"),
    "TLS": ("TCP", "TLS"),
    "UDP": ("UDP", "TCP_UDP"),
    "TCP_UDP": ("TCP_UDP",),
}
#: Protocol versions that only listeners with TLS take.
OVER_TLS = ("HTTP2", "GRPC")
MOST = 5  # groups of one action
WEIGHTS = range(1000)


def check_groups(
    backend: ELBv2Backend, balancer: FakeLoadBalancer, protocol: str, actions: Sequence[Json]
) -> None:
    """The groups of the actions fit the listener's protocol, and are of no other balancer."""
    for action in actions:
        rows = (action.get("ForwardConfig") or {}).get("TargetGroups") or []
        if len(rows) > MOST:
            raise too_many_groups(MOST)
        for row in rows:
            if row.get("Weight") is not None and int(row["Weight"]) not in WEIGHTS:
                raise wrong_weight(row["Weight"])
        for group in _groups(backend, action):
            if group.protocol not in TAKEN.get(protocol, ()):
                raise incompatible_group(group.arn, group.protocol, protocol)
            if protocol == "HTTP" and group.protocol_version in OVER_TLS:
                raise incompatible_group(group.arn, group.protocol_version, protocol)
            if set(group.load_balancer_arns) - {balancer.arn}:
                raise other_balancer(group.arn)


def _groups(backend: ELBv2Backend, action: Json) -> Iterator[FakeTargetGroup]:
    for arn in backend._get_target_group_arns_from(action_data=action):
        if arn in backend.target_groups:
            yield backend.target_groups[arn]
