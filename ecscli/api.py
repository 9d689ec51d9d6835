"""The Python API: files -> a project -> a task definition, without AWS; and a service deployed or a
task run, with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, TypeVar

from ecscli.aws.client import Aws
from ecscli.base.errors import (
    AccessError,
    AwsError,
    DeploymentError,
    EcsCliError,
    Finding,
    InputError,
)
from ecscli.base.records import replace
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.find.side_files import load_creds, load_params
from ecscli.compose.load import load_project as load
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project
from ecscli.compose.task.definition import Target, TaskDefinition
from ecscli.compose.task.definition import build_task_definition as build
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.up.model import Event
from ecscli.up.service import desired
from ecscli.up.service.deploy import deploy_service, run_task
from ecscli.up.service.names import Names
from ecscli.up.tasks.overrides import Overrides, read_overrides

__all__ = [
    "AccessError",
    "AwsError",
    "DeploymentError",
    "EcsCliError",
    "Event",
    "InputError",
    "Project",
    "build_task_definition",
    "deploy",
    "load_project",
    "run",
]

T = TypeVar("T")
Listener = Callable[[Event], None]


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

    `directory` is where relative names are looked up; `environment` stands for the process's own
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
    registry_creds: str | None = None,
    tags: Mapping[str, str] | None = None,
    launch_type: str | None = None,
    task_role_arn: str | None = None,
    images: Mapping[str, str] | None = None,
    region: str | None = None,
) -> dict[str, Any]:
    """The RegisterTaskDefinition request for a project, ready for boto3's
    `register_task_definition(**request)`.

    `ecs_params` is a path; without one, ecs-params.yml in the project's directory is used where it
    exists. The same goes for `registry_creds` and the newest ecs-registry-creds_*.yml.
    `launch_type` is EC2, FARGATE or EXTERNAL; `images` are images by service. Raises `InputError`
    with everything that ECS cannot do.
    """
    target = Target(
        launch_type=launch_type,
        task_role_arn=task_role_arn,
        tags=tuple({"key": key, "value": value} for key, value in (tags or {}).items()),
        images=images or {},
        region=region,
    )
    definition, _ = _translated(project, ecs_params, registry_creds, target)
    return definition.request


def deploy(
    project: Project,
    cluster: str,
    *,
    region: str | None = None,
    ecs_params: str | None = None,
    launch_type: str | None = None,
    timeout: float = 5.0,
    tell: Listener | None = None,
) -> dict[str, Any]:
    """Create or change the ECS service of a project as `compose service up` does, and follow its
    deployment.

    `timeout` is minutes without progress; `tell` is called with each `Event`; `ecs_params` is a
    path; credentials come from the AWS SDK's chain or ~/.ecs. Returns the service as
    DescribeServices describes it at the end. Raises `InputError` before anything is sent,
    `DeploymentError` with reasons.
    """
    target = Target(launch_type=launch_type, region=region)
    definition, params = _translated(project, ecs_params, None, target)
    request, launch = definition.request, desired.LaunchFlags(launch_type)
    layers = {"compose": definition.service, "flags": {}}
    fields = desired.service_fields(request, params, launch, layers)
    _refuse(
        [
            *desired.launch_findings(request, params, launch),
            *desired.service_findings(request, fields),
        ]
    )
    count = params.service.get("desiredCount", definition.service.get("desiredCount", 1))
    wanted = desired.WantedService(Names(project.name, cluster), request, fields, first=count)
    return dict(_heard(deploy_service(_aws(cluster, region), wanted, timeout), tell))


def run(
    project: Project,
    cluster: str,
    command: Sequence[str] = (),
    *,
    service: str | None = None,
    region: str | None = None,
    ecs_params: str | None = None,
    launch_type: str | None = None,
    tell: Listener | None = None,
) -> int:
    """Run one task of a project to its end, with `command` in the container `service`; its exit
    code.

    Keywords and errors as for `deploy`; a task that cannot be placed or never runs is a
    `DeploymentError`.
    """
    target = Target(launch_type=launch_type, region=region)
    definition, params = _translated(project, ecs_params, None, target)
    request, launch = definition.request, desired.LaunchFlags(launch_type)
    words = [service, *command] if service else []
    containers = [container["name"] for container in request["containerDefinitions"]]
    overrides, wrong, _ = read_overrides(words, Overrides(), containers, quoted=False)
    _refuse([*wrong, *desired.launch_findings(request, params, launch)])
    fields = desired.task_fields(request, params, launch)
    wanted = desired.WantedTasks(Names(project.name, cluster), request, fields)
    return _heard(run_task(_aws(cluster, region), wanted, overrides, service), tell)


def _translated(
    project: Project, ecs_params: str | None, registry_creds: str | None, target: Target
) -> tuple[TaskDefinition, EcsParams]:
    params = load_params(project.directory, ecs_params, project.variables, project.within)
    creds = load_creds(project.directory, registry_creds, project.within)
    return build(project, params, replace(target, creds=creds)), params


def _refuse(findings: Sequence[Finding]) -> None:
    if findings:
        raise InputError.of(list(findings))


def _aws(cluster: str, region: str | None) -> Aws:
    return Aws(resolve(Flags(cluster=cluster, region=region), os.environ))


def _heard(events: Generator[Event, None, T], tell: Listener | None) -> T:
    """What the events come to, each of them passed on."""
    while True:
        try:
            event = next(events)
        except StopIteration as end:
            result: T = end.value
            return result
        if tell is not None:
            tell(event)
