"""ecscli takes Docker Compose files and a YAML infra file to Amazon ECS.

The public Python API is that of `ecscli.api`: `load_project` and `build_task_definition`, which do
not talk to AWS; `deploy` and `run`, which do; and their errors. It is loaded when it is asked for:
`ecscli --version` comes through here.
"""

from ecscli.base.version import __version__

TYPE_CHECKING = False  # as typing's, without importing typing
if TYPE_CHECKING:
    from ecscli.api import (
        AccessError,
        AwsError,
        DeploymentError,
        EcsCliError,
        Event,
        InputError,
        Interrupted,
        Project,
        build_task_definition,
        deploy,
        load_project,
        run,
    )

__all__ = [
    "AccessError",
    "AwsError",
    "DeploymentError",
    "EcsCliError",
    "Event",
    "InputError",
    "Interrupted",
    "Project",
    "__version__",
    "build_task_definition",
    "deploy",
    "load_project",
    "run",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ecscli import api

    return getattr(api, name)
