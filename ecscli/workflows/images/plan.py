"""Images of services with `build:` on the way to a task definition: decided by files and flags,
looked up in ECR, built and pushed where it does not have them."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from ecscli.aws.errors import NO_CREDENTIALS
from ecscli.base.errors import AccessError, InputError
from ecscli.base.findings import Findings
from ecscli.base.records import record, replace
from ecscli.base.system.files import TEXT_LIMIT, read_file
from ecscli.compose.params.image_settings import ImageSettings
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project
from ecscli.registry import stock
from ecscli.registry.builds.bakes import described
from ecscli.registry.builds.decide import Verdict, Wish
from ecscli.registry.builds.plan import Builds, answered, plan_builds, refusals, with_digests
from ecscli.registry.builds.recipes import BuildOptions, Recipe, Workshop
from ecscli.registry.new_repository import create_request
from ecscli.up.model import BuildImage, CreateRepository, Event
from ecscli.workflows.definition.translation import Builder, Translation
from ecscli.workflows.project import Connect, ProjectRequest, refuse

if TYPE_CHECKING:
    from ecscli.aws.client import Aws
    from ecscli.workflows.definition.groups import GroupTranslation

Found = TypeVar("Found", Translation, "GroupTranslation")
GivenImages = str | Mapping[str, str] | None  # a JSON file of images by service, or the images
VARIABLE = "ECSCLI_BUILD"  # as --build
YES = ("1", "true", "yes")
UNDECIDED = (Verdict.FUTURE, Verdict.BUILT)


@record
class BuildFlags:
    """What flags ask of images: `build` True builds, False forbids it, None builds what ECR does
    not have; `every`: of all services with `build:`. `images` are used instead; `builder` builds;
    `options` go to every build."""

    build: bool | None = None
    images: GivenImages = None
    builder: str | None = None
    options: BuildOptions = BuildOptions()
    every: bool = False


NO_FLAGS = BuildFlags()


def planner(request: ProjectRequest, flags: BuildFlags, starts_git: bool = False) -> Builder:
    """What decides on the images of a project by its files, without AWS. Git may be asked whether a
    tree is clean where it `starts_git`. Raises InputError where --images cannot be read."""
    given = _given_images(flags.images, request)

    def commit(context: str, directory: str) -> str | None:
        from ecscli.registry.contexts.git import clean_commit, commit_of

        if not starts_git:
            return commit_of(context, directory)
        return clean_commit(context, directory, request.environment)

    def plan(project: Project, params: EcsParams, platform: str | None) -> Builds:
        settings = ImageSettings(**params.images)
        wish = _wish(flags, settings.build, request.environment, given)
        workshop = Workshop(
            project,
            settings,
            platform,
            partial(commit, directory=project.directory),
            flags.options,
        )
        region = request.settings.region.value
        host_of = partial(stock.future_host, account=None, region=region)
        return plan_builds(workshop, wish, host_of, Findings())

    return plan


def for_images(request: ProjectRequest) -> ProjectRequest:
    """The same for jobs that need the images alone, whatever becomes of the secrets."""
    return replace(request, ship_secrets=True)


def _wish(
    flags: BuildFlags, setting: str, environment: Mapping[str, str], images: Mapping[str, str]
) -> Wish:
    """When images are built: by the flag, else by the variable, else by the settings."""
    build = flags.build
    if flags.every:
        return Wish(bool(build), every=True)
    if build is None and environment.get(VARIABLE, "").strip().lower() in YES:
        build = True
    if build is None:
        return Wish(setting == "always", setting == "never", images=images)
    return Wish(build, not build, images=images)


def _given_images(given: GivenImages, request: ProjectRequest) -> Mapping[str, str]:
    """The images of --images, by service."""
    if given is None or not isinstance(given, str):
        return given or {}
    path = os.path.join(request.directory, given)
    text = read_file(path, given, TEXT_LIMIT, named=True)
    try:
        images = json.loads(text)
    except ValueError as error:
        raise InputError(f"this is not JSON: {error}", given) from None
    if not isinstance(images, dict) or not all(isinstance(one, str) for one in images.values()):
        hint = 'write {"web": "IMAGE"}, as `ecscli compose build --metadata` does'
        raise InputError("this is not a mapping of services to images", given, hint)
    return images


def with_images(
    connect: Connect,
    request: ProjectRequest,
    flags: BuildFlags,
    found: Found,
    dry_run: bool,
) -> Generator[Event, None, Found]:
    """The same with the digests of the images that ECR has, and of those that are built and pushed
    now; in a dry run nothing is built. Raises InputError where something must not be built."""
    recipes = found.builds.recipes(*UNDECIDED)
    if not recipes:
        return found
    from ecscli.workflows.images.bases import tagged

    builds = yield from tagged(request, found.builds, recipes, dry_run)
    try:
        aws = connect()
        builds = asked(aws, builds)
    except AccessError as error:
        if dry_run and error.code == NO_CREDENTIALS:
            return found.with_builds(builds)  # the comparison with what is live has a notice of it
        raise
    refuse(refusals(builds))
    if not dry_run:
        # what builds is loaded where something is built
        from ecscli.workflows.images.make import Yard, build_and_push

        yard = Yard(request, found.project, builds, flags.builder)
        digests = yield from build_and_push(aws, yard, builds.recipes(Verdict.BUILT))
        builds = with_digests(builds, digests)
    return found.with_builds(builds)


def asked(aws: Aws, builds: Builds) -> Builds:
    """The same, once ECR was asked."""
    names = [one.reference for one in builds.recipes(*UNDECIDED) if one.is_named]
    found, hosts = aws.together(
        lambda: stock.look_up(aws, names), lambda: stock.registry_hosts(aws)
    )
    return answered(builds, found, hosts)


def to_be_made(project: Project, builds: Builds) -> Iterator[CreateRepository | BuildImage]:
    """What a plan that is only shown would build, and the repositories that it would make then."""
    recipes = builds.recipes(*UNDECIDED)
    for recipe in recipes:
        host = builds.images[recipe.service].partition("/")[0]
        made_of = described(recipe) if recipe.base else ""
        reference = recipe.reference
        request = {"repositoryName": reference.repository, "imageTag": reference.tag}
        yield BuildImage(request, f"{host}/{recipe.name}", made_of)
    makers: dict[str, Recipe] = {}
    for recipe in recipes:
        if recipe.reference in builds.homeless:
            makers.setdefault(recipe.reference.repository, recipe)
    for name, recipe in makers.items():
        request = create_request(name, builds.settings, project.name, recipe.service)
        yield CreateRepository(request)
