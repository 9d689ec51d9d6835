"""The names of a project -> what does not work as in Compose: names that are not DNS labels,
services without ports, and keys that Service Connect keeps a task from starting with.

Sources: RFC 1123; "Service Connect" in the ECS developer guide; the ECS agent, which starts the
containers of such a task in the network of another one.
"""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.base.findings import Findings
from ecscli.compose.ecs.launch_target import LaunchTarget
from ecscli.compose.ecs.support import is_missed
from ecscli.compose.layout.arrangement.model import Arrangement
from ecscli.compose.layout.discovery.known_ports import known_port, ports_of
from ecscli.compose.layout.discovery.members import members, words_of_service
from ecscli.compose.layout.discovery.model import Discovery
from ecscli.compose.layout.discovery.modes import AWSVPC
from ecscli.compose.layout.discovery.namespaces import is_label
from ecscli.compose.params.discovery_settings import SERVICE_CONNECT
from ecscli.compose.project.model import Service
from ecscli.compose.task.words import named_hosts

# Docker refuses these keys of a service for a container in the network of another one: what works
# instead of those that are left out
LEFT_OUT = {
    "hostname": "others find it as {name}",
    "extra_hosts": "write the addresses themselves, or use a private hosted zone of Route 53",
    "dns": "the resolver of the VPC answers; a rule of Route 53 Resolver asks another one",
    "dns_search": "write host names in full",
}
APART = "give both the same group, or leave the link out"
LEAVE_OUT = "leave it out, or write discovery: none"


def check_names(arrangement: Arrangement, discovery: Discovery, findings: Findings) -> None:
    """Note the services whose names not every resolver takes."""
    for service in arrangement.project.services:
        if service.name in _offered(discovery) and not is_label(service.name):
            findings.warning(
                f'"{service.name}" is not a DNS label: some programs refuse to look it up',
                service.where(),
                f"rename it, such as {service.name.replace('_', '-').replace('.', '-').strip('-')}",
                f"services.{service.name}",
            )


def _offered(discovery: Discovery) -> set[str]:
    """The services that others find."""
    registered = set(discovery.registered.values())
    endpoints = {name for one in discovery.groups.values() for name in one.endpoints}
    return registered | endpoints


def check_ports(arrangement: Arrangement, discovery: Discovery, findings: Findings) -> None:
    """Note the services that are looked for, and that Service Connect does not offer for want of a
    port."""
    sought = _sought(arrangement)
    for group, service in members(arrangement):
        names = discovery.of(group.name)
        if names.mode != SERVICE_CONNECT or names.is_job or ports_of(service):
            continue
        port = known_port(service)
        if port or service.name in sought:
            findings.warning(
                f"{service.name} has no ports or expose, so that no other service finds it",
                service.where(),
                f'add expose: ["{port or "PORT"}"]',
                f"services.{service.name}",
            )


def check_links(arrangement: Arrangement, discovery: Discovery, findings: Findings) -> None:
    """Note the links between tasks whose names do not resolve without them either."""
    group_of = {name: group.name for group in arrangement.groups for name in group.services}
    for group, service in members(arrangement):
        for link in service.links:
            target, _, alias = link.partition(":")
            other = group_of.get(target, group.name)
            if other == group.name:
                continue
            finds = discovery.of(group.name).finds(target, discovery.of(other))
            if finds and alias in ("", target):
                continue
            findings.warning(
                f"{target} runs in another task, which no link reaches",
                service.where("links"),
                f"write {target} instead of {alias}" if finds else APART,
                f"services.{service.name}.links",
            )


def _sought(arrangement: Arrangement) -> set[str]:
    """The services that those of other groups depend on, or name as hosts."""
    sought = {edge.service for edge in arrangement.edges}
    names = [service.name for service in arrangement.project.services]
    for group, service in members(arrangement):
        others = [name for name in names if name not in group.services]
        if others:
            sought |= {name for _, name in named_hosts(words_of_service(service), others)}
    return sought


def check_keys(
    arrangement: Arrangement,
    discovery: Discovery,
    launches: Mapping[str, LaunchTarget],
    findings: Findings,
) -> None:
    """Note the keys with which no task with Service Connect on bridge would start: links, without
    which a service would miss another one, are refused."""
    for group in arrangement.groups:
        if not discovery.connects(group.name) or launches[group.name].network_mode == AWSVPC:
            continue
        for service in group.project.services:
            _note_left_out(service, findings)
            if service.links:
                findings.error(
                    "does not work with Service Connect on bridge: the task would not start",
                    service.where("links"),
                    LEAVE_OUT,
                    f"services.{service.name}.links",
                )


def _note_left_out(service: Service, findings: Findings) -> None:
    for key, instead in LEFT_OUT.items():
        written = getattr(service, key)
        if written and is_missed(("services", service.name, key), written):
            findings.warning(
                "is not sent: containers with Service Connect on bridge have none of their own",
                service.where(key),
                instead.format(name=service.name),
                f"services.{service.name}.{key}",
            )
