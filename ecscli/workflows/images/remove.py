"""The repositories in ECR that were made for a project -> deleted with their images, where that is
asked for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.errors import missing
from ecscli.aws.image_reference import Reference
from ecscli.base.errors import AwsError, Finding
from ecscli.base.records import record
from ecscli.compose.params.image_settings import ImageSettings
from ecscli.registry.builds.recipes import Workshop, repositories_of
from ecscli.registry.new_repository import LIVE, PROJECT_TAG
from ecscli.up.model import DeleteRepository, Plan
from ecscli.workflows.project import Connect, ProjectRequest, load_files, refuse

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


@record
class LiveRepository:
    """A repository of the account: the project that it was made for, the number of its images, and
    the deployments that have one of them, which may be of other clusters."""

    name: str
    project: str | None
    images: int
    deployments: tuple[str, ...] = ()


def plan_removal(connect: Connect, request: ProjectRequest) -> Plan:
    """Plan to delete the repositories of the project's services that were made for it; notices name
    what is left, and what is deployed."""
    project, params, _ = load_files(request)
    refuse([*project.errors, *params.errors])
    settings = ImageSettings(**params.images)
    references = repositories_of(Workshop(project, settings, None, lambda context: None))
    if not references:
        return Plan()
    aws = connect()
    found = aws.together(*(partial(_read, aws, reference) for reference in references))
    live = [repository for repository in found if repository is not None]
    ours = [repository for repository in live if repository.project == project.name]
    deletions = tuple(
        DeleteRepository({"repositoryName": one.name, "force": True}, one.images) for one in ours
    )
    return Plan(deletions, tuple(_notices(live, project.name)))


def _notices(live: list[LiveRepository], project: str) -> Iterator[Finding]:
    for repository in live:
        name = repository.name
        if repository.project != project:
            yield Finding(f"repository {name} was not made for project {project}: it is left")
        elif repository.deployments:
            names = ", ".join(repository.deployments)
            yield Finding(f"repository {name} has images that were deployed: {names}")


def _read(aws: Aws, reference: Reference) -> LiveRepository | None:
    """A repository; None where there is none. One of another account is not read."""
    if reference.account is not None and reference.account != aws.account():
        return None
    there, name = aws.elsewhere(reference.region), reference.repository
    try:
        answer = there.call("ecr", "describe_repositories", repositoryNames=[name])
    except AwsError as error:
        if not missing(error):
            raise
        return None
    arn = answer["repositories"][0]["repositoryArn"]
    listed = there.call("ecr", "list_tags_for_resource", resourceArn=arn)
    tags = {tag["Key"]: tag["Value"] for tag in listed.get("tags") or ()}
    images = list(there.pages("ecr", "describe_images", "imageDetails", repositoryName=name))
    labels = [label for image in images for label in image.get("imageTags") or ()]
    deployments = tuple(
        sorted(label.removeprefix(LIVE) for label in labels if label.startswith(LIVE))
    )
    return LiveRepository(name, tags.get(PROJECT_TAG), len(images), deployments)
