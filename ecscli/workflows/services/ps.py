"""The containers of a project in layout services, with the service of each, and how the services
do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecscli.base.records import record
from ecscli.compose.layout.arrange import arrange
from ecscli.up.deployment.state import deployment_of, is_settled, primary_id
from ecscli.up.diagnosis.unread import Unread
from ecscli.up.project.live import read_services
from ecscli.up.project.ownership import group_of, is_ours
from ecscli.up.tasks.surroundings import collect
from ecscli.up.tasks.table import ContainerRow, rows
from ecscli.workflows.containers.ps import statuses_of
from ecscli.workflows.project import Connect, ProjectRequest, load_files, refuse
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
    `unread`: what could not be read."""

    tasks: tuple[TaskTypeDef, ...]
    rows: tuple[ServiceRow, ...]
    states: tuple[str, ...]
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
    project, params, _ = load_files(request)
    refuse([*project.errors, *params.errors])
    settings, arrangement = request.settings, arrange(project, params)
    cluster, meant = settings.need_cluster(), chosen_groups(arrangement, services)
    prefix, aws = prefix_of(arrangement, settings), connect()
    task_groups = {
        names_of(group, settings).group: group.name for group in arrangement.groups if group.is_job
    }

    def is_named(task: TaskTypeDef) -> bool:
        name = task.get("group", "")
        return name in task_groups or name.startswith(f"service:{prefix}")

    live, (tasks, around) = aws.together(
        lambda: read_services(aws, cluster, prefix),
        lambda: collect(aws, cluster, statuses, is_named),
    )
    ours = {name: one for name, one in live.items() if is_ours(one, project.name)}
    owners = task_groups | {f"service:{name}": group_of(one) for name, one in ours.items()}
    if services:
        owners = {key: name for key, name in owners.items() if name in meant}
    listed = [task for task in tasks if task.get("group", "") in owners]
    found = [
        ServiceRow(owners[task.get("group", "")], row)
        for task in sorted(listed, key=lambda task: owners[task.get("group", "")])
        for row in rows([task], around)
    ]
    named = [one for name, one in ours.items() if f"service:{name}" in owners]
    states = [f"{group_of(one)} {_state(one)}" for one in sorted(named, key=group_of)]
    return ServicesListing(tuple(listed), tuple(found), tuple(states), around.unread)


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
