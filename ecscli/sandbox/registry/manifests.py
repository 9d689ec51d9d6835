"""Manifests over the registry API: given by tag or digest, and put."""

from __future__ import annotations

import re

from ecscli.sandbox.registry import images
from ecscli.sandbox.registry.answers import Answer, nothing
from ecscli.sandbox.registry.errors import RegistryError
from ecscli.sandbox.registry.images import Manifest
from ecscli.sandbox.registry.visit import Visit

TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
#: Bytes of a manifest.
LONGEST_MANIFEST = 4 * 1024 * 1024


def get_manifest(visit: Visit) -> Answer:
    repository = visit.repository()
    with visit.store.lock:
        found = repository.manifest(visit.parts["reference"])
    headers = {"Content-Type": found.kind, "Docker-Content-Digest": found.digest}
    return Answer(200, headers, len(found.data), [found.data])


def put_manifest(visit: Visit) -> Answer:
    repository, manifest = visit.repository(), sent(visit)
    check_reference(visit.parts["reference"], manifest)
    with visit.store.lock:
        repository.put(visit.parts["reference"], manifest)
    location = f"/v2/{repository.name}/manifests/{manifest.digest}"
    return nothing(201, location, {"Docker-Content-Digest": manifest.digest})


def sent(visit: Visit) -> Manifest:
    """The manifest in a request's body."""
    data = visit.request.body.read(LONGEST_MANIFEST + 1)
    if len(data) > LONGEST_MANIFEST:
        raise RegistryError("SIZE_INVALID", f"a manifest has at most {LONGEST_MANIFEST} bytes")
    return images.manifest_of(data, visit.request.headers.get("content-type", ""))


def check_reference(reference: str, manifest: Manifest) -> None:
    """A manifest is put under a tag, or under its own digest."""
    if ":" in reference:
        if reference != manifest.digest:
            raise RegistryError("DIGEST_INVALID", f"the manifest has not {reference[:100]}")
    elif not TAG.fullmatch(reference):
        raise RegistryError("TAG_INVALID", f"{reference[:140]} is no tag")
