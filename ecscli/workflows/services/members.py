"""The services that are meant, as a project of layout services has them -> the groups that run
them, and their names on the cluster."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ecscli.base.errors import Finding, InputError
from ecscli.compose.layout.arrangement.arrange import arrange
from ecscli.compose.layout.arrangement.model import Arrangement, Group
from ecscli.up.service.names import Names
from ecscli.workflows.project import (
    ProjectRequest,
    has_services,
    load_files,
    load_names,
    refuse,
)
from ecscli.workflows.services.request import chosen_groups, names_of


def load_arrangement(request: ProjectRequest, wrong: Iterable[Finding] = ()) -> Arrangement:
    """The groups of the project; what ECS would refuse in the files does not matter. Raises
    InputError with what is `wrong` already and with what cannot be read."""
    project, params, _ = load_files(request)
    refuse([*wrong, *project.errors, *params.errors])
    return arrange(project, params)


def meant_groups(arrangement: Arrangement, services: Sequence[str]) -> tuple[Group, ...]:
    """The groups that these services are in, or all, in the order of the files."""
    chosen = chosen_groups(arrangement, services)
    return tuple(group for group in arrangement.groups if group.name in chosen)


def one_group(arrangement: Arrangement, service: str | None) -> Group:
    """The group that a service is in. Raises InputError where none is named."""
    if service is None:
        known = ", ".join(name for group in arrangement.groups for name in group.services)
        raise InputError("SERVICE is missing: which one?", None, f"there are {known}")
    return meant_groups(arrangement, [service])[0]


def names_with(
    request: ProjectRequest, service: str | None, wrong: Iterable[Finding] = ()
) -> Names:
    """The names of what runs a service: of its group in layout services, else of the project, whose
    task has all services."""
    if not has_services(request):
        return load_names(request, wrong)
    arrangement = load_arrangement(request, wrong)
    return names_of(one_group(arrangement, service), request.settings)
