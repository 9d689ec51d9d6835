"""Services with `build:` -> recipes: what the engine builds, for which platform, and under which
name in ECR."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress

from ecscli.base.documents import Document
from ecscli.base.errors import Finding, InputError
from ecscli.base.records import field, record, replace
from ecscli.base.system.files import UNCONFINED, Confinement, Unreadable, check_path
from ecscli.compose.project.model import Build, Project, Service
from ecscli.registry.reference import Reference, parse_reference

PLATFORMS = {"X86_64": "linux/amd64", "ARM64": "linux/arm64"}
USUAL = "linux/amd64"
#: Keys of `build` -> arguments of Docker's build; other keys ask for BuildKit, which its API does
#: not offer.
ARGUMENTS = {
    "args": "buildargs",
    "cache_from": "cache_from",
    "isolation": "isolation",
    "labels": "labels",
    "network": "network_mode",
    "no_cache": "nocache",
    "pull": "pull",
    "target": "target",
}
READ_ELSEWHERE = {
    "context",
    "dockerfile",
    "extra_hosts",
    "platforms",
    "shm_size",
    "dockerfile_inline",
    "tags",
}
WITHOUT_EFFECT = {"cache_to", "provenance", "sbom", "x-bake"}  # the image is the same without them
Tagger = Callable[[str], str]  # a build context -> the tag of its image


@record
class Recipe:
    """One image to build. `reference` is its name in ECR, with a tag; `arguments` are the
    engine's."""

    service: str
    context: str
    dockerfile: str | None
    platform: str
    reference: Reference
    arguments: Document = field(default_factory=dict)
    inline: str | None = None
    within: Confinement = UNCONFINED  # where the context and its Dockerfile may lie

    @property
    def is_remote(self) -> bool:
        """Whether the engine fetches the context itself."""
        return is_address(self.context)

    @property
    def name(self) -> str:
        """The name that the image has on this machine."""
        return f"{self.reference.repository}:{self.reference.tag}"


def recipes(
    project: Project,
    platform: str | None,
    tag: Tagger,
    services: Sequence[str] = (),
    more: Document | None = None,
) -> tuple[Recipe, ...]:
    """The recipes of the services that are built; `platform` is the task's, `more` further
    arguments of the engine.

    `tag` gives the tag of a context where the image has none of its own.
    Raises InputError with everything that cannot be built.
    """
    chosen = [
        service
        for service in project.services
        if service.build and (not services or service.name in services)
    ]
    problems = [
        *_unknown(project, services),
        *(problem for service in chosen for problem in _problems(service, project.within)),
    ]
    if problems:
        raise InputError.of(problems)
    found = (
        _recipe(service, name_of(project, service, tag), platform, more or {}) for service in chosen
    )
    return tuple(replace(recipe, within=project.within) for recipe in found)


def platform_of(request: Document) -> str | None:
    """The platform that a task definition asks for; None where it does not say."""
    architecture = (request.get("runtimePlatform") or {}).get("cpuArchitecture")
    return PLATFORMS.get(str(architecture)) if architecture else None


def name_of(project: Project, service: Service, tag: Tagger) -> Reference:
    """The image's name in ECR: `image:` where it can be one, else PROJECT/SERVICE; without a tag it
    gets one."""
    found = Reference(f"{project.name}/{service.name}".lower())
    if service.image:
        with suppress(InputError):
            # the name of another registry: ours is made from project and service
            found = parse_reference(service.image)
    assert service.build is not None
    return Reference(
        found.repository,
        found.tag or tag(service.build.context),
        None,
        found.account,
        found.region,
        found.fips,
    )


def _recipe(service: Service, name: Reference, platform: str | None, more: Document) -> Recipe:
    build = service.build
    assert build is not None
    options = build.options
    arguments = {
        name: options[key]
        for key, name in ARGUMENTS.items()
        if options.get(key) not in (None, "", [], {})
    }
    if options.get("shm_size"):
        arguments["shmsize"] = int(options["shm_size"])
    if options.get("extra_hosts"):
        arguments["extra_hosts"] = dict(entry.split("=", 1) for entry in options["extra_hosts"])
    known = {
        key: str(value)
        for key, value in (arguments.get("buildargs") or {}).items()
        if value is not None
    }
    arguments["buildargs"] = {**known, **more.get("buildargs", {})}
    extra = {key: value for key, value in more.items() if key != "buildargs" and value}
    wanted = platform or service.platform or next(iter(options.get("platforms") or ()), USUAL)
    return Recipe(
        service.name,
        build.context,
        build.dockerfile,
        wanted,
        name,
        {**arguments, **extra},
        options.get("dockerfile_inline"),
    )


def is_address(context: str) -> bool:
    """Whether a context is no directory here, but an address of git or a web server."""
    return "://" in context or context.startswith("git@")


def _unknown(project: Project, services: Iterable[str]) -> Iterator[Finding]:
    built = [service.name for service in project.services if service.build]
    for name in services:
        if name not in built:
            yield Finding(
                f'no service "{name}" is built', hint=f"built are: {', '.join(built) or 'none'}"
            )


def _problems(service: Service, within: Confinement) -> Iterator[Finding]:
    build = service.build
    assert build is not None
    if not is_address(build.context):
        yield from _paths(service.name, build, within)
    for key in build.options:
        if (
            key not in ARGUMENTS
            and key not in READ_ELSEWHERE | WITHOUT_EFFECT
            and build.options[key]
        ):
            hint = (
                "build it with `docker buildx build`, push it with `ecscli push`, and name it under"
                " image:"
            )
            yield Finding(
                f"{service.name}: build.{key} needs BuildKit", service.where("build", key), hint
            )


def _paths(service: str, build: Build, within: Confinement) -> Iterator[Finding]:
    """What is wrong with the context or the Dockerfile."""
    dockerfile = os.path.join(build.context, build.dockerfile or "Dockerfile")
    inline = bool(build.options.get("dockerfile_inline"))
    if not os.path.isdir(build.context):
        yield Finding(f"{service}: there is no directory {build.context}", build.mark)
    elif not inline and not os.path.isfile(dockerfile):
        yield Finding(f"{service}: there is no file {dockerfile}", build.mark)
    for path in (build.context,) if inline else (build.context, dockerfile):
        try:
            check_path(path, path, within)
        except Unreadable as error:
            yield Finding(f"{service}: {error.message}", build.mark, error.hint)
