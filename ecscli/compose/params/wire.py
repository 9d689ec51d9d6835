"""Fields in the ECS API's own words, as ecs-params may hold them -> the same, checked against the
API's shapes.

The shapes are those of RegisterTaskDefinition's input: a mapping of members, a list of one item's
shape, `*` for free names, else the kind of a scalar. A field that they do not have is newer than
they are, and passes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from ecscli.base.documents import Document, Draft
from ecscli.base.keys.kinds import text_of
from ecscli.base.keys.shapes import KeyPath, Reading
from ecscli.base.marks import Raw
from ecscli.base.system import resources

SHAPES = "compose/schema/register-task-definition.json"
ANY_NAME = "*"
#: List -> what each of its items must have. ECS asks for it, and findings go by it.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "containerDefinitions": ("name",),
    "dependsOn": ("containerName", "condition"),
    "devices": ("hostPath",),
    "environment": ("name",),
    "environmentFiles": ("value", "type"),
    "extraHosts": ("hostname", "ipAddress"),
    "inferenceAccelerators": ("deviceName", "deviceType"),
    "mountPoints": ("sourceVolume", "containerPath"),
    "resourceRequirements": ("value", "type"),
    "secretOptions": ("name", "valueFrom"),
    "secrets": ("name", "valueFrom"),
    "systemControls": ("namespace", "value"),
    "tags": ("key",),
    "tmpfs": ("containerPath", "size"),
    "ulimits": ("name", "softLimit", "hardLimit"),
    "volumes": ("name",),
    "volumesFrom": ("sourceContainer",),
}


class Scalar(NamedTuple):
    """A kind of scalar: what it is called in messages, and the Python types that it may have."""

    what: str
    types: tuple[type, ...]
    takes_booleans: bool = False

    def fits(self, value: Raw) -> bool:
        if isinstance(value, bool):
            return self.takes_booleans
        return isinstance(value, self.types)


SCALARS: Mapping[str, Scalar] = {
    "text": Scalar("text", (str, int, float), takes_booleans=True),
    "boolean": Scalar("true or false", (), takes_booleans=True),
    "integer": Scalar("a whole number", (int,)),
    "number": Scalar("a number", (int, float)),
}


@cache
def task_shape() -> Document:
    """The shape of RegisterTaskDefinition's input."""
    shape: Document = json.loads(resources.read(SHAPES))
    return shape


def container_shape() -> Document:
    """The shape of one container definition."""
    shape: Document = task_shape()["containerDefinitions"][0]
    return shape


def check_fields(value: Raw, shape: Document, path: KeyPath, reading: Reading) -> Draft:
    """The fields that are given, with scalars as the API takes them; everything of another shape is
    noted."""
    if not isinstance(value, dict):
        reading.error(path, "must be a mapping")
        return {}
    given = {name: item for name, item in value.items() if item is not None}
    return {
        name: _value(item, shape.get(name, shape.get(ANY_NAME)), (*path, name), reading)
        for name, item in given.items()
    }


def _value(value: Raw, shape: Raw, path: KeyPath, reading: Reading) -> Raw:
    if isinstance(shape, list):
        return _list(value, shape[0], path, reading)
    if isinstance(shape, dict):
        return check_fields(value, shape, path, reading)
    if isinstance(shape, str):
        return _scalar(value, shape, path, reading)
    return plain(value)


def _list(value: Raw, shape: Raw, path: KeyPath, reading: Reading) -> list[Raw]:
    if not isinstance(value, list):
        reading.error(path, "must be a list")
        return []
    needed = NEEDED.get(str(path[-1]), ())
    for at, item in enumerate(value):
        if isinstance(item, dict):
            _check_needed(item, needed, (*path, at), reading)
    return [_value(item, shape, (*path, at), reading) for at, item in enumerate(value)]


def _check_needed(item: Document, needed: Sequence[str], path: KeyPath, reading: Reading) -> None:
    for name in needed:
        if item.get(name) in (None, ""):
            reading.error(path, f"needs {name}")


def plain(value: Raw) -> Raw:
    """A value without a known shape, as plain data."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def _scalar(value: Raw, kind: str, path: KeyPath, reading: Reading) -> Raw:
    scalar = SCALARS[kind]
    if not scalar.fits(value):
        reading.error(path, f"must be {scalar.what}")
        return None
    return text_of(value) if kind == "text" else value
