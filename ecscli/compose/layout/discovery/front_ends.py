"""nginx and haproxy look a name up once, when they start -> the groups that need a new deployment
whenever one that they depend on gets one.

Sources: proxy_pass and upstream of nginx, server of haproxy: without resolvers each keeps the
address of its start.
"""

from __future__ import annotations

from collections.abc import Iterable

from ecscli.base.findings import Findings
from ecscli.base.records import replace
from ecscli.compose.ecs.images import repository_name
from ecscli.compose.layout.arrangement.model import Arrangement, Edge
from ecscli.compose.layout.discovery.model import Discovery
from ecscli.compose.mounts.development import built_from
from ecscli.compose.params.discovery_settings import DNS
from ecscli.compose.project.model import Project, Service

KEEPING = ("nginx", "nginx-unprivileged", "openresty", "haproxy")


def find_front_ends(
    arrangement: Arrangement, discovery: Discovery, findings: Findings
) -> Discovery:
    """The same with its front ends, and a warning for each whose files do not ask to restart it."""
    found = set()
    for edge in arrangement.edges:
        by_dns = discovery.of(edge.dependent).mode == DNS and discovery.of(edge.awaited).registered
        keeper = _keeper(arrangement, edge) if by_dns else None
        if keeper is None:
            continue
        found.add((edge.dependent, edge.awaited))
        if not edge.restart:
            _warn(keeper, edge, discovery, findings)
    return replace(discovery, front_ends=frozenset(found))


def with_restarts(edges: Iterable[Edge], discovery: Discovery) -> tuple[Edge, ...]:
    """The edges, those of front ends with `restart`."""
    found = []
    for edge in edges:
        is_kept = (edge.dependent, edge.awaited) in discovery.front_ends
        found.append(replace(edge, restart=True) if is_kept else edge)
    return tuple(found)


def _keeper(arrangement: Arrangement, edge: Edge) -> Service | None:
    """The service of the dependent group that keeps the address of what it depends on."""
    project = arrangement.project
    group = next(one for one in arrangement.groups if one.name == edge.dependent)
    for service in project.services:
        depends = any(one.service == edge.service for one in service.depends_on)
        if service.name in group.services and depends and _program(service, project) in KEEPING:
            return service
    return None


def _program(service: Service, project: Project) -> str:
    """The program of a service by its image, or by the image that it is built on."""
    image = service.image or ""
    if service.build is not None:
        image = built_from(service, project.within).image.base or image
    return repository_name(image).rpartition("/")[2]


def _warn(service: Service, edge: Edge, discovery: Discovery, findings: Findings) -> None:
    findings.warning(
        f"{service.name} looks {edge.service} up once, when it starts, and so gets a new deployment"
        f" with each one of {edge.service}; where ECS replaces a task of {edge.service} by itself,"
        f" {service.name} keeps its old address",
        edge.mark,
        f"write restart: true for it, or use discovery: service-connect for both, or a resolver"
        f" with {edge.service}.{discovery.dns_namespace}",
        f"services.{service.name}.depends_on.{edge.service}",
    )
