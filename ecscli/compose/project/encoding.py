"""A resolved project -> findings for texts that are not Unicode: bytes of variables or paths that
are no UTF-8."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from ecscli.base.errors import Finding
from ecscli.base.marks import Map, Mark, Raw, Seq
from ecscli.compose.project.model import Service


class Text(NamedTuple):
    """A text of the project, its mark and its path."""

    text: str
    mark: Mark | None
    path: str


def is_unicode(text: str) -> bool:
    """Whether a text can be written as UTF-8; Python keeps other bytes as lone surrogates."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def encoding_findings(
    tree: Map, services: Iterable[Service], variables: Mapping[str, str]
) -> Iterator[Finding]:
    """One finding for each text of the project that is not Unicode, naming the variables that it
    may come from."""
    odd = {name: value for name, value in variables.items() if not is_unicode(value)}
    first: dict[str, Text] = {}  # by path
    for found in chain(_texts(tree, tree.mark, ""), _environments(services)):
        if not is_unicode(found.text):
            first.setdefault(found.path, found)
    for found in first.values():
        names = ", ".join(name for name, value in odd.items() if value in found.text)
        yield Finding.about(found.path, "the text is not UTF-8", found.mark, _hint(names))


def _hint(variables: str) -> str:
    if variables:
        return f"set {variables} to a text in UTF-8"
    return "use names of files and directories in UTF-8"


def _texts(value: Raw, mark: Mark | None, path: str) -> Iterator[Text]:
    if isinstance(value, str):
        yield Text(value, mark, path)
    elif isinstance(value, Map):
        for key, item in value.items():
            inside = f"{path}.{key}" if path else key
            yield from _texts(item, value.values_at.get(key), inside)
    elif isinstance(value, Seq):
        marks = dict(enumerate(value.values_at))  # there may be fewer than items
        for at, item in enumerate(value):
            yield from _texts(item, marks.get(at), f"{path}[{at}]")


def _environments(services: Iterable[Service]) -> Iterator[Text]:
    for service in services:
        for name, value in (*service.environment, *service.labels):
            yield Text(value, None, f"services.{service.name}.environment.{name}")
