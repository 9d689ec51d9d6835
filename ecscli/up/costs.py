"""PURE: two templates of a support stack -> about what the new one costs more.

Figures: public prices of us-east-1, November 2026, in USD an hour; other regions differ, and
traffic comes on top.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ecscli.base.records import record

if TYPE_CHECKING:
    from ecscli.support.parts import Part

HOURS = 730  # of a month
REGION = "us-east-1"


@record
class Price:
    """What one of a kind is called, its price in USD an hour, and what is paid besides."""

    what: str
    hourly: float
    besides: str


BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
NETWORK_BALANCER = f"{BALANCER}/network"
PRICES = {
    BALANCER: Price("application load balancer", 0.0225, "traffic (LCU) and public addresses"),
    NETWORK_BALANCER: Price("network load balancer", 0.0225, "traffic (NLCU) and public addresses"),
}


def costs(before: Part, after: Part, region: str | None) -> Iterator[str]:
    """A line for each kind of thing that is added or removed; without figures elsewhere than in the
    region of the table."""
    yield from costs_of_types(_types(before), _types(after), region)


def costs_of_types(
    before: Iterable[str], after: Iterable[str], region: str | None
) -> Iterator[str]:
    """The same of resource types, one for each resource."""
    had, has = Counter(before), Counter(after)
    for kind, price in PRICES.items():
        more = has[kind] - had[kind]
        if more:
            sign = "+" if more > 0 else "-"
            what = price.what if abs(more) == 1 else f"{price.what}s"
            yield f"{sign} {abs(more)} {what}{_monthly(price, abs(more), region)}"


def _types(part: Part) -> Iterator[str]:
    for one in part.resources.values():
        kind = str(one.get("Type"))
        is_network = (one.get("Properties") or {}).get("Type") == "network"
        yield NETWORK_BALANCER if kind == BALANCER and is_network else kind


def _monthly(price: Price, count: int, region: str | None) -> str:
    if region != REGION:
        return f", plus {price.besides}"
    return f"  about {round(price.hourly * HOURS * count)} USD a month, plus {price.besides}"
