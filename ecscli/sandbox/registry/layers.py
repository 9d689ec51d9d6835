"""Layers over the registry API: given in whole or in part."""

from __future__ import annotations

import re

from ecscli.sandbox.registry.answers import Answer
from ecscli.sandbox.registry.errors import RegistryError
from ecscli.sandbox.registry.visit import Visit

RANGE = re.compile(r"bytes=(\d+)-(\d*)")


def get_blob(visit: Visit) -> Answer:
    digest, size = visit.parts["digest"], size_of(visit)
    start, end = asked_range(visit.request.headers.get("range", ""), size)
    length = end - start + 1
    headers = headers_of(digest, start, end, size)
    if visit.request.method == "HEAD":
        return Answer(200, headers, length, [])
    status = 206 if length < size else 200
    return Answer(status, headers, length, visit.blobs.read(digest, start, length))


def size_of(visit: Visit) -> int:
    """The bytes of the layer that is asked for; BLOB_UNKNOWN where the repository has none such."""
    repository, digest = visit.repository(), visit.parts["digest"]
    size = visit.blobs.size(digest)
    if size is None or not repository.has_layer(digest):
        raise RegistryError("BLOB_UNKNOWN", f"no layer {digest[:100]} in {repository.name}")
    return size


def headers_of(digest: str, start: int, end: int, size: int) -> dict[str, str]:
    found = {
        "Content-Type": "application/octet-stream",
        "Docker-Content-Digest": digest,
        "Accept-Ranges": "bytes",
    }
    if end - start + 1 < size:
        found["Content-Range"] = f"bytes {start}-{end}/{size}"
    return found


def asked_range(header: str, size: int) -> tuple[int, int]:
    """The first and the last byte that is asked for: all of them without a header, or with one of
    another form."""
    found = RANGE.fullmatch(header)
    if found is None:
        return 0, size - 1
    start = int(found[1])
    end = min(int(found[2] or size), size - 1)
    if start > end:
        raise RegistryError("RANGE_INVALID", f"the layer has {size} bytes")
    return start, end
