"""Images that are built -> jobs with their places in ECR, repositories that exist, and the further
tags of what was pushed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.aws.image_reference import Reference, parse_reference
from ecscli.base.errors import AwsError, EcsCliError, Finding, InputError
from ecscli.base.records import record, replace
from ecscli.compose.ecs.images import ECR
from ecscli.compose.params.image_settings import ImageSettings
from ecscli.registry import repositories
from ecscli.registry.builders.jobs import Builder, Digests, Job
from ecscli.registry.builders.keys import left_out_keys, refused_keys
from ecscli.registry.builds.recipes import Recipe
from ecscli.registry.login import RegistryLogin
from ecscli.registry.new_repository import create_request, lifecycle_policy
from ecscli.registry.stock import Stock, look_up
from ecscli.registry.transfer import RemoteRepository, find_repository
from ecscli.up.model import Event

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

CommitOf = Callable[[str], str | None]  # a context -> the commit that describes it


@record
class Shipment:
    """Where images go: the account's ECR, the settings of its new repositories, and the project
    that they are tagged with."""

    aws: Aws
    settings: ImageSettings
    project: str
    commit_of: CommitOf


def refused_builds(recipes: Sequence[Recipe], builder: Builder) -> list[Finding]:
    """What a builder cannot do of these builds."""
    return [one for recipe in recipes for one in refused_keys(recipe, builder.name)]


def left_out(recipes: Sequence[Recipe], builder: Builder) -> Iterator[Event]:
    """What has no effect with a builder."""
    for recipe in recipes:
        for finding in left_out_keys(recipe, builder.name):
            yield Event(finding.message, "warning", hint=finding.hint)


def jobs_to_ecr(aws: Aws, recipes: Sequence[Recipe], stock: Stock) -> tuple[Job, ...]:
    """The jobs of these recipes. Raises InputError where a repository is another account's and
    missing."""
    targets = _targets(aws, recipes)
    own = aws.account()
    foreign = [
        _not_ours(targets[recipe.key], recipe)
        for recipe in recipes
        if recipe.reference in stock.homeless and targets[recipe.key].account != own
    ]
    if foreign:
        raise InputError.of(foreign)
    logins = _logins_of_bases(aws, recipes)
    return tuple(
        Job(
            recipe,
            targets[recipe.key],
            stock.digests.get(recipe.reference, ""),
            logins.get(recipe.key),
        )
        for recipe in recipes
    )


def make_repositories(shipment: Shipment, jobs: Sequence[Job], stock: Stock) -> Iterator[Event]:
    """Make the repositories of these jobs that do not exist."""
    for job in jobs:
        assert job.target is not None
        if job.recipe.reference in stock.homeless:
            yield from _make_repository(shipment, job.target, job.recipe)


def _not_ours(target: RemoteRepository, recipe: Recipe) -> Finding:
    return Finding.about(
        f"services.{recipe.service}.image",
        f"the repository {target.repository} of account {target.account} does not exist, and only"
        " that account can make it",
        recipe.place,
    )


def _targets(aws: Aws, recipes: Sequence[Recipe]) -> dict[str, RemoteRepository]:
    """The repositories of recipes, with one login for each registry."""
    registries: dict[Reference, RemoteRepository] = {}
    found = {}
    for recipe in recipes:
        reference = recipe.reference
        registry = replace(reference, repository="", tag=None)
        if registry not in registries:
            registries[registry] = find_repository(aws, reference)
        found[recipe.key] = replace(registries[registry], repository=reference.repository)
    return found


def _logins_of_bases(aws: Aws, recipes: Sequence[Recipe]) -> dict[str, RegistryLogin]:
    """The logins to the registries of ECR that baked images start from, by recipe."""
    found = {}
    for recipe in recipes:
        if recipe.base is None or not ECR.match(recipe.base.image):
            continue
        reference = parse_reference(recipe.base.image, digest_allowed=True)
        found[recipe.key] = find_repository(aws, reference).login
    return found


def _make_repository(
    shipment: Shipment, target: RemoteRepository, recipe: Recipe
) -> Iterator[Event]:
    settings, name = shipment.settings, target.repository
    request = create_request(name, settings, shipment.project, recipe.service)
    _, made = repositories.ensure(target.aws, name, target.account, request)
    policy = lifecycle_policy(settings)
    if not made:
        return
    yield Event("Repository created", fields={"repository": name})
    if policy is None:
        return
    try:
        repositories.set_lifecycle(target.aws, name, policy)
    except EcsCliError as error:
        message = f"repository {name} has no lifecycle policy, and keeps all images"
        yield Event(f"{message}: {error.message}", "warning")


def add_further_tags(shipment: Shipment, jobs: Sequence[Job], digests: Digests) -> Iterator[Event]:
    """Give pushed images the tags that they get beside their own, where those are free: the commit
    of a clean tree, and what the Compose file names."""
    for job in jobs:
        assert job.target is not None
        recipe = job.recipe
        has_commit = not (recipe.is_remote or recipe.base)
        commit = shipment.commit_of(recipe.source.context) if has_commit else None
        wanted = [*job.recipe.further, *([commit] if commit else [])]
        for label in wanted:
            yield from _add_tag(job.target, digests[job.key], label)


def _add_tag(target: RemoteRepository, digest: str, label: str) -> Iterator[Event]:
    name = f"{target.repository}:{label}"
    reference = Reference(target.repository, label, account=target.account)
    known = look_up(target.aws, [reference]).digests.get(reference)
    if known == digest:
        return
    try:
        free = not known and repositories.add_tag(
            target.aws, target.repository, target.account, digest, label
        )
    except AwsError as error:
        yield Event(f"{name} could not be added: {error.message}", "warning")
        return
    if free:
        yield Event("Image tagged", fields={"repository": target.repository, "tag": label})
    else:
        yield Event(f"{name} stays with the image that has it: a tag is never moved")
