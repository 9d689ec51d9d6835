"""Priorities of rules: the more specific one comes first, a new service renumbers nobody, and a
number that the stack has stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecscli.base.balanced import BalancedPort, BalancerTraits
from ecscli.base.errors import InputError
from ecscli.base.rules import Rule
from ecscli.support.balancer.listeners import numbered_rules
from ecscli.support.balancer.model import BalancedGroup, WantedBalancer
from ecscli.support.balancer.part import balancer_part
from ecscli.support.balancer.priorities import priority, slot

LABELS = st.text("abcxyz", min_size=1, max_size=6)
HOSTS = st.builds("{}.{}.example.com".format, st.one_of(st.just("*"), LABELS), LABELS)
PATHS = st.lists(LABELS, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))
OWNER = "demo/shop"


def wanted(ports: list[BalancedPort], live: dict[str, object] | None = None) -> WantedBalancer:
    groups = tuple(BalancedGroup(port.service, "awsvpc", (port,), "Ports") for port in ports)
    traits = BalancerTraits(certificate="none")
    return WantedBalancer(OWNER, "vpc-1", ("subnet-1",), groups, traits, live=live or {})


def numbers(ports: list[BalancedPort], live: dict[str, object] | None = None) -> dict[str, int]:
    return {one.id: one.priority for one in numbered_rules(wanted(ports, live))}


def live_of(ports: list[BalancedPort]) -> dict[str, object]:
    return dict(balancer_part(wanted(ports)).resources)


SERVICES = st.lists(
    st.builds(
        BalancedPort,
        service=LABELS,
        port=st.just(80),
        hosts=st.lists(HOSTS, max_size=4, unique=True).map(tuple),
        paths=st.lists(PATHS, max_size=3, unique=True).map(tuple),
    ),
    max_size=6,
    unique_by=lambda port: port.service,
)


@given(SERVICES)
def test_priorities_are_unique_and_in_the_slots_of_their_rules(ports: list[BalancedPort]) -> None:
    found = numbered_rules(wanted(ports))
    assert len({one.priority for one in found}) == len(found)
    assert all(one.priority in slot(one.rule) for one in found)


@given(HOSTS.filter(lambda host: "*" not in host), PATHS, LABELS)
def test_what_asks_for_more_comes_first(host: str, path: str, more: str) -> None:
    wild = "*." + host.partition(".")[2]
    by_rank = [
        Rule((host,), f"{path}/{more}"),
        Rule((host,), path),
        Rule((host,)),
        Rule((wild,)),
        Rule((), f"{path}/{more}"),
        Rule((), path),
        Rule((), "/"),
    ]
    found = [priority(rule, f"{OWNER}/{more}", ()) for rule in by_rank]
    assert found == sorted(found)
    assert priority(Rule((host,), path), "a", ()) < priority(Rule((wild,), path), "b", ())


@given(SERVICES, SERVICES)
def test_services_that_are_added_or_removed_change_no_other_number(
    before: list[BalancedPort], after: list[BalancedPort]
) -> None:
    live = live_of(before)
    known = numbers(before)
    more = [*before, *(one for one in after if one.service not in {o.service for o in before})]
    now = numbers(more, live)
    assert {id_: now[id_] for id_ in known} == known
    rest = numbers(before[1:], live)
    assert rest == {id_: known[id_] for id_ in rest}


@given(SERVICES)
def test_numbers_are_the_same_with_and_without_the_stack(ports: list[BalancedPort]) -> None:
    assert numbers(ports, live_of(ports)) == numbers(ports)


def test_a_rule_that_goes_later_keeps_its_number_until_then() -> None:
    old = [BalancedPort("web", 80, paths=("/a",))]
    taken = numbers(old)["RuleWeb1"]
    alike = (BalancedPort(name, 80, paths=("/b",)) for name in map(str, range(3000)))
    twin = next(one for one in alike if taken in numbers([one]).values())
    assert taken not in numbers([twin], live_of(old)).values()


def test_a_rule_whose_length_changes_gets_a_number_of_its_new_slot() -> None:
    old = [BalancedPort("web", 80, paths=("/a",))]
    found = numbers([BalancedPort("web", 80, paths=("/a/much/longer",))], live_of(old))
    assert found["RuleWeb1"] < numbers(old)["RuleWeb1"]


def test_priorities_of_the_files_win_and_others_move_on() -> None:
    free = [BalancedPort("api", 80, paths=("/api",))]
    chosen = numbers(free)["RuleApi1"]
    ports = [*free, BalancedPort("web", 80, paths=("/web", "/shop"), priority=chosen)]
    found = numbers(ports, live_of(free))
    assert found["RuleWeb1"] == chosen
    assert found["RuleWeb2"] == chosen + 1
    assert found["RuleApi1"] not in (chosen, chosen + 1)


def test_a_slot_that_is_full_is_refused() -> None:
    rule = Rule((), "/a")
    with pytest.raises(InputError, match="rules like that of demo/shop/web already"):
        priority(rule, "demo/shop/web", set(slot(rule)))
