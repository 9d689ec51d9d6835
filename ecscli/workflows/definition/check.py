"""A project and the files beside it -> the report of what becomes of each key, without AWS."""

from __future__ import annotations

from collections.abc import Sequence

from ecscli.base.records import replace
from ecscli.compose.check import Report, check_groups, examine
from ecscli.compose.check import check as check_task
from ecscli.compose.ecs.launch_target import names_launch_type
from ecscli.compose.layout.arrangement.arrange import arrange
from ecscli.compose.layout.choose import SERVICES
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project
from ecscli.compose.secrets.shipped import ShipSettings
from ecscli.compose.task.definition import TaskSettings
from ecscli.config.settings import Settings
from ecscli.registry.builds.plan import Builds
from ecscli.workflows.definition.groups import builds_of_groups
from ecscli.workflows.definition.translation import launch_of, platform_for
from ecscli.workflows.images.plan import NO_FLAGS, BuildFlags, planner
from ecscli.workflows.project import ProjectRequest, as_task, layout_of, load_files


def check(request: ProjectRequest, flags: BuildFlags = NO_FLAGS) -> Report:
    """The report; what is wrong with the files is an answer here, not a failure. Nothing is
    built."""
    settings = request.settings
    launch, cluster = launch_of(settings), settings.cluster.value or ""

    def examined() -> Report:
        project, params, creds = load_files(request)
        task_settings = TaskSettings(
            launch,
            task_role_arn=request.task_role_arn,
            creds=creds,
            region=settings.region.value,
            ship=ShipSettings(request.ship_secrets),
            balance=request.load_balancer,
        )
        builder = planner(request, flags)
        if layout_of(request, params) == SERVICES:
            arrangement = arrange(project, params)
            builds = builds_of_groups(arrangement, params, launch, builder)
            task_settings = _with_builds(task_settings, builds)
            report = check_groups(arrangement, params, task_settings, cluster)
            return _assuming(report, settings, project, [one.params for one in arrangement.groups])
        builds = builder(project, params, platform_for(project, params, launch))
        report = check_task(project, as_task(params), _with_builds(task_settings, builds))
        return _assuming(report, settings, project, [params])

    return examine(examined, settings.launch_type.value)


def _assuming(
    report: Report, settings: Settings, project: Project, params: Sequence[EcsParams]
) -> Report:
    """The report, with the cluster whose stack `up` would ask for the launch type."""
    launch = launch_of(settings)
    is_named = all(names_launch_type(launch, one) for one in params)
    if is_named or project.dialect.reproduces_ecs_cli or not settings.region.value:
        return report
    return replace(report, assumed=settings.cluster.value or "")


def _with_builds(settings: TaskSettings, builds: Builds) -> TaskSettings:
    return replace(settings, images=builds.images, image_findings=builds.findings)
