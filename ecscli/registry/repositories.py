"""Repositories of ECR: made on demand, tagged, and the list of what is in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.errors import missing
from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AwsError, InputError
from ecscli.base.records import record
from ecscli.base.tags import aws_tags
from ecscli.registry.stock import MANIFESTS

if TYPE_CHECKING:
    from types_boto3_ecr.type_defs import ImageDetailTypeDef, RepositoryTypeDef

    from ecscli.aws.client import Aws


@record
class Image:
    """One row: an image under one of its tags, or without a tag. `pushed` is aware of its zone,
    `size` in bytes."""

    repository: str
    tag: str | None
    digest: str
    pushed: datetime | None
    size: int | None


def ensure(
    aws: Aws, name: str, account: str | None = None, request: Document | None = None
) -> tuple[RepositoryTypeDef, bool]:
    """The repository as ECR describes it, made where it does not exist, by `request`; True where it
    was made."""
    try:
        return _describe(aws, name, account), False
    except AwsError as error:
        if not missing(error):
            raise
    try:
        wanted = {**(request or {}), "repositoryName": name, **_scope(account)}
        answer = aws.call("ecr", "create_repository", **wanted)
    except AwsError as error:
        if error.code != "RepositoryAlreadyExistsException":
            raise
        return _describe(aws, name, account), False  # somebody else was quicker
    return answer["repository"], True


def _describe(aws: Aws, name: str, account: str | None) -> RepositoryTypeDef:
    answer = aws.call("ecr", "describe_repositories", repositoryNames=[name], **_scope(account))
    found: RepositoryTypeDef = answer["repositories"][0]
    return found


def _scope(account: str | None) -> Draft:
    """The registry of another account in a request."""
    return {"registryId": account} if account else {}


def set_lifecycle(aws: Aws, name: str, policy: str) -> None:
    """Give a repository of the own account its lifecycle policy."""
    aws.call("ecr", "put_lifecycle_policy", repositoryName=name, lifecyclePolicyText=policy)


def add_tag(aws: Aws, name: str, account: str | None, digest: str, label: str) -> bool:
    """Give an image of a repository a further tag, which leaves another image only where the
    repository lets it move; False where the tag stays there."""
    query = {"repositoryName": name, **_scope(account)}
    wanted = {"imageIds": [{"imageDigest": digest}], "acceptedMediaTypes": [*MANIFESTS]}
    answer = aws.call("ecr", "batch_get_image", **query, **wanted)
    images = answer.get("images")
    if not images:
        return False
    image = images[0]
    again: Draft = {**query, "imageTag": label, "imageManifest": image["imageManifest"]}
    if image.get("imageManifestMediaType"):
        again["imageManifestMediaType"] = image["imageManifestMediaType"]
    try:
        aws.call("ecr", "put_image", **again)
    except AwsError as error:
        if error.code == "ImageTagAlreadyExistsException":
            return False
        if error.code != "ImageAlreadyExistsException":
            raise
    return True


def tag(aws: Aws, arn: str, tags: Sequence[tuple[str, str]]) -> None:
    """Put tags on a repository."""
    aws.call("ecr", "tag_resource", resourceArn=arn, tags=aws_tags(tags))


def images(
    aws: Aws, names: Sequence[str] = (), status: str | None = None, account: str | None = None
) -> list[Image]:
    """The images of these repositories, or of all; `status` is TAGGED, UNTAGGED or None. All pages,
    in ECR's order."""
    query = _scope(account)
    repositories = names or _all_names(aws, query)
    if status:
        query["filter"] = {"tagStatus": status}
    lists = aws.together(*(partial(_details, aws, name, query) for name in repositories))
    found: list[Image] = []
    for name, details in zip(repositories, lists, strict=True):
        found += _rows(name, details)
    return [row for row in found if _has_status(row, status)]


def _all_names(aws: Aws, scope: Document) -> list[str]:
    listed = aws.pages("ecr", "describe_repositories", "repositories", **scope)
    return [item["repositoryName"] for item in listed]


def _details(aws: Aws, name: str, query: Document) -> list[ImageDetailTypeDef]:
    try:
        rows = aws.pages("ecr", "describe_images", "imageDetails", repositoryName=name, **query)
        return list(rows)
    except AwsError as error:
        if not missing(error):
            raise
    hint = "see the repositories with `ecscli images`; `ecscli push` makes missing ones"
    raise InputError(f"there is no repository {name} in {aws.region}", hint=hint)


def _has_status(row: Image, status: str | None) -> bool:
    return status is None or (row.tag is not None) == (status == "TAGGED")


def _rows(name: str, details: Iterable[ImageDetailTypeDef]) -> Iterator[Image]:
    """One row for each tag of an image."""
    for detail in details:
        for label in detail.get("imageTags") or (None,):
            yield Image(
                name,
                label,
                detail["imageDigest"],
                detail.get("imagePushedAt"),
                detail.get("imageSizeInBytes"),
            )
