"""PURE: security groups that close ports -> the commands that open them."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.records import record

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

ANYBODY = "0.0.0.0/0"
LOGICAL_ID = "EcsSecurityGroup"  # of the group in the stack of a cluster
IN_FILE = "; where `ecscli up` made the group, add the port to network.ingress of ecs-cluster.yml"


@record
class Openings:
    """The ways to open ports of some security groups. `ports`: all that are to be open to everyone,
    each a number or a range.

    A group that the stack of the cluster made is changed through that stack: a rule that was added
    beside it would be in the way of the same rule in the stack.
    """

    aws: Aws
    groups: tuple[Document, ...]
    ports: tuple[str, ...]

    @property
    def closing(self) -> str:
        ids = [str(group["GroupId"]) for group in self.groups]
        if len(ids) == 1:
            return f"security group {ids[0]} lets nobody"
        return f"security groups {', '.join(ids)} let nobody"

    @property
    def reminder(self) -> str:
        """What remains to be done where the command opens the port beside a stack."""
        return "" if self._by_stack() else IN_FILE

    def to_everyone(self, protocol: str, port: str) -> str:
        """The command that opens a port to everyone."""
        through_stack = self._by_stack() if protocol == "tcp" else ""
        return through_stack or self._authorize(protocol, port, f"--cidr {ANYBODY}")

    def to_the_group(self, protocol: str, port: str) -> str:
        """The command that opens a port to what has the security group; a stack of today has the
        rule already."""
        if self._made:
            return self._by_stack() or "ecscli up"
        return self._authorize(protocol, port, f"--source-group {self.groups[0]['GroupId']}")

    def _authorize(self, protocol: str, port: str, source: str) -> str:
        words = f"--group-id {self.groups[0]['GroupId']} --protocol {protocol} --port {port}"
        return self.aws.command(f"ec2 authorize-security-group-ingress {words} {source}")

    @property
    def _made(self) -> list[Document]:
        """The groups that the stack of the cluster made, by CloudFormation's names."""
        prefix = f"{self.aws.settings.stack_name.value}-{LOGICAL_ID}-"
        return [group for group in self.groups if str(group.get("GroupName")).startswith(prefix)]

    def _by_stack(self) -> str:
        """The `ecscli up` that keeps what is open and opens the rest; empty where another stack, or
        none, made the group, or where it has rules that flags cannot express."""
        settings = self.aws.settings
        rules = rules_from_outside(self._made)
        if not self._made or not all(map(_is_simple, rules)):
            return ""
        ports = dict.fromkeys([*map(_ports_of, rules), *self.ports])
        flags = " ".join(f"--port {port}" for port in ports)
        sandbox = " --sandbox" if settings.sandbox_url else ""
        cluster = shlex.quote(settings.cluster.value or "")
        return f"ecscli{sandbox} up --cluster {cluster} --region {self.aws.region} {flags}"


def rules_from_outside(groups: Iterable[Document]) -> list[Document]:
    """The ingress rules of security groups, without those between members of a group alone."""
    return [
        rule
        for group in groups
        for rule in group.get("IpPermissions") or ()
        if not _is_within(rule, group)
    ]


def _is_within(rule: Document, group: Document) -> bool:
    pairs = rule.get("UserIdGroupPairs") or ()
    others = rule.get("IpRanges") or rule.get("Ipv6Ranges") or rule.get("PrefixListIds")
    return not others and {pair.get("GroupId") for pair in pairs} == {group["GroupId"]}


def _is_simple(rule: Document) -> bool:
    """Whether `ecscli up --port` makes such a rule."""
    ranges = [one.get("CidrIp") for one in rule.get("IpRanges") or ()]
    others = rule.get("UserIdGroupPairs") or rule.get("Ipv6Ranges") or rule.get("PrefixListIds")
    return rule.get("IpProtocol") == "tcp" and ranges == [ANYBODY] and not others


def _ports_of(rule: Document) -> str:
    first, last = rule["FromPort"], rule["ToPort"]
    return str(first) if first == last else f"{first}-{last}"
