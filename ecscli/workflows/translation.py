"""A project and the files beside it -> its task definition, without AWS: what every job with a task
definition starts from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ecscli.base.records import record, replace
from ecscli.base.tags import Tags
from ecscli.compose.ecs.support import SKIPPING
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project
from ecscli.compose.task.definition import Target, TaskDefinition, build_task_definition
from ecscli.up.model import Event
from ecscli.workflows.events import warnings
from ecscli.workflows.project import ProjectRequest, load_all

Images = Callable[[Project], Mapping[str, str]]


@record
class Translation:
    """A project as ECS takes it, and the target that it was translated for."""

    project: Project
    params: EcsParams
    target: Target
    definition: TaskDefinition

    def with_images(self, images: Mapping[str, str]) -> Translation:
        """The same with images by service that were built meanwhile."""
        target = replace(self.target, images=images)
        definition = build_task_definition(self.project, self.params, target)
        return replace(self, target=target, definition=_without_skips(definition, images))


def no_images(project: Project) -> Mapping[str, str]:
    """Nothing is built."""
    return {}


def translate(
    request: ProjectRequest,
    tags: Tags = (),
    images: Images = no_images,
    launch_type: str | None = None,
) -> Translation:
    """Load and translate a project. Raises InputError with every finding.

    `images` gives the names of built images by service; `launch_type` overrides that of the
    settings.
    """
    project, params, creds = load_all(request)
    settings = request.settings
    target = Target(
        launch_type=launch_type or settings.launch_type.value,
        task_role_arn=request.task_role_arn,
        creds=creds,
        tags=tags,
        images=images(project),
        region=settings.region.value,
    )
    definition = build_task_definition(project, params, target)
    return Translation(project, params, target, _without_skips(definition, target.images))


def _without_skips(definition: TaskDefinition, built: Iterable[str]) -> TaskDefinition:
    """ecs-cli warned in old files that `build` is skipped; not so where it is built."""
    skips = {f"{SKIPPING} services.{service}.build" for service in built}
    left = tuple(one for one in definition.warnings if one.message not in skips)
    return replace(definition, warnings=left)


def observations(translation: Translation) -> Iterator[Event]:
    """What loading and translating found strange, and what they decided."""
    definition = translation.definition
    yield from warnings([*translation.project.warnings, *definition.warnings])
    for notice in definition.notices:
        for line in notice.lines():
            yield Event(line)
