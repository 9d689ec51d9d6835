"""An existing thing of a VPC as files name it: by id, by name, or by a tag."""

from __future__ import annotations

import re

from ecscli.base.documents import Document
from ecscli.base.keys.kinds import WORD, Kind, must_be
from ecscli.base.keys.shapes import Each, Either, Key
from ecscli.base.records import record

IDS = re.compile(r"^(?:vpc|subnet|sg)-[0-9a-f]{8,17}$")
BY = "By id, by name (the Name tag, or a group's name), or by a tag: {tag: {Key: value}}."


@record
class VpcResource:
    """An existing thing of a VPC: by id, by name, or by a tag."""

    id: str | None = None
    name: str | None = None
    tag: tuple[str, str] | None = None
    where: object = None

    def __str__(self) -> str:
        return self.id or self.name or "=".join(self.tag or ())


def _one_tag(value: object) -> Document:
    if not isinstance(value, dict):
        raise ValueError(must_be(["object"], value))
    if len(value) != 1:
        raise ValueError(f"must be one tag; there are {len(value)}")
    (name,) = value
    if not isinstance(value[name], str):
        raise ValueError(f"{name}: {must_be(['string'], value[name])}")
    return value


ONE_TAG = Kind(
    _one_tag,
    {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": {"type": "string"},
    },
)
LOOKUP = Either((WORD, {"tag": Key("tag", ONE_TAG, "One tag and its value.", required=True)}))
LOOKUPS = Each(LOOKUP, least=1)


def lookup_of(value: object, place: object) -> VpcResource:
    """What a value that LOOKUP takes names."""
    if isinstance(value, dict):
        (pair,) = value["tag"].items()
        return VpcResource(tag=pair, where=place)
    text = str(value)
    if IDS.match(text):
        return VpcResource(id=text, where=place)
    return VpcResource(name=text, where=place)
