"""A project and the files beside it -> the report of what becomes of each key, without AWS."""

from __future__ import annotations

from ecscli.compose.check import Report, examine
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project
from ecscli.compose.task.definition import TaskSettings
from ecscli.workflows.definition.translation import launch_of, platform_for
from ecscli.workflows.images.plan import NO_FLAGS, BuildFlags, planner
from ecscli.workflows.project import ProjectRequest, load_all


def check(request: ProjectRequest, flags: BuildFlags = NO_FLAGS) -> Report:
    """The report; what is wrong with the files is an answer here, not a failure. Nothing is
    built."""
    settings = request.settings

    def load() -> tuple[Project, EcsParams, TaskSettings]:
        project, params, creds = load_all(request)
        launch = launch_of(settings)
        platform = platform_for(project, params, launch)
        builds = planner(request, flags)(project, params, platform)
        task_settings = TaskSettings(
            launch,
            task_role_arn=request.task_role_arn,
            creds=creds,
            images=builds.images,
            region=settings.region.value,
            image_findings=builds.findings,
        )
        return project, params, task_settings

    return examine(load, settings.launch_type.value)
