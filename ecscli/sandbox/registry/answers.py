"""The answers of the registry: a status, headers, and a body that need not be in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from ecscli.sandbox.registry.blobs import Upload
from ecscli.sandbox.shapes import Json


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; `length` is that of the body, which HEAD leaves out."""

    status: int
    headers: dict[str, str]
    length: int
    body: Iterable[bytes]


def document(status: int, found: Json) -> Answer:
    data = json.dumps(found).encode()
    return Answer(status, {"Content-Type": "application/json"}, len(data), [data])


def nothing(status: int, location: str = "", headers: dict[str, str] | None = None) -> Answer:
    found = {"Location": location} if location else {}
    return Answer(status, found | (headers or {}), 0, [])


def accepted(status: int, location: str, upload: Upload) -> Answer:
    """How far an upload is: the last byte that has arrived, and 0 before the first."""
    last = max(upload.size - 1, 0)
    return nothing(status, location, {"Range": f"0-{last}", "Docker-Upload-UUID": upload.id})
