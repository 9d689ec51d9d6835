"""Images of ECR: pushed from this machine, pulled to it, listed."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import TYPE_CHECKING

from ecscli.aws.image_reference import parse_reference
from ecscli.base.errors import InputError
from ecscli.base.records import record
from ecscli.base.tags import unique_tags
from ecscli.registry import repositories, transfer
from ecscli.registry.engine import Engine
from ecscli.up.model import Event

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

STATUS = {(True, False): "TAGGED", (False, True): "UNTAGGED"}


@record
class ImageRequest:
    """The image of a push or a pull: `words` are those of the command line, of which there must be
    one. `registry_id`: the account of the registry, the own one by default."""

    words: Sequence[str]
    environment: Mapping[str, str]
    connect: Callable[[], Aws]
    registry_id: str | None = None
    fips: bool = False


def push(request: ImageRequest, tags: str | None) -> Generator[Event, None, str]:
    """Push an image; its repository is made where it is missing. The image by its digest, or by its
    tag where the registry gave none."""
    image = _only(request, "push", "app:v1")
    reference, wanted = parse_reference(image), unique_tags(tags)
    source = image if reference.tag else f"{image}:latest"
    digest = None
    with Engine(request.environment) as engine:
        target = transfer.find_repository(
            request.connect(), reference, request.registry_id, request.fips
        )
        for event in transfer.push(engine, target, source, reference, wanted):
            yield event
            digest = event.fields.get("digest", digest)
    return f"{target.name}@{digest}" if digest else f"{target.name}:{reference.tag or 'latest'}"


def pull(request: ImageRequest) -> Generator[Event, None, str]:
    """Pull an image to this machine's engine; its name there."""
    reference = parse_reference(_only(request, "pull", "app:v1"), digest_allowed=True)
    with Engine(request.environment) as engine:
        target = transfer.find_repository(
            request.connect(), reference, request.registry_id, request.fips
        )
        yield from transfer.pull(engine, target, reference)
    joint = "@" if reference.version.startswith("sha256:") else ":"
    return f"{target.name}{joint}{reference.version}"


def _only(request: ImageRequest, verb: str, example: str) -> str:
    if len(request.words) != 1:
        hint = f"for example `ecscli {verb} {example}`"
        raise InputError(f"{verb} needs exactly one image", hint=hint)
    return request.words[0]


@record
class ImagesRequest:
    """Which images: of these repositories, or of all; with a tag, without one, or both."""

    names: Sequence[str]
    tagged: bool = False
    untagged: bool = False
    registry_id: str | None = None
    fips: bool = False


def images(aws: Aws, request: ImagesRequest) -> Sequence[repositories.Image]:
    """The images in ECR."""
    status = STATUS.get((request.tagged, request.untagged))
    there = aws.with_fips() if request.fips else aws
    return list(repositories.images(there, request.names, status, request.registry_id))
