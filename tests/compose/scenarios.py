"""The scenario folders of `cases/`: a Compose file, side files, `target.json`, and what must come
out.

`target.json` holds launch_type, region, images, tags, task_role_arn and, for loading, environment
and files. `expected.json` holds the request with warnings and notices, or the refusals with their
places.
"""

import json
from pathlib import Path
from typing import Any

from ecscli.base.errors import InputError
from ecscli.compose.ecs.launch_target import LaunchFlags
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.find.side_files import load_creds, load_params
from ecscli.compose.load import load_project
from ecscli.compose.project.model import Project
from ecscli.compose.task.definition import Purpose, TaskDefinition, TaskSettings
from ecscli.compose.verdict import build_task_definition

FOLDER = Path(__file__).parent / "cases"
CASES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


def target_of(case: str) -> dict[str, Any]:
    path = FOLDER / case / "target.json"
    return json.loads(path.read_text()) if path.exists() else {}


def expected(case: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / case / "expected.json").read_text())
    return document


def load(case: str) -> Project:
    target, folder = target_of(case), str(FOLDER / case)
    environment = target.get("environment", {})
    return load_project(
        LoadOptions(folder, environment, files=target.get("files", ()), project_name="shop")
    )


def build(case: str) -> TaskDefinition:
    folder = str(FOLDER / case)
    target = {
        name: value
        for name, value in target_of(case).items()
        if name not in ("environment", "files")
    }
    project = load(case)
    params = load_params(folder, None, project.variables)
    launch = LaunchFlags(target.pop("launch_type", None))
    purpose = Purpose.REGISTER if project.dialect.reproduces_ecs_cli else Purpose.RUN
    creds = load_creds(folder, None)
    settings = TaskSettings(launch, creds=creds, purpose=purpose, **target)
    return build_task_definition(project, params, settings)


def outcome(case: str) -> dict[str, Any]:
    """What a case comes to, in the form of its expected.json."""
    try:
        definition = build(case)
    except InputError as error:
        places = [
            str(finding.where or "").replace(f"{FOLDER / case}/", "") for finding in error.findings
        ]
        return {
            "refused": [
                f"{place}: {finding.message}"
                for place, finding in zip(places, error.findings, strict=True)
            ]
        }
    said = {
        "managed_volumes": [dict(volume) for volume in definition.managed_volumes],
        "warnings": [finding.message for finding in definition.warnings],
        "notices": [finding.message for finding in definition.notices],
    }
    return {"request": definition.request, **{name: value for name, value in said.items() if value}}
