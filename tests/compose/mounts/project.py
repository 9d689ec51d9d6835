"""A project in a directory -> its task definition by its files alone."""

from collections.abc import Mapping
from pathlib import Path

from ecscli.base.findings import Findings
from ecscli.compose.ecs.launch_target import LaunchFlags
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.load import load_project
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project
from ecscli.compose.task.definition import TaskDefinition, TaskSettings
from ecscli.compose.verdict import judge

NO_IMAGES: Mapping[str, str] = {}


def project_of(directory: Path, text: str) -> Project:
    (directory / "compose.yml").write_text(text)
    return load_project(LoadOptions(str(directory), {}, project_name="shop"))


def judged(
    directory: Path, text: str, launch_type: str = "EC2", images: Mapping[str, str] = NO_IMAGES
) -> tuple[TaskDefinition, Findings]:
    """The task definition, and what was found. Services with `build:` have the image `app`."""
    project = project_of(directory, text)
    built = {one.name: "app" for one in project.services if one.build}
    settings = TaskSettings(LaunchFlags(launch_type), images={**built, **images})
    return judge(project, EcsParams(), settings)


def mounts_of(definition: TaskDefinition, name: str = "web") -> list[tuple[str, str]]:
    """The volumes that a container mounts, and where."""
    containers = definition.request["containerDefinitions"]
    container = next(one for one in containers if one["name"] == name)
    return [(one["sourceVolume"], one["containerPath"]) for one in container.get("mountPoints", ())]
