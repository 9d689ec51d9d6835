"""The network of a cluster's template: CIDRs, subnets, ingress rules, edited in the parsed tree."""

from __future__ import annotations

from functools import partial

from ecscli.base.documents import Draft
from ecscli.base.marks import Tagged
from ecscli.base.yaml import cfn
from ecscli.cluster.model import ClusterNetwork, Existing, Rule
from ecscli.cluster.template.parameters import is_one_port, source_of

SECOND_OF_ITS_KIND = (
    "PubSubnetAz2",
    "PubSubnet2RouteTableAssociation",
    "PrivSubnetAz2",
    "NatAddress2",
    "NatGateway2",
    "PrivateRouteTable2",
    "PrivateRouteViaNat2",
    "PrivSubnet2RouteTableAssociation",
)


def edit_cidrs(tree: Draft, network: ClusterNetwork) -> None:
    """The ranges of a new VPC and of its subnets."""
    if network.vpc:
        return
    cidrs = {"vpc": network.cidr}
    cidrs |= {f"pubsubnet{i}": cidr for i, cidr in enumerate(network.public, 1)}
    cidrs |= {f"privsubnet{i}": cidr for i, cidr in enumerate(network.private, 1)}
    for name, cidr in cidrs.items():
        tree["Mappings"]["VpcCidrs"][name] = {"cidr": cidr}


def edit_subnets(tree: Draft, network: ClusterNetwork) -> None:
    """As many subnets as there are CIDRs: the second one is the pattern of those that follow."""
    count = len(network.public)
    if network.vpc or count == 2:
        return
    made = tree["Resources"]
    for name in SECOND_OF_ITS_KIND:
        pattern = made.pop(name)
        for number in range(2, count + 1):
            made[name.replace("2", str(number))] = cfn.replaced(pattern, partial(_numbered, number))
    for number in range(2, count + 1):
        zone = _zone(number - 1, len(network.zones))
        made[f"PubSubnetAz{number}"]["Properties"]["AvailabilityZone"] = zone
    if count == 1:
        del tree["Conditions"]["CreateNatPerZone"], tree["Parameters"]["NatPerZone"]
    for kind in ("PubSubnetAz", "PrivSubnetAz"):
        cfn.swap(tree, _refs(kind, 2), _refs(kind, count))


def _refs(kind: str, count: int) -> list[Tagged]:
    """References to the subnets of a kind, numbered from 1."""
    return [cfn.ref(f"{kind}{number}") for number in range(1, count + 1)]


def _numbered(number: int, text: str) -> str:
    base = text.partition(".")[0]
    if base in SECOND_OF_ITS_KIND or text in ("pubsubnet2", "privsubnet2"):
        return text.replace("2", str(number), 1)
    return text


def _zone(index: int, zones: int) -> Tagged:
    """The zone of a subnet: of those given, round and round; else the region's, which has two at
    least."""
    turn = index % zones if zones else 0
    given = Tagged("!Select", [turn, cfn.ref("VpcAvailabilityZones")])
    first = Tagged("!Select", [index, Tagged("!GetAZs", "")])
    return Tagged("!If", ["UseSpecifiedVpcAvailabilityZones", given, first])


def edit_ingress(tree: Draft, network: ClusterNetwork, found: Existing) -> None:
    """The ingress rules, where they are not the one port that the parameters can say."""
    if not network.makes_group or is_one_port(network.ingress):
        return
    group = tree["Resources"]["EcsSecurityGroup"]["Properties"]
    group["SecurityGroupIngress"] = [_ingress_rule(rule, found) for rule in network.ingress]
    for unused in ("EcsPort", "SourceCidr"):
        del tree["Parameters"][unused]


def _ingress_rule(rule: Rule, found: Existing) -> Draft:
    source = source_of(rule, found)
    made: Draft = {
        "IpProtocol": rule.protocol,
        "FromPort": rule.first,
        "ToPort": rule.last,
    }
    if source.startswith("sg-"):
        made["SourceSecurityGroupId"] = source
    else:
        made["CidrIpv6" if ":" in source else "CidrIp"] = source
    if rule.description:
        made["Description"] = rule.description
    return made


def drop_group(tree: Draft, network: ClusterNetwork) -> None:
    """No security group, where services name their own."""
    if network.own_group or network.groups:
        return
    launch_template = tree["Resources"]["EcsInstanceLaunchTemplate"]["Properties"]
    interface = launch_template["LaunchTemplateData"]["NetworkInterfaces"][0]
    interface["Groups"] = cfn.ref("SecurityGroupIds")
    for resource in ("EcsSecurityGroup", "EcsInstancesIngress"):
        del tree["Resources"][resource]
    for condition in ("CreateSecurityGroup", "OpenBetweenInstances"):
        del tree["Conditions"][condition]
    del tree["Outputs"]["SecurityGroupIds"]
    for unused in ("EcsPort", "SourceCidr"):
        del tree["Parameters"][unused]
