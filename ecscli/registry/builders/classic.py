"""A recipe -> the arguments of the Engine API's build, which has no BuildKit: the builder of last
resort."""

from __future__ import annotations

from ecscli.base.documents import Document, Draft
from ecscli.registry.builds.recipes import Recipe

# Keys of `build` -> arguments of docker-py's build
ARGUMENTS = {
    "cache_from": "cache_from",
    "isolation": "isolation",
    "labels": "labels",
    "network": "network_mode",
    "target": "target",
}
EMPTY: tuple[object, ...] = (None, "", [], {})


def arguments(recipe: Recipe) -> Draft:
    """The arguments, but for the context and its Dockerfile."""
    options = recipe.options
    given = {name: options.get(key) for key, name in ARGUMENTS.items()}
    found: Draft = {name: value for name, value in given.items() if value not in EMPTY}
    if "labels" in found:
        found["labels"] = labels(options)
    if options.get("shm_size"):
        found["shmsize"] = int(options["shm_size"])
    if options.get("extra_hosts"):
        found["extra_hosts"] = dict(entry.split("=", 1) for entry in options["extra_hosts"])
    return {
        **found,
        "buildargs": dict(recipe.source.arguments),
        "nocache": recipe.no_cache,
        "pull": recipe.pull,
    }


def labels(options: Document) -> dict[str, str]:
    """The labels of an image; one without a value has the empty text."""
    given = options.get("labels") or {}
    return {name: "" if value is None else str(value) for name, value in given.items()}
