"""`compose build` and `compose push`: the images of a project by themselves, without a task
definition being sent."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.documents import Draft
from ecscli.base.errors import InputError
from ecscli.base.nearest import did_you_mean
from ecscli.base.records import record, replace
from ecscli.registry.builds.decide import Verdict
from ecscli.registry.builds.plan import Builds
from ecscli.registry.builds.recipes import BuildOptions, Recipe
from ecscli.up.model import Event
from ecscli.workflows.definition.silence import cluster_of, processors_of
from ecscli.workflows.definition.translation import Terms
from ecscli.workflows.images.bases import tagged
from ecscli.workflows.images.make import (
    Names,
    Yard,
    bake_file,
    build_and_push,
    build_here,
    push_here,
)
from ecscli.workflows.images.plan import BuildFlags, asked, planner
from ecscli.workflows.images.translated import translated_images
from ecscli.workflows.project import Connect, ProjectRequest

if TYPE_CHECKING:
    from pathlib import Path


@record
class BuildRequest:
    """Which images are built or pushed, and how; `build_args` are NAME=VALUE. No `services`: all of
    them. With `push` those go to ECR that it does not have; `no_cache` and `pull` build all."""

    project: ProjectRequest
    services: tuple[str, ...] = ()
    build_args: tuple[str, ...] = ()
    no_cache: bool = False
    pull: bool = False
    push: bool = False
    builder: str | None = None


def build(connect: Connect, request: BuildRequest) -> Generator[Event, None, Names]:
    """Build the images for the platform of the task. Their names by service: with `push` by digest,
    else as they are called on this machine."""
    yard = yield from _prepared(request, connect)
    yard = yield from _tagged(yard, request)
    recipes = _meant(yard.builds, request.services)
    if not request.push:
        return (yield from build_here(yard, recipes))
    yard = replace(yard, builds=asked(connect(), yard.builds))
    chosen = _of_services(yard.builds.recipes(Verdict.BUILT), recipes)
    made = yield from build_and_push(connect(), yard, chosen)
    return {**_reused(yard.builds, recipes), **made}


def push(connect: Connect, request: BuildRequest) -> Generator[Event, None, Names]:
    """Push images that were built on this machine and that ECR does not have; their names by
    digest, by service."""
    yard = yield from _tagged((yield from _prepared(replace(request, push=True), connect)), request)
    recipes = _meant(yard.builds, request.services)
    if not recipes:
        return {}
    yard = replace(yard, builds=asked(connect(), yard.builds))
    missing = [one for one in recipes if one.reference not in yard.builds.taken]
    made = yield from push_here(connect(), yard, missing)
    return {**_reused(yard.builds, recipes), **made}


def show(request: BuildRequest) -> Generator[Event, None, Draft]:
    """The file that `docker buildx bake` would get; nothing is built."""
    yard = yield from _prepared(request)
    return bake_file(yard, _meant(yard.builds, request.services))


def write_metadata(path: Path, names: Names) -> None:
    """Write the file that --images reads. Raises InputError."""
    try:
        path.write_text(json.dumps(names, indent=2) + "\n")
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", str(path)) from None


def _prepared(
    request: BuildRequest, connect: Connect | None = None
) -> Generator[Event, None, Yard]:
    """The builds of the project, for the platform of the cluster's instances where they may be
    asked for; AWS need not answer where nothing is pushed."""
    force = request.no_cache or request.pull
    flags = BuildFlags(force, None, request.builder, _options(request), every=True)
    plan = planner(request.project, flags, starts_git=True)
    terms = Terms(builder=plan)
    if connect:
        look = cluster_of(connect, request.project, request.push)
        processors = processors_of(connect, request.project, request.push)
        terms = replace(terms, look=look, processors=processors)
    project, builds = yield from translated_images(request.project, terms)
    yard = Yard(request.project, project, builds, request.builder)
    _check_names(builds.recipes(Verdict.FUTURE), request.services)
    return yard


def _tagged(yard: Yard, request: BuildRequest) -> Generator[Event, None, Yard]:
    """The same with the tags of the images that are meant."""
    recipes = _meant(yard.builds, request.services)
    builds = yield from tagged(request.project, yard.builds, recipes, False)
    return replace(yard, builds=builds)


def _options(request: BuildRequest) -> BuildOptions:
    wrong = [text for text in request.build_args if "=" not in text]
    if wrong:
        raise InputError(f'"{wrong[0]}" is not NAME=VALUE', "--build-arg")
    pairs = [text.partition("=") for text in request.build_args]
    arguments = {name: value for name, _, value in pairs}
    return BuildOptions(arguments, request.no_cache, request.pull)


def _check_names(recipes: Sequence[Recipe], services: Sequence[str]) -> None:
    built = [service for recipe in recipes for service in recipe.services]
    for name in services:
        if name not in built:
            hint = did_you_mean(name, built) or f"built are: {', '.join(built) or 'none'}"
            raise InputError(f'no service "{name}" is built', hint=hint)


def _meant(builds: Builds, services: Sequence[str]) -> tuple[Recipe, ...]:
    """The recipes of these services, or all."""
    found = builds.recipes(Verdict.FUTURE)
    if not services:
        return found
    return tuple(one for one in found if any(service in services for service in one.services))


def _of_services(recipes: Sequence[Recipe], meant: Sequence[Recipe]) -> list[Recipe]:
    keys = {recipe.key for recipe in meant}
    return [recipe for recipe in recipes if recipe.key in keys]


def _reused(builds: Builds, recipes: Sequence[Recipe]) -> Names:
    """The images that ECR has, by service."""
    found: Names = {}
    for recipe in recipes:
        digest = builds.taken.get(recipe.reference)
        if digest:
            host = builds.images[recipe.service].partition("/")[0]
            name = f"{host}/{recipe.reference.repository}@{digest}"
            found |= dict.fromkeys(recipe.services, name)
    return found
