"""What files and flags leave open about where tasks run -> the cluster's own stack and its
instances, read where they matter."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.aws.errors import NO_CREDENTIALS, denied
from ecscli.base.errors import AccessError, EcsCliError, Finding
from ecscli.base.findings import Findings
from ecscli.base.limits import EC2, FARGATE
from ecscli.base.records import replace
from ecscli.compose.ecs.launch_target import LaunchFlags, decide
from ecscli.compose.layout.arrangement.arrange import arrange
from ecscli.compose.layout.choose import SERVICES
from ecscli.compose.layout.judge import judge_groups
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project
from ecscli.compose.task.definition import TaskSettings
from ecscli.compose.verdict import judge
from ecscli.up.stack.of_cluster import ClusterLook, read_cluster_stack
from ecscli.up.stack.processors import read_processors
from ecscli.workflows.definition.translation import (
    LookForCluster,
    LookForProcessors,
    ProcessorLook,
)
from ecscli.workflows.project import Connect, ProjectRequest, layout_of

LAUNCH_TYPE_HINT = "name the launch type: --launch-type"
PLATFORM_HINT = "set platform of the services to linux/amd64 or linux/arm64"


def cluster_of(
    connect: Connect, request: ProjectRequest, must_answer: bool = True
) -> LookForCluster:
    """What looks for the stack of the request's cluster. It does so for files of today alone, as
    ecs-cli took EC2 where nothing names a launch type, and where the stack can matter. Where AWS
    need not answer, every error is a warning."""
    settings = request.settings
    cluster, stack = settings.cluster.value, settings.stack_name.value

    def look(project: Project, params: EcsParams, task: TaskSettings) -> ClusterLook:
        if not cluster or not stack or not settings.region.value:
            return ClusterLook()
        if not _matters(project, params, task.launch):
            return ClusterLook()
        by_group = layout_of(request, params) == SERVICES
        if _is_refused(project, params, task, by_group):
            return ClusterLook()
        try:
            return read_cluster_stack(connect(), stack, cluster)
        except EcsCliError as error:
            if must_answer and denied(error) and _is_refused_as_is(project, params, task, by_group):
                raise  # what is refused on instances may be right on Fargate
            what = f"stack {stack} of the cluster"
            return ClusterLook(unread=_unread(what, error, LAUNCH_TYPE_HINT, must_answer))

    return look


def processors_of(
    connect: Connect, request: ProjectRequest, must_answer: bool = True
) -> LookForProcessors:
    """What looks at the processors of the cluster's container instances, for images that are built
    for them; as `cluster_of`."""
    settings = request.settings
    cluster = settings.cluster.value

    def look(project: Project, params: EcsParams, task: TaskSettings) -> ProcessorLook:
        if (
            not cluster
            or not settings.region.value
            or _is_refused(project, params, task, layout_of(request, params) == SERVICES)
        ):
            return ProcessorLook()
        try:
            architectures = read_processors(connect(), cluster)
        except EcsCliError as error:
            what = f"the processors of the instances of cluster {cluster}"
            return ProcessorLook(findings=_unread(what, error, PLATFORM_HINT, must_answer))
        only = architectures[0] if len(architectures) == 1 else None
        return ProcessorLook(only, tuple(_differ(cluster, architectures)))

    return look


def _differ(cluster: str, architectures: tuple[str, ...]) -> Iterator[Finding]:
    """The warning of instances that do not all run the same images."""
    if len(architectures) > 1:
        names = " and ".join(architectures)
        message = f"cluster {cluster} has instances with {names}: images are built for x86_64"
        yield Finding(message, None, PLATFORM_HINT)


def _matters(project: Project, params: EcsParams, flags: LaunchFlags) -> bool:
    """Whether tasks may run on instances of the cluster."""
    exact = project.dialect.reproduces_ecs_cli
    if exact:
        return False
    target = decide(project.services, params, flags, exact, Findings())
    return target.effective_launch_type == EC2


def _is_refused(
    project: Project, params: EcsParams, settings: TaskSettings, by_group: bool
) -> bool:
    """Whether the files are wrong wherever the tasks run, so that nobody needs to be asked."""
    if project.errors or params.errors:
        return True
    on_fargate = replace(settings.launch, launch_type=FARGATE, of_stack=True)
    elsewhere = replace(settings, launch=on_fargate)
    return all(_is_refused_as_is(project, params, one, by_group) for one in (settings, elsewhere))


def _is_refused_as_is(
    project: Project, params: EcsParams, settings: TaskSettings, by_group: bool
) -> bool:
    """Whether the files are wrong where the tasks run with these settings."""
    findings = _findings_of_groups if by_group else _findings
    return bool(findings(project, params, settings).errors)


def _findings(project: Project, params: EcsParams, settings: TaskSettings) -> Findings:
    return judge(project, params, settings)[1]


def _findings_of_groups(project: Project, params: EcsParams, settings: TaskSettings) -> Findings:
    """With layout services more containers fit than one task takes."""
    return judge_groups(arrange(project, params), params, settings).findings


def _unread(what: str, error: EcsCliError, hint: str, must_answer: bool) -> tuple[Finding, ...]:
    """The warning of a look that failed; none without credentials, which whatever is done next
    reports. Raises the error of a look that must answer, and was not denied."""
    if isinstance(error, AccessError) and error.code == NO_CREDENTIALS:
        return ()
    if must_answer and not denied(error):
        raise error
    return (Finding(f"{what} could not be looked up: {next(error.lines())}", None, hint),)
