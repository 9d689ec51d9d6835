"""Every task of a project stopped, and the project's support stack deleted where nothing else needs
it."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from ecscli.base.records import record, replace
from ecscli.up.model import Event, Plan
from ecscli.up.support.live import own_stack, service_that_stays
from ecscli.workflows.changes import apply_plan
from ecscli.workflows.project import Connect, ProjectRequest
from ecscli.workflows.service.deployment import Waiting
from ecscli.workflows.storage.remove import plan_end
from ecscli.workflows.switch.staying import services_stay
from ecscli.workflows.tasks import stop
from ecscli.workflows.tasks.settled import SettledTasks
from ecscli.workflows.tasks.stop import PlannedStop

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


@record
class PlannedDown:
    """The tasks that will be stopped, and then the support stack."""

    stop: PlannedStop
    support: Plan

    @property
    def whole(self) -> Plan:
        """Both plans as one, to show."""
        return self.stop.plan + self.support


def plan(
    connect: Connect, request: ProjectRequest, waiting: Waiting, volumes: bool = False
) -> PlannedDown:
    """Plan to stop every task of the project, and to delete its support stack where no service
    needs it; `volumes`: its file systems will be deleted too."""
    stopping = stop.plan(connect, request, waiting.timeout, waiting.no_wait)
    others = services_stay(connect(), stopping.names, request)
    stopping = replace(stopping, plan=stopping.plan + others)
    stack = own_stack(connect(), stopping.names)
    user = service_that_stays(connect(), stopping.names, stack)
    return PlannedDown(stopping, plan_end(connect(), stopping.names, stack, user, volumes))


def apply(aws: Aws, planned: PlannedDown) -> Generator[Event, None, SettledTasks]:
    """Stop the tasks, follow them until they have stopped, then delete the stack. Tasks that stop
    still write logs with its role."""
    ended = yield from stop.apply(aws, planned.stop)
    is_waited_for = planned.stop.timeout and not planned.stop.no_wait
    if ended.error or not is_waited_for:
        return ended
    where = f"the support stack of {planned.stop.names.project}"
    yield from apply_plan(aws, planned.support, where)
    return replace(ended, changed=ended.changed or bool(planned.support))
