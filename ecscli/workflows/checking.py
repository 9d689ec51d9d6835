"""A project and the files beside it -> the report of what becomes of each key, without AWS."""

from __future__ import annotations

from ecscli.compose.check import Report, examine
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project
from ecscli.compose.task.definition import Target
from ecscli.workflows.project import ProjectRequest, load_all


def check(request: ProjectRequest) -> Report:
    """The report; what is wrong with the files is an answer here, not a failure."""
    settings = request.settings

    def load() -> tuple[Project, EcsParams, Target]:
        project, params, creds = load_all(request)
        launch_type, region = settings.launch_type.value, settings.region.value
        return project, params, Target(launch_type, request.task_role_arn, creds, region=region)

    return examine(load, settings.launch_type.value)
