"""What is asked of a project in layout services beside its files, and the names that it has on its
cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from ecscli.base.errors import Finding, InputError
from ecscli.base.nearest import did_you_mean
from ecscli.base.records import record
from ecscli.compose.layout.arrangement.model import Arrangement, Group
from ecscli.compose.layout.arrangement.names import clean
from ecscli.config.settings import Settings
from ecscli.up.project.plan import CHANGED, WHEN
from ecscli.up.service.names import Names
from ecscli.workflows.project import names_on_cluster
from ecscli.workflows.service.request import ServiceRequest

T = TypeVar("T")
# Fields of a request whose place `discovery:` takes in this layout
OF_LAYOUT_TASK = (
    "enable_service_discovery",
    "update_service_discovery",
    "vpc",
    "private_dns_namespace",
    "private_dns_namespace_id",
    "public_dns_namespace",
    "public_dns_namespace_id",
    "sd_container_name",
    "sd_container_port",
    "dns_ttl",
    "dns_type",
    "healthcheck_custom_config_failure_threshold",
)
# Fields that a request for layout task does not have
OF_LAYOUT_SERVICES = ("services", "no_deps", "remove_orphans", "adopt", "jobs")


@record
class ServicesRequest(ServiceRequest):
    """What is asked of the services of a project.

    `services`: those that are meant, by their Compose names, and what they depend on unless
    `no_deps`; all where there are none. `jobs`: one of WHEN. `remove_orphans`: delete what the
    files no longer have. `adopt`: take over services of these names that are not marked as ours.
    `as_tasks`: a task of each is started once, as of a job, beside the service.
    """

    services: tuple[str, ...] = ()
    no_deps: bool = False
    remove_orphans: bool = False
    adopt: bool = False
    jobs: str = CHANGED
    as_tasks: bool = False


def is_given(value: object) -> bool:
    """Whether a field of a request has another value than its default."""
    return value not in (None, False, (), [], CHANGED)


def find_unknown_jobs(request: ServicesRequest) -> Iterator[Finding]:
    """A word for `jobs` that does not exist."""
    if request.jobs not in WHEN:
        hint = did_you_mean(request.jobs, WHEN) or f"use {', '.join(WHEN)}"
        yield Finding(f'jobs cannot run "{request.jobs}"', "jobs", hint)


def names_of(group: Group, settings: Settings) -> Names:
    """The names of a group on its cluster. Raises InputError where no cluster is set."""
    return names_on_cluster(group.project, settings)


def prefix_of(arrangement: Arrangement, settings: Settings) -> str:
    """What the names of all services of a project begin with."""
    return f"{settings.service_prefix.value or ''}{arrangement.project.name}-"


def services_of(arrangement: Arrangement, settings: Settings) -> dict[str, str]:
    """The ECS service that each group has, or would have, by the group's name."""
    return {group.name: names_of(group, settings).service for group in arrangement.groups}


def ending_waves(
    arrangement: Arrangement, settings: Settings, live: Mapping[str, T]
) -> tuple[tuple[T, ...], ...]:
    """What is live, by the names of ECS services, in the order in which it ends: what no file has
    first, then what others wait for later and later."""
    services = services_of(arrangement, settings)
    order = [[services[name] for name in wave] for wave in reversed(arrangement.waves)]
    known = {name for wave in order for name in wave}
    rest = [name for name in live if name not in known]
    waves = [[live[name] for name in wave if name in live] for wave in (rest, *order)]
    return tuple(tuple(wave) for wave in waves if wave)


def known_services(arrangement: Arrangement, settings: Settings) -> frozenset[str]:
    """The names of the ECS services that the files have, those of services that are off
    included."""
    own = [names_of(group, settings).service for group in arrangement.groups if not group.is_job]
    prefix = prefix_of(arrangement, settings)
    return frozenset((*own, *(prefix + clean(name) for name in arrangement.project.disabled)))


def chosen_groups(
    arrangement: Arrangement, services: Iterable[str], with_dependencies: bool = False
) -> frozenset[str]:
    """The groups that these services are in, or all groups where there are none; with what they
    wait for. Raises InputError for a service that the project does not have."""
    group_of = _group_of(arrangement)
    named = list(services)
    unknown = [name for name in named if name not in group_of]
    if unknown:
        raise InputError.of([_unknown(name, group_of) for name in unknown])
    if not named:
        return frozenset(group_of.values())
    chosen = {group_of[name] for name in named}
    found: set[str] = set()
    while found != chosen:
        found = set(chosen)
        if with_dependencies:
            chosen |= {edge.awaited for edge in arrangement.edges if edge.dependent in found}
    return frozenset(chosen)


def _group_of(arrangement: Arrangement) -> dict[str, str]:
    """The group of each service, and of each group's own name."""
    groups = {group.name: group.name for group in arrangement.groups}
    services = {name: group.name for group in arrangement.groups for name in group.services}
    return {**groups, **services}


def _unknown(name: str, known: Mapping[str, str]) -> Finding:
    hint = did_you_mean(name, known) or f"its services are: {', '.join(known)}"
    return Finding(f'the project has no service "{name}"', None, hint)
