"""The text of a Dockerfile -> what is known of its image: the working directory, and what COPY and
ADD put where.

A value that only the base image or the builder has is not guessed: what depends on it is left out.
Source: docs.docker.com/reference/dockerfile.
"""

from __future__ import annotations

import json
import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from ecscli.base.records import field, mutable, record
from ecscli.compose.mounts.instructions import instructions

VARIABLE = re.compile(
    r"\\(?P<escaped>.)"
    r"|\$\{(?P<long>\w+)(?::?(?P<sign>[-+])(?P<word>[^}]*))?\}"
    r"|\$(?P<short>\w+)"
)
FLAG = re.compile(r"--([a-z-]+)(?:=(\S*))?\s*")
FROM = re.compile(r"(?:--\S+\s+)*(?P<image>\S+)(?:\s+as\s+(?P<name>\S+))?", re.I)
FURTHER = re.compile(r"--(?:from=|mount=(?:[^\s,]+,)*from=)([^\s,]+)")  # stages and images
ADDRESS = re.compile(r"[a-z]+://|git@|<<")  # sources that are no files of the context
#: With these flags a source is not in the context, or its files come to lie elsewhere.
CHANGING = ("from", "parents", "exclude")


@record
class Copied:
    """One COPY or ADD. `sources` are relative to the context, without those from elsewhere;
    `target` is absolute; `into`: it is a directory that the sources come to lie in."""

    sources: tuple[str, ...]
    target: str
    into: bool = False

    def places(self, name: str) -> Iterator[str]:
        """Where a file of the context, by its path in it, comes to lie in the image."""
        for source in self.sources:
            rest = _below(name, source)
            if rest is None:
                continue
            if rest:
                yield posixpath.join(self.target, rest)
            elif self.into:
                yield posixpath.join(self.target, posixpath.basename(name))
            else:
                yield self.target


def _below(name: str, source: str) -> str | None:
    """The path of a file from a source that holds it, empty where it is the source itself; None
    where it does not hold it."""
    if source == ".":
        return name
    parts, patterns = name.split("/"), source.split("/")
    if len(parts) < len(patterns):
        return None
    pairs = zip(parts, patterns, strict=False)
    if not all(fnmatchcase(part, pattern) for part, pattern in pairs):
        return None
    return "/".join(parts[len(patterns) :])


@record
class Contents:
    """What is known of an image. `directory`: its working directory, None where the base image has
    it; `base`: the image that it begins with, None where that is not known."""

    directory: str | None = None
    copied: tuple[Copied, ...] = ()
    base: str | None = None

    @property
    def places(self) -> tuple[str, ...]:
        """The paths that the Dockerfile fills."""
        own = (self.directory,) if self.directory else ()
        return (*own, *(one.target for one in self.copied))


@record
class Unfilled:
    """The name of an image with variables that the builder alone knows."""

    text: str


@mutable
class Stage:
    """A stage while its instructions are read. `sources` are the stages and images that it starts
    from or copies from."""

    name: str = ""
    sources: list[Stage | str | Unfilled] = field(default_factory=list)
    environment: dict[str, str | None] = field(default_factory=dict)
    arguments: dict[str, str | None] = field(default_factory=dict)
    directory: str | None = None
    copied: list[Copied] = field(default_factory=list)
    base: str | None = None

    def filled(self, text: str) -> str | None:
        """A text with its variables; None where one of them is not known."""
        return _filled(text, {**self.arguments, **self.environment})

    def path(self, text: str) -> str | None:
        """A path, absolute; None where it is not known."""
        filled = self.filled(text)
        if filled is None:
            return None
        if not filled.startswith("/"):
            if self.directory is None:
                return None
            filled = posixpath.join(self.directory, filled)
        return "/" + posixpath.normpath(filled).lstrip("/")


def _filled(text: str, values: Mapping[str, str | None]) -> str | None:
    found, end = "", 0
    for match in VARIABLE.finditer(text):
        value = _value(match, values)
        if value is None:
            return None
        found, end = found + text[end : match.start()] + value, match.end()
    return found + text[end:]


def _value(match: re.Match[str], values: Mapping[str, str | None]) -> str | None:
    if match["escaped"]:
        return match["escaped"]
    value, word = values.get(match["long"] or match["short"]), match["word"]
    if match["sign"] is None or value is None:
        return value
    if match["sign"] == "+":
        return _filled(word, values) if value else ""
    return value or _filled(word, values)


def contents_of(text: str, arguments: Mapping[str, str], target: str | None) -> Contents:
    """What is known of the image of a stage, by its name or number, else of the last one."""
    stage = stage_of(text, arguments, target)
    return Contents(stage.directory, tuple(stage.copied), stage.base) if stage else Contents()


