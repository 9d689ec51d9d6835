"""The bind mounts of a service that is built -> those that are for development: they show the
source tree over what the image has of it already."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecscli.base.errors import InputError
from ecscli.base.records import record
from ecscli.base.system.files import TEXT_LIMIT, Confinement, Unreadable, is_inside, read_file
from ecscli.compose.mounts.dockerfile import Contents, contents_of
from ecscli.compose.mounts.ignore import Ignored, read_ignored

if TYPE_CHECKING:
    from ecscli.compose.project.model import Build, Mount, Service


@record
class BuiltFrom:
    """What a service is built from: its `context`, None where that is not on this machine, what is
    known of its image, and what the builder does not get of the context."""

    context: str | None = None
    image: Contents = Contents()
    ignored: Ignored = Ignored()

    def shows_source(self, mount: Mount) -> bool:
        """Whether a bind is for development: a directory of the context, or over what the
        Dockerfile fills."""
        source = mount.source or ""
        if any(is_inside(place, mount.target) for place in self.image.places):
            return True
        name = self._name(source)
        if name is None:
            return False
        return os.path.isdir(source) or self._is_copied(name, mount.target)

    def _name(self, source: str) -> str | None:
        """The path of a source in the context; None where it lies outside."""
        if self.context is None or not is_inside(source, self.context):
            return None
        return os.path.relpath(source, self.context)

    def _is_copied(self, name: str, target: str) -> bool:
        if self.ignored.has(name):
            return False
        return any(target in copied.places(name) for copied in self.image.copied)


def built_from(service: Service, within: Confinement) -> BuiltFrom:
    """What a service is built from, as far as its Dockerfile can be read."""
    build = service.build
    if build is None:
        return BuiltFrom()
    context = os.path.normpath(build.context) if os.path.isdir(build.context) else None
    text = _dockerfile(build, within) if context else build.options.get("dockerfile_inline")
    if text is None:
        return BuiltFrom(context)
    given = build.options.get("args") or {}
    arguments = {name: str(value) for name, value in given.items() if value is not None}
    contents = contents_of(text, arguments, build.options.get("target"))
    return BuiltFrom(context, contents, _ignored(build, context, within))


def _ignored(build: Build, context: str | None, within: Confinement) -> Ignored:
    """What an ignore file leaves out; one that cannot be read is an error of the build."""
    dockerfile = os.path.join(build.context, build.dockerfile or "Dockerfile")
    try:
        return read_ignored(context, dockerfile, within) if context else Ignored()
    except InputError:
        return Ignored()


def _dockerfile(build: Build, within: Confinement) -> str | None:
    """The text; None where it cannot be read, which the build has an error for."""
    inline = build.options.get("dockerfile_inline")
    if inline is not None:
        return str(inline)
    path = os.path.join(build.context, build.dockerfile or "Dockerfile")
    try:
        return read_file(path, path, TEXT_LIMIT, within).decode(errors="replace")
    except Unreadable:
        return None


def development_mounts(service: Service, built: BuiltFrom) -> Iterator[Mount]:
    """The binds for development, and the anonymous volumes that only keep a path below one of them
    from being covered."""
    shown = [one for one in service.volumes if one.type == "bind" and built.shows_source(one)]
    for mount in service.volumes:
        is_anonymous = mount.type == "volume" and mount.source is None
        if mount in shown or (is_anonymous and _is_below(mount, shown)):
            yield mount


def _is_below(mount: Mount, others: list[Mount]) -> bool:
    return any(is_inside(mount.target, other.target) for other in others)
