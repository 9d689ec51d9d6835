"""What files and flags ask of a service, and what is live -> the plan, checked against AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.base.records import record
from ecscli.up.discovery.desired import DiscoveryChange
from ecscli.up.discovery.live import read_discovery
from ecscli.up.discovery.plan import with_discovery
from ecscli.up.model import Plan
from ecscli.up.project.switch import Switch, around
from ecscli.up.service.desired import WantedService
from ecscli.up.service.live import LiveProject
from ecscli.up.service.plan import plan_service
from ecscli.workflows.preflight import checked
from ecscli.workflows.request import TaskRequest

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


@record
class PlannedService:
    """What will be done to a service, and what it was planned from."""

    request: TaskRequest
    wanted: WantedService
    change: DiscoveryChange | None  # of the service discovery that is there
    live: LiveProject
    plan: Plan
    switch: Switch | None = None  # the layout whose place the service takes

    @property
    def whole(self) -> Plan:
        """All of it as one plan, to show."""
        return around(self.switch, self.wanted.names.service, self.plan)


def planned_service(
    aws: Aws,
    request: TaskRequest,
    wanted: WantedService,
    change: DiscoveryChange | None,
    live: LiveProject,
) -> PlannedService:
    service = plan_service(wanted, live)
    service, discovery = aws.together(
        lambda: checked(aws, service, wanted, live),
        lambda: read_discovery(aws, wanted, live.service, change),
    )
    whole = with_discovery(service, wanted, live.service, discovery, change)
    return PlannedService(request, wanted, change, live, whole)
