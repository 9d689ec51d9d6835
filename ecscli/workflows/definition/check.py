"""A project and the files beside it -> the report of what becomes of each key, without AWS."""

from __future__ import annotations

from ecscli.base.records import replace
from ecscli.compose.check import Report, check_groups, examine
from ecscli.compose.check import check as check_task
from ecscli.compose.layout.arrange import arrange
from ecscli.compose.layout.choose import SERVICES
from ecscli.compose.secrets.shipped import ShipSettings
from ecscli.compose.task.definition import TaskSettings
from ecscli.registry.builds.plan import Builds
from ecscli.workflows.definition.groups import builds_of_groups
from ecscli.workflows.definition.translation import launch_of, platform_for
from ecscli.workflows.images.plan import NO_FLAGS, BuildFlags, planner
from ecscli.workflows.project import ProjectRequest, as_task, layout_of, load_files


def check(request: ProjectRequest, flags: BuildFlags = NO_FLAGS) -> Report:
    """The report; what is wrong with the files is an answer here, not a failure. Nothing is
    built."""
    settings = request.settings
    launch = launch_of(settings)

    def examined() -> Report:
        project, params, creds = load_files(request)
        task_settings = TaskSettings(
            launch,
            task_role_arn=request.task_role_arn,
            creds=creds,
            region=settings.region.value,
            ship=ShipSettings(request.ship_secrets),
        )
        builder = planner(request, flags)
        if layout_of(request, params) == SERVICES:
            arrangement = arrange(project, params)
            builds = builds_of_groups(arrangement, params, launch, builder)
            return check_groups(arrangement, params, _with_builds(task_settings, builds))
        builds = builder(project, params, platform_for(project, params, launch))
        return check_task(project, as_task(params), _with_builds(task_settings, builds))

    return examine(examined, settings.launch_type.value)


def _with_builds(settings: TaskSettings, builds: Builds) -> TaskSettings:
    return replace(settings, images=builds.images, image_findings=builds.findings)
