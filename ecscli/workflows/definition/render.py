"""A project -> what `up` would register, without AWS: the request, or a CloudFormation template."""

from __future__ import annotations

from collections.abc import Generator

from ecscli.base.documents import Draft
from ecscli.base.errors import Finding
from ecscli.cluster import dynamic
from ecscli.compose.task.cloudformation import template
from ecscli.compose.task.definition import Purpose
from ecscli.up.model import Event
from ecscli.workflows.definition.translation import Terms, observations, translate
from ecscli.workflows.events import warning
from ecscli.workflows.images.plan import NO_FLAGS, BuildFlags, planner
from ecscli.workflows.project import ProjectRequest, refuse
from ecscli.workflows.tags import GivenTags, read_tags


def render(
    request: ProjectRequest,
    tags: GivenTags = None,
    builds: BuildFlags = NO_FLAGS,
) -> Generator[Event, None, Draft]:
    """The request of RegisterTaskDefinition. Images of `build:` have the names that they will be
    built under."""
    parsed, wrong = read_tags(tags)
    refuse(wrong)
    translation = translate(
        request, Terms(parsed, planner(request, builds), purpose=Purpose.REGISTER)
    )
    yield from observations(translation)
    return translation.definition.request


def render_template(
    request: ProjectRequest, tags: str | None = None, builds: BuildFlags = NO_FLAGS
) -> Generator[Event, None, Draft]:
    """The CloudFormation template that makes the same task definition."""
    definition = yield from render(request, tags, builds)
    for path in dynamic.references(definition):
        where = ".".join(map(str, path))
        yield warning(Finding(f"{where}: {dynamic.MESSAGE}", hint=dynamic.HINT))
    return template(definition)
