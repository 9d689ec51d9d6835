"""What files and flags ask of a service, and what is live -> the plan, checked against AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.base.records import record, replace
from ecscli.up.discovery.desired import DiscoveryChange
from ecscli.up.discovery.live import read_discovery
from ecscli.up.discovery.plan import with_discovery
from ecscli.up.model import Plan
from ecscli.up.project.switch import Switch, around
from ecscli.up.service.desired import WantedService
from ecscli.up.service.live import LiveProject
from ecscli.up.service.plan import plan_service
from ecscli.up.support.stacks import PlannedStack
from ecscli.workflows.preflight import checked
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.service.balancer import BehindBalancer

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


@record
class PlannedService:
    """What will be done to a service, and what it was planned from; `support` is what its load
    balancer changes of the support stack, of which the plan has the first half; `goes_on`:
    another plan comes after it, as that of a target group which is left for another one."""

    request: TaskRequest
    wanted: WantedService
    change: DiscoveryChange | None  # of the service discovery that is there
    live: LiveProject
    plan: Plan
    switch: Switch | None = None  # the layout whose place the service takes
    support: PlannedStack = PlannedStack()
    goes_on: bool = False
    not_before: float = 0.0

    @property
    def whole(self) -> Plan:
        """All of it as one plan, to show."""
        return around(self.switch, self.wanted.names.service, self.plan) + self.support.after


def planned_service(
    aws: Aws,
    request: TaskRequest,
    wanted: WantedService,
    change: DiscoveryChange | None,
    live: LiveProject,
) -> PlannedService:
    """The plan, once everything that it names was looked up."""
    service = plan_service(wanted, live)
    service, discovery = aws.together(
        lambda: checked(aws, service, wanted, live),
        lambda: read_discovery(aws, wanted, live.service, change),
    )
    whole = with_discovery(service, wanted, live.service, discovery, change)
    return PlannedService(request, wanted, change, live, whole)


def with_balancer(planned: PlannedService, behind: BehindBalancer) -> PlannedService:
    """The plan with what it does to the support stack."""
    plan = planned.plan + Plan((), behind.notices, behind.blocks)
    return replace(
        planned,
        plan=plan,
        support=behind.support,
        goes_on=behind.goes_on,
        not_before=behind.not_before,
    )
