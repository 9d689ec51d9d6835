"""The Python API: files -> a project -> a task definition, without AWS; a service deployed, or a
task run, with it. Each function runs the workflow of the command that does the same."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any, TypedDict, Unpack

from ecscli.aws.client import Aws
from ecscli.base.documents import Document, Draft
from ecscli.base.errors import (
    AccessError,
    AwsError,
    DeploymentError,
    EcsCliError,
    Finding,
    InputError,
    Interrupted,
)
from ecscli.base.nearest import did_you_mean
from ecscli.base.records import values_of
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.layout.choose import check_layout
from ecscli.compose.load import load_project as load
from ecscli.compose.project.model import Project
from ecscli.config.settings import Flags
from ecscli.up.model import Event
from ecscli.workflows.definition.render import render
from ecscli.workflows.events import Listener, result_of, warnings
from ecscli.workflows.images.plan import BuildFlags
from ecscli.workflows.project import ProjectRequest, has_services, refuse
from ecscli.workflows.service import up as service_workflow
from ecscli.workflows.services import run as run_of_service
from ecscli.workflows.services.planning import plan as project_plan
from ecscli.workflows.services.request import (
    OF_LAYOUT_SERVICES,
    OF_LAYOUT_TASK,
    ServicesRequest,
    is_given,
)
from ecscli.workflows.services.rollout.up import ProjectDone
from ecscli.workflows.settings import settings_in
from ecscli.workflows.switch import apply as switch
from ecscli.workflows.switch.request import SwitchRequest
from ecscli.workflows.tasks import run as run_workflow
from ecscli.workflows.tasks.run import Ended, RunRequest

__all__ = [
    "AccessError",
    "AwsError",
    "DeploymentError",
    "EcsCliError",
    "Event",
    "InputError",
    "Interrupted",
    "Project",
    "build_task_definition",
    "deploy",
    "load_project",
    "run",
]

Answer = dict[str, Any]  # what a command prints with --output json

LOGIN = ("region", "launch_type", "aws_profile", "ecs_profile", "cluster_config")
SWITCH = ("switch_layout", "lose_data")
OF_PROJECT = ("ecs_params", "registry_creds", "task_role_arn", "layout", "load_balancer")


def load_project(
    *files: str,
    directory: str = ".",
    environment: Mapping[str, str] | None = None,
    project_name: str | None = None,
    env_files: Sequence[str] = (),
    profiles: Sequence[str] = (),
    services: Sequence[str] = (),
    confined: bool | None = None,
    interpolate_credentials: bool = False,
) -> Project:
    """The Compose project in `files`, in order; without any, COMPOSE_FILE's or those with a default
    name.

    `directory` is where relative names are looked up; `environment` replaces the process's own
    where it is given. The rest is as on the command line. Raises `InputError` with every finding
    and its place.
    """
    options = LoadOptions(
        directory=os.path.abspath(directory),
        environment=os.environ if environment is None else environment,
        files=files,
        project_name=project_name,
        env_files=env_files,
        profiles=profiles,
        services=services,
        confined=confined,
        interpolate_credentials=interpolate_credentials,
    )
    return load(options)


def build_task_definition(
    project: Project,
    ecs_params: str | None = None,
    *,
    directory: str | None = None,
    registry_creds: str | None = None,
    tags: Mapping[str, str] | None = None,
    launch_type: str | None = None,
    task_role_arn: str | None = None,
    images: Mapping[str, str] | None = None,
    region: str | None = None,
    cluster_config: str | None = None,
    layout: str | None = None,
) -> Answer:
    """The RegisterTaskDefinition request for a project, ready for boto3's
    `register_task_definition(**request)`; in layout services the requests of all groups by name:
    what `ecscli compose render` prints.

    `images` are images by service; the other keywords are as in `ProjectKeywords`. Raises
    `InputError` with everything that ECS cannot do.
    """
    keywords = {
        "ecs_params": ecs_params,
        "directory": directory,
        "registry_creds": registry_creds,
        "launch_type": launch_type,
        "task_role_arn": task_role_arn,
        "region": region,
        "cluster_config": cluster_config,
        "layout": layout,
    }
    request = _project_request(project, None, keywords, _nobody)
    return dict(result_of(render(request, tags, BuildFlags(images=images)), _nobody))


class ProjectKeywords(TypedDict, total=False):
    """The files beside a project, and the account and region that it goes to.

    `ecs_params` and `registry_creds` are paths in `directory`, by default the project's; without
    them ecs-params.yml and the newest ecs-registry-creds_*.yml there are used where they exist.
    `launch_type` is EC2, FARGATE or EXTERNAL, and `layout` task or services. What is not given
    comes from ecs-cluster.yml in `directory`, the environment, ~/.ecs and ~/.aws, as for the
    commands; the layout from ECSCLI_LAYOUT and the files. `load_balancer` True puts every service
    with one published port behind a load balancer, unless it says otherwise.
    """

    directory: str | None
    ecs_params: str | None
    registry_creds: str | None
    task_role_arn: str | None
    launch_type: str | None
    region: str | None
    aws_profile: str | None
    ecs_profile: str | None
    cluster_config: str | None
    layout: str | None
    load_balancer: bool


class TaskKeywords(ProjectKeywords, total=False):
    """What is asked of each task, as by the flags of the same names.

    `capacity_provider` is NAME=WEIGHT,... and `propagate_tags` TASK_DEFINITION, SERVICE or NONE;
    `execute_command` allows `ecscli compose exec`. `build` True builds all images of services with
    `build:`, False none, None those that ECR does not have; `images` are images by service that are
    not built; `builder` is auto, buildx, buildkit or engine. `capability_iam` lets the
    execution role be made that a task needs and that files do not name. `ship_secrets` creates
    secrets with a file or a variable in AWS, `push_secrets` updates those that differ as well.
    """

    build: bool | None
    images: Mapping[str, str] | None
    builder: str | None
    ship_secrets: bool
    push_secrets: bool
    tags: Mapping[str, str] | None
    disable_ecs_managed_tags: bool
    capacity_provider: str | None
    platform_version: str | None
    propagate_tags: str | None
    execute_command: bool | None
    capability_iam: bool


class ServiceKeywords(TaskKeywords, total=False):
    """What is asked of a service, as by the flags of `ecscli compose service up`.

    `desired_count` None leaves the count as it is;
    `breaker` None makes new services with a circuit breaker. `target_groups` are texts such as
    ``targetGroupArn=ARN,containerName=web,containerPort=80``. `switch_layout` puts the services of
    this layout in the place of those of the other one, and agrees to gaps, which come as events of
    kind "warning"; `lose_data` lets volumes that end with their tasks start empty.
    """

    create_log_groups: bool
    log_retention: int | None
    desired_count: int | None
    force_deployment: bool
    no_wait: bool
    deployment_max_percent: int | None
    deployment_min_healthy_percent: int | None
    breaker: bool | None
    scheduling_strategy: str | None
    availability_zone_rebalancing: str | None
    target_group_arn: str | None
    load_balancer_name: str | None
    container_name: str | None
    container_port: int | None
    role: str | None
    health_check_grace_period: int | None
    target_groups: Sequence[str]
    enable_service_discovery: bool
    update_service_discovery: bool
    vpc: str | None
    private_dns_namespace: str | None
    private_dns_namespace_id: str | None
    public_dns_namespace: str | None
    public_dns_namespace_id: str | None
    sd_container_name: str | None
    sd_container_port: int | None
    dns_ttl: int | None
    dns_type: str | None
    healthcheck_custom_config_failure_threshold: int | None
    switch_layout: bool
    lose_data: bool


class DeployKeywords(ServiceKeywords, total=False):
    """What is asked of a project in layout services, as by the flags of `ecscli compose up`.

    `services` are those that are meant, with what they depend on unless `no_deps`; `jobs` is
    changed, always or never; `adopt` takes over services of these names that have no owner, and
    `remove_orphans` deletes those that the files no longer have.
    """

    services: Sequence[str]
    no_deps: bool
    jobs: str
    adopt: bool
    remove_orphans: bool


class RunKeywords(TaskKeywords, total=False):
    """What is asked of one task, as by the flags of `ecscli compose run`: CPU units, MiB, role
    ARNs, and the ECS service whose network is taken."""

    cpu: int | None
    memory: int | None
    task_role: str | None
    execution_role: str | None
    network_of: str | None


def deploy(
    project: Project,
    cluster: str | None = None,
    *,
    timeout: float = 5.0,
    tell: Listener | None = None,
    **keywords: Unpack[DeployKeywords],
) -> Answer:
    """Create or change the ECS service of a project, in layout services those of all its groups, as
    `ecscli compose service up` does, and follow their deployments.

    `timeout` is minutes without progress, 0 not to wait; `tell` is called with each `Event`.
    Returns the service as DescribeServices describes it at the end; in layout services
    ``{"layout": "services", "services": [SERVICE, ...], "jobs": [TASK, ...], "stack": {"name": str,
    "changed": bool}, "changed": bool}`` of those that were changed or waited for, of the jobs that
    ran, and of the support stack where the project has one. Raises `TypeError` for a keyword that
    is not one of `DeployKeywords`, `InputError` before anything is sent, `DeploymentError` with
    reasons.
    """
    given, listen = _known(keywords, DeployKeywords, "deploy"), tell or _nobody
    place = _project_request(project, cluster, given, listen)
    switching = SwitchRequest(**_taken(given, SWITCH))
    request = ServicesRequest(place, timeout=timeout, switch=switching, **given)
    if has_services(place):
        return _deploy_services(request, listen)
    return _deploy_service(request, listen)


def _deploy_service(request: ServicesRequest, listen: Listener) -> Answer:
    """Bring the one service of the project to what the files ask for."""
    others = [name for name in OF_LAYOUT_SERVICES if is_given(getattr(request, name))]
    refuse(_of_other_layout(others, "services"))
    aws = Aws(request.project.settings)
    planned = result_of(service_workflow.plan(lambda: aws, request), listen)
    done = result_of(switch.up_in_task(aws, planned), listen)
    if done.error:
        raise done.error
    return dict(done.service)


def _deploy_services(request: ServicesRequest, listen: Listener) -> Answer:
    """Bring the services of all groups to what the files ask for."""
    others = [name for name in OF_LAYOUT_TASK if is_given(getattr(request, name))]
    refuse(_of_other_layout(others, "task"))
    aws = Aws(request.project.settings)
    planned = result_of(project_plan.plan(lambda: aws, request), listen)
    done = result_of(switch.up_in_services(aws, planned), listen)
    if done.error:
        raise done.error
    return _project_answer(done)


def _of_other_layout(names: Sequence[str], layout: str) -> Iterator[Finding]:
    """The keywords that the layout of the project does not have."""
    for name in names:
        yield Finding(f"is for layout {layout}", name, "leave it out, or name the other layout")


def _project_answer(done: ProjectDone) -> Answer:
    """What was done to a project in layout services."""
    stack = {"stack": values_of(done.stack)} if done.stack else {}
    return {
        "layout": "services",
        "services": [dict(one.service) for one in done.services],
        "jobs": [dict(one.task) for one in done.jobs if one.task is not None],
        **stack,
        "changed": done.changed,
    }


def run(
    project: Project,
    cluster: str | None = None,
    command: Sequence[str] = (),
    *,
    service: str | None = None,
    environment: Mapping[str, str] | None = None,
    timeout: float = 0.0,
    tell: Listener | None = None,
    log: Callable[[str], None] | None = None,
    **keywords: Unpack[RunKeywords],
) -> int:
    """Run one task of a project to its end as `ecscli compose run --wait` does, with `command` in
    the container `service`, in layout services in a task of that service; its exit code.

    `environment` is that of the container; `timeout` stops the task after so many minutes, 0 is no
    limit; `log` is called with each line of its log. Raises as `deploy`; a task that cannot be
    placed or never runs is a `DeploymentError`.
    """
    given, listen = _known(keywords, RunKeywords, "run"), tell or _nobody
    given["words"] = _words(service, command)
    given["environment"] = _assignments(environment or {})
    place = _project_request(project, cluster, given, listen)
    request = RunRequest(place, pairs=False, timeout=timeout, **given)
    ended = result_of(_run(request, log), listen)
    if ended.error:
        raise ended.error
    return ended.code


def _run(request: RunRequest, log: Callable[[str], None] | None) -> Generator[Event, None, Ended]:
    """The task, planned in the layout of its project, at its end."""
    aws = Aws(request.project.settings)
    if has_services(request.project):
        project = yield from run_of_service.plan(lambda: aws, request)
        planned = yield from run_of_service.prepare(aws, project)
    else:
        planned = yield from run_workflow.plan(lambda: aws, request)
    task = yield from run_workflow.start(aws, planned)
    return (yield from run_workflow.finish(aws, planned, task, log))


def _assignments(environment: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{name}={value}" for name, value in environment.items())


def _words(service: str | None, command: Sequence[str]) -> tuple[str, ...]:
    """A container and its command, as the command line has them."""
    if service:
        return (service, *command)
    if command:
        hint = "name a service of the project"
        raise InputError("a command needs its container", "service", hint)
    return ()


def _known(keywords: Document, kind: type, function: str) -> Draft:
    """The keywords. Raises TypeError for one that the function does not have."""
    names = list(kind.__annotations__)
    for name in keywords:
        if name not in names:
            hint = did_you_mean(name, names)
            message = f"{function}() got an unexpected keyword argument {name!r}"
            raise TypeError(f"{message}; {hint}" if hint else message)
    return dict(keywords)


def _project_request(
    project: Project,
    cluster: str | None,
    keywords: Draft,
    listen: Listener,
) -> ProjectRequest:
    """Where the project goes, by keywords, which are taken out, and by settings; `listen` gets what
    is strange about those."""
    directory = os.path.abspath(keywords.pop("directory", None) or project.directory)
    flags = Flags(cluster=cluster, **_taken(keywords, LOGIN))
    settings = settings_in(directory, flags, os.environ, project.within)
    for notice in warnings(settings.notices):
        listen(notice)
    of_project = _taken(keywords, OF_PROJECT)
    check_layout(of_project.get("layout"), "layout")
    return ProjectRequest(project, settings, directory, os.environ, **of_project)


def _taken(keywords: Draft, names: Sequence[str]) -> Draft:
    return {name: keywords.pop(name) for name in names if name in keywords}


def _nobody(event: Event) -> None:
    """Nobody listens."""
