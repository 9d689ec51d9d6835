"""Which keys of `build` each builder takes, as data; what a builder refuses is found before
anything is built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecscli.base.errors import Finding
from ecscli.registry.builds.recipes import Recipe

BUILDX, BUILDKIT, ENGINE = "buildx", "buildkit", "engine"
#: Without these an image would be another one: refused where the builder is not among them.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "additional_contexts": (BUILDX,),
    "entitlements": (BUILDX,),
    "privileged": (BUILDX,),
    "secrets": (BUILDX, BUILDKIT),
    "ssh": (BUILDX, BUILDKIT),
}
#: Without these the image is the same, or nearly so: a warning elsewhere.
HELPFUL: Mapping[str, tuple[str, ...]] = {
    "cache_to": (BUILDX,),
    "no_cache_filter": (BUILDX,),
    "provenance": (BUILDX,),
    "sbom": (BUILDX,),
    "ulimits": (BUILDX,),
}
LIMITS: Mapping[str, str] = {
    BUILDKIT: "this docker command has no buildx: one platform, no additional contexts, no caches"
    " to export",
    ENGINE: "images are built through the Engine API, which has no BuildKit: RUN --mount,"
    " here-documents, build secrets, ssh, additional contexts and several platforms need the docker"
    " command with buildx",
}
INSTALL = "install docker buildx (Debian: docker-buildx), or build elsewhere and give --images FILE"


def refused_keys(recipe: Recipe, builder: str) -> Iterator[Finding]:
    """The keys of a build that a builder cannot do."""
    for key, builders in NEEDED.items():
        if recipe.options.get(key) and builder not in builders:
            key_name = f"services.{recipe.service}.build.{key}"
            yield Finding(f"{key_name} needs {' or '.join(builders)}", None, INSTALL)


def left_out_keys(recipe: Recipe, builder: str) -> Iterator[Finding]:
    """The keys of a build that have no effect with a builder."""
    for key, builders in HELPFUL.items():
        if recipe.options.get(key) and builder not in builders:
            message = f"services.{recipe.service}.build.{key} has no effect without buildx"
            yield Finding(message)
    if len(recipe.source.platforms) > 1 and builder != BUILDX:
        message = f"services.{recipe.service}.build.platforms: built for {recipe.platform} alone"
        yield Finding(message, None, "several platforms need buildx")
