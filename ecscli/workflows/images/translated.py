"""The files of a project, in either layout -> the project, and what becomes of its images."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from ecscli.compose.project.model import Project
from ecscli.registry.builds.plan import Builds
from ecscli.up.model import Event
from ecscli.workflows.definition.groups import GroupTranslation, translate_groups
from ecscli.workflows.definition.translation import Terms, Translation, notices, translate
from ecscli.workflows.events import warnings
from ecscli.workflows.images.plan import for_images
from ecscli.workflows.project import ProjectRequest, has_services


def translated_images(
    request: ProjectRequest, terms: Terms
) -> Generator[Event, None, tuple[Project, Builds]]:
    """For jobs that need the images alone. Raises InputError with everything that is wrong."""
    found = _translated(for_images(request), terms)
    yield from _observations(found)
    return found.project, found.builds


def _translated(request: ProjectRequest, terms: Terms) -> GroupTranslation | Translation:
    if has_services(request):
        return translate_groups(request, terms)
    return translate(request, terms)


def _observations(found: GroupTranslation | Translation) -> Iterator[Event]:
    """What was found strange and decided about the images; nothing about the tasks that will have
    them."""
    findings = found.builds.findings
    yield from warnings((*found.project.warnings, *findings.warnings.counted(), *found.unread))
    yield from notices(findings.notices.counted())
