"""PURE: the services of a project with `build:`, or with files to bake -> what becomes of the image
of each, first by the files and flags alone, then by what ECR has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ecscli.aws.image_reference import Reference
from ecscli.base.errors import Finding
from ecscli.base.findings import Findings
from ecscli.base.records import field, record, replace
from ecscli.compose.mounts.sort import sort_mounts
from ecscli.compose.params.image_settings import ImageSettings
from ecscli.compose.project.model import Service
from ecscli.registry.builds.bakes import baked_recipes, on_digests
from ecscli.registry.builds.decide import ImageFacts, Verdict, Wish, decide, names_registry
from ecscli.registry.builds.recipes import Recipe, Workshop, recipes
from ecscli.registry.stock import Stock

WITHOUT_RECIPE = (Verdict.GIVEN, Verdict.SKIPPED, Verdict.NAMED)
UNKNOWN = Reference("unknown")  # stands for an image whose build has a mistake
HostOf = Callable[[Reference], str]  # the host of the registry that a reference is in


@record
class Choice:
    """What becomes of the image of one service. `image` is what the task definition names; None:
    what the Compose file does."""

    service: str
    facts: ImageFacts
    image: str | None = None
    recipe: Recipe | None = None

    @property
    def verdict(self) -> Verdict:
        return decide(self.facts)


@record
class Builds:
    """The choices for a project, and what was found about its builds. A service that is built and
    has files to bake has two."""

    choices: tuple[Choice, ...] = ()
    findings: Findings = field(default_factory=Findings, compare=False)
    settings: ImageSettings = ImageSettings()
    homeless: frozenset[Reference] = frozenset()  # whose repositories do not exist
    taken: Mapping[Reference, str] = field(default_factory=dict)  # digests of what ECR has

    @property
    def images(self) -> dict[str, str]:
        """The images of the task definition, by service: that with baked files comes last."""
        return {one.service: one.image for one in self.choices if one.image is not None}

    @property
    def own_images(self) -> dict[str, str]:
        """The images of services by their builds alone, without baked files."""
        own = [one for one in self.choices if one.recipe is None or one.recipe.base is None]
        return {one.service: one.image for one in own if one.image is not None}

    def recipes(self, *verdicts: Verdict) -> tuple[Recipe, ...]:
        """The recipes of these verdicts, each once."""
        chosen = [one.recipe for one in self.choices if one.recipe and one.verdict in verdicts]
        return tuple({recipe.key: recipe for recipe in chosen}.values())


def plan_builds(workshop: Workshop, wish: Wish, host_of: HostOf, findings: Findings) -> Builds:
    """The choices by files and flags."""
    project = workshop.project
    built = [service for service in project.services if service.build]
    keeps = project.dialect.reproduces_ecs_cli and not wish.every
    facts = {service.name: _facts(service, wish, keeps) for service in built}
    open_ = [one for one in built if decide(facts[one.name]) not in WITHOUT_RECIPE]
    by_service = _by_service(recipes(workshop, open_, findings))
    choices = [
        _choice(service.name, facts[service.name], wish, by_service.get(service.name), host_of)
        for service in built
    ]
    choices += _baked(workshop, wish, by_service, host_of, findings)
    for service in built:
        _notice(service, facts[service.name], findings)
    _check_names(wish, workshop, findings)
    return Builds(tuple(choices), findings, workshop.settings)


def _facts(service: Service, wish: Wish, keeps_ecs_cli: bool) -> ImageFacts:
    is_asked_for = wish.every or service.pull_policy == "build"
    return ImageFacts(
        is_given=service.name in wish.images,
        always=wish.always,
        never=wish.never,
        keeps_ecs_cli=keeps_ecs_cli,
        names_registry=names_registry(service.image) and not is_asked_for,
    )


def _by_service(found: tuple[Recipe, ...]) -> dict[str, Recipe]:
    return {service: recipe for recipe in found for service in recipe.services}


def _choice(
    service: str, facts: ImageFacts, wish: Wish, recipe: Recipe | None, host_of: HostOf
) -> Choice:
    if recipe is not None:
        return Choice(service, facts, f"{host_of(recipe.reference)}/{recipe.name}", recipe)
    if decide(facts) in WITHOUT_RECIPE:
        return Choice(service, facts, wish.images.get(service))
    return Choice(service, facts, f"{host_of(UNKNOWN)}/{UNKNOWN.repository}")


def _baked(
    workshop: Workshop,
    wish: Wish,
    built: Mapping[str, Recipe],
    host_of: HostOf,
    findings: Findings,
) -> Iterator[Choice]:
    """The choices of services with files to bake."""
    baked = sort_mounts(workshop.project, False, Findings()).baked  # which the translation notes
    for service in baked:
        if service in wish.images:
            yield Choice(service, ImageFacts(is_given=True), wish.images[service])
    left = {service: mounts for service, mounts in baked.items() if service not in wish.images}
    facts = ImageFacts(always=wish.always, never=wish.never)
    for service, recipe in _by_service(baked_recipes(workshop, left, built, findings)).items():
        yield _choice(service, facts, wish, recipe, host_of)


def _notice(service: Service, facts: ImageFacts, findings: Findings) -> None:
    """What was decided for the user about an image with the name of a registry."""
    verdict, key = decide(facts), f"services.{service.name}.image"
    if verdict is Verdict.NAMED:
        message = f"{service.image} is used as it is, and not built"
        hint = "--build builds it and pushes it to ECR"
        findings.notice(message, service.where("image"), hint, key)


def _check_names(wish: Wish, workshop: Workshop, findings: Findings) -> None:
    names = [service.name for service in workshop.project.services]
    for name in wish.images:
        if name not in names:
            findings.error(f'no service "{name}" is in the project', "--images")


def answered(builds: Builds, stock: Stock, host_of: HostOf) -> Builds:
    """The same, once ECR was asked for the images that may be there."""
    choices = [_answered(choice, stock.digests, host_of) for choice in builds.choices]
    reused = {
        one.recipe.key: str(one.image)
        for one in choices
        if one.recipe and one.verdict is Verdict.REUSED
    }
    choices = [_upon(choice, reused) for choice in choices]
    return replace(builds, choices=tuple(choices), homeless=stock.homeless, taken=stock.digests)


def _answered(choice: Choice, digests: Mapping[Reference, str], host_of: HostOf) -> Choice:
    recipe = choice.recipe
    if recipe is None or not recipe.is_named:
        return choice
    digest = digests.get(recipe.reference)
    asked = replace(choice, facts=replace(choice.facts, in_ecr=digest is not None))
    name = f"{host_of(recipe.reference)}/{recipe.reference.repository}"
    is_reused = asked.verdict is Verdict.REUSED
    return replace(
        asked, image=f"{name}@{digest}" if is_reused else f"{name}:{recipe.reference.tag}"
    )


def _upon(choice: Choice, reused: Mapping[str, str]) -> Choice:
    """A choice whose baked files are laid over what ECR has."""
    recipe = choice.recipe and on_digests(choice.recipe, reused)
    return replace(choice, recipe=recipe)


def refusals(builds: Builds) -> Iterator[Finding]:
    """What is not in ECR and may not be built."""
    for recipe in builds.recipes(Verdict.REFUSED):
        yield Finding.about(
            f"services.{recipe.service}.{'volumes' if recipe.base else 'image'}",
            f"{recipe.name} is not in ECR",
            recipe.place,
            hint="build and push it with `ecscli compose build --push`",
        )


def with_digests(builds: Builds, images: Mapping[str, str]) -> Builds:
    """The same with the names by digest of the images that were built, by service."""
    choices = [
        replace(choice, image=images.get(choice.service, choice.image)) for choice in builds.choices
    ]
    return replace(builds, choices=tuple(choices))
