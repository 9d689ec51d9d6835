"""A resolved project -> findings for texts that are not Unicode: bytes of variables or paths that
are no UTF-8."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ecscli.base.errors import Finding
from ecscli.base.marks import Map, Mark, Seq
from ecscli.compose.project.model import Service

Place = tuple[str, Mark | None, str]


def is_unicode(text: str) -> bool:
    """Whether a text can be written as UTF-8; Python keeps other bytes as lone surrogates."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def encoding_findings(
    tree: Map, services: Iterable[Service], variables: Mapping[str, str]
) -> Iterator[Finding]:
    """One finding for each text of the project that is not Unicode, naming the variables that it
    may come from."""
    odd = {name: value for name, value in variables.items() if not is_unicode(value)}
    seen: set[str] = set()
    for text, mark, path in (*_texts(tree, tree.mark, ""), *_environments(services)):
        if is_unicode(text) or path in seen:
            continue
        seen.add(path)
        names = ", ".join(name for name, value in odd.items() if value in text)
        hint = (
            f"set {names} to a text in UTF-8"
            if names
            else "use names of files and directories in UTF-8"
        )
        yield Finding.about(path, "the text is not UTF-8", mark, hint)


def _texts(value: Any, mark: Mark | None, path: str) -> Iterator[Place]:
    if isinstance(value, str):
        yield value, mark, path
    elif isinstance(value, Map):
        for key, item in value.items():
            yield from _texts(item, value.values_at.get(key), f"{path}.{key}" if path else key)
    elif isinstance(value, Seq):
        for at, item in enumerate(value):
            yield from _texts(
                item, value.values_at[at] if at < len(value.values_at) else None, f"{path}[{at}]"
            )


def _environments(services: Iterable[Service]) -> Iterator[Place]:
    for service in services:
        for name, value in (*service.environment, *service.labels):
            yield value, None, f"services.{service.name}.environment.{name}"
