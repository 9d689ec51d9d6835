"""One task of a service in layout services, with a command of one's own: planned beside the
service, in its network, and made ready to be started."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from ecscli.base.errors import Finding
from ecscli.base.records import record, replace, values_of
from ecscli.compose.layout.arrangement.names import clean
from ecscli.up.model import Event, Plan
from ecscli.up.project.plan import ALWAYS, PlannedGroup, with_values
from ecscli.up.service.desired import WantedTasks
from ecscli.up.service.live import network_of_service
from ecscli.up.tasks.plan import plan_run
from ecscli.workflows.project import Connect
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.services.members import load_arrangement, one_group
from ecscli.workflows.services.planning.plan import PlannedProject
from ecscli.workflows.services.planning.plan import plan as plan_project
from ecscli.workflows.services.request import ServicesRequest
from ecscli.workflows.services.rollout.up import prepared
from ecscli.workflows.tasks.run import PlannedRun, RunRequest, main_of, read_words

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


@record
class PlannedServiceRun:
    """One task that will be started, and what the project needs before it; `main` as of
    PlannedRun."""

    request: RunRequest
    project: PlannedProject
    task: PlannedGroup
    main: str | None

    @property
    def whole(self) -> Plan:
        """All of it as one plan, to show."""
        before = self.project.plan.secrets + self.project.plan.support.before
        return Plan(self.project.wanted.builds) + before + self.task.plan


def plan(connect: Connect, request: RunRequest) -> Generator[Event, None, PlannedServiceRun]:
    """Plan one task of the service that the first word names, whatever else runs. Raises InputError
    where none is named, and with everything that is wrong."""
    service = request.words[0] if request.words else None
    one_group(load_arrangement(request.project), service)
    project = yield from plan_project(connect, _services_request(request))
    (planned,) = [one for wave in project.plan.waves for one in wave]
    request = replace(request, words=(clean(request.words[0]), *request.words[1:]))
    return _with_words(connect, request, project, planned)


def _services_request(request: RunRequest) -> ServicesRequest:
    """The same as it is asked of services."""
    shared = values_of(TaskRequest(request.project))
    given = {name: getattr(request, name) for name in shared}
    service = request.words[0]
    return ServicesRequest(**given, services=(service,), no_deps=True, jobs=ALWAYS, as_tasks=True)


def _with_words(
    connect: Connect, request: RunRequest, project: PlannedProject, planned: PlannedGroup
) -> PlannedServiceRun:
    """The task of the group with the overrides of words and flags."""
    wanted, live = planned.group.wanted, planned.group.live
    assert isinstance(wanted, WantedTasks), "a group that runs once is a task"
    if request.network_of:
        network = network_of_service(connect(), wanted.names.cluster, request.network_of)
        wanted = replace(wanted, fields={**wanted.fields, "networkConfiguration": network})
    overrides, notices = read_words(request, wanted)
    actions = plan_run(wanted, live, overrides).actions
    nameless = _without_names(project, planned.group.name)
    whole = Plan(actions, (*planned.plan.notices, *nameless, *notices))
    task = PlannedGroup(replace(planned.group, wanted=wanted), whole)
    return PlannedServiceRun(request, project, task, main_of(overrides))


def _without_names(project: PlannedProject, group: str) -> tuple[Finding, ...]:
    """A notice where only tasks of ECS services find the others by name."""
    if not project.wanted.discovery.connects(group):
        return ()
    message = "a task that is run once has no Service Connect, and finds no service by name"
    return (Finding(message, None, "use network mode awsvpc with discovery: dns"),)


def prepare(aws: Aws, planned: PlannedServiceRun) -> Generator[Event, None, PlannedRun]:
    """Make what must be there before the task; the run as it can be started then."""
    made = yield from prepared(aws, planned.project)
    task = with_values(planned.task, made.values)
    wanted = task.group.wanted
    assert isinstance(wanted, WantedTasks), "a group that runs once is a task"
    return PlannedRun(planned.request, wanted, task.group.live, task.plan, planned.main)
