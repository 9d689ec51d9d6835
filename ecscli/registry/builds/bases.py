"""PURE: builds with `pull: true`, and the digests of their base images -> their content tags, which
have a place for the digests until these are known."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from ecscli.base.records import replace
from ecscli.registry.builds.bakes import BASE
from ecscli.registry.builds.plan import Builds, Choice
from ecscli.registry.builds.recipes import UNKNOWN_BASES, Base, Recipe
from ecscli.registry.contexts.content import DIGITS, PREFIX

Digests = Mapping[str, str]  # by the names of images


def bases_of_all(recipes: Iterable[Recipe]) -> list[str]:
    """The images whose digests are needed, each once."""
    return sorted({image for recipe in recipes for image in recipe.bases})


def with_bases(builds: Builds, digests: Digests) -> Builds:
    """The same with the tags of those builds whose bases are all known."""
    choices = [_with_bases(choice, digests) for choice in builds.choices]
    names = {one.recipe.key: one.recipe.name for one in choices if one.recipe}
    return replace(builds, choices=tuple(_upon(choice, names) for choice in choices))


def _with_bases(choice: Choice, digests: Digests) -> Choice:
    recipe = choice.recipe
    if recipe is None or recipe.is_named or any(base not in digests for base in recipe.bases):
        return choice
    lines = [recipe.content, *(f"{base} {digests[base]}" for base in recipe.bases)]
    content = f"{PREFIX}{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()[:DIGITS]}"
    tag = str(recipe.reference.tag).replace(UNKNOWN_BASES, content)
    named = replace(recipe, reference=replace(recipe.reference, tag=tag))
    host = str(choice.image).partition("/")[0]
    return replace(choice, recipe=named, image=f"{host}/{named.name}")


def _upon(choice: Choice, names: Mapping[str, str]) -> Choice:
    """A choice whose baked files are laid over an image that has its name now."""
    recipe = choice.recipe
    if recipe is None or recipe.base is None or recipe.base.key not in names:
        return choice
    base = Base(names[recipe.base.key], recipe.base.key)
    source = replace(recipe.source, arguments={BASE: base.image})
    return replace(choice, recipe=replace(recipe, base=base, source=source))
