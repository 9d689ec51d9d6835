"""ECR: digests and sizes that are those of the manifests, tags that move from image to image, and
the sandbox's own address in the place of ECR's.

moto makes digests up, deletes an image whose last tag moves on, and gives a token of 2015.
"""

from __future__ import annotations

import base64
import copy
import fnmatch
import functools
import hashlib
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

from moto.core.responses import ActionResult
from moto.ecr.exceptions import ImageAlreadyExistsException, InvalidParameterException
from moto.ecr.models import ECRBackend, Image, Repository
from moto.ecr.responses import ECRResponse

from ecscli.sandbox.registry.lifecycle import Pushed, expired
from ecscli.sandbox.registry.tokens import LASTING, USER, password

#: Host and port of the sandbox, where its registry answers; empty where nobody listens.
ADDRESS: list[str] = []


def repair() -> None:
    if ECRBackend.put_image is put_image:
        return
    Image.get_image_digest = digest_of
    Image.get_image_size_in_bytes = size_of
    ECRBackend.put_image = put_image
    ECRBackend.put_lifecycle_policy = followed(ECRBackend.put_lifecycle_policy)
    ECRResponse.describe_images = describe_images
    ECRResponse.get_authorization_token = get_authorization_token
    Repository.uri = property(uri_of, lambda self, value: self.__dict__.update(_uri=value))


def answer_at(address: str) -> None:
    """The registry of this process answers at HOST:PORT."""
    ADDRESS[:] = [address]


def digest_of(self: Image) -> str:
    return f"sha256:{hashlib.sha256(self.image_manifest.encode()).hexdigest()}"


def size_of(self: Image) -> int | None:
    """The bytes of the configuration and the layers; those of a list are in its images."""
    document = json.loads(self.image_manifest)
    parts = [*document.get("layers", []), document.get("config") or {}]
    return sum(int(one.get("size", 0)) for one in parts) or None


def describe_images(self: ECRResponse) -> ActionResult:
    """The images of a repository, filtered by their tag status as ListImages does."""
    name, registry = self._get_param("repositoryName"), self._get_param("registryId")
    found = self.ecr_backend.describe_images(name, registry, self._get_param("imageIds"))
    status = self._get_param("filter", {}).get("tagStatus", "ANY")
    return ActionResult({"imageDetails": [shown(one) for one in found if is_listed(one, status)]})


def is_listed(image: Image, status: str) -> bool:
    """Whether an image has the tag status TAGGED, UNTAGGED or ANY."""
    return status == "ANY" or bool(image.image_tags) == (status == "TAGGED")


def shown(image: Image) -> Image:
    """An image as it is described: without `imageTags` where it has none."""
    shown_image = copy.copy(image)
    if not image.image_tags:
        del shown_image.image_tags
    return shown_image


def uri_of(self: Repository) -> str:
    """Where `docker push` sends images of the repository."""
    return f"{ADDRESS[0]}/{self.name}" if ADDRESS else str(self.__dict__["_uri"])


def get_authorization_token(self: ECRResponse) -> ActionResult:
    """A token for the registry of each account, or for the caller's own."""
    accounts = self._get_param("registryIds") or [self.current_account]
    found = [authorization(account, self.region) for account in accounts]
    return ActionResult({"authorizationData": found})


def authorization(account: str, region: str) -> dict[str, object]:
    host = ADDRESS[0] if ADDRESS else f"{account}.dkr.ecr.{region}.amazonaws.com"
    scheme = "http" if ADDRESS else "https"
    token = base64.b64encode(f"{USER}:{password(account, region)}".encode()).decode()
    return {
        "authorizationToken": token,
        "expiresAt": datetime.fromtimestamp(time.time() + LASTING, UTC),
        "proxyEndpoint": f"{scheme}://{host}",
    }


def put_image(
    self: ECRBackend,
    repository_name: str,
    image_manifest: str,
    image_tag: str | None,
    *more: str | None,
) -> Image:
    """Add an image, or another tag to one that is there; the tag leaves the image that had it.
    `more` is the media type, and the digest that is expected."""
    repository = self._get_repository(repository_name)
    given, digest = (*more, None, None)[:2]
    kind = given or media_type(image_manifest)
    new = Image(self.account_id, image_tag, image_manifest, repository_name, kind)
    if digest and digest != new.image_digest:
        message = f"The image digest {digest} does not match that of the manifest."
        raise refused("ImageDigestDoesNotMatchException", message)
    put = known_image(repository, new, image_tag)
    take_tag(repository, image_tag)
    if put is None:
        repository.images.append(new)
    else:
        put.update_tag(image_tag)
    expire(repository)
    return put or new


def known_image(repository: Repository, new: Image, tag: str | None) -> Image | None:
    """The same image, where it is there under other tags; ImageAlreadyExistsException where nothing
    would change."""
    for image in repository.images:
        if image.image_digest != new.image_digest:
            continue
        if tag is None or tag in image.image_tags:
            raise ImageAlreadyExistsException(
                registry_id=repository.registry_id,
                image_tag=tag or "",
                digest=new.image_digest,
                repository_name=repository.name,
            )
        return image
    return None


def media_type(manifest: str) -> str:
    try:
        kind = json.loads(manifest).get("mediaType")
    except (ValueError, AttributeError):
        raise InvalidParameterException(
            "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON"
            " syntax'"
        ) from None
    if not kind:
        raise InvalidParameterException(
            "image manifest mediatype not provided in manifest or parameter"
        )
    return str(kind)


def take_tag(repository: Repository, tag: str | None) -> None:
    """Take a tag from the image that has it; ImageTagAlreadyExistsException where it must stay."""
    for image in repository.images:
        if tag is None or tag not in image.image_tags:
            continue
        if is_immutable(repository, tag):
            raise refused(
                "ImageTagAlreadyExistsException",
                f"The image tag '{tag}' already exists in the '{repository.name}' repository and"
                " cannot be overwritten because the tag is immutable.",
            )
        image.image_tags.remove(tag)
        image.image_tag = image.image_tags[-1] if image.image_tags else None


def refused(code: str, message: str) -> Exception:
    """An error of ECR that moto does not have, as one that it has with another code."""
    made: Exception = InvalidParameterException(message)
    made.__dict__["code"] = code
    return made


def is_immutable(repository: Repository, tag: str) -> bool:
    """The repository's setting, turned round for tags that an exclusion filter matches."""
    filters = repository.image_tag_mutability_exclusion_filters or []
    excluded = any(fnmatch.fnmatchcase(tag, one["filter"]) for one in filters)
    return bool(repository.is_tag_immutable() != excluded)


def followed(original: Callable[..., object]) -> Callable[..., object]:
    """A policy is evaluated as soon as it is there."""

    @functools.wraps(original)
    def put(
        self: ECRBackend, registry_id: str, repository_name: str, *args: object, **kwargs: object
    ) -> object:
        answer = original(self, registry_id, repository_name, *args, **kwargs)
        expire(self._get_repository(repository_name, registry_id))
        return answer

    return put


def expire(repository: Repository) -> None:
    """Delete what the lifecycle policy expires; AWS does so within a day."""
    if not repository.lifecycle_policy:
        return
    images = [
        Pushed(one.image_digest, tuple(one.image_tags), one.image_pushed_at)
        for one in repository.images
    ]
    gone = expired(json.loads(repository.lifecycle_policy), images, time.time())
    repository.images[:] = [one for one in repository.images if one.image_digest not in gone]
