"""What an image is made of -> the images in registries that its build starts from or copies from.

Only files are read.
"""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.base.records import record
from ecscli.base.system.files import TEXT_LIMIT, read_file
from ecscli.compose.mounts.bases import bases_of
from ecscli.compose.mounts.dockerfile import Unfilled
from ecscli.registry.contexts.content import Ingredients, is_address


@record
class BaseImages:
    """`images` are named without a digest, so that they can change; `unknown` are names that the
    builder alone can fill, or what has the Dockerfile."""

    images: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def base_images(source: Ingredients) -> BaseImages:
    """The base images of a build. Raises InputError where the Dockerfile cannot be read."""
    if is_address(source.context) and source.options.get("dockerfile_inline") is None:
        return BaseImages(unknown=(source.context,))
    text, target = _dockerfile(source), source.options.get("target")
    contexts: Mapping[str, str] = source.options.get("additional_contexts") or {}
    images, unknown = set(), set()
    for platform in source.platforms:
        for base in bases_of(text, source.arguments, target, platform, contexts):
            if isinstance(base, Unfilled):
                unknown.add(base.text)
            elif "@" not in base:
                images.add(base)
    return BaseImages(tuple(sorted(images)), tuple(sorted(unknown)))


def _dockerfile(source: Ingredients) -> str:
    inline = source.options.get("dockerfile_inline")
    if inline is not None:
        return str(inline)
    path = source.dockerfile_path
    return read_file(path, path, TEXT_LIMIT, source.within).decode(errors="replace")
