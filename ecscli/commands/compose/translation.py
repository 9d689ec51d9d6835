"""The project of the flags, its side files and its task definition: what every compose command starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecscli.commands.compose.project import compose_flags, load_project

if TYPE_CHECKING:
    from ecscli.commands.context import App
    from ecscli.compose.model import Project
    from ecscli.compose.params import EcsParams
    from ecscli.compose.taskdef import TaskDefinition


@dataclass(frozen=True, slots=True)
class Translation:
    project: Project
    params: EcsParams
    definition: TaskDefinition


def translate(
    app: App, *, tags: tuple[Mapping[str, str], ...] = (), images: Mapping[str, str] | None = None, **target: Any
) -> Translation:
    """Load and translate what the flags name; nothing is asked of AWS. Raises InputError with every finding.

    `target` overrides what the settings say of the launch type and the region; `images` are built images by service.
    """
    from ecscli.compose.side_files import load_creds, load_params
    from ecscli.compose.taskdef import Target, build_task_definition

    flags, settings = compose_flags(), app.settings()
    project = load_project(app)
    params = load_params(app.directory, flags.ecs_params, project.variables)
    where = {"launch_type": settings.launch_type.value, "region": settings.region.value, **target}
    definition = build_task_definition(
        project,
        params,
        Target(
            task_role_arn=flags.task_role_arn,
            creds=load_creds(app.directory, flags.registry_creds),
            tags=tags,
            images=images or {},
            **where,
        ),
    )
    return Translation(project, params, definition)


def tell(app: App, translation: Translation) -> None:
    """Say on stderr what loading and translating found strange, and what they decided."""
    for finding in dict.fromkeys([*translation.project.warnings, *translation.definition.warnings]):
        app.console.warn(finding)
    for notice in translation.definition.notices:
        for line in notice.lines():
            app.console.say(line)
