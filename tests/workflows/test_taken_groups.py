"""A service behind the project's balancer that takes over target groups of the other layout."""

from typing import Any

import pytest

from ecscli.base.balanced import BalancedPort
from ecscli.base.errors import InputError
from ecscli.compose.balancing.model import Balancing
from ecscli.support.balancer.part import balancer_part
from ecscli.support.names import stack_tags
from ecscli.support.template import compact_body
from ecscli.up.service.desired import WantedService
from ecscli.up.service.names import Names
from ecscli.up.stack.model import Stack
from ecscli.up.support.live import LiveSupport
from ecscli.workflows.balancer import RequestedBalancer, Stacks, with_target_groups
from tests.support.balancer.test_part import wanted

PORT = BalancedPort("web", 80)
OURS, THEIRS = "arn:ours", "arn:theirs"
NAMES = Names("shop", "demo")


def row(arn: str, container: str = "web", port: int = 80) -> dict[str, Any]:
    return {"targetGroupArn": arn, "containerName": container, "containerPort": port}


def behind(*taken: dict[str, Any]) -> list[dict[str, Any]]:
    """What a new service has that takes these rows over."""
    part = balancer_part(wanted(PORT))
    stack = Stack(
        "id",
        "ecscli-demo-shop",
        "CREATE_COMPLETE",
        outputs={"TargetGroupWeb": OURS},
        tags=stack_tags("demo", "shop"),
    )
    live = LiveSupport(stack, compact_body(part))
    requested = RequestedBalancer(NAMES, Balancing((PORT,)), wanted(PORT).groups)
    service = WantedService(Names("shop-web", "demo"), {}, {"loadBalancers": list(taken)})
    found = with_target_groups(service, requested, (PORT,), Stacks(live, part), None)
    return list(found.fields["loadBalancers"])


def test_a_switch_takes_over_the_group_of_the_stack_once() -> None:
    assert behind(row(OURS)) == [row(OURS)]
    assert behind(row(OURS, port=81)) == [row(OURS)], "the port is that of the files"
    other = row(OURS, "api", 8000)
    assert behind(other, row(THEIRS, port=81)) == [other, row(THEIRS, port=81), row(OURS)]
    with pytest.raises(InputError, match="port 80 has a target group"):
        behind(row(THEIRS))
