"""Repositories of ECR: made on demand, tagged, and the list of what is in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ecscli.aws.errors import missing
from ecscli.base.documents import Document
from ecscli.base.errors import AwsError
from ecscli.base.records import record
from ecscli.base.tags import aws_tags

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
#: Seconds below which an age is told in these words; `{n}` is the age over the divisor.
AGES = (
    (1, 1, "Less than a second"),
    (2, 1, "1 second"),
    (60, 1, "{n} seconds"),
    (120, 60, "About a minute"),
    (3600, 60, "{n} minutes"),
    (5400, 3600, "About an hour"),
    (48 * 3600, 3600, "{n} hours"),
    (336 * 3600, 24 * 3600, "{n} days"),
    (1440 * 3600, 168 * 3600, "{n} weeks"),
    (17520 * 3600, 720 * 3600, "{n} months"),
    (float("inf"), 8760 * 3600, "{n} years"),
)


@record
class Image:
    """One row: an image under one of its tags, or without a tag. `pushed` is aware of its zone,
    `size` in bytes."""

    repository: str
    tag: str | None
    digest: str
    pushed: datetime | None
    size: int | None


def ensure(aws: Aws, name: str, account: str | None = None) -> tuple[Document, bool]:
    """The repository as ECR describes it, made where it does not exist; True where it was made."""
    scope = {"registryId": account} if account else {}
    try:
        return aws.call("ecr", "describe_repositories", repositoryNames=[name], **scope)[
            "repositories"
        ][0], False
    except AwsError as error:
        if not missing(error):
            raise
    try:
        return aws.call("ecr", "create_repository", repositoryName=name, **scope)[
            "repository"
        ], True
    except AwsError as error:
        if error.code != "RepositoryAlreadyExistsException":  # somebody else was quicker
            raise
        return aws.call("ecr", "describe_repositories", repositoryNames=[name], **scope)[
            "repositories"
        ][0], False


def tag(aws: Aws, arn: str, tags: Sequence[tuple[str, str]]) -> None:
    """Put tags on a repository."""
    aws.call(
        "ecr",
        "tag_resource",
        resourceArn=arn,
        tags=aws_tags(tags),
    )


def images(
    aws: Aws, names: Sequence[str] = (), status: str | None = None, account: str | None = None
) -> list[Image]:
    """The images of these repositories, or of all; `status` is TAGGED, UNTAGGED or None. All pages,
    in ECR's order."""
    scope = {"registryId": account} if account else {}
    found = names or [
        item["repositoryName"]
        for item in aws.pages("ecr", "describe_repositories", "repositories", **scope)
    ]
    query = {**scope, **({"filter": {"tagStatus": status}} if status else {})}
    lists = aws.together(
        *(
            lambda name=name: list(
                aws.pages("ecr", "describe_images", "imageDetails", repositoryName=name, **query)
            )
            for name in found
        )
    )
    rows = [row for name, details in zip(found, lists, strict=True) for row in _rows(name, details)]
    return [row for row in rows if status is None or (row.tag is not None) == (status == "TAGGED")]


def _rows(name: str, details: Iterable[Document]) -> Iterator[Image]:
    for detail in details:
        for label in detail.get("imageTags") or (None,):
            yield Image(
                name,
                label,
                detail["imageDigest"],
                detail.get("imagePushedAt"),
                detail.get("imageSizeInBytes"),
            )


def age(seconds: float) -> str:
    """How long ago, in the original's words: `About a minute ago`."""
    _, divisor, words = next(row for row in AGES if seconds < row[0])
    rounded = int(seconds / divisor + 0.5) if divisor == 3600 else int(seconds / divisor)
    return words.format(n=rounded) + " ago"


def size(count: int) -> str:
    """Bytes in decimal units with three digits: `123MB`, `1.23GB`."""
    value, unit = float(count), 0
    while value >= 999.5 and unit < len(UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.3g}{UNITS[unit]}"
