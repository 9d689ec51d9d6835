"""Fields in the ECS API's own words, as ecs-params may hold them -> the same, checked against the
API's shapes.

The shapes are those of RegisterTaskDefinition's input: a mapping of members, a list of one item's
shape, `*` for free names, else the kind of a scalar. A field that they do not have is newer than
they are, and passes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from ecscli.base.documents import Document, Draft
from ecscli.base.keys.kinds import text_of
from ecscli.base.keys.shapes import KeyPath, Reading
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


@cache
def task_shape() -> Any:
    """The shape of RegisterTaskDefinition's input."""
    return json.loads(resources.read(SHAPES))


def container_shape() -> Any:
    """The shape of one container definition."""
    return task_shape()["containerDefinitions"][0]


def check_wire(value: Any, shape: Any, path: KeyPath, reading: Reading) -> Any:
    """The value, with scalars as the API takes them; everything of another shape is noted."""
    if isinstance(shape, list):
        return _list(value, shape[0], path, reading)
    if isinstance(shape, dict):
        return _mapping(value, shape, path, reading)
    return _scalar(value, shape, path, reading)


def _list(value: Any, shape: Any, path: KeyPath, reading: Reading) -> list[Any]:
    if not isinstance(value, list):
        reading.error(path, "must be a list")
        return []
    for at, item in enumerate(value):
        for name in NEEDED.get(str(path[-1]), ()) if isinstance(item, dict) else ():
            if item.get(name) in (None, ""):
                reading.error((*path, at), f"needs {name}")
    return [check_wire(item, shape, (*path, at), reading) for at, item in enumerate(value)]


def _mapping(value: Any, shape: Document, path: KeyPath, reading: Reading) -> Draft:
    if not isinstance(value, dict):
        reading.error(path, "must be a mapping")
        return {}
    any_name = shape.get(ANY_NAME)
    return {
        name: check_wire(item, shape.get(name, any_name), (*path, name), reading)
        if name in shape or any_name is not None
        else plain(item)
        for name, item in value.items()
        if item is not None
    }


def plain(value: Any) -> Any:
    """What no shape is known of, as plain data."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def _scalar(value: Any, kind: str, path: KeyPath, reading: Reading) -> Any:
    right = {
        "text": isinstance(value, str | int | float),
        "boolean": isinstance(value, bool),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
    }
    if not right[kind]:
        what = {
            "text": "text",
            "boolean": "true or false",
            "integer": "a whole number",
            "number": "a number",
        }
        reading.error(path, f"must be {what[kind]}")
        return None
    return text_of(value) if kind == "text" else value
