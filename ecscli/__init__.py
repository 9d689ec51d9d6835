"""ecscli takes Docker Compose files and a YAML infra file to Amazon ECS.

The public Python API: `load_project` and `build_task_definition`, which do not talk to AWS;
`deploy` and `run`, which do.
"""

from __future__ import annotations

TYPE_CHECKING = (
    False  # as typing's, without importing typing: `ecscli --version` comes through here
)
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from typing import Any, TypeVar

    from ecscli.compose.project.model import Project
    from ecscli.up.model import Event

    T = TypeVar("T")

__version__ = "0.1.0"
__all__ = ["__version__", "build_task_definition", "deploy", "load_project", "run"]


def load_project(
    *files: str, directory: str = ".", environment: Mapping[str, str] | None = None, **options: Any
) -> Project:
    """The Compose project in `files`, in order; without any, COMPOSE_FILE's or those with a default
    name.

    `directory` is where relative names are looked up; `environment` stands for the process's own
    where it is given. `options`: project_name, env_files, profiles, services, confined and
    interpolate_credentials as on the command line. Raises `ecscli.errors.InputError` with every
    finding and its place.
    """
    import os

    from ecscli.compose.load import LoadOptions
    from ecscli.compose.load import load_project as load

    variables = os.environ if environment is None else environment
    return load(
        LoadOptions(
            directory=os.path.abspath(directory), environment=variables, files=files, **options
        )
    )


def build_task_definition(
    project: Project,
    ecs_params: str | None = None,
    *,
    registry_creds: str | None = None,
    tags: Mapping[str, str] | None = None,
    **target: Any,
) -> dict[str, Any]:
    """The RegisterTaskDefinition request for a project, ready for boto3's
    `register_task_definition(**request)`.

    `ecs_params` is a path; without one, ecs-params.yml in the project's directory is used where it
    exists. The same goes for `registry_creds` and the newest ecs-registry-creds_*.yml. `target`:
    launch_type (EC2, FARGATE, EXTERNAL), task_role_arn, images (service to image) and region.
    Raises `ecscli.errors.InputError` with everything that ECS cannot do.
    """
    from ecscli.compose.find.side_files import load_creds, load_params
    from ecscli.compose.task.definition import Target
    from ecscli.compose.task.definition import build_task_definition as build

    params = load_params(project.directory, ecs_params, project.variables, project.within)
    creds = load_creds(project.directory, registry_creds, project.within)
    pairs = tuple({"key": key, "value": value} for key, value in (tags or {}).items())
    return build(project, params, Target(creds=creds, tags=pairs, **target)).request


def deploy(
    project: Project,
    cluster: str,
    *,
    timeout: float = 5.0,
    tell: Callable[[Event], None] | None = None,
    **how: str | None,
) -> dict[str, Any]:
    """Create or change the ECS service of a project as `compose service up` does, and follow its
    deployment.

    `timeout` is minutes without progress; `tell` is called with each `ecscli.up.model.Event`.
    `how`: region, ecs_params (a path) and launch_type; credentials come from the AWS SDK's chain.
    Returns the service as DescribeServices tells it at the end. Raises `ecscli.errors.InputError`
    before anything is sent, `ecscli.errors.DeploymentError` with reasons.
    """
    from ecscli.base.errors import InputError
    from ecscli.up.service import desired
    from ecscli.up.service.deploy import deploy_service
    from ecscli.up.service.names import Names

    definition, params = _translated(project, **how)
    launch = desired.LaunchFlags(how.get("launch_type"))
    fields = desired.service_fields(
        definition.request, params, launch, {"compose": definition.service, "flags": {}}
    )
    wrong = [*desired.launch_findings(definition.request, params, launch)]
    wrong += desired.service_findings(definition.request, fields)
    if wrong:
        raise InputError.of(wrong)
    count = params.service.get("desiredCount", definition.service.get("desiredCount", 1))
    wanted = desired.WantedService(
        Names(project.name, cluster), definition.request, fields, first=count
    )
    return dict(_told(deploy_service(_aws(cluster, how.get("region")), wanted, timeout), tell))


def run(
    project: Project,
    cluster: str,
    command: Sequence[str] = (),
    *,
    service: str | None = None,
    tell: Callable[[Event], None] | None = None,
    **how: str | None,
) -> int:
    """Run one task of a project to its end, with `command` in the container `service`; its exit
    code.

    `tell` and `how` as for `deploy`. Raises as `deploy` does; a task that cannot be placed or never
    runs is a DeploymentError.
    """
    from ecscli.base.errors import InputError
    from ecscli.up.service import desired
    from ecscli.up.service.deploy import run_task
    from ecscli.up.service.names import Names
    from ecscli.up.service.overrides import Overrides, read_overrides

    definition, params = _translated(project, **how)
    launch = desired.LaunchFlags(how.get("launch_type"))
    words = [service, *command] if service else []
    containers = [container["name"] for container in definition.request["containerDefinitions"]]
    overrides, wrong, _ = read_overrides(words, Overrides(), containers, quoted=False)
    wrong += desired.launch_findings(definition.request, params, launch)
    if wrong:
        raise InputError.of(wrong)
    fields = desired.task_fields(definition.request, params, launch)
    wanted = desired.WantedTasks(Names(project.name, cluster), definition.request, fields)
    return _told(run_task(_aws(cluster, how.get("region")), wanted, overrides, service), tell)


def _translated(
    project: Project,
    ecs_params: str | None = None,
    launch_type: str | None = None,
    region: str | None = None,
) -> Any:
    from ecscli.compose.find.side_files import load_creds, load_params
    from ecscli.compose.task.definition import Target
    from ecscli.compose.task.definition import build_task_definition as build

    params = load_params(project.directory, ecs_params, project.variables, project.within)
    creds = load_creds(project.directory, None, project.within)
    return build(
        project, params, Target(launch_type=launch_type, creds=creds, region=region)
    ), params


def _aws(cluster: str, region: str | None) -> Any:
    import os

    from ecscli.aws.client import Aws
    from ecscli.config.settings import Flags, resolve

    return Aws(resolve(Flags(cluster=cluster, region=region), os.environ))


def _told(events: Generator[Event, None, T], tell: Callable[[Event], None] | None) -> T:
    while True:
        try:
            event = next(events)
        except StopIteration as end:
            result: T = end.value
            return result
        if tell is not None:
            tell(event)
