"""The sandbox's ECR as the registry sees it: repositories, the layers that each may use, and images
under their tags. What is put here is what ECR's API lists."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecscli.sandbox.registry.blobs import DIGEST
from ecscli.sandbox.registry.errors import RegistryError
from ecscli.sandbox.registry.tokens import Grant
from ecscli.sandbox.shapes import Json

if TYPE_CHECKING:
    from moto.ecr.models import ECRBackend
    from moto.ecr.models import Repository as EcrRepository

#: The kinds of manifests that ECR takes: images, and lists of images.
IMAGES = (
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
)
LISTS = (
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.index.v1+json",
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest byte by byte, with its media type and digest."""

    data: bytes
    kind: str
    digest: str


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository of moto's ECR, in the registry that a grant opens."""

    grant: Grant
    backend: ECRBackend
    made: EcrRepository

    @property
    def name(self) -> str:
        return str(self.made.name)

    @property
    def key(self) -> tuple[str, str, str]:
        """What no other repository of the sandbox is called."""
        return self.grant.account, self.grant.region, self.name

    # -------------------------------------------------------------------------------------- layers

    def has_layer(self, digest: str) -> bool:
        return digest in self.made.layers

    def add_layer(self, digest: str, size: int) -> None:
        self.made.layers[digest] = size

    # -------------------------------------------------------------------------------------- images

    def tags(self) -> list[str]:
        return sorted(tag for image in self.made.images for tag in image.image_tags)

    def manifest(self, reference: str) -> Manifest:
        """The manifest of a tag or a digest; MANIFEST_UNKNOWN without one."""
        for image in self.made.images:
            if reference == image.image_digest or reference in image.image_tags:
                data = image.image_manifest.encode()
                return Manifest(data, image.image_manifest_media_type, image.image_digest)
        raise RegistryError("MANIFEST_UNKNOWN", f"Requested image {reference} not found")

    def put(self, reference: str, manifest: Manifest) -> None:
        """Put an image under a tag, or under its digest alone, as PutImage does."""
        self._check_parts(manifest)
        tag = None if DIGEST.fullmatch(reference) else reference
        try:
            self.backend.put_image(
                self.name, manifest.data.decode(), tag, manifest.kind, manifest.digest
            )
        except Exception as error:
            code = getattr(error, "code", "")
            if code == "ImageTagAlreadyExistsException":
                raise RegistryError("TAG_INVALID", str(getattr(error, "message", error))) from None
            if code != "ImageAlreadyExistsException":
                raise

    def _check_parts(self, manifest: Manifest) -> None:
        """MANIFEST_BLOB_UNKNOWN where a layer, or an image of a list, is not in the repository."""
        document = read(manifest)
        images = {one.image_digest for one in self.made.images}
        known = images if manifest.kind in LISTS else self.made.layers
        missing = [one for one in digests(document) if one not in known]
        if missing:
            names = ", ".join(missing)
            raise RegistryError(
                "MANIFEST_BLOB_UNKNOWN", f"not in the repository {self.name}: {names}"
            )


def manifest_of(data: bytes, kind: str) -> Manifest:
    """A manifest that was sent; MANIFEST_INVALID where it is none of a kind that ECR takes."""
    kind = kind.partition(";")[0].strip()
    if kind not in IMAGES + LISTS:
        raise RegistryError("MANIFEST_INVALID", f"manifests of type {kind[:100]} are not taken")
    made = Manifest(data, kind, f"sha256:{hashlib.sha256(data).hexdigest()}")
    document = read(made)
    if document.get("schemaVersion") != 2 or document.get("mediaType", kind) != kind:
        raise RegistryError("MANIFEST_INVALID", f"the manifest is no {kind} of version 2")
    return made


def read(manifest: Manifest) -> Json:
    try:
        document = json.loads(manifest.data)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise RegistryError("MANIFEST_INVALID", "the manifest is not a JSON object")
    return document


def digests(document: Json) -> list[str]:
    """What a manifest refers to: its configuration and layers, or the images of a list."""
    try:
        found = [*document.get("layers", []), *document.get("manifests", [])]
        if "config" in document:
            found.append(document["config"])
        # layers with addresses are those of Windows, which clients fetch there
        return [str(one["digest"]) for one in found if not one.get("urls")]
    except (TypeError, KeyError, AttributeError):
        raise RegistryError("MANIFEST_INVALID", "the manifest has no digests") from None


def backend_of(grant: Grant) -> ECRBackend:
    from moto.backends import get_backend

    return get_backend("ecr")[grant.account][grant.region]


def repository(grant: Grant, name: str) -> Repository:
    """A repository by its name; NAME_UNKNOWN without one."""
    backend = backend_of(grant)
    made = backend.repositories.get(name)
    if made is None:
        raise RegistryError(
            "NAME_UNKNOWN",
            f"The repository with name '{name}' does not exist in the registry with id"
            f" '{grant.account}'",
        )
    return Repository(grant, backend, made)


def names(grant: Grant) -> list[str]:
    return sorted(backend_of(grant).repositories)


def used_blobs() -> set[str]:
    """Every blob that an image of the sandbox needs, in any registry."""
    return {digest for made in all_repositories() for digest in needed(made)}


def all_repositories() -> Iterator[EcrRepository]:
    from moto.backends import get_backend

    for regions in list(get_backend("ecr").values()):
        for backend in list(regions.values()):
            yield from list(backend.repositories.values())


def needed(made: EcrRepository) -> Iterator[str]:
    for image in made.images:
        document = json.loads(image.image_manifest)
        parts = [*document.get("layers", []), document.get("config") or {}]
        yield from (str(one["digest"]) for one in parts if "digest" in one)


def forget_layers(kept: set[str]) -> None:
    """No repository offers a layer any more that is not among these."""
    for made in all_repositories():
        for digest in [one for one in made.layers if one not in kept]:
            del made.layers[digest]
