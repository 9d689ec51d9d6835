"""Images of services with `build:`: built, and pushed to ECR; what `compose build`, `compose push`
and `--build` share."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.errors import EcsCliError, Finding, InputError
from ecscli.base.records import record
from ecscli.compose.project.model import Project
from ecscli.registry.builds.git import DIRTY, commit_tag, git_tag, is_git_missing
from ecscli.registry.builds.recipes import Recipe, Tagger, name_of, platform_of, recipes
from ecscli.registry.engine import Engine
from ecscli.registry.transfer import find_repository, push
from ecscli.up.model import Event
from ecscli.workflows.definition.translation import translate
from ecscli.workflows.events import warning
from ecscli.workflows.project import Connect, ProjectRequest, load

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

ImageNames = dict[str, str]  # by service


@record
class BuildRequest:
    """Which images are built, and how; `build_args` are NAME=VALUE. No `services`: all of them."""

    project: ProjectRequest
    services: tuple[str, ...] = ()
    build_args: tuple[str, ...] = ()
    no_cache: bool = False
    pull: bool = False


def build(request: BuildRequest) -> Generator[Event, None, ImageNames]:
    """Build the images for the platform of the task; their names with tag, by service."""
    options = _options(request)
    translation = translate(request.project, images=expected)
    project, platform = translation.project, platform_of(translation.definition.request)
    tag = _tagger(request.project, project)
    found = recipes(project, platform, tag, request.services, options)
    if found:
        yield from _remarks(request.project, project, found)
        with Engine(request.project.environment) as engine:
            yield from _build_all(engine, found)
    return {recipe.service: recipe.name for recipe in found}


def _options(request: BuildRequest) -> Document:
    """The options of docker-py's build."""
    wrong = [text for text in request.build_args if "=" not in text]
    if wrong:
        raise InputError(f'"{wrong[0]}" is not NAME=VALUE', "--build-arg")
    pairs = [text.partition("=") for text in request.build_args]
    arguments = {name: value for name, _, value in pairs}
    return {"buildargs": arguments, "nocache": request.no_cache, "pull": request.pull}


def push_built(
    connect: Connect, request: ProjectRequest, services: tuple[str, ...]
) -> Generator[Event, None, ImageNames]:
    """Push images that were built on this machine; their names by digest, by service."""
    project = load(request)
    found = recipes(project, None, _tagger(request, project), services)
    if not found:
        return {}
    with Engine(request.environment) as engine:
        _refuse_absent(engine, found)
        return (yield from _push_all(connect(), engine, found))


def _refuse_absent(engine: Engine, found: Iterable[Recipe]) -> None:
    for recipe in found:
        if not engine.has(recipe.name):
            raise EcsCliError(
                f"this machine has no image {recipe.name} for {recipe.service}",
                hint="build it with `ecscli compose build`; a change in git since then gives it"
                " another tag",
            )


def build_and_push(
    connect: Connect, request: ProjectRequest, project: Project, definition: Document
) -> Generator[Event, None, ImageNames]:
    """Build and push the images for the platform of a task definition; their names by digest, by
    service."""
    found = recipes(project, platform_of(definition), _tagger(request, project))
    if not found:
        return {}
    yield from _remarks(request, project, found)
    with Engine(request.environment) as engine:
        yield from _build_all(engine, found)
        return (yield from _push_all(connect(), engine, found))


def expected(project: Project) -> ImageNames:
    """The names that built images will have here, as far as they are known without starting git."""
    tag = partial(commit_tag, directory=project.directory)
    built = [service for service in project.services if service.build]
    names = {service.name: name_of(project, service, tag) for service in built}
    return {service: f"{name.repository}:{name.tag}" for service, name in names.items()}


def _tagger(request: ProjectRequest, project: Project) -> Tagger:
    """What tags images: the project's commit, and whether the context has changed since."""
    return partial(git_tag, directory=project.directory, environment=request.environment)


def _remarks(request: ProjectRequest, project: Project, found: Iterable[Recipe]) -> Iterator[Event]:
    """A warning where tags end in -dirty for want of git."""
    is_dirty = any(recipe.name.endswith(DIRTY) for recipe in found)
    if is_dirty and is_git_missing(project.directory, request.environment):
        unknown = "git is not installed, so changes since the commit are unknown"
        message = f"{unknown}: tags end in {DIRTY}"
        yield warning(Finding(message, hint="install git, or give each image a tag under image:"))


def _build_all(engine: Engine, found: Iterable[Recipe]) -> Generator[Event, None, None]:
    for recipe in found:
        yield from engine.build(recipe)


def _push_all(
    aws: Aws, engine: Engine, found: Iterable[Recipe]
) -> Generator[Event, None, ImageNames]:
    digests = {}
    for recipe in found:
        digests[recipe.service] = yield from _push(aws, engine, recipe)
    return digests


def _push(aws: Aws, engine: Engine, recipe: Recipe) -> Generator[Event, None, str]:
    """Push one image; its name by digest, or by tag where the registry named no digest."""
    target = find_repository(aws, recipe.reference)
    digest = None
    for event in push(engine, target, recipe.name, recipe.reference):
        yield event
        digest = event.fields.get("digest", digest)
    return f"{target.name}@{digest}" if digest else f"{target.name}:{recipe.reference.tag}"
