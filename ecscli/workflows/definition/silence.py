"""What files and flags leave open about where tasks run -> the cluster's own stack, read where it
matters."""

from __future__ import annotations

from ecscli.aws.errors import NO_CREDENTIALS, is_session_over
from ecscli.base.errors import AccessError, Finding
from ecscli.base.findings import Findings
from ecscli.base.limits import EC2, FARGATE
from ecscli.base.records import replace
from ecscli.compose.ecs.launch_target import LaunchFlags, decide
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project
from ecscli.compose.task.definition import TaskSettings
from ecscli.compose.verdict import judge
from ecscli.up.stack.of_cluster import ClusterLook, read_cluster_stack
from ecscli.workflows.definition.translation import LookForCluster
from ecscli.workflows.project import Connect, ProjectRequest


def cluster_of(connect: Connect, request: ProjectRequest) -> LookForCluster:
    """What looks for the stack of the request's cluster. It does so for files of today alone, as
    ecs-cli took EC2 where nothing names a launch type, and where the stack can matter."""
    settings = request.settings
    cluster, stack = settings.cluster.value, settings.stack_name.value

    def look(project: Project, params: EcsParams, task: TaskSettings) -> ClusterLook:
        if not cluster or not stack or not settings.region.value:
            return ClusterLook()
        if not _matters(project, params, task.launch) or _is_refused(project, params, task):
            return ClusterLook()
        try:
            return read_cluster_stack(connect(), stack, cluster)
        except AccessError as error:
            if error.code == NO_CREDENTIALS:  # whatever is done next says so
                return ClusterLook()
            if is_session_over(error):
                raise
            return ClusterLook(unread=(_unread(stack, error),))

    return look


def _matters(project: Project, params: EcsParams, flags: LaunchFlags) -> bool:
    """Whether tasks may run on instances of the cluster."""
    exact = project.dialect.reproduces_ecs_cli
    if exact:
        return False
    target = decide(project.services, params, flags, exact, Findings())
    return target.effective_launch_type == EC2


def _is_refused(project: Project, params: EcsParams, settings: TaskSettings) -> bool:
    """Whether the files are wrong wherever the tasks run, so that nobody needs to be asked."""
    if project.errors or params.errors:
        return True
    on_fargate = replace(settings.launch, launch_type=FARGATE, of_stack=True)
    return all(
        judge(project, params, replace(settings, launch=launch))[1].errors
        for launch in (settings.launch, on_fargate)
    )


def _unread(stack: str, error: AccessError) -> Finding:
    message = f"stack {stack} of the cluster could not be looked up: {next(error.lines())}"
    return Finding(message, None, "name the launch type: --launch-type")
