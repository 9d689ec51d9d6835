"""The load balancer in the support stack: what CloudFormation takes, and what stays and changes
between two templates."""

import json
from pathlib import Path
from typing import Any

import pytest

from ecscli.base.balanced import (
    GRPC,
    HTTPS,
    TCP,
    TCP_UDP,
    UDP,
    BalancedPort,
    BalancerTraits,
    TargetHealth,
)
from ecscli.base.records import replace
from ecscli.support.balancer.listeners import urls
from ecscli.support.balancer.model import BalancedGroup, WantedBalancer
from ecscli.support.balancer.part import balancer_part
from ecscli.support.balancer.transition.changes import new_checks, replacements
from ecscli.support.network import OpenPorts, WantedNetworks, network_part
from ecscli.support.parts import Part, joined
from ecscli.support.template import compact_body
from ecscli.up.balancer.ends import ended_traffic
from tests.lint import lint

GOLDEN = Path(__file__).parent / "golden"
VPC = "vpc-0123456789abcdef0"
SUBNETS = ("subnet-0123456789abcdef0", "subnet-0123456789abcdef1")
ARN = "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-12345678901{}"
SHOP = BalancedPort("web", 80, 443, hosts=("shop.example.com", "*.shop.example.com"))


def wanted(*ports: BalancedPort, mode: str = "awsvpc", **more: Any) -> WantedBalancer:
    groups = tuple(
        BalancedGroup(port.service, mode, (port,), f"Ports{port.service.capitalize()}")
        for port in ports
    )
    return WantedBalancer("demo/shop", VPC, SUBNETS, groups, **more)


BALANCERS = {
    "one": wanted(BalancedPort("web", 80, 8080)),
    "three": wanted(
        BalancedPort("web", 80, hosts=("shop.example.com", "www.example.com")),
        BalancedPort("api", 8000, paths=("/api", "/v2"), strip=True, drain=30, stickiness=3600),
        BalancedPort("rest", 80, algorithm="least_outstanding_requests"),
        traits=BalancerTraits(certificate="none"),
    ),
    "https": wanted(
        SHOP,
        BalancedPort("api", 443, 443, HTTPS, hosts=("shop.example.com",), paths=("/api",)),
        certificates=(ARN.format(1), ARN.format(2)),
        traits=BalancerTraits(
            scheme="internal",
            ingress=("10.0.0.0/8", "pl-0123456789abcdef0"),
            deletion_protection=True,
            logs="s3://bucket/shop",
        ),
    ),
    "served": wanted(SHOP, certificates=(ARN.format(1),), traits=BalancerTraits(http="serve")),
    "grpc": wanted(
        replace(SHOP, version=GRPC, health=TargetHealth("/AWS.ALB/healthcheck", "0,12")),
        certificates=(ARN.format(1),),
    ),
    "bridge": wanted(
        BalancedPort("web", 80, health=TargetHealth("/healthz", "200", 15, 10, 3, 5)),
        mode="bridge",
        instances="sg-0123456789abcdef0",
    ),
    "network": wanted(
        BalancedPort("web", 80),
        BalancedPort("game", 27015, 27015, UDP, health=TargetHealth("", port=8080), drain=0),
        BalancedPort("dns", 53, 53, TCP_UDP, health=TargetHealth("")),
        BalancedPort("mqtt", 1883, 8883, TCP, hosts=("mqtt.example.com",), secure=True),
        network_certificates=(ARN.format(1), ARN.format(2)),
        traits=BalancerTraits(certificate="none", logs="s3://bucket"),
    ),
    "network-bridge": wanted(
        BalancedPort("ssh", 22, 2222, TCP, health=TargetHealth("")),
        BalancedPort("game", 27015, 27015, UDP, health=TargetHealth("/up", "200", port=8080)),
        BalancedPort("dns", 53, 53, TCP_UDP, health=TargetHealth("")),
        mode="bridge",
        instances="sg-0123456789abcdef0",
    ),
}


def whole(balancer: WantedBalancer) -> Part:
    """The part with the security groups of the tasks."""
    names = [group.name for group in balancer.groups if group.target_type == "ip"]
    ports = tuple(OpenPorts(name, (), ()) for name in names)
    return joined([network_part(WantedNetworks("shop", VPC, (), ports)), balancer_part(balancer)])


@pytest.mark.parametrize("name", BALANCERS)
def test_the_template_is_as_it_was_and_cloudformation_takes_it(name: str) -> None:
    body = compact_body(whole(BALANCERS[name]))
    assert lint(body, "eu-west-1") == []
    golden = GOLDEN / f"{name}.json"
    assert json.loads(body) == json.loads(golden.read_text()), "review it, then write it anew"


