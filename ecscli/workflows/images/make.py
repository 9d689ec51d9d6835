"""Images of services with `build:`: built, pushed to ECR, and named by their digests; what `compose
build`, `compose push` and the commands that deploy share."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.documents import Draft
from ecscli.base.errors import EcsCliError, InputError
from ecscli.base.records import record
from ecscli.compose.project.model import Project
from ecscli.registry.builders.bake import Target, bake_document
from ecscli.registry.builders.choose import choose_builder
from ecscli.registry.builders.jobs import Builder, Job, Order
from ecscli.registry.builders.local import push_all
from ecscli.registry.builders.staging import staged
from ecscli.registry.builds.plan import Builds
from ecscli.registry.builds.recipes import Recipe
from ecscli.registry.builds.ship import (
    Shipment,
    add_further_tags,
    jobs_to_ecr,
    left_out,
    make_repositories,
    refused_builds,
)
from ecscli.registry.contexts.git import clean_commit
from ecscli.registry.engine import Engine
from ecscli.registry.stock import Stock
from ecscli.up.model import Event
from ecscli.workflows.project import ProjectRequest, refuse

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

Names = dict[str, str]  # by service
PRIVATE = "a file of its own"  # stands for the file of a secret where nothing is built


@record
class Yard:
    """Where images are built: the project's request, and what its builds are."""

    request: ProjectRequest
    project: Project
    builds: Builds
    builder: str | None = None

    def choose(self, recipes: Sequence[Recipe]) -> Builder:
        """The builder. Raises InputError where there is none, or where it cannot do a build."""
        wanted = self.builder or self.builds.settings.builder
        builder = choose_builder(wanted, self.request.environment)
        refuse(refused_builds(recipes, builder))
        return builder

    def shipment(self, aws: Aws) -> Shipment:
        environment, directory = self.request.environment, self.project.directory
        commit = partial(clean_commit, directory=directory, environment=environment)
        return Shipment(aws, self.builds.settings, self.project.name, commit)

    def order(self, jobs: Sequence[Job]) -> Order:
        built = [job.recipe for job in jobs if not job.recipe.base]
        services = [service for recipe in built for service in recipe.services]
        images = {
            service.name: self.builds.own_images.get(service.name) or service.image or ""
            for service in self.project.services
            if service.name not in services
        }
        cache = self.builds.settings.cache
        return Order(tuple(jobs), self.request.environment, images, cache)


def build_here(yard: Yard, recipes: Sequence[Recipe]) -> Generator[Event, None, Names]:
    """Build images that stay on this machine; their names, by service."""
    if not recipes:
        return {}
    builder = yard.choose(recipes)
    yield from left_out(recipes, builder)
    with staged(yard.order([Job(recipe) for recipe in recipes])) as order:
        yield from builder.build(order)
    return {service: recipe.name for recipe in recipes for service in recipe.services}


def build_and_push(
    aws: Aws, yard: Yard, recipes: Sequence[Recipe]
) -> Generator[Event, None, Names]:
    """Build images, and push them once all are built; their names by digest, by service. Raises
    before anything is made on AWS where something is missing or a build fails."""
    if not recipes:
        return {}
    try:
        builder = yard.choose(recipes)
    except InputError:
        raise
    except EcsCliError as error:
        raise _nothing_builds(recipes, error) from None
    yield from left_out(recipes, builder)
    shipment = yard.shipment(aws)
    stock = Stock(yard.builds.taken, yard.builds.homeless)
    jobs = jobs_to_ecr(aws, recipes, stock)
    with staged(yard.order(jobs)) as order:
        yield from builder.build(order)
        yield from make_repositories(shipment, jobs, stock)
        digests = yield from builder.push(order)
    yield from add_further_tags(shipment, jobs, digests)
    return _named(jobs, digests)


def _nothing_builds(recipes: Sequence[Recipe], error: EcsCliError) -> InputError:
    names = " and ".join(recipe.name for recipe in recipes)
    verb = "is" if len(recipes) == 1 else "are"
    hint = f"{error.hint}; or build elsewhere, and give --images FILE"
    message = f"{names} {verb} not in ECR, and {error.message}"
    return InputError(message, recipes[0].place, hint)


def push_here(aws: Aws, yard: Yard, recipes: Sequence[Recipe]) -> Generator[Event, None, Names]:
    """Push images that were built on this machine; their names by digest, by service."""
    if not recipes:
        return {}
    with Engine(yard.request.environment) as engine:
        _refuse_absent(engine, recipes)
        shipment = yard.shipment(aws)
        stock = Stock(yard.builds.taken, yard.builds.homeless)
        jobs = jobs_to_ecr(aws, recipes, stock)
        yield from make_repositories(shipment, jobs, stock)
        digests = yield from push_all(engine, yard.order(jobs))
    yield from add_further_tags(shipment, jobs, digests)
    return _named(jobs, digests)


def _refuse_absent(engine: Engine, recipes: Sequence[Recipe]) -> None:
    for recipe in recipes:
        if not engine.has(recipe.name):
            raise EcsCliError(
                f"this machine has no image {recipe.name} for {recipe.service}",
                hint="build it with `ecscli compose build`; a change of its files since then gives"
                " it another tag",
            )


def _named(jobs: Sequence[Job], digests: dict[str, str]) -> Names:
    """The names by digest, by service."""
    found: Names = {}
    for job in jobs:
        assert job.target is not None
        name = f"{job.target.name}@{digests[job.key]}"
        found |= dict.fromkeys(job.recipe.services, name)
    return found


def bake_file(yard: Yard, recipes: Sequence[Recipe]) -> Draft:
    """The file that buildx would get, with the secrets' own files left out."""
    targets = [
        Target(
            recipe,
            (recipe.name,),
            {secret.id: secret.file or PRIVATE for secret in recipe.secrets},
        )
        for recipe in recipes
    ]
    return bake_document(targets, yard.order([Job(recipe) for recipe in recipes]).images)
