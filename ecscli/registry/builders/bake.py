"""PURE: recipes -> the file of `docker buildx bake` that builds all of them side by side, and the
words of the command.

Bake reads JSON by the rules of HCL: `${` and `%{` in texts begin a template, and are doubled.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ecscli.base.documents import Document, Draft
from ecscli.base.records import record
from ecscli.registry.builders.classic import labels
from ecscli.registry.builds.bakes import BASE
from ecscli.registry.builds.recipes import CACHE_PATHS, Recipe
from ecscli.registry.contexts.content import SERVICE

# Keys of `build` -> attributes of a target that take the same value
SAME = {
    "network": "network",
    "no_cache_filter": "no-cache-filter",
    "target": "target",
}
ATTESTATIONS = ("provenance", "sbom")
OFF = ("", "false", "none")
CACHE = "cache"  # the tag of a cache in the registry


@record
class Target:
    """One target of a bake: a recipe, the names that its image gets, the files of its secrets by
    their ids, and where its cache is kept."""

    recipe: Recipe
    names: tuple[str, ...]
    secrets: Mapping[str, str]
    cache: str = "none"

    @property
    def name(self) -> str:
        return target_name(self.recipe.key)


def target_name(key: str) -> str:
    """The name of a recipe's target, which takes no dot."""
    return key.replace(".", "_")


def bake_document(targets: Sequence[Target], images: Mapping[str, str]) -> Draft:
    """The file: a target for each recipe, in a group of their own. `images` are those of services
    that are not built, which a build may start from."""
    known = {service: f"docker-image://{image}" for service, image in images.items()}
    for target in targets:
        if target.recipe.base is None:
            known |= dict.fromkeys(target.recipe.services, f"target:{target.name}")
    return {
        "group": {"default": {"targets": [one.name for one in targets]}},
        "target": {one.name: _target(one, known) for one in targets},
    }


def built_alone(document: Document) -> Draft:
    """The same file for a bake that writes to no registry: without the caches that are exported."""
    return _without(document, ("cache-to",))


def from_cache(document: Document) -> Draft:
    """The same file for a bake whose images were built just now: without what builds them again.
    `pull` stays, or an older base on this machine would count."""
    return _without(document, ("no-cache", "no-cache-filter"))


def _without(document: Document, attributes: Sequence[str]) -> Draft:
    targets = {
        name: {key: value for key, value in target.items() if key not in attributes}
        for name, target in document["target"].items()
    }
    return {**document, "target": targets}


def _target(target: Target, known: Mapping[str, str]) -> Draft:
    recipe, options = target.recipe, target.recipe.options
    found: Draft = {
        "context": recipe.source.context,
        "dockerfile": recipe.source.dockerfile,
        "dockerfile-inline": recipe.inline,
        "contexts": _contexts(options, known),
        "args": dict(recipe.source.arguments),
        "labels": labels(options),
        "tags": list(target.names),
        "platforms": list(recipe.source.platforms),
        "secret": [f"id={id_},src={path}" for id_, path in target.secrets.items()],
        "ssh": list(ssh_entries(recipe)),
        "shm-size": str(options.get("shm_size") or ""),
        "extra-hosts": dict(entry.split("=", 1) for entry in options.get("extra_hosts") or ()),
        "ulimits": list(_ulimits(options)),
        "attest": list(_attestations(options)),
        "entitlements": list(_entitlements(options)),
        "no-cache": recipe.no_cache,
        "pull": recipe.pull,
    }
    found |= {name: options.get(key) for key, name in SAME.items()}
    found |= {"cache-from": _caches(recipe, "cache_from"), "cache-to": _caches(recipe, "cache_to")}
    found |= _cache(target, found)
    found |= _base(recipe, known)
    given = {name: value for name, value in found.items() if value not in (None, "", [], {}, False)}
    return {name: escaped(value) for name, value in given.items()}


def _contexts(options: Document, known: Mapping[str, str]) -> dict[str, str]:
    """The additional contexts; `known` has what stands for the image of a service."""
    found = {}
    for name, context in (options.get("additional_contexts") or {}).items():
        service = context.removeprefix(SERVICE) if context.startswith(SERVICE) else ""
        found[name] = known.get(service, context)
    return found


def _base(recipe: Recipe, known: Mapping[str, str]) -> Draft:
    """What makes a baked image start from another target of the file."""
    below = known.get(recipe.base.key, "") if recipe.base else ""
    if not below.startswith("target:"):
        return {}
    return {"args": {BASE: "below"}, "contexts": {"below": below}}


def ssh_entries(recipe: Recipe) -> Iterator[str]:
    """The agents and keys of a build, as docker takes them."""
    for id_, path in (recipe.options.get("ssh") or {}).items():
        yield id_ if path is None else f"{id_}={os.path.join(recipe.directory, path)}"


def _caches(recipe: Recipe, key: str) -> list[str]:
    """Where layers come from or go; the command has another working directory, so that local ones
    are made absolute."""
    return [_absolute(str(cache), recipe.directory) for cache in recipe.options.get(key) or ()]


def _absolute(cache: str, directory: str) -> str:
    parts = []
    for part in cache.split(","):
        name, equals, value = part.partition("=")
        if name.strip().strip('"').lower() in CACHE_PATHS:
            value = os.path.join(directory, value.strip())
        parts.append(f"{name}{equals}{value}")
    return ",".join(parts)


def _ulimits(options: Document) -> Iterator[str]:
    for name, limit in (options.get("ulimits") or {}).items():
        yield f"{name}={limit['soft']}:{limit['hard']}"


def _attestations(options: Document) -> Iterator[str]:
    """Attestations make an index of an image for one platform, so that they are off unless the
    file asks for them."""
    for kind in ATTESTATIONS:
        value = str(options.get(kind) or "").lower()
        if value in OFF:
            yield f"type={kind},disabled=true"
        elif value == "true":
            yield f"type={kind}"
        else:
            yield f"type={kind},{value}"


def _cache(target: Target, found: Document) -> Draft:
    """The cache by the settings; the file's own keys win."""
    if target.cache == "none" or found.get("cache-to") or not target.names:
        return {}
    repository = target.names[0].rpartition(":")[0]
    place = f"type=registry,ref={repository}:{CACHE}"
    kept = "type=inline"
    if target.cache == "registry":  # ECR takes caches in the form of images alone
        kept = f"{place},mode=max,image-manifest=true,oci-mediatypes=true"
    return {"cache-to": [kept], "cache-from": [*(found.get("cache-from") or ()), place]}


def escaped(value: Any) -> Any:
    """A value whose texts are read as they are."""
    if isinstance(value, str):
        return value.replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, Mapping):
        return {name: escaped(part) for name, part in value.items()}
    if isinstance(value, list):
        return [escaped(part) for part in value]
    return value


def allowed(targets: Iterable[Target]) -> Iterator[str]:
    """What bake must be allowed to do. It may read what lies below the working directory, which is
    the top of the file system."""
    for target in targets:
        options = target.recipe.options
        if options.get("ssh"):
            yield "--allow=ssh"
        if options.get("network") == "host":
            yield "--allow=network.host"
        for entitlement in _entitlements(options):
            yield f"--allow={entitlement}"


def _entitlements(options: Document) -> Iterator[str]:
    yield from options.get("entitlements") or ()
    if options.get("privileged"):
        yield "security.insecure"
