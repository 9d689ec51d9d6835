"""The task definition of a group -> a warning for each service of another group that it names as a
host, where that name does not resolve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ecscli.base.errors import Finding
from ecscli.compose.layout.arrangement.model import Arrangement, Group
from ecscli.compose.layout.discovery.model import Discovery, GroupNames
from ecscli.compose.params.discovery_settings import DNS, NONE, SERVICE_CONNECT
from ecscli.compose.project.model import Service
from ecscli.compose.rules import run_fields
from ecscli.compose.rules.names import resolved_names
from ecscli.compose.rules.subject import Container, Run, Subject
from ecscli.compose.task.definition import TaskDefinition
from ecscli.compose.task.words import named_hosts


def unresolved_hosts(
    group: Group, definition: TaskDefinition, arrangement: Arrangement, discovery: Discovery
) -> Iterator[Finding]:
    """The warnings, about the names of services and about the further ones that Compose gives
    them."""
    run = Run(run_fields(group.params, definition.service))
    launch_type = definition.launch.effective_launch_type
    subject = Subject(definition.request, launch_type, group.project, group.params, run)
    others, further = _others(group, arrangement), _further_names(group, arrangement)
    for one in subject.containers:
        if one.name not in subject.services:
            continue
        known = resolved_names(subject, one)
        sought = [name for name in {**others, **further} if name not in known]
        for key, name in _named(one, sought):
            if name in others:
                found = _reason(
                    name, discovery.of(group.name), discovery.of(others[name]), discovery
                )
            else:
                found = f"it is another name of {further[name]}", f"write {further[name]}"
            if found:
                reason, hint = found
                yield one.problem(key, f'"{name}" does not resolve: {reason}', hint).finding()


def _named(one: Container, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each (key, name) where the container names one of these as a host, once."""
    if names:
        yield from dict.fromkeys(named_hosts(one.definition, names))


def _others(group: Group, arrangement: Arrangement) -> dict[str, str]:
    """The services of other groups, and the group of each."""
    return {
        name: other.name
        for other in arrangement.groups
        for name in other.services
        if other.name != group.name
    }


def _further_names(group: Group, arrangement: Arrangement) -> dict[str, str]:
    """Aliases in networks, `container_name` and `hostname` of services of other groups, and the
    service of each."""
    services = [one for one in arrangement.project.services if one.name not in group.services]
    found: dict[str, str] = {}
    for service in services:
        for name in _names_beside(service):
            found.setdefault(name, service.name)
    return found


def _names_beside(service: Service) -> Iterator[str]:
    for attachment in service.networks:
        yield from attachment.aliases
    for name in (service.container_name, service.hostname):
        if name:
            yield name


# ------------------------------------------------------------- why, and the way out


APART = "put both into one group"
REASONS: Mapping[str, tuple[str, str]] = {
    NONE: ("it runs in another task", f"{APART}, or choose discovery: dns or service-connect"),
    "mixed": ("{other} is reached by {theirs}, and this service uses {mine}", "give both one mode"),
    "job": ("it is a job, which nothing finds by name", APART),
    "run": ("a job has no Service Connect", "use network mode awsvpc with discovery: dns"),
    DNS: ("its tasks are found as {registered} alone", "write {registered}"),
    "search": ("search is false", "write {other}.{domain}"),
}


def _reason(
    name: str, own: GroupNames, other: GroupNames, discovery: Discovery
) -> tuple[str, str] | None:
    """Why a name does not resolve, and the way out; None where it does, or where its service lacks
    a port, which has a warning of its own."""
    case = _case(own, other)
    if own.finds(name, other) or case not in REASONS:
        return None
    words = {
        "other": name,
        "mine": own.mode,
        "theirs": other.mode,
        "registered": other.registered,
        "domain": discovery.dns_namespace,
    }
    reason, hint = REASONS[case]
    return reason.format(**words), hint.format(**words)


def _case(own: GroupNames, other: GroupNames) -> str:
    """The row of REASONS, if there is one."""
    if NONE in (own.mode, other.mode):
        return NONE
    if other.is_job:
        return "job"
    if own.mode != other.mode:
        return "mixed"
    if own.mode == DNS:
        return DNS if own.search else "search"
    return "run" if own.is_job else SERVICE_CONNECT
