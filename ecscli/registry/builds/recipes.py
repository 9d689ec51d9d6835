"""Services with `build:` -> recipes: what is built, for which platforms, and under which name in
ECR. Only files are read."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

from ecscli.aws.image_reference import REGISTRY, Reference, parse_reference
from ecscli.base.documents import Document
from ecscli.base.errors import InputError
from ecscli.base.findings import Findings
from ecscli.base.marks import Mark
from ecscli.base.records import field, record, replace
from ecscli.base.system.files import check_path
from ecscli.compose.mounts.small_tree import BakedMount
from ecscli.compose.params.image_settings import CONTENT, GIT, ImageSettings
from ecscli.compose.project.model import Build, Project, Service
from ecscli.registry.builds.secrets import BuildSecret, build_secrets
from ecscli.registry.contexts.bases import BaseImages, base_images
from ecscli.registry.contexts.content import (
    PREFIX,
    SERVICE,
    Ingredients,
    content_tag,
    is_address,
)

PLATFORMS = {"X86_64": "linux/amd64", "ARM64": "linux/arm64"}
USUAL = "linux/amd64"
UNKNOWN_BASES = f"{PREFIX}<bases>"  # a content tag until the digests of base images are known
CACHE_PATHS = ("src", "dest")  # of a cache of type local
CommitOf = Callable[[str], str | None]  # a context -> the commit that describes it


@record
class BuildOptions:
    """What the command line adds to every build."""

    arguments: Mapping[str, str] = field(default_factory=dict)
    no_cache: bool = False
    pull: bool = False


@record
class Base:
    """The image that baked files are laid over; `key` is that of the recipe that makes it, empty
    where it is there already."""

    image: str
    key: str = ""


@record
class Recipe:
    """One image to build for `services`, whose first one names it.

    `reference` is its name in ECR, with its tag; `further` are tags that it gets as well where they
    are free. Relative paths of its keys start at `directory`; `place` is where the files ask for
    it. With a `base` it is that image with `files`. `bases` are the images whose digests belong
    into the tag, and `content` is the content tag without them.
    """

    services: tuple[str, ...]
    source: Ingredients
    reference: Reference
    further: tuple[str, ...] = ()
    secrets: tuple[BuildSecret, ...] = ()
    no_cache: bool = False
    pull: bool = False
    directory: str = ""
    place: Mark | None = None
    base: Base | None = None
    files: tuple[BakedMount, ...] = ()
    bases: tuple[str, ...] = ()
    content: str = ""

    @property
    def is_named(self) -> bool:
        """Whether the tag is known."""
        return UNKNOWN_BASES not in str(self.reference.tag)

    @property
    def service(self) -> str:
        return self.services[0]

    @property
    def key(self) -> str:
        """The name that no other recipe of the project has."""
        return f"{self.service}--files" if self.base else self.service

    @property
    def options(self) -> Document:
        """The canonical mapping of `build`."""
        return self.source.options

    @property
    def platform(self) -> str:
        """The one platform of a builder that builds for no more."""
        return self.source.platforms[0]

    @property
    def inline(self) -> str | None:
        """The Dockerfile that is written in the Compose file."""
        return self.options.get("dockerfile_inline")

    @property
    def is_remote(self) -> bool:
        """Whether the builder fetches the context itself."""
        return is_address(self.source.context)

    @property
    def name(self) -> str:
        """The name that the image has on this machine."""
        return f"{self.reference.repository}:{self.reference.tag}"


@record
class Workshop:
    """What all recipes of a project have in common. `platform` is the task's, None where the files
    leave it open; `commit_of` gives the commit that describes a context."""

    project: Project
    settings: ImageSettings
    platform: str | None
    commit_of: CommitOf
    options: BuildOptions = BuildOptions()

    def source(self, service: Service, findings: Findings) -> Ingredients:
        """What the image of a service is made of."""
        build = _build_of(service)
        return Ingredients(
            context=build.context,
            dockerfile=build.dockerfile,
            options=build.options,
            arguments={**_given_arguments(build), **self.options.arguments},
            platforms=self._platforms(service, findings),
            within=self.project.within,
        )

    def platform_of(self, service: Service) -> str:
        """The platform of a service that is not built."""
        return self.platform or service.platform or USUAL

    def _platforms(self, service: Service, findings: Findings) -> tuple[str, ...]:
        """The platforms of `build`, that of the task first; without any that of the task."""
        listed = tuple(_build_of(service).options.get("platforms") or ())
        wanted = self.platform or service.platform
        if wanted is None or wanted in listed:
            rest = [platform for platform in listed if platform != wanted]
            return (wanted, *rest) if wanted else (listed or (USUAL,))
        if listed:
            findings.error(
                f"{wanted}, for which the task runs, is not among them",
                service.where("build", "platforms"),
                f"add {wanted}",
                f"services.{service.name}.build.platforms",
            )
        return (wanted,)


def recipes(
    workshop: Workshop, services: Sequence[Service], findings: Findings
) -> tuple[Recipe, ...]:
    """The recipes of these services; those with equal builds share one. What is wrong with the
    files goes to `findings`, and has no recipe."""
    found: list[tuple[str | None, Recipe]] = []
    tags = Tags(workshop)
    for service in services:
        recipe = _recipe(workshop, service, tags, findings)
        if recipe is not None:
            _add(found, service.image, recipe)
    return tuple(recipe for _, recipe in found)


def _add(found: list[tuple[str | None, Recipe]], image: str | None, recipe: Recipe) -> None:
    """Add a recipe, or its service to the recipe that makes the same image under the same name."""
    for at, (known_image, known) in enumerate(found):
        if known_image == image and known.source == recipe.source:
            found[at] = image, replace(known, services=(*known.services, *recipe.services))
            return
    found.append((image, recipe))


def _recipe(workshop: Workshop, service: Service, tags: Tags, findings: Findings) -> Recipe | None:
    source = workshop.source(service, findings)
    place = _build_of(service).mark
    key = f"services.{service.name}.build"
    try:
        _check_paths(source, workshop.project.directory)
        bases = tags.bases(service, findings)
        reference = _name_of(workshop, service, tags, bool(bases))
        content = tags.content(service) if bases else ""
    except InputError as error:
        findings.error(error.message, place, error.hint, key)
        return None
    return Recipe(
        (service.name,),
        source,
        reference,
        _further(workshop, service, reference, findings),
        build_secrets(workshop.project, service, findings),
        workshop.options.no_cache or bool(source.options.get("no_cache")),
        workshop.options.pull or bool(source.options.get("pull")),
        workshop.project.directory,
        place,
        bases=bases,
        content=content,
    )


def _check_paths(source: Ingredients, directory: str) -> None:
    """Raises InputError where something that the build reads or writes lies outside of where it
    may, or a local context or its Dockerfile is missing: of a path outside nobody learns whether it
    exists."""
    for path in _further_paths(source.options):
        check_path(os.path.join(directory, path), path, source.within)
    if is_address(source.context):
        return
    is_inline = source.options.get("dockerfile_inline") is not None
    paths = [source.context] if is_inline else [source.context, source.dockerfile_path]
    for path in paths:
        check_path(path, path, source.within)
    if not os.path.isdir(source.context):
        raise InputError(f"there is no directory {source.context}")
    if not is_inline and not os.path.isfile(source.dockerfile_path):
        raise InputError(f"there is no file {source.dockerfile_path}")


def _further_paths(options: Document) -> Iterator[str]:
    """What else on this machine a build reads or writes: contexts, SSH keys and local caches."""
    for context in (options.get("additional_contexts") or {}).values():
        if context and not context.startswith(SERVICE) and not is_address(context):
            yield context
    yield from filter(None, (options.get("ssh") or {}).values())
    for cache in (*(options.get("cache_from") or ()), *(options.get("cache_to") or ())):
        for part in cache.split(","):
            key, _, value = part.strip().strip('"').partition("=")
            if key.strip().lower() in CACHE_PATHS:
                yield value.strip()


def _build_of(service: Service) -> Build:
    assert service.build is not None, "only services that are built have a recipe"
    return service.build


def _given_arguments(build: Build) -> dict[str, str]:
    """The build arguments with a value; one without has none in the environment either."""
    arguments = build.options.get("args") or {}
    return {name: str(value) for name, value in arguments.items() if value is not None}


def platform_of(request: Document) -> str | None:
    """The platform that a task definition asks for; None where it leaves it open."""
    architecture = (request.get("runtimePlatform") or {}).get("cpuArchitecture")
    return PLATFORMS.get(str(architecture)) if architecture else None


# ------------------------------------------------------------------------------------ names


def _name_of(workshop: Workshop, service: Service, tags: Tags, has_bases: bool) -> Reference:
    """The image's name in ECR: that of `image:` where it can be one, else by the settings."""
    found = _named(service) or name_by_pattern(workshop, service)
    tag = tags.of(service, has_bases)
    return replace(_in_registry(workshop, found), tag=tag, digest=None)


