"""The services of a project that are there, with the counts that its files give."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ecscli.base.errors import Finding, InputError
from ecscli.compose.layout.arrangement.model import Arrangement, Group
from ecscli.compose.project.model import Deploy
from ecscli.up.project.counts import CountedService
from ecscli.up.project.live import read_services
from ecscli.up.project.ownership import is_ours
from ecscli.workflows.project import Connect, ProjectRequest
from ecscli.workflows.services.request import chosen_groups, names_of, prefix_of

NO_DEPLOY = Deploy()


def chosen_services(
    connect: Connect, request: ProjectRequest, arrangement: Arrangement, services: Sequence[str]
) -> tuple[CountedService, ...]:
    """The live services of these names, which must be there; or all that are."""
    if services:
        groups = chosen_groups(arrangement, services)
        return tuple(live_services(connect, request, arrangement, groups).values())
    return tuple(_found(connect, request, arrangement).values())


def live_services(
    connect: Connect, request: ProjectRequest, arrangement: Arrangement, groups: Iterable[str]
) -> dict[str, CountedService]:
    """The live services of these groups. Raises InputError for each that is not there."""
    found = _found(connect, request, arrangement)
    named = {group.name: group for group in arrangement.groups}
    missing = [named[name] for name in groups if name not in found]
    if missing:
        raise InputError.of([_no_service(group, request) for group in missing])
    return {name: found[name] for name in groups}


def _no_service(group: Group, request: ProjectRequest) -> Finding:
    names = names_of(group, request.settings)
    message = f"there is no service {names.service} in cluster {names.cluster}"
    return Finding(message, None, f"create it with `ecscli compose up {group.name}`")


def _found(
    connect: Connect, request: ProjectRequest, arrangement: Arrangement
) -> dict[str, CountedService]:
    """The services of the project that are there, by group."""
    settings = request.settings
    prefix = prefix_of(arrangement, settings)
    live = read_services(connect(), settings.need_cluster(), prefix)
    named = [(group, names_of(group, settings)) for group in arrangement.groups]
    return {
        group.name: CountedService(names, live[names.service], _count_of_files(group))
        for group, names in named
        if names.service in live and is_ours(live[names.service], arrangement.project.name)
    }


def _count_of_files(group: Group) -> int:
    """The count of a new service by ecs-params, else by the Compose file."""
    given = group.params.service.get("desiredCount")
    if given is not None:
        return int(given)
    counts = [
        count
        for service in group.project.services
        for count in ((service.deploy or NO_DEPLOY).replicas, service.scale)
        if count is not None
    ]
    return counts[0] if counts else 1
