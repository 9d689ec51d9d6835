"""Compose networks and published ports in the support stack: their groups, rules and outputs, as
CloudFormation takes them."""

import pytest

from ecscli.support.network import OpenPorts, WantedNetworks, network_part, vpc_of
from ecscli.support.parts import joined
from ecscli.support.reads import Reads
from ecscli.support.role import role_part
from ecscli.support.template import compact_body, part_of
from tests.lint import lint

VPC = "vpc-0123456789abcdef0"
PROJECTS = {
    "one": WantedNetworks("shop", VPC, ("default",)),
    "tiers": WantedNetworks(
        "shop",
        VPC,
        ("front", "back"),
        (OpenPorts("web", ((80, 80, "tcp"), (8000, 8010, "udp")), ("0.0.0.0/0", "2001:db8::/32")),),
    ),
    "alike": WantedNetworks(
        "shop",
        VPC,
        ("my-db", "my_db"),
        tuple(OpenPorts(name, ((80, 80, "tcp"),), ("10.0.0.0/8",)) for name in ("a-b", "a.b")),
    ),
}


@pytest.mark.parametrize("name", PROJECTS)
def test_cloudformation_takes_the_template(name: str) -> None:
    body = compact_body(joined([role_part(Reads(("db",))), network_part(PROJECTS[name])]))
    assert lint(body, "eu-west-1") == []
    assert vpc_of(part_of(body).resources) == VPC


def test_a_network_is_a_group_with_all_traffic_from_itself() -> None:
    part = network_part(PROJECTS["one"])
    own = {"Fn::GetAtt": ["SecurityGroupDefault", "GroupId"]}
    assert part.resources["WithinDefault"]["Properties"] == {
        "GroupId": own,
        "IpProtocol": "-1",
        "SourceSecurityGroupId": own,
    }
    assert part.outputs == {"SecurityGroupDefault": {"Value": own}}


def test_each_range_of_ports_and_each_source_is_a_rule() -> None:
    part = network_part(PROJECTS["tiers"])
    rules = {id_: one["Properties"] for id_, one in part.resources.items() if "Rule" in id_}
    assert list(rules) == [
        "RuleWebTcp80",
        "RuleWebTcp80From2",
        "RuleWebUdp8000To8010",
        "RuleWebUdp8000To8010From2",
    ]
    assert rules["RuleWebTcp80"]["CidrIp"] == "0.0.0.0/0"
    assert rules["RuleWebTcp80From2"]["CidrIpv6"] == "2001:db8::/32"


def test_names_that_are_alike_have_groups_of_their_own() -> None:
    assert list(network_part(PROJECTS["alike"]).outputs) == [
        "SecurityGroupMyDb",
        "SecurityGroupMyDb2",
        "PortsAB",
        "PortsAB2",
    ]


def test_ports_of_one_group_that_others_reach_are_in_its_one_security_group() -> None:
    ports = [("web", 80, "0.0.0.0/0"), ("web", 8080, "10.0.0.0/8")]
    rows = tuple(OpenPorts(name, ((port, port, "tcp"),), (cidr,)) for name, port, cidr in ports)
    part = network_part(WantedNetworks("shop", VPC, (), rows))
    assert list(part.outputs) == ["PortsWeb"]
    assert list(part.resources) == ["PortsWeb", "RuleWebTcp80", "RuleWebTcp8080"]
