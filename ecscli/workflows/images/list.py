"""The services of a project -> the images that they have in ECR: what `compose images` prints."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.records import field, record
from ecscli.compose.project.model import Service
from ecscli.registry.builds.decide import Verdict
from ecscli.registry.builds.recipes import Recipe
from ecscli.registry.new_repository import LIVE
from ecscli.registry.stock import Stock, look_up
from ecscli.up.model import Event
from ecscli.workflows.definition.silence import cluster_of, processors_of
from ecscli.workflows.definition.translation import Terms
from ecscli.workflows.images.bases import tagged
from ecscli.workflows.images.plan import BuildFlags, planner
from ecscli.workflows.images.translated import translated_images
from ecscli.workflows.project import Connect, ProjectRequest

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


@record
class ServiceImage:
    """The image of one service. `digest` None: ECR does not have it, or it is none that is built;
    `size` is in bytes, `in_use` are the deployments that have it, `findings` those of a scan by
    their severity."""

    service: str
    image: str
    digest: str | None = None
    pushed: datetime | None = None
    size: int | None = None
    in_use: tuple[str, ...] = ()
    findings: Mapping[str, int] = field(default_factory=dict)


def list_images(
    connect: Connect, request: ProjectRequest
) -> Generator[Event, None, list[ServiceImage]]:
    """The images of all services, in the order of the files."""
    builder = planner(request, BuildFlags(every=True))
    terms = Terms(
        builder=builder,
        look=cluster_of(connect, request),
        processors=processors_of(connect, request),
    )
    project, builds = yield from translated_images(request, terms)
    builds = yield from tagged(request, builds, builds.recipes(Verdict.FUTURE), True)
    recipes = builds.recipes(Verdict.FUTURE)
    stock, details = Stock({}), {}
    if recipes:
        aws = connect()
        stock = look_up(aws, [recipe.reference for recipe in recipes if recipe.is_named])
        known = [recipe for recipe in recipes if recipe.reference in stock.digests]
        answers = aws.together(*(partial(_details, aws, recipe) for recipe in known))
        details = dict(zip([recipe.key for recipe in known], answers, strict=True))
    by_service = {service: recipe for recipe in recipes for service in recipe.services}
    rows = (
        _row(service, by_service.get(service.name), stock, details) for service in project.services
    )
    return list(rows)


def _details(aws: Aws, recipe: Recipe) -> Document:
    """What ECR has of an image."""
    reference = recipe.reference
    query: dict[str, object] = {
        "repositoryName": reference.repository,
        "imageIds": [{"imageTag": reference.tag}],
    }
    if reference.account:
        query["registryId"] = reference.account
    there = aws.elsewhere(reference.region)
    found: Document = there.call("ecr", "describe_images", **query)["imageDetails"][0]
    return found


def _row(
    service: Service, recipe: Recipe | None, stock: Stock, details: Mapping[str, Document]
) -> ServiceImage:
    if recipe is None:
        return ServiceImage(service.name, service.image or "")
    found = details.get(recipe.key, {})
    summary = found.get("imageScanFindingsSummary") or {}
    return ServiceImage(
        service.name,
        recipe.name,
        stock.digests.get(recipe.reference),
        found.get("imagePushedAt"),
        found.get("imageSizeInBytes"),
        tuple(_deployments(found)),
        summary.get("findingSeverityCounts") or {},
    )


def _deployments(found: Document) -> Iterator[str]:
    """The deployments that have an image, by its tags."""
    for tag in found.get("imageTags") or ():
        if tag.startswith(LIVE):
            yield tag.removeprefix(LIVE)
