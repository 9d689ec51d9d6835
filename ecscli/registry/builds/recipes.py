"""Services with `build:` -> recipes: what the engine builds, for which platform, and under which
name in ECR."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from ecscli.aws.image_reference import Reference, parse_reference
from ecscli.base.documents import Document, Draft
from ecscli.base.errors import InputError
from ecscli.base.findings import Findings
from ecscli.base.records import field, record, replace
from ecscli.base.system.files import UNCONFINED, Confinement, Unreadable, check_path
from ecscli.compose.project.model import Build, Project, Service

PLATFORMS = {"X86_64": "linux/amd64", "ARM64": "linux/arm64"}
USUAL = "linux/amd64"
# Keys of `build` -> arguments of Docker's build; other keys ask for BuildKit, which its API does
# not offer
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
KNOWN = {*ARGUMENTS, *READ_ELSEWHERE, *WITHOUT_EFFECT}
EMPTY: tuple[object, ...] = (None, "", [], {})
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
    findings = Findings()
    built = [service for service in project.services if service.build]
    _check_names([service.name for service in built], services, findings)
    chosen = [service for service in built if not services or service.name in services]
    for service in chosen:
        _check(service, project.within, findings)
    if findings.errors:
        raise InputError.of(findings.errors)
    return tuple(_recipe(project, service, platform, tag, more or {}) for service in chosen)


def platform_of(request: Document) -> str | None:
    """The platform that a task definition asks for; None where it leaves it open."""
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
    return replace(found, tag=found.tag or tag(_build_of(service).context), digest=None)


def _build_of(service: Service) -> Build:
    assert service.build is not None, "only services that are built have a recipe"
    return service.build


def _recipe(
    project: Project, service: Service, platform: str | None, tag: Tagger, more: Document
) -> Recipe:
    build = _build_of(service)
    usual = next(iter(build.options.get("platforms") or ()), USUAL)
    return Recipe(
        service=service.name,
        context=build.context,
        dockerfile=build.dockerfile,
        platform=platform or service.platform or usual,
        reference=name_of(project, service, tag),
        arguments=_arguments(build.options, more),
        inline=build.options.get("dockerfile_inline"),
        within=project.within,
    )


def _arguments(options: Document, more: Document) -> Draft:
    """The engine's arguments: the keys of `build`, and over them those of the command line."""
    given = {name: options.get(key) for key, name in ARGUMENTS.items()}
    arguments = {name: value for name, value in given.items() if value not in EMPTY}
    if options.get("shm_size"):
        arguments["shmsize"] = int(options["shm_size"])
    if options.get("extra_hosts"):
        arguments["extra_hosts"] = dict(entry.split("=", 1) for entry in options["extra_hosts"])
    arguments["buildargs"] = {**_build_args(options), **more.get("buildargs", {})}
    extra = {key: value for key, value in more.items() if key != "buildargs" and value}
    return {**arguments, **extra}


def _build_args(options: Document) -> dict[str, str]:
    """The build arguments with a value; one without takes it from the environment, which the engine
    does not know."""
    arguments = options.get("args") or {}
    return {name: str(value) for name, value in arguments.items() if value is not None}


def is_address(context: str) -> bool:
    """Whether a context is an address of git or a web server, and not a directory here."""
    return "://" in context or context.startswith("git@")


# ------------------------------------------------------------------------------- checks


def _check_names(built: Sequence[str], services: Iterable[str], findings: Findings) -> None:
    for name in services:
        if name not in built:
            hint = f"built are: {', '.join(built) or 'none'}"
            findings.error(f'no service "{name}" is built', hint=hint)


def _check(service: Service, within: Confinement, findings: Findings) -> None:
    build = _build_of(service)
    if not is_address(build.context):
        _check_paths(service.name, build, within, findings)
    for key, value in build.options.items():
        if value and key not in KNOWN:
            findings.error(
                f"{service.name}: build.{key} needs BuildKit",
                service.where("build", key),
                "build it with `docker buildx build`, push it with `ecscli push`, and name it under"
                " image:",
            )


def _check_paths(service: str, build: Build, within: Confinement, findings: Findings) -> None:
    """What lies outside of where it may, or is missing: of a path outside nobody learns whether it
    exists."""
    dockerfile = os.path.join(build.context, build.dockerfile or "Dockerfile")
    is_inline = bool(build.options.get("dockerfile_inline"))
    paths = [build.context] if is_inline else [build.context, dockerfile]
    may_be_read = True
    for path in paths:
        try:
            check_path(path, path, within)
        except Unreadable as error:
            findings.error(f"{service}: {error.message}", build.mark, error.hint)
            may_be_read = False
    if not may_be_read:
        return
    if not os.path.isdir(build.context):
        findings.error(f"{service}: there is no directory {build.context}", build.mark)
    elif not is_inline and not os.path.isfile(dockerfile):
        findings.error(f"{service}: there is no file {dockerfile}", build.mark)
