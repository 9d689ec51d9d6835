"""Uploads of layers over the registry API: in one request, in parts, or taken from another
repository."""

from __future__ import annotations

import re

from ecscli.sandbox.registry import images
from ecscli.sandbox.registry.answers import Answer, accepted, nothing
from ecscli.sandbox.registry.blobs import DIGEST, Upload
from ecscli.sandbox.registry.errors import RegistryError
from ecscli.sandbox.registry.images import Repository
from ecscli.sandbox.registry.visit import Visit

CONTENT_RANGE = re.compile(r"(?:bytes )?(\d+)-(\d+)(?:/.*)?")


def begin(visit: Visit) -> Answer:
    """A new upload; or a layer that another repository has, or that this very request brings."""
    repository, query = visit.repository(), visit.request.query
    if "mount" in query and mounted(visit, repository):
        return stored(repository, query["mount"])
    if visit.blobs.is_crowded():
        visit.store.collect()
    upload = visit.blobs.begin(repository.key)
    if "digest" in query:
        return complete(visit, upload, repository)
    return progress(202, repository, upload)


def mounted(visit: Visit, repository: Repository) -> bool:
    """Whether the layer could be taken from the other repository of the same registry."""
    digest, source = visit.request.query["mount"], visit.request.query.get("from", "")
    with visit.store.lock:
        try:
            other = images.repository(visit.grant, source)
        except RegistryError:
            return False
        size = visit.blobs.size(digest)
        if size is None or not other.has_layer(digest):
            return False
        repository.add_layer(digest, size)
        return True


def append(visit: Visit) -> Answer:
    upload = visit.upload()
    start = first_byte(visit.request.headers.get("content-range", ""))
    visit.blobs.append(upload, visit.request.body, start)
    return progress(202, visit.repository(), upload)


def first_byte(header: str) -> int | None:
    """Where a part begins, by its Content-Range; None without one."""
    if not header:
        return None
    found = CONTENT_RANGE.fullmatch(header)
    if found is None:
        raise RegistryError("RANGE_INVALID", "Content-Range must be START-END")
    return int(found[1])


def finish(visit: Visit) -> Answer:
    return complete(visit, visit.upload(), visit.repository())


def complete(visit: Visit, upload: Upload, repository: Repository) -> Answer:
    """The last part, which may be all or nothing of it; then the upload is a layer."""
    digest = visit.request.query.get("digest", "")
    if not DIGEST.fullmatch(digest):
        raise RegistryError("DIGEST_INVALID", "the parameter digest must be a sha256 digest")
    visit.blobs.append(upload, visit.request.body)
    with visit.store.lock:
        repository.add_layer(digest, visit.blobs.finish(upload, digest))
    return stored(repository, digest)


def stored(repository: Repository, digest: str) -> Answer:
    location = f"/v2/{repository.name}/blobs/{digest}"
    return nothing(201, location, {"Docker-Content-Digest": digest})


def status(visit: Visit) -> Answer:
    return progress(204, visit.repository(), visit.upload())


def cancel(visit: Visit) -> Answer:
    visit.blobs.cancel(visit.upload())
    return nothing(204)


def progress(status: int, repository: Repository, upload: Upload) -> Answer:
    return accepted(status, f"/v2/{repository.name}/blobs/uploads/{upload.id}", upload)
