"""PURE: a task definition -> what its execution role must be allowed to do: as references for the
policy of a role of ours, and as questions about a role that is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ecscli.aws.image_reference import Reference, parse_reference
from ecscli.base.documents import Document
from ecscli.base.errors import InputError
from ecscli.compose.ecs import images
from ecscli.support.reads import Reads, statements
from ecscli.up.preflight import in_definition

PULL = ("ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage")
WRITE = ("logs:CreateLogStream", "logs:PutLogEvents")
UNKNOWN_END = ("??????", "AAAAAA")  # what a secret's ARN ends with, in a policy and as an example


class Right(NamedTuple):
    """Actions that must be allowed on each of the resources."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]


class Place(NamedTuple):
    """Where names without an ARN are."""

    partition: str
    region: str
    account: str

    def filled(self, text: str) -> str:
        """The text of a `!Sub`, with the values of the place."""
        for name, value in zip(("Partition", "Region", "AccountId"), self, strict=True):
            text = text.replace(f"${{AWS::{name}}}", value)
        return text


def reads_of(definition: Document) -> Reads:
    """What the agent reads for the containers."""
    return Reads(
        tuple(in_definition.secrets(definition)),
        tuple(in_definition.parameters(definition)),
        tuple(in_definition.objects(definition)),
    )


def rights(definition: Document, reads: Reads, place: Place) -> Iterator[Right]:
    """What the role must be allowed to do: pull, write logs, and read."""
    repositories = tuple(dict.fromkeys(_repositories(definition, place)))
    if repositories:
        yield Right(("ecr:GetAuthorizationToken",), ("*",))
        yield Right(PULL, repositories)
    groups = tuple(dict.fromkeys(_log_groups(definition, place)))
    if groups:
        yield Right(WRITE, groups)
    yield from read_rights(reads, place)


def read_rights(reads: Reads, place: Place) -> Iterator[Right]:
    """What the role must be allowed to read."""
    for statement in statements(reads):
        texts = [getattr(one, "value", one) for one in statement["Resource"]]
        resources = tuple(place.filled(text).replace(*UNKNOWN_END) for text in texts)
        yield Right((statement["Action"],), resources)


def _repositories(definition: Document, place: Place) -> Iterator[str]:
    for name in in_definition.images(definition):
        image = _in_ecr(images.without_places(name))
        if image:
            owner = f"arn:{place.partition}:ecr:{image.region}:{image.account}"
            yield f"{owner}:repository/{image.repository}"


def _in_ecr(name: str) -> Reference | None:
    if not images.ECR.match(name):
        return None
    try:
        return parse_reference(name, digest_allowed=True)
    except InputError:  # the rules of ECS judge it
        return None


def _log_groups(definition: Document, place: Place) -> Iterator[str]:
    for name, region in in_definition.log_groups(definition):
        group = f"log-group:{name}:log-stream:*"
        yield f"arn:{place.partition}:logs:{region or place.region}:{place.account}:{group}"
