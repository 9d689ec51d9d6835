"""EC2: two rules of a security group are the same one, whatever their descriptions say.

moto compares descriptions of rules that name a group.
"""

from __future__ import annotations

from moto.ec2.models.security_groups import SecurityGroupRule


def repair() -> None:
    SecurityGroupRule.__eq__ = is_same


def is_same(self: SecurityGroupRule, other: SecurityGroupRule) -> bool:
    return identity(self) == identity(other)


def identity(rule: SecurityGroupRule) -> tuple[object, ...]:
    """Protocol, ports and the other end of a rule."""
    return (
        rule.ip_protocol,
        rule.from_port,
        rule.to_port,
        rule.ip_range.get("CidrIp"),
        rule.ip_range.get("CidrIpv6"),
        rule.source_group.get("GroupId") or rule.source_group.get("GroupName"),
        rule.prefix_list_id,
    )
