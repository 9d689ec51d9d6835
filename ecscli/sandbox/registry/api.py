"""The Docker Registry HTTP API, version 2, as OCI's Distribution Specification has it: requests in,
answers out.

A client logs in with the password of GetAuthorizationToken, which decides whose registry it is. ECR
deletes images by its own API alone, and so does this.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from ecscli.sandbox.registry import images
from ecscli.sandbox.registry.answers import Answer, accepted, document, nothing
from ecscli.sandbox.registry.blobs import DIGEST, LIMIT, Blobs, Upload
from ecscli.sandbox.registry.errors import RegistryError
from ecscli.sandbox.registry.images import Repository
from ecscli.sandbox.registry.tokens import Grant, granted

#: "The repository name must start with a letter and can only contain lowercase letters, numbers,
#: hyphens, underscores, periods and forward slashes" (CreateRepository).
PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
NAME = rf"(?P<name>{PART}(?:/{PART})*)"
TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
#: Bytes of a manifest.
LONGEST_MANIFEST = 4 * 1024 * 1024
RANGE = re.compile(r"bytes=(\d+)-(\d*)")
CONTENT_RANGE = re.compile(r"(?:bytes )?(\d+)-(\d+)(?:/.*)?")


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request; names of headers are in lower case, `body` ends where the request does."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: IO[bytes]


@dataclass(slots=True, eq=False)
class Registry:
    """The registry of one sandbox. `lock` is the world's, for what is ECR's; blobs are read and
    written without it."""

    lock: AbstractContextManager[Any]
    directory: Path
    limit: int = LIMIT
    blobs: Blobs = field(init=False)

    def __post_init__(self) -> None:
        self.blobs = Blobs(self.directory, self.limit)

    def clear(self) -> None:
        self.blobs.clear()

    def answer(self, request: Request) -> Answer:
        """Answer one request; errors are answers too."""
        try:
            grant = granted(request.headers.get("authorization", ""))
            if grant is None:
                raise RegistryError("UNAUTHORIZED", "Not Authorized")
            return self._route(request, grant)
        except RegistryError as error:
            return refused(error)

    def _route(self, request: Request, grant: Grant) -> Answer:
        for pattern, methods in ROUTES:
            found = pattern.fullmatch(request.path)
            if found is not None:
                action = methods.get(request.method)
                if action is None:
                    raise RegistryError("UNSUPPORTED", f"{request.method} is not supported here")
                return action(Visit(self, request, grant, found.groupdict()))
        raise RegistryError("NAME_INVALID", "no such page, or no name of a repository")

    def collect(self) -> None:
        """Delete the layers that no image needs any more, nor one that is being pushed."""
        with self.lock:
            used = images.used_blobs() | self.blobs.young()
            images.forget_layers(used)
            self.blobs.keep(used)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request on its way to an answer."""

    registry: Registry
    request: Request
    grant: Grant
    parts: Mapping[str, str]

    @property
    def blobs(self) -> Blobs:
        return self.registry.blobs

    def repository(self, name: str | None = None) -> Repository:
        with self.registry.lock:
            return images.repository(self.grant, name or self.parts["name"])

    def upload(self) -> Upload:
        return self.blobs.upload(self.parts["upload"], self.repository().key)


def refused(error: RegistryError) -> Answer:
    made = document(error.status, error.document)
    if error.code == "UNAUTHORIZED":
        made.headers["WWW-Authenticate"] = 'Basic realm="ecscli sandbox"'
    return made


# --------------------------------------------------------------------------------- lists of names


def version(visit: Visit) -> Answer:
    return document(200, {})


def catalog(visit: Visit) -> Answer:
    with visit.registry.lock:
        found = images.names(visit.grant)
    return page(visit, "repositories", found)


def tags(visit: Visit) -> Answer:
    repository = visit.repository()
    with visit.registry.lock:
        found = repository.tags()
    return page(visit, "tags", found, name=repository.name)


def page(visit: Visit, member: str, names: list[str], **more: str) -> Answer:
    """The names after `last`, at most `n` of them, with the address of the next page."""
    last, count = visit.request.query.get("last", ""), visit.request.query.get("n", "")
    after = [one for one in names if one > last]
    shown = after[: int(count)] if count.isdigit() else after
    made = document(200, {**more, member: shown})
    if shown and len(shown) < len(after):
        address = f"{visit.request.path}?n={count}&last={quote(shown[-1])}"
        made.headers["Link"] = f'<{address}>; rel="next"'
    return made


# --------------------------------------------------------------------------------------- manifests


def get_manifest(visit: Visit) -> Answer:
    repository = visit.repository()
    with visit.registry.lock:
        found = repository.manifest(visit.parts["reference"])
    headers = {"Content-Type": found.kind, "Docker-Content-Digest": found.digest}
    return Answer(200, headers, len(found.data), [found.data])


