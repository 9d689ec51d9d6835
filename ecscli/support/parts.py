"""PURE: one subject of the support stack, such as networks: what it has in the template, and the
logical ids of names of the Compose file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ecscli.base.documents import Document
from ecscli.base.records import field, record


@record
class Part:
    """`resources` by logical id and `outputs` by name, as a template has them."""

    resources: Mapping[str, Document] = field(default_factory=dict)
    outputs: Mapping[str, Document] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.resources)

    def __add__(self, other: Part) -> Part:
        """Both as one; what both have is that of `other`."""
        return Part({**self.resources, **other.resources}, {**self.outputs, **other.outputs})


def joined(parts: Iterable[Part]) -> Part:
    """All of them as one."""
    whole = Part()
    for part in parts:
        whole += part
    return whole


def logical_ids(prefix: str, names: Iterable[str]) -> dict[str, str]:
    """A logical id for each name of the Compose file: the prefix and the name in CamelCase. Where
    two would have the same, the later one gets a number, from 2 on."""
    found: dict[str, str] = {}
    for name in names:
        base = prefix + _camel_case(name)
        id_, number = base, 1
        while id_ in found.values():
            number += 1
            id_ = f"{base}{number}"
        found[name] = id_
    return found


def _camel_case(name: str) -> str:
    """``MyDb`` of ``my-db``: logical ids have letters and digits alone."""
    words = re.findall("[A-Za-z0-9]+", name)
    return "".join(word[0].upper() + word[1:] for word in words)