def name_by_pattern(workshop: Workshop, service: Service) -> Reference:
    """The name by the settings alone."""
    pattern = workshop.settings.repository
    name = pattern.format(project=workshop.project.name, service=service.name).lower()
    return _in_registry(workshop, Reference(_as_repository(name)))


def _as_repository(name: str) -> str:
    """A name that repositories may have: their parts neither begin nor end with a separator, and
    have one at a time, which Compose does not ask of projects and services."""
    parts = (re.sub(r"[._-]+", _one_separator, part).strip("._-") for part in name.split("/"))
    return "/".join(parts)


def _one_separator(found: re.Match[str]) -> str:
    """What stands between two words, or a dash where the grammar of images has no such thing."""
    return found[0] if re.fullmatch(r"[._]|__|-+", found[0]) else "-"


def repositories_of(workshop: Workshop) -> tuple[Reference, ...]:
    """The repositories that images of the project's services may have, without tags."""
    found = []
    for service in workshop.project.services:
        found.append(name_by_pattern(workshop, service))
        named = _named(service) if service.build else None
        if named is not None:
            found.append(replace(_in_registry(workshop, named), tag=None, digest=None))
    return tuple(dict.fromkeys(found))


def _in_registry(workshop: Workshop, reference: Reference) -> Reference:
    """A name in the registry of the settings, unless it has one of its own."""
    registry = REGISTRY.fullmatch(workshop.settings.registry or "")
    if registry is None or reference.account is not None:
        return reference
    return replace(reference, account=registry["account"], region=registry["region"])


