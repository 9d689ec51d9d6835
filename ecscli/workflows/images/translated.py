"""The files of a project, in either layout -> the project, and what becomes of its images."""

from __future__ import annotations

from collections.abc import Generator

from ecscli.compose.project.model import Project
from ecscli.registry.builds.plan import Builds
from ecscli.up.model import Event
from ecscli.workflows.definition.groups import group_observations, translate_groups
from ecscli.workflows.definition.translation import Terms, observations, translate
from ecscli.workflows.images.plan import for_images
from ecscli.workflows.project import ProjectRequest, has_services


def translated_images(
    request: ProjectRequest, terms: Terms
) -> Generator[Event, None, tuple[Project, Builds]]:
    """For jobs that need the images alone. Raises InputError with everything that is wrong."""
    request = for_images(request)
    if has_services(request):
        groups = translate_groups(request, terms)
        yield from group_observations(groups)
        return groups.project, groups.builds
    found = translate(request, terms)
    yield from observations(found)
    return found.project, found.builds
