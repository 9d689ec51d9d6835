"""The containers of a project in layout services, with the service of each, and how the services
do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ecscli.base.records import record
from ecscli.compose.layout.arrangement.model import Arrangement
from ecscli.compose.layout.arrangement.names import clean
from ecscli.config.settings import Settings
from ecscli.up.deployment.state import deployment_of, is_settled, primary_id
from ecscli.up.diagnosis.unread import Unread
from ecscli.up.project.live import read_services
from ecscli.up.project.ownership import group_of, is_ours
from ecscli.up.service.names import Names
from ecscli.up.tasks.addresses import Address, of_running
from ecscli.up.tasks.surroundings import Surroundings, collect
from ecscli.up.tasks.table import ContainerRow, rows
from ecscli.workflows.containers.addresses import Reached, balancers_first
from ecscli.workflows.containers.ps import statuses_of, with_balancers
from ecscli.workflows.project import Connect, ProjectRequest
from ecscli.workflows.services.addresses import balancers_of
from ecscli.workflows.services.members import load_arrangement
from ecscli.workflows.services.request import chosen_groups, names_of, prefix_of

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef, TaskTypeDef


@record
class ServiceRow:
    """One container, and the service or job that it belongs to."""

    service: str
    container: ContainerRow


@record
class ServicesListing:
    """The containers of all services and jobs; `states`: how each service does, in words;
    `addresses`: of published ports; `unread`: what could not be read."""

    project: Names
    tasks: tuple[TaskTypeDef, ...]
    rows: tuple[ServiceRow, ...]
    states: tuple[str, ...]
    addresses: tuple[Address, ...]
    unread: tuple[Unread, ...]


def of_project(
    connect: Connect,
    request: ProjectRequest,
    services: Sequence[str],
    desired_status: str | None,
) -> ServicesListing:
    """The containers of these services and jobs, or of all of the project, those of services that
    no file has any more included."""
    statuses = statuses_of(desired_status)
    arrangement = load_arrangement(request)
    meant = _meant(arrangement, services)
    jobs = _jobs(arrangement, request.settings)
    prefix = prefix_of(arrangement, request.settings)

    def is_named(task: TaskTypeDef) -> bool:
        name = task.get("group", "")
        return name in jobs or name.startswith(f"service:{prefix}")

    cluster, aws = request.settings.need_cluster(), connect()
    live, (tasks, around) = aws.together(
        lambda: read_services(aws, cluster, prefix),
        lambda: collect(aws, cluster, statuses, is_named),
    )
    ours = [one for one in live.values() if is_ours(one, arrangement.project.name)]
    shown = [one for one in ours if meant is None or group_of(one) in meant]
    owners = {f"service:{one['serviceName']}": group_of(one) for one in shown}
    owners |= {task: name for task, name in jobs.items() if meant is None or name in meant}
    listed = [task for task in tasks if task.get("group", "") in owners]
    states = [f"{group_of(one)} {_state(one)}" for one in sorted(shown, key=group_of)]
    balanced = balancers_of(aws, shown)
    found = tuple(_rows(listed, owners, around, balanced))
    return ServicesListing(
        Names(arrangement.project.name, cluster),
        tuple(listed),
        found,
        tuple(states),
        balancers_first(balanced, of_running(listed, around)),
        (*balanced.unread, *around.unread),
    )


def _meant(arrangement: Arrangement, services: Sequence[str]) -> frozenset[str] | None:
    """The groups of these services as their tags name them; None where there are none."""
    if not services:
        return None
    return frozenset(clean(name) for name in chosen_groups(arrangement, services))


def _jobs(arrangement: Arrangement, settings: Settings) -> dict[str, str]:
    """The names of jobs by the group of their tasks."""
    jobs = [group for group in arrangement.groups if group.is_job]
    return {names_of(group, settings).group: clean(group.name) for group in jobs}


def _rows(
    tasks: Sequence[TaskTypeDef],
    owners: Mapping[str, str],
    around: Surroundings,
    balanced: Reached,
) -> Iterator[ServiceRow]:
    """The containers in the order of their owners."""
    for task in sorted(tasks, key=lambda task: owners[task.get("group", "")]):
        for row in rows([task], around):
            yield ServiceRow(owners[task.get("group", "")], with_balancers(row, balanced))


def _state(service: ServiceTypeDef) -> str:
    """`2/2 steady`, or how its newest deployment does."""
    counts = f"{service.get('runningCount', 0)}/{service.get('desiredCount', 0)}"
    if service.get("status") == "DRAINING":
        return f"{counts} draining"
    if is_settled(service):
        return f"{counts} steady"
    newest = deployment_of(service, primary_id(service))
    state = "failed" if newest.get("rolloutState") == "FAILED" else "deploying"
    failed = newest.get("failedTasks")
    return f"{counts} {state} ({failed} failed)" if failed else f"{counts} {state}"
