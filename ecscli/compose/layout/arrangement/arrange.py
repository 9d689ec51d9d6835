"""A project and its ecs-params -> its arrangement in layout services: the table of contents of this
room."""

from __future__ import annotations

from ecscli.base.findings import Findings
from ecscli.base.nearest import did_you_mean
from ecscli.compose.layout.arrangement.agreement import check_agreement
from ecscli.compose.layout.arrangement.edges import check_health, find_edges, find_jobs
from ecscli.compose.layout.arrangement.groups import find_groups
from ecscli.compose.layout.arrangement.model import Arrangement, Group
from ecscli.compose.layout.arrangement.names import check_names, family_of
from ecscli.compose.layout.arrangement.own_params import own_params
from ecscli.compose.layout.arrangement.own_project import own_project
from ecscli.compose.layout.arrangement.waves import find_waves
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project


def arrange(project: Project, params: EcsParams) -> Arrangement:
    """The arrangement as far as it goes; what cannot be becomes an error of its findings."""
    findings = Findings()
    _check_services(project, params, findings)
    members = find_groups(project, params, findings)
    for name, services in members.items():
        check_agreement(name, services, findings)
    check_names(members, params, findings)
    edges = find_edges(members)
    check_health(edges, project.services, params, findings)
    jobs = find_jobs(members, edges, findings)
    groups = [
        Group(
            name,
            tuple(service.name for service in services),
            own_project(project, family_of(project.name, name), services, name in jobs),
            own_params(params, project, services, findings),
            name in jobs,
        )
        for name, services in members.items()
    ]
    waves = find_waves(members, edges, findings)
    return Arrangement(project, tuple(groups), edges, waves, findings)


def _check_services(project: Project, params: EcsParams, findings: Findings) -> None:
    """Note services that ecs-params names and the Compose file does not have."""
    names = [service.name for service in project.services]
    for path in (("service_params",), ("task_definition", "services")):
        given = params.layout.services if len(path) == 1 else params.services
        for name in given:
            if name not in names and name not in project.disabled:
                findings.warning(
                    "the Compose file has no such service",
                    params.where(*path, name),
                    did_you_mean(name, names),
                    key=".".join((*path, name)),
                )
