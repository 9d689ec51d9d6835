"""An arrangement, and where each of its groups runs -> how they find each other: the table of
contents of this room."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.base.findings import Findings
from ecscli.compose.ecs.launch_target import LaunchTarget
from ecscli.compose.layout.arrangement.model import Arrangement, Group
from ecscli.compose.layout.discovery.callers import find_callers
from ecscli.compose.layout.discovery.front_ends import find_front_ends
from ecscli.compose.layout.discovery.known_ports import ports_of
from ecscli.compose.layout.discovery.model import Discovery, GroupNames
from ecscli.compose.layout.discovery.modes import Asked, asked_of, can_search, mode_of
from ecscli.compose.layout.discovery.namespaces import connect_namespace, dns_namespace
from ecscli.compose.layout.discovery.remarks import (
    check_keys,
    check_links,
    check_names,
    check_ports,
)
from ecscli.compose.layout.discovery.resolvers import check_resolvers
from ecscli.compose.params.discovery_settings import DNS, SERVICE_CONNECT
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Service

SERVICE_FIELD = "serviceConnectConfiguration"


def decide_discovery(
    arrangement: Arrangement,
    launches: Mapping[str, LaunchTarget],
    params: EcsParams,
    cluster: str,
    findings: Findings,
) -> Discovery:
    """The names of all groups; `launches` is by group, `cluster` empty where it is not known."""
    asked = {group.name: asked_of(group, params) for group in arrangement.groups}
    if len(arrangement.groups) == 1 and not any(one.mode for one in asked.values()):
        return Discovery()  # there is nobody to find
    groups = {
        group.name: _names_of(group, arrangement, asked[group.name], launches[group.name], findings)
        for group in arrangement.groups
    }
    discovery = _in_namespaces(arrangement, groups, params, cluster)
    check_names(arrangement, discovery, findings)
    check_ports(arrangement, discovery, findings)
    check_links(arrangement, discovery, findings)
    check_keys(arrangement, discovery, launches, findings)
    check_resolvers(arrangement, discovery, findings)
    return find_callers(arrangement, find_front_ends(arrangement, discovery, findings))


def _names_of(
    group: Group,
    arrangement: Arrangement,
    asked: Asked,
    launch: LaunchTarget,
    findings: Findings,
) -> GroupNames:
    if group.params.service.get(SERVICE_FIELD):
        return GroupNames(is_job=group.is_job)  # the files connect it in their own way
    mode = mode_of(group, asked, launch, findings)
    search = asked.search and can_search(launch)
    if group.is_job:
        return GroupNames(mode, search=search, is_job=True)
    if mode == DNS:
        return GroupNames(mode, _registered(group, arrangement), search=search)
    if mode == SERVICE_CONNECT:
        members = _services_of(group, arrangement)
        offered = tuple(one.name for one in members if ports_of(one))
        return GroupNames(mode, endpoints=offered)
    return GroupNames(mode)


def _services_of(group: Group, arrangement: Arrangement) -> list[Service]:
    """The services of a group under their names in Compose."""
    return [one for one in arrangement.project.services if one.name in group.services]


def _registered(group: Group, arrangement: Arrangement) -> str:
    """By whose name all tasks are found, as an ECS service is registered once: that of the member
    that others depend on, else of the first with ports, else of the first."""
    awaited = [edge.service for edge in arrangement.edges if edge.awaited == group.name]
    members = _services_of(group, arrangement)
    with_ports = [one.name for one in members if one.ports or one.expose]
    return next(iter((*awaited, *with_ports, *group.services)))


def _in_namespaces(
    arrangement: Arrangement, groups: Mapping[str, GroupNames], params: EcsParams, cluster: str
) -> Discovery:
    """The discovery of these groups, with the namespaces that they need."""
    is_registered = any(one.mode == DNS for one in groups.values())
    is_offered = any(one.endpoints for one in groups.values())
    given = params.layout.discovery.get("namespace")
    project = arrangement.project.name
    by_dns = given or dns_namespace(project, cluster)
    by_connect = given or connect_namespace(project, cluster)
    return Discovery(
        groups,
        by_dns if is_registered else "",
        by_connect if is_offered else "",
        given is not None,
    )
