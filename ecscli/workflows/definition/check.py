"""A project and the files beside it -> the report of what becomes of each key, without AWS."""

from __future__ import annotations

from ecscli.compose.check import Report, examine
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project
from ecscli.compose.task.definition import TaskSettings
from ecscli.workflows.definition.translation import launch_of, no_images
from ecscli.workflows.images.build import expected
from ecscli.workflows.project import ProjectRequest, load_all


def check(request: ProjectRequest, build: bool = False) -> Report:
    """The report; what is wrong with the files is an answer here, not a failure.

    With `build` the images of `build:` count as built.
    """
    images = expected if build else no_images
    settings = request.settings

    def load() -> tuple[Project, EcsParams, TaskSettings]:
        project, params, creds = load_all(request)
        task_settings = TaskSettings(
            launch_of(settings),
            task_role_arn=request.task_role_arn,
            creds=creds,
            images=images(project),
            region=settings.region.value,
        )
        return project, params, task_settings

    return examine(load, settings.launch_type.value)
