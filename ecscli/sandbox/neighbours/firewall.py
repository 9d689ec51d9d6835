"""Security groups, which are enforced for mount targets of EFS alone: whether their rules let one
task reach another, for tests to ask."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, NamedTuple

from ecscli.sandbox.ecs.model import Task
from ecscli.sandbox.neighbours.region import Region

if TYPE_CHECKING:
    from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupRule

ANY, TCP = "-1", "tcp"


class End(NamedTuple):
    """One end of a connection: its VPC, its address, its security groups."""

    vpc: str
    address: str
    groups: tuple[SecurityGroup, ...]

    @property
    def ids(self) -> list[str]:
        return [group.id for group in self.groups]


class Verdict(NamedTuple):
    """Whether traffic passes, and the groups by which it does, or what stops it."""

    passes: bool
    reason: str


class Firewall(Region):
    def reach(self, source: Task, target: Task, port: int) -> Verdict:
        """Whether the source may open a TCP connection to a port of the target's interface: its
        own, or its instance's."""
        start, end = self._end_of(source), self._end_of(target)
        if start is None or end is None:
            silent = source if start is None else target
            return Verdict(False, f"task {silent.id} has no network interface")
        return verdict(start, end, port)

    def _end_of(self, task: Task) -> End | None:
        ec2 = self.backend("ec2")
        if task.eni in ec2.enis:
            interface = ec2.enis[task.eni]
            groups = tuple(interface.group_set)
            return End(interface.subnet.vpc_id, interface.private_ip_address, groups)
        machine = ec2.get_instance_by_id(task.instance.ec2_id) if task.instance else None
        if machine is None or not task.wanted or task.definition.network_mode == "awsvpc":
            return None
        groups = tuple(machine.security_groups) or tuple(machine.nics[0].group_set)
        return End(machine.vpc_id, machine.private_ip, groups)


def verdict(start: End, end: End, port: int) -> Verdict:
    """Whether the rules let TCP pass from one end to a port of the other."""
    if start.vpc != end.vpc:
        return Verdict(False, f"{start.vpc} and {end.vpc} are different VPCs")
    out = allowing(start, end, port, is_egress=True)
    if out is None:
        return Verdict(False, f"no egress rule of {listed(start)} allows TCP port {port}")
    into = allowing(end, start, port, is_egress=False)
    if into is None:
        return Verdict(False, f"no ingress rule of {listed(end)} allows TCP port {port}")
    return Verdict(True, f"out of {out.id}, into {into.id}")


def listed(end: End) -> str:
    return ", ".join(end.ids) or "no security group"


def allowing(own: End, other: End, port: int, *, is_egress: bool) -> SecurityGroup | None:
    """The group of one end that lets TCP pass to, or from, the other."""
    for group, rule in rules_of(own, is_egress=is_egress):
        if has_port(rule, port) and has_end(rule, other):
            return group
    return None


def rules_of(end: End, *, is_egress: bool) -> Iterator[tuple[SecurityGroup, SecurityGroupRule]]:
    for group in end.groups:
        rules = group.egress_rules if is_egress else group.ingress_rules
        yield from ((group, rule) for rule in rules)


def has_port(rule: SecurityGroupRule, port: int) -> bool:
    if rule.ip_protocol == ANY:
        return True
    return bool(rule.ip_protocol == TCP and rule.from_port <= port <= rule.to_port)


def has_end(rule: SecurityGroupRule, end: End) -> bool:
    """Whether a rule names the end, by one of its groups or by its address."""
    named = rule.source_group.get("GroupId")
    if named:
        return named in end.ids
    block = rule.ip_range.get("CidrIp")
    return bool(block) and ip_address(end.address) in ip_network(block, strict=False)
