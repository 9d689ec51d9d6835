"""Which services stay as they are while a balancer of the whole project is planned."""

from typing import Any

from ecscli.base.balanced import BalancedPort
from ecscli.compose.balancing.model import Balancing
from ecscli.support.balancer.model import BalancedGroup
from ecscli.up.service.desired import WantedService, WantedTasks
from ecscli.up.service.names import Names
from ecscli.workflows.balancer import RequestedBalancer
from ecscli.workflows.services.planning.balancer import involved_in

WEB, API = Names("shop-web", "demo"), Names("shop-api", "demo")
LIVE: dict[str, Any] = {
    name: {"serviceName": name} for name in ("shop-web", "shop-api", "shop-gone")
}
GROUPS = tuple(BalancedGroup(name, "bridge", (BalancedPort(name, 80),)) for name in ("web", "api"))
ASKED = RequestedBalancer(WEB, Balancing(), GROUPS)


def test_what_is_not_meant_stays_and_so_does_the_service_of_a_task() -> None:
    found = involved_in(ASKED, {"api": WantedService(API, {})}, LIVE)
    assert [(one.name, one.ports) for one in found.users] == [("shop-api", GROUPS[1].ports)]
    assert [one["serviceName"] for one in found.others.staying] == ["shop-web", "shop-gone"]
    found = involved_in(ASKED, {"api": WantedTasks(API, {})}, LIVE)
    assert not found.users
    assert len(found.others.staying) == len(LIVE)
