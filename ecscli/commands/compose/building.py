"""Images of services with `build:`, built and pushed: what `compose build`, `compose push` and
`--build` share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ecscli.base.documents import Document

if TYPE_CHECKING:
    from ecscli.commands.context import App
    from ecscli.compose.project.model import Project
    from ecscli.registry.builds.recipes import Recipe, Tagger
    from ecscli.registry.engine import Engine

F = TypeVar("F", bound=Callable[..., Any])
KEY = "ecscli.build"


def build_option(function: F) -> F:
    """``--build`` of the commands that translate: images are built and pushed, and the task takes
    their digests."""

    def keep(ctx: click.Context, param: click.Parameter, value: bool) -> None:
        ctx.meta[KEY] = value

    return click.option(
        "--build",
        is_flag=True,
        expose_value=False,
        callback=keep,
        help="Build and push the images of services with build: first.",
    )(function)


def is_wanted() -> bool:
    """Whether this call has --build."""
    return bool(click.get_current_context().meta.get(KEY))


def expected(project: Project) -> dict[str, str]:
    """The names that built images will have here, by service: what can be said of them without
    starting git."""
    from ecscli.registry.builds.git import commit_tag
    from ecscli.registry.builds.recipes import name_of

    tag = partial(commit_tag, directory=project.directory)
    names = {
        service.name: name_of(project, service, tag)
        for service in project.services
        if service.build
    }
    return {service: f"{name.repository}:{name.tag}" for service, name in names.items()}


def tagger(app: App, project: Project) -> Tagger:
    """What tags images that are built: the project's commit, and whether the context has changed
    since."""
    from ecscli.registry.builds.git import git_tag

    return partial(git_tag, directory=project.directory, environment=app.environment)


def built_and_pushed(app: App, project: Project, request: Document) -> dict[str, str]:
    """The images by digest, by service, after building and pushing them for the platform of a task
    definition."""
    from ecscli.registry.builds.recipes import platform_of, recipes
    from ecscli.registry.engine import Engine

    found = recipes(project, platform_of(request), tagger(app, project))
    if not found:
        return {}
    with Engine(app.environment) as engine:
        build_all(app, engine, found)
        return push_all(app, engine, found)


def build_all(app: App, engine: Engine, found: Iterable[Recipe]) -> None:
    """Build each image, one after the other."""
    for recipe in found:
        for event in engine.build(recipe):
            app.console.event(event)


def push_all(app: App, engine: Engine, found: Iterable[Recipe]) -> dict[str, str]:
    """Push each image that was built; its name by digest, by service."""
    from ecscli.registry.transfer import find_repository, push

    digests = {}
    for recipe in found:
        target = find_repository(app.aws(), recipe.reference)
        digest = None
        for event in push(engine, target, recipe.name, recipe.reference):
            app.console.event(event)
            digest = event.fields.get("digest", digest)
        digests[recipe.service] = (
            f"{target.name}@{digest}" if digest else f"{target.name}:{recipe.reference.tag}"
        )
    return digests
