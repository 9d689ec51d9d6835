"""Devices, device requests, generic resources and ulimits, short or long -> their long forms."""

from __future__ import annotations

import re

from ecscli.base.marks import Map, Mark, Raw, Seq
from ecscli.compose.read.forms import (
    as_list,
    integer,
    key_values,
    list_of,
    mapping,
    table,
    text,
    texts,
)
from ecscli.compose.read.reader import DROP, Dropped, Reader


def device(reader: Reader, value: Raw, at: Mark, path: str) -> Map | Dropped:
    """`HOST[:CONTAINER[:PERMISSIONS]]` or a CDI name -> `{source, target, permissions}`."""
    if not isinstance(value, str):
        return DEVICE(reader, value, at, path)
    parts = value.split(":")
    if len(parts) > 3 or not parts[0]:
        problem = f'"{value}" cannot be read'
        return reader.wrong(problem, at, path, "write HOST[:CONTAINER[:PERMISSIONS]]")
    found = Map(zip(("source", "target", "permissions"), parts, strict=False), at)
    if "permissions" in found and _permissions(reader, found["permissions"], at, path) is DROP:
        return DROP
    return found


def _permissions(reader: Reader, value: Raw, at: Mark, path: str) -> str | Dropped:
    found = text(reader, value, at, path)
    if found is not DROP and not re.fullmatch("[rwm]{0,3}", found):
        hint = "use up to three of the letters r, w and m"
        if not reader.dialect.takes_any_device_permissions:
            return reader.wrong(f'"{found}" are not permissions', at, path, hint)
        reader.journal.warn(f'"{found}" are not permissions', at, path, hint)
    return found


DEVICE = mapping({"source": text, "target": text, "permissions": _permissions}, "source")


def _ulimit(reader: Reader, value: Raw, at: Mark, path: str) -> Map | Dropped:
    if type(value) is Map:
        return ULIMIT(reader, value, at, path)
    found = integer(reader, value, at, path)
    if found is DROP:
        return DROP
    return Map({"soft": found, "hard": found}, at)


ULIMIT = mapping({"soft": integer, "hard": integer}, "soft", "hard")


ulimits = table(_ulimit)


def device_requests(reader: Reader, value: Raw, at: Mark, path: str) -> Seq | Dropped:
    """`gpus` or reserved devices; `all`, as a word or a count, is the count -1."""
    if value == "all":
        return as_list(Map({"count": -1}, at), at)
    return DEVICE_REQUESTS(reader, value, at, path)


def reserved_devices(reader: Reader, value: Raw, at: Mark, path: str) -> Seq | Dropped:
    """Devices of `deploy`: each names its capabilities."""
    found = device_requests(reader, value, at, path)
    if found is DROP:
        return DROP
    for index, (request, spot) in enumerate(found.marked()):
        if not request.get("capabilities"):
            hint = "write for example capabilities: [gpu]"
            reader.wrong('"capabilities" is missing', spot, f"{path}[{index}]", hint)
    return found


def _device_request(reader: Reader, value: Raw, at: Mark, path: str) -> Map | Dropped:
    found = DEVICE_REQUEST(reader, value, at, path)
    if found is DROP:
        return DROP
    if "count" in found and "device_ids" in found:
        problem = "count and device_ids exclude each other"
        return reader.wrong(problem, at, path, "remove one of them")
    if "device_ids" not in found:
        found.setdefault("count", -1)
    return found


def _count(reader: Reader, value: Raw, at: Mark, path: str) -> int | Dropped:
    return -1 if value == "all" else integer(reader, value, at, path)


DEVICE_REQUEST = mapping(
    {
        "capabilities": texts,
        "count": _count,
        "device_ids": texts,
        "driver": text,
        "options": key_values,
    }
)


DEVICE_REQUESTS = list_of(_device_request, unique=False)


GENERIC_RESOURCES = list_of(
    mapping({"discrete_resource_spec": mapping({"kind": text, "value": integer})}), unique=False
)
