"""Files that services mount -> recipes of images that have them: `FROM` the image of a service, and
the files over it, under a content tag of base and files."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from ecscli.base.errors import InputError
from ecscli.base.findings import Findings
from ecscli.base.records import replace
from ecscli.base.system.regular import read_regular
from ecscli.compose.mounts.small_tree import MOST_BYTES_OF_FILE, BakedFile, BakedMount
from ecscli.compose.project.model import Service
from ecscli.registry.builds.recipes import (
    UNKNOWN_BASES,
    Base,
    Recipe,
    Tags,
    Workshop,
    name_by_pattern,
)
from ecscli.registry.contexts.content import DIGITS, PREFIX, Ingredients

BASE = "BASE"  # the build argument that names the image below the files
SPECIAL = re.compile(r"([\\$\"'])")  # to a path of COPY


def baked_recipes(
    workshop: Workshop,
    baked: Mapping[str, Sequence[BakedMount]],
    built: Mapping[str, Recipe],
    findings: Findings,
) -> tuple[Recipe, ...]:
    """The recipes of the services with files to bake; `built` has those of their own builds. Both
    are by service. Services with equal images and files share one."""
    found: dict[tuple[Base, str], Recipe] = {}
    for service in workshop.project.services:
        base = _base(service, built.get(service.name))
        if service.name not in baked or base is None:
            continue
        try:
            recipe = _recipe(workshop, service, base, built, baked[service.name])
        except InputError as error:
            key = f"services.{service.name}.volumes"
            findings.error(error.message, service.where("volumes"), error.hint, key)
            continue
        identity = base, recipe.content or str(recipe.reference.tag)
        found[identity] = _shared(found.get(identity), recipe)
    return tuple(found.values())


def _shared(known: Recipe | None, recipe: Recipe) -> Recipe:
    """The recipe of the same image that is known, for the services of both."""
    if known is None:
        return recipe
    return replace(known, services=(*known.services, *recipe.services))


def _base(service: Service, built: Recipe | None) -> Base | None:
    """What a service's files are laid over; None where a mistake leaves it without an image."""
    if built is not None:
        return Base(built.name, built.key)
    return Base(service.image) if service.image else None


def _recipe(
    workshop: Workshop,
    service: Service,
    base: Base,
    built: Mapping[str, Recipe],
    mounts: Sequence[BakedMount],
) -> Recipe:
    below = built.get(service.name)
    ordered = tuple(sorted(mounts, key=lambda mount: mount.target))  # what is deeper comes later
    platforms = below.source.platforms if below else (workshop.platform_of(service),)
    content = _content_of_base(workshop, service, below)
    reference = below.reference if below else name_by_pattern(workshop, service)
    bases = below.bases if below else ()
    tag = _tag(content, platforms, ordered)
    source = Ingredients(
        context="",  # a directory of its own, made when it is built
        dockerfile=None,
        options={"dockerfile_inline": dockerfile(ordered)},
        arguments={BASE: base.image},
        platforms=platforms,
    )
    return Recipe(
        (service.name,),
        source,
        replace(reference, tag=UNKNOWN_BASES if bases else tag),
        no_cache=workshop.options.no_cache,
        pull=workshop.options.pull and not below,
        directory=workshop.project.directory,
        place=ordered[0].mark,
        base=base,
        files=ordered,
        bases=bases,
        content=tag if bases else "",
    )


def _content_of_base(workshop: Workshop, service: Service, below: Recipe | None) -> str:
    """What stands for the image below the files: its name, or the content of its build, whatever
    its tag is."""
    if below is None:
        return str(service.image)
    tag = below.content or str(below.reference.tag)
    return tag if tag.startswith(PREFIX) else Tags(workshop).content(service)


def _tag(base: str, platforms: Sequence[str], mounts: Sequence[BakedMount]) -> str:
    """The content tag."""
    lines = [line for mount in mounts for line in _lines(mount)]
    content = {"base": base, "platforms": platforms, "files": lines}
    text = json.dumps(content, sort_keys=True)
    return f"{PREFIX}{hashlib.sha256(text.encode()).hexdigest()[:DIGITS]}"


def _lines(mount: BakedMount) -> Iterator[Sequence[object]]:
    for file in mount.files:
        name = unicodedata.normalize("NFC", file.name)
        digest = hashlib.sha256(content_of(file)).hexdigest()
        yield mount.target, mount.owner, name, f"{file.mode:o}", file.link, digest


def content_of(file: BakedFile) -> bytes:
    """The bytes of a file, none of a link. Raises InputError."""
    if file.link is not None:
        return b""
    if file.content is not None:
        return file.content
    try:
        return read_regular(file.source, MOST_BYTES_OF_FILE)
    except OSError as error:
        raise InputError(f"the file {file.source} cannot be read: {error.strerror}") from None


def dockerfile(mounts: Sequence[BakedMount]) -> str:
    """The Dockerfile; the files of each mount are in the context under its number."""
    lines = [f"ARG {BASE}", f"FROM ${{{BASE}}}"]
    for number, mount in enumerate(mounts):
        target = SPECIAL.sub(r"\\\1", mount.target)
        paths = [str(number), target] if mount.is_file else [f"{number}/", f"{target}/"]
        owner = f"--chown={mount.owner} " if mount.owner else ""
        lines.append(f"COPY {owner}{json.dumps(paths, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def described(recipe: Recipe) -> str:
    """What a baked image is, in a few words."""
    number = sum(len(mount.files) for mount in recipe.files)
    image = recipe.base.image if recipe.base else ""
    return f"{image} with {number} {'file' if number == 1 else 'files'}"


def on_digests(recipe: Recipe, images: Mapping[str, str]) -> Recipe:
    """The same upon an image that ECR has: `images` are names by digest, by the keys of their
    recipes."""
    image = images.get(recipe.base.key) if recipe.base else None
    if recipe.base is None or image is None:
        return recipe
    arguments: Mapping[str, str] = {BASE: image}
    source: Ingredients = replace(recipe.source, arguments=arguments)
    return replace(recipe, base=Base(image), source=source)
