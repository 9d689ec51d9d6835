"""ecscli takes Docker Compose files and a YAML infra file to Amazon ECS.

The public Python API: `load_project` and `build_task_definition`. Neither talks to AWS.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as typing's, without importing typing: `ecscli --version` comes through here
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ecscli.compose.model import Project

__version__ = "0.1.0"
__all__ = ["__version__", "build_task_definition", "load_project"]


def load_project(
    *files: str, directory: str = ".", environment: Mapping[str, str] | None = None, **options: Any
) -> Project:
    """The Compose project in `files`, in order; without any, COMPOSE_FILE's or those with a default name.

    `directory` is where relative names are looked up; `environment` stands for the process's own where it is given.
    `options`: project_name, env_files, profiles and services as on the command line.
    Raises `ecscli.errors.InputError` with every finding and its place.
    """
    import os

    from ecscli.compose.load import LoadOptions
    from ecscli.compose.load import load_project as load

    variables = os.environ if environment is None else environment
    return load(LoadOptions(directory=os.path.abspath(directory), environment=variables, files=files, **options))


def build_task_definition(
    project: Project,
    ecs_params: str | None = None,
    *,
    registry_creds: str | None = None,
    tags: Mapping[str, str] | None = None,
    **target: Any,
) -> dict[str, Any]:
    """The RegisterTaskDefinition request for a project, ready for boto3's `register_task_definition(**request)`.

    `ecs_params` is a path; without one, ecs-params.yml in the project's directory is used where it exists. The same
    goes for `registry_creds` and the newest ecs-registry-creds_*.yml. `target`: launch_type (EC2, FARGATE, EXTERNAL),
    task_role_arn, images (service to image) and region.
    Raises `ecscli.errors.InputError` with everything that ECS cannot do.
    """
    from ecscli.compose.side_files import load_creds, load_params
    from ecscli.compose.taskdef import Target
    from ecscli.compose.taskdef import build_task_definition as build

    params = load_params(project.directory, ecs_params, project.variables)
    creds = load_creds(project.directory, registry_creds)
    pairs = tuple({"key": key, "value": value} for key, value in (tags or {}).items())
    return build(project, params, Target(creds=creds, tags=pairs, **target)).request
