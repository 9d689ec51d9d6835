"""Services of a project -> which of them share a task: those of one `group`, and those that use
what ECS offers inside of a task alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ecscli.base.findings import Findings
from ecscli.base.marks import Mark
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project, Service

SHARED = {"network_mode": "a network", "pid": "processes", "ipc": "memory"}
OF_SERVICE = "service:"
GroupOf = dict[str, str]  # service -> the first service of its group


class Bond(NamedTuple):
    """`service` shares something of `other`, and so its task; `key` asks for it."""

    service: str
    other: str
    key: str
    what: str
    mark: Mark | None


def find_groups(
    project: Project, params: EcsParams, findings: Findings
) -> dict[str, tuple[Service, ...]]:
    """The services of each group, by its name, in the order of the files."""
    firsts: GroupOf = {service.name: service.name for service in project.services}
    given = _given_groups(project, params)
    _join_named(given, firsts)
    for bond in _bonds(project):
        if firsts[bond.service] != firsts[bond.other]:
            _join(bond.service, bond.other, firsts)
            _note(bond, findings)
    members: dict[str, list[Service]] = {}
    for service in project.services:
        members.setdefault(firsts[service.name], []).append(service)
    return {
        _name(first, services, given, params, findings): tuple(services)
        for first, services in members.items()
    }


def _given_groups(project: Project, params: EcsParams) -> dict[str, str]:
    """The groups that ecs-params or `x-ecs` name, by service."""
    settings = params.layout.services
    named = [one.name for one in project.services if one.name in settings]
    given = {name: settings[name].get("group") for name in named}
    return {name: str(group) for name, group in given.items() if group}


def _join_named(given: Mapping[str, str], firsts: GroupOf) -> None:
    """Join the services of each named group. A service that names none has the group of its own
    name, so that others join it there."""
    first_of = {name: name for name in firsts if name not in given}
    for service, group in given.items():
        _join(first_of.setdefault(group, service), service, firsts)


def _join(one: str, other: str, firsts: GroupOf) -> None:
    """Make one group of those of two services; the one that is first in the files leads it."""
    joined = {firsts[one], firsts[other]}
    members = [name for name, first in firsts.items() if first in joined]
    firsts |= dict.fromkeys(members, members[0])


def _bonds(project: Project) -> Iterator[Bond]:
    names = {service.name for service in project.services}
    for service in project.services:
        for bond in _bonds_of(service):
            if bond.other in names:
                yield bond


def _bonds_of(service: Service) -> Iterator[Bond]:
    for key, what in SHARED.items():
        written = getattr(service, key) or ""
        if written.startswith(OF_SERVICE):
            other = written.removeprefix(OF_SERVICE)
            yield Bond(service.name, other, key, what, service.where(key))
    for source in service.volumes_from:
        if not source.container:
            yield Bond(service.name, source.source, "volumes_from", "volumes", source.mark)


def _note(bond: Bond, findings: Findings) -> None:
    findings.notice(
        f"{bond.service} and {bond.other} run in one task, as containers of one task alone share"
        f" {bond.what}",
        bond.mark,
        key=f"services.{bond.service}.{bond.key}",
    )


def _name(
    first: str,
    services: list[Service],
    given: Mapping[str, str],
    params: EcsParams,
    findings: Findings,
) -> str:
    """The group's own name, else that of its first service."""
    named = {given[one.name]: one.name for one in reversed(services) if one.name in given}
    if len(named) > 1:
        one, other = list(named)[:2]
        findings.error(
            f"is {one}, and that of {named[other]} is {other}; the two run in one task",
            group_mark(params, named[one]),
            "give both the same group",
            key=f"services.{named[one]}.group",
        )
    return next(iter(reversed(named)), first)


def group_mark(params: EcsParams, service: str) -> Mark | None:
    """Where the group of a service is named."""
    settings = params.layout.services.get(service)
    return settings.keys_at.get("group") if settings is not None else None