def _named(service: Service) -> Reference | None:
    """`image:` where it is the name of an image in ECR, or names no registry."""
    with suppress(InputError):
        return parse_reference(service.image or "")
    return None


def _further(
    workshop: Workshop, service: Service, reference: Reference, findings: Findings
) -> tuple[str, ...]:
    """The tags of `image:` and of `build.tags` in the same repository."""
    named = _named(service)
    found = [named.tag] if named and named.tag else []
    for text in _build_of(service).options.get("tags") or ():
        tag = _tag_in(str(text), reference)
        if tag:
            found.append(tag)
        else:
            findings.warning(
                f'"{text}" is not pushed: it is not in the repository {reference.repository}',
                service.where("build", "tags"),
                key=f"services.{service.name}.build.tags",
            )
    return tuple(dict.fromkeys(tag for tag in found if tag != reference.tag))


def _tag_in(text: str, reference: Reference) -> str | None:
    """The tag of a name, where it is of the same repository."""
    with suppress(InputError):
        other = parse_reference(text)
        if other.repository == reference.repository:
            return other.tag or "latest"
    return None


class Tags:
    """The tags of a project's images, each computed once."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._services = {service.name: service for service in workshop.project.services}
        self._known: dict[str, str] = {}
        self._begun: list[str] = []

    def of(self, service: Service, has_bases: bool) -> str:
        """The tag by the settings, with a place for the digests of base images."""
        pattern = self._pattern(service)
        if CONTENT not in pattern:
            return pattern
        content = UNKNOWN_BASES if has_bases else self.content(service)
        return pattern.replace(CONTENT, content)

    def _pattern(self, service: Service) -> str:
        """The tag with a place for the content tag alone: a commit that does not describe the
        context gives way to it."""
        pattern = self._workshop.settings.tag
        if GIT not in pattern:
            return pattern
        commit = self._workshop.commit_of(_build_of(service).context)
        return pattern.replace(GIT, commit or CONTENT)

    def bases(self, service: Service, findings: Findings) -> tuple[str, ...]:
        """The images whose digests belong into the tag: those of `pull: true`."""
        if CONTENT not in self._pattern(service):
            return ()
        self.content(service)  # raises where images need each other
        found = list(self._bases(service))
        images = tuple(sorted({image for one in found for image in one.images}))
        where, key = service.where("build", "pull"), f"services.{service.name}.build.pull"
        if images:
            names = ", ".join(images)
            findings.notice(f"the tag covers the digests of base images: {names}", where, key=key)
        for name in sorted({name for one in found for name in one.unknown}):
            message = f"newer base images are not noticed: the builder alone knows {name}"
            findings.warning(message, where, "--build builds in any case", key)
        return images

    def _bases(self, service: Service) -> Iterator[BaseImages]:
        """The images of a service's own build, and of the builds that are its contexts."""
        options = _build_of(service).options
        if options.get("pull"):
            yield base_images(self._workshop.source(service, Findings()))
        for context in (options.get("additional_contexts") or {}).values():
            other = self._services.get(context.removeprefix(SERVICE))
            if context.startswith(SERVICE) and other and other.build:
                yield from self._bases(other)

    def content(self, service: Service) -> str:
        """The content tag, whatever the settings ask for."""
        if service.name not in self._known:
            if service.name in self._begun:
                circle = " -> ".join([*self._begun, service.name])
                raise InputError(f"the images need each other: {circle}")
            self._begun.append(service.name)
            source = self._workshop.source(service, Findings())
            self._known[service.name] = content_tag(source, self._of_name)
            self._begun.remove(service.name)
        return self._known[service.name]

    def _of_name(self, name: str) -> str:
        """What stands for the image of another service."""
        service = self._services.get(name)
        if service is None:
            raise InputError(f"additional_contexts: there is no active service {name}")
        return self.content(service) if service.build else str(service.image)
