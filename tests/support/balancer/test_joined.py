"""What a project has in its stack for a balancer that exists: what CloudFormation takes, numbers
that nobody else has, and logical ids of that balancer alone."""

import json

import pytest

from ecscli.base.balanced import HTTPS, TCP, BalancedPort
from ecscli.base.records import replace
from ecscli.support.balancer.existing import ExistingBalancer, ExistingListener, ExistingRule
from ecscli.support.balancer.joined import joined_rules, joined_urls
from ecscli.support.balancer.model import WantedBalancer
from ecscli.support.balancer.part import balancer_part
from ecscli.support.balancer.transition.leaving import left_balancers
from ecscli.support.template import compact_body
from tests.lint import lint
from tests.support.balancer.test_part import ARN, GOLDEN, VPC, wanted, whole

ELB = "arn:aws:elasticloadbalancing:eu-west-1:123456789012"
LISTENER = f"{ELB}:listener/app/all/0123456789abcdef/0123456789abcde"
PLAIN = ExistingListener(f"{LISTENER}0", 80, "HTTP", (ExistingRule(44_891),))
SECURE = ExistingListener(f"{LISTENER}1", 443, HTTPS)
BALANCER = ExistingBalancer(
    f"{ELB}:loadbalancer/app/all/0123456789abcdef",
    "all.eu-west-1.elb.amazonaws.com",
    VPC,
    "sg-0123456789abcdef0",
    (PLAIN,),
)
OTHER = replace(BALANCER, arn=f"{BALANCER.arn}0")


def on(existing: ExistingBalancer, *ports: BalancedPort, mode: str = "awsvpc") -> WantedBalancer:
    at = [replace(port, on=existing.suffix) for port in ports]
    return replace(wanted(*at, mode=mode), existing=existing)


JOINED = {
    "joined": on(
        BALANCER,
        BalancedPort("web", 80, hosts=("shop.example.com",)),
        BalancedPort("api", 8000, paths=("/api",), strip=True),
        BalancedPort("rest", 80),
    ),
    "joined-https": on(
        replace(BALANCER, listeners=(replace(SECURE, certificates=(ARN.format(1),)), PLAIN)),
        BalancedPort("web", 80, hosts=("shop.example.com",), paths=("/",)),
        mode="bridge",
    ),
}


@pytest.mark.parametrize("name", JOINED)
def test_the_template_is_as_it_was_and_cloudformation_takes_it(name: str) -> None:
    body = compact_body(whole(JOINED[name]))
    assert lint(body, "eu-west-1") == []
    golden = GOLDEN / f"{name}.json"
    assert json.loads(body) == json.loads(golden.read_text()), "review it, then write it anew"


def test_a_number_of_somebody_else_is_stepped_over_and_nobody_is_renumbered() -> None:
    ports = [BalancedPort("web", 80, paths=("/a",)), BalancedPort("rest", 80)]

    def numbers(existing: ExistingBalancer, live: object = None) -> dict[str, int]:
        one = replace(on(existing, *ports), live=live or {})
        return {rule.port.service: rule.priority for rule in joined_rules(one, existing)}

    free = numbers(BALANCER)
    taken = replace(PLAIN, rules=tuple(ExistingRule(number) for number in free.values()))
    moved = numbers(replace(BALANCER, listeners=(taken,)))
    assert moved == {name: number + 1 for name, number in free.items()}
    assert 45_000 <= free["rest"] < 50_000
    live = balancer_part(on(BALANCER, *ports)).resources
    assert numbers(replace(BALANCER, listeners=(taken,)), live) == free, "they are its own"


def test_people_see_the_addresses_of_the_first_listener() -> None:
    one = JOINED["joined-https"]
    assert one.existing
    assert [url for url, _, _ in joined_urls(one, one.existing)] == ["https://shop.example.com"]


def test_what_hangs_on_two_balancers_has_nothing_in_common() -> None:
    port = BalancedPort("web", 80)
    parts = [balancer_part(one) for one in (on(BALANCER, port), on(OTHER, port), wanted(port))]
    for at, part in enumerate(parts):
        for other in parts[at + 1 :]:
            assert not part.resources.keys() & other.resources.keys()
            assert not part.outputs.keys() & other.outputs.keys()
    here, there, own = parts
    assert list(left_balancers(here, on(BALANCER, port))) == []
    assert list(left_balancers(here, on(OTHER, port))) == [BALANCER.suffix]
    assert list(left_balancers(there, wanted(port))) == [OTHER.suffix]
    assert list(left_balancers(own, on(BALANCER, port))) == ["LoadBalancer"]
    game = replace(port, protocol=TCP)
    assert list(left_balancers(own, wanted(game))) == ["LoadBalancer"]
    assert list(left_balancers(balancer_part(wanted(game)), wanted(port))) == ["NetworkBalancer"]
    assert list(left_balancers(own, WantedBalancer("", "", ()))) == ["LoadBalancer"]