def test_a_page_is_asked_by_its_own_scheme_or_that_of_the_group() -> None:
    def asked(port: BalancedPort) -> list[str]:
        rows = balancer_part(wanted(port)).resources.values()
        found = [one["Properties"].get("HealthCheckProtocol") for one in rows]
        return [one for one in found if one]

    assert asked(BalancedPort("web", 80)) == ["HTTP"]
    assert asked(BalancedPort("web", 443, protocol=HTTPS)) == [HTTPS]
    assert asked(BalancedPort("web", 80, health=TargetHealth(protocol=HTTPS))) == [HTTPS]


@pytest.mark.parametrize("listener", [80, 8080])
def test_each_rule_has_a_logical_id_of_its_own(listener: int) -> None:
    many = tuple(f"/{number}" for number in range(11))
    ports = (
        BalancedPort("web", 80, paths=many),
        BalancedPort("web1", 80, listener, paths=("/one",)),
    )
    rules = {id_ for id_ in balancer_part(wanted(*ports)).resources if id_.startswith("Rule")}
    assert rules == {*(f"RuleWeb{number}" for number in range(1, 12)), "RuleWebN11"}


def test_nothing_is_made_for_nobody() -> None:
    assert balancer_part(WantedBalancer("demo/shop", VPC, SUBNETS)) == Part()


def test_a_group_gets_another_logical_id_where_it_cannot_change_in_place() -> None:
    def ids(**fixed: Any) -> set[str]:
        one = wanted(replace(BalancedPort("web", 80), **fixed))
        return {id_ for id_ in balancer_part(one).resources if id_.startswith("TargetGroup")}

    assert ids() == ids(port=8080, drain=5, health=TargetHealth("/x"), stickiness=60)
    assert ids() != ids(protocol=HTTPS)
    assert ids() != ids(version=GRPC)


def test_what_would_be_replaced_under_running_services_is_found() -> None:
    plain = balancer_part(wanted(BalancedPort("web", 80)))
    elsewhere = replace(wanted(BalancedPort("web", 80)), vpc="vpc-0123456789abcdef1")
    inside = balancer_part(
        wanted(BalancedPort("web", 80), traits=BalancerTraits(scheme="internal"))
    )
    assert [one.message for one in replacements(plain, balancer_part(elsewhere))] == [
        f"TargetGroupWeb: a target group cannot move from {VPC} to vpc-0123456789abcdef1"
    ]
    [scheme] = replacements(plain, inside)
    assert scheme.message == "a load balancer cannot change from internet-facing to internal"
    assert not list(replacements(plain, plain))
    assert not list(replacements(Part(), plain))


def test_a_page_that_is_asked_for_anew_is_told_before() -> None:
    before = balancer_part(wanted(BalancedPort("web", 80)))
    after = balancer_part(wanted(BalancedPort("web", 80, health=TargetHealth("/up"))))
    [found] = new_checks(before, after)
    assert found.message == "health of Web: /up is asked for instead of /, at once"
    assert not list(new_checks(after, after))
    assert not list(new_checks(Part(), after))


def test_what_ends_with_the_stack_is_told() -> None:
    own = {"LoadBalancerDns": "lb.example", "TargetGroupWeb": "arn"}
    assert [one.message for one in ended_traffic(own)] == [
        "requests to lb.example end: the load balancer goes, with its address"
    ]
    [shared] = ended_traffic({"TargetGroupWebOn123456": "arn"})
    assert "rules of a shared load balancer" in shared.message
    assert not list(ended_traffic({"PortsWeb": "sg-1"}))


def test_people_see_where_requests_go() -> None:
    found = [(url, port.service) for url, port, _ in urls(BALANCERS["three"], "lb.example")]
    assert found == [
        ("http://shop.example.com", "web"),
        ("http://www.example.com", "web"),
        ("http://lb.example/api", "api"),
        ("http://lb.example/v2", "api"),
        ("http://lb.example/", "rest"),
    ]
    assert [url for url, _, _ in urls(BALANCERS["one"], "lb.example")] == [
        "http://lb.example:8080/"
    ]
    hosts = [url for url, _, _ in urls(BALANCERS["https"], "lb.example")]
    assert "https://shop.example.com/api" in hosts
    assert not [url for url in hosts if url.startswith("http:")]


@pytest.mark.parametrize("port", [BalancedPort("web", 80), BalancedPort("game", 27015, 27015, TCP)])
def test_this_machine_is_let_in_by_its_address(port: BalancedPort) -> None:
    ingress = ("my-ip", "203.0.113.7/32", "10.0.0.0/8", "pl-0123456789abcdef0")
    traits = BalancerTraits(ingress=ingress, own_range="203.0.113.7/32")
    resources = balancer_part(wanted(port, traits=traits)).resources
    [group] = [one for one in resources.values() if one["Type"].endswith("::SecurityGroup")]
    rules = group["Properties"]["SecurityGroupIngress"]
    assert [one.get("CidrIp") or one["SourcePrefixListId"] for one in rules] == list(ingress[1:])