def stage_of(
    text: str,
    arguments: Mapping[str, str],
    target: str | None,
    automatic: Mapping[str, str] | None = None,
) -> Stage | None:
    """A stage by its name or number, else the last one. `automatic` are the arguments that FROM
    has without a declaration."""
    reading = _Reading(arguments, automatic or {})
    for name, rest in instructions(text):
        reading.read(name, rest)
    return reading.stage(target) if target else reading.last


class _Reading:
    """The stages of a Dockerfile so far."""

    def __init__(self, given: Mapping[str, str], automatic: Mapping[str, str]) -> None:
        self._given = given
        # What is before the first FROM: its arguments are those of FROM
        self._top = Stage(arguments=dict(automatic))
        self._stages: list[Stage] = []

    @property
    def last(self) -> Stage | None:
        return self._stages[-1] if self._stages else None

    def stage(self, name: str) -> Stage | None:
        for stage in reversed(self._stages):
            if stage.name == name.lower():
                return stage
        if name.isdigit() and int(name) < len(self._stages):
            return self._stages[int(name)]
        return None

    def read(self, name: str, rest: str) -> None:
        """Take up one instruction."""
        stage = self.last or self._top
        if name == "FROM":
            self._begin(rest)
        elif name == "ARG":
            self._declare(stage, rest)
        elif name == "ENV":
            _set(stage, rest)
        elif name == "WORKDIR":
            stage.directory = stage.path(rest.strip("\"'"))
        elif name in ("COPY", "ADD"):
            _copy(stage, rest)
        if name in ("COPY", "RUN"):
            stage.sources += [self.stage(source) or source for source in FURTHER.findall(rest)]

    def _begin(self, rest: str) -> None:
        match = FROM.fullmatch(rest)
        image = self._top.filled(match["image"]) if match else None
        base = self.stage(image) if image else None
        stage = Stage((match["name"] or "").lower() if match else "", base=image)
        if match and image != "scratch":
            stage.sources.append(base or image or Unfilled(match["image"]))
        if base is not None:
            stage.environment = dict(base.environment)
            stage.directory, stage.copied = base.directory, list(base.copied)
            stage.base = base.base
        elif image == "scratch":
            stage.directory = "/"
        self._stages.append(stage)

    def _declare(self, stage: Stage, rest: str) -> None:
        """ARG: what the build gives counts, else the default, else what is before the first
        FROM."""
        for word in _words(rest):
            name, has_default, default = word.partition("=")
            value = stage.filled(default) if has_default else self._top.arguments.get(name)
            stage.arguments[name] = self._given.get(name, value)


def _set(stage: Stage, rest: str) -> None:
    """ENV, in its form of today or `ENV NAME VALUE`."""
    words = _words(rest)
    if words and "=" not in words[0]:
        name, _, value = rest.partition(" ")
        stage.environment[name] = stage.filled(value.strip())
        return
    values = {}
    for word in words:
        name, _, value = word.partition("=")
        values[name] = stage.filled(value)
    stage.environment |= values


def _copy(stage: Stage, rest: str) -> None:
    flags, rest = _split_flags(rest)
    *sources, target = _listed(rest) or [""]
    path = stage.path(target)
    if not target or path is None:
        return
    is_of_context = not any(flag in CHANGING for flag in flags)
    names = tuple(_in_context(stage, sources)) if is_of_context else ()
    into = target.endswith(("/", "/.")) or target == "." or len(sources) > 1
    stage.copied.append(Copied(names, path, into))


def _split_flags(rest: str) -> tuple[list[str], str]:
    """The names of the flags, and what comes behind them."""
    flags = []
    match = FLAG.match(rest)
    while match:
        flags.append(match[1])
        rest = rest[match.end() :]
        match = FLAG.match(rest)
    return flags, rest


def _in_context(stage: Stage, sources: list[str]) -> Iterator[str]:
    """The sources that are known to be files of the context, by their paths in it."""
    for source in sources:
        name = None if ADDRESS.match(source) else stage.filled(source)
        if name is not None:
            yield posixpath.normpath(name.lstrip("/") or ".")


def _listed(rest: str) -> list[str]:
    """The words of COPY: a list in JSON, or separated by blanks."""
    if rest.startswith("["):
        try:
            found = json.loads(rest)
        except ValueError:
            return rest.split()
        return [str(word) for word in found]
    return rest.split()


def _words(rest: str) -> list[str]:
    """The words of ARG and ENV, which may be quoted."""
    try:
        return shlex.split(rest)
    except ValueError:
        return rest.split()
