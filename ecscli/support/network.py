"""PURE: the Compose networks and published ports of a project -> their security groups in the
support stack.

Each rule is a resource of its own: a rule can be added before services change and removed after
them, and only so can a group name itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ecscli.base.documents import Document
from ecscli.base.records import record
from ecscli.support.parts import Part, joined, logical_ids

GROUP, INGRESS = "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress"
PortRange = tuple[int, int, str]  # first and last port, protocol


@record
class OpenPorts:
    """The published ports of a group of services, and the CIDRs that may reach them."""

    group: str
    ports: tuple[PortRange, ...]
    sources: tuple[str, ...]


@record
class WantedNetworks:
    """Where the security groups are, and what there is one for: `networks` by their names in
    Compose, and `ports`, in one group for all rows of a group of services."""

    project: str
    vpc: str
    networks: tuple[str, ...] = ()
    ports: tuple[OpenPorts, ...] = ()


def network_outputs(networks: Iterable[str]) -> dict[str, str]:
    """The output with the security group of each network."""
    return logical_ids("SecurityGroup", networks)


def port_outputs(groups: Iterable[str]) -> dict[str, str]:
    """The output with the security group for the published ports of each group of services."""
    return logical_ids("Ports", groups)


def network_part(wanted: WantedNetworks) -> Part:
    """The groups with their rules, and an output with the id of each."""
    names = wanted.networks
    outputs, rules = network_outputs(names), logical_ids("Within", names)
    networks = [_network(wanted, name, outputs[name], rules[name]) for name in names]
    owners = dict.fromkeys(one.group for one in wanted.ports)
    outputs, rules = port_outputs(owners), logical_ids("Rule", owners)
    ports = [_ports(wanted, owner, outputs[owner], rules[owner]) for owner in owners]
    return joined([*networks, *ports])


def _network(wanted: WantedNetworks, name: str, id_: str, rule: str) -> Part:
    own = _id_of(id_)
    within = {"GroupId": own, "IpProtocol": "-1", "SourceSecurityGroupId": own}
    return _group(id_, f"Network {name} of project {wanted.project}", wanted.vpc) + Part(
        {rule: {"Type": INGRESS, "Properties": within}}
    )


def _ports(wanted: WantedNetworks, owner: str, id_: str, rule: str) -> Part:
    description = f"Published ports of {owner} of project {wanted.project}"
    own = [one for one in wanted.ports if one.group == owner]
    rules = dict(pair for one in own for pair in _rules(one, id_, rule))
    return _group(id_, description, wanted.vpc) + Part(rules)


def _rules(open_ports: OpenPorts, id_: str, prefix: str) -> Iterator[tuple[str, Document]]:
    """A rule for each range of ports and each source, with its logical id."""
    for first, last, protocol in open_ports.ports:
        name = f"{prefix}{protocol.capitalize()}{first}"
        if last != first:
            name += f"To{last}"
        for number, source in enumerate(open_ports.sources, 1):
            properties = {
                "GroupId": _id_of(id_),
                "IpProtocol": protocol,
                "FromPort": first,
                "ToPort": last,
                "CidrIpv6" if ":" in source else "CidrIp": source,
            }
            suffix = f"From{number}" if number > 1 else ""
            yield name + suffix, {"Type": INGRESS, "Properties": properties}


def _group(id_: str, description: str, vpc: str) -> Part:
    properties = {"GroupDescription": description, "VpcId": vpc}
    return Part({id_: {"Type": GROUP, "Properties": properties}}, {id_: {"Value": _id_of(id_)}})


def _id_of(id_: str) -> Document:
    return {"Fn::GetAtt": [id_, "GroupId"]}


def vpc_of(resources: Mapping[str, Document]) -> str:
    """The VPC of the security groups of a template; empty where there are none."""
    groups = [one for one in resources.values() if one.get("Type") == GROUP]
    return str(groups[0]["Properties"]["VpcId"]) if groups else ""