def put_manifest(visit: Visit) -> Answer:
    repository, reference = visit.repository(), visit.parts["reference"]
    data = visit.request.body.read(LONGEST_MANIFEST + 1)
    if len(data) > LONGEST_MANIFEST:
        raise RegistryError("SIZE_INVALID", f"a manifest has at most {LONGEST_MANIFEST} bytes")
    manifest = images.manifest_of(data, visit.request.headers.get("content-type", ""))
    if ":" in reference and reference != manifest.digest:
        raise RegistryError("DIGEST_INVALID", f"the manifest has not {reference[:100]}")
    if ":" not in reference and not TAG.fullmatch(reference):
        raise RegistryError("TAG_INVALID", f"{reference[:140]} is no tag")
    with visit.registry.lock:
        repository.put(reference, manifest)
    location = f"/v2/{repository.name}/manifests/{manifest.digest}"
    return nothing(201, location, {"Docker-Content-Digest": manifest.digest})


# ------------------------------------------------------------------------------------------- blobs


def get_blob(visit: Visit) -> Answer:
    repository, digest = visit.repository(), visit.parts["digest"]
    size = visit.blobs.size(digest)
    if size is None or not repository.has_layer(digest):
        raise RegistryError("BLOB_UNKNOWN", f"no layer {digest} in {repository.name}")
    start, end = asked_range(visit.request.headers.get("range", ""), size)
    length = end - start + 1
    headers = {
        "Content-Type": "application/octet-stream",
        "Docker-Content-Digest": digest,
        "Accept-Ranges": "bytes",
    }
    if length < size:
        headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    if visit.request.method == "HEAD":
        return Answer(200, headers, length, [])
    status = 206 if length < size else 200
    return Answer(status, headers, length, visit.blobs.read(digest, start, length))


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


# ----------------------------------------------------------------------------------------- uploads


def begin(visit: Visit) -> Answer:
    """A new upload; or a layer that another repository has, or that this very request brings."""
    repository, query = visit.repository(), visit.request.query
    if "mount" in query and mounted(visit, repository):
        return stored(repository, query["mount"])
    if visit.blobs.is_crowded():
        visit.registry.collect()
    upload = visit.blobs.begin(repository.key)
    if "digest" in query:
        return complete(visit, upload, repository)
    return progress(202, repository, upload)


def mounted(visit: Visit, repository: Repository) -> bool:
    """Whether the layer could be taken from the other repository of the same registry."""
    digest, source = visit.request.query["mount"], visit.request.query.get("from", "")
    with visit.registry.lock:
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
    upload, header = visit.upload(), visit.request.headers.get("content-range", "")
    start = None
    if header:
        found = CONTENT_RANGE.fullmatch(header)
        if found is None:
            raise RegistryError("RANGE_INVALID", "Content-Range must be START-END")
        start = int(found[1])
    visit.blobs.append(upload, visit.request.body, start)
    return progress(202, visit.repository(), upload)


def finish(visit: Visit) -> Answer:
    return complete(visit, visit.upload(), visit.repository())


def complete(visit: Visit, upload: Upload, repository: Repository) -> Answer:
    """The last part, which may be all or nothing of it; then the upload is a layer."""
    digest = visit.request.query.get("digest", "")
    if not DIGEST.fullmatch(digest):
        raise RegistryError("DIGEST_INVALID", "the parameter digest must be a sha256 digest")
    visit.blobs.append(upload, visit.request.body)
    with visit.registry.lock:
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


Action = Callable[[Visit], Answer]
ROUTES: Iterable[tuple[re.Pattern[str], dict[str, Action]]] = [
    (re.compile(r"/v2/?"), {"GET": version, "HEAD": version}),
    (re.compile(r"/v2/_catalog"), {"GET": catalog}),
    (re.compile(rf"/v2/{NAME}/tags/list"), {"GET": tags}),
    (
        re.compile(rf"/v2/{NAME}/manifests/(?P<reference>[^/]+)"),
        {"GET": get_manifest, "HEAD": get_manifest, "PUT": put_manifest},
    ),
    (re.compile(rf"/v2/{NAME}/blobs/uploads/?"), {"POST": begin}),
    (
        re.compile(rf"/v2/{NAME}/blobs/uploads/(?P<upload>[0-9a-f]{{32}})"),
        {"GET": status, "PATCH": append, "PUT": finish, "DELETE": cancel},
    ),
    (
        re.compile(rf"/v2/{NAME}/blobs/(?P<digest>[^/]+)"),
        {"GET": get_blob, "HEAD": get_blob},
    ),
]
