"""A project -> what `up` would register, without AWS: the request, or a CloudFormation template."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from ecscli.base.documents import Draft
from ecscli.base.errors import Finding, InputError
from ecscli.base.nearest import did_you_mean
from ecscli.cluster import dynamic
from ecscli.compose.task.cloudformation import template
from ecscli.compose.task.definition import Purpose
from ecscli.up.model import Event
from ecscli.workflows.definition.translation import Terms, observations, translate
from ecscli.workflows.events import warning
from ecscli.workflows.images.plan import NO_FLAGS, BuildFlags, planner
from ecscli.workflows.project import ProjectRequest, has_services, refuse
from ecscli.workflows.tags import GivenTags, read_tags

if TYPE_CHECKING:
    from ecscli.workflows.definition.groups import GroupTranslation


def render(
    request: ProjectRequest,
    tags: GivenTags = None,
    builds: BuildFlags = NO_FLAGS,
    service: str | None = None,
) -> Generator[Event, None, Draft]:
    """The request of RegisterTaskDefinition; in layout services those of all groups by name, or
    that of the group that `service` is in.

    Images of `build:` and secrets that will be created have the names that they will have.
    """
    parsed, wrong = read_tags(tags)
    refuse(wrong)
    terms = Terms(parsed, planner(request, builds), purpose=Purpose.REGISTER)
    if has_services(request):
        from ecscli.workflows.definition.groups import group_observations, translate_groups

        found = translate_groups(request, terms)
        yield from group_observations(found)
        return _chosen(found, service) if service else _all(found)
    if service:
        hint = "leave it out: there is one task definition"
        raise InputError("--service chooses a group of layout services", None, hint)
    translation = translate(request, terms)
    yield from observations(translation)
    return translation.definition.request


def _all(found: GroupTranslation) -> Draft:
    return {name: one.definition.request for name, one in found.groups.items()}


def _chosen(found: GroupTranslation, service: str) -> Draft:
    """The request of the group with this name, or with a service of this name."""
    translations = found.groups
    for group in found.arrangement.groups:
        if service == group.name or service in group.services:
            return translations[group.name].definition.request
    hint = did_you_mean(service, translations) or f"its services are: {', '.join(translations)}"
    raise InputError(f'the project has no service "{service}"', "--service", hint)


def render_template(
    request: ProjectRequest,
    tags: str | None = None,
    builds: BuildFlags = NO_FLAGS,
    service: str | None = None,
) -> Generator[Event, None, Draft]:
    """The CloudFormation template that makes the same task definition."""
    if not service and has_services(request):
        hint = "choose one service of layout services with --service"
        raise InputError("--format cloudformation prints one task definition", None, hint)
    definition = yield from render(request, tags, builds, service)
    for path in dynamic.references(definition):
        where = ".".join(map(str, path))
        yield warning(Finding(f"{where}: {dynamic.MESSAGE}", hint=dynamic.HINT))
    return template(definition)
