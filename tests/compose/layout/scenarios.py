"""The scenario folders of `cases/`: a project in layout services, and what must come out.

`expected.json` holds the waves, each group with its task definition and the fields of its service,
warnings and notices; or the refusals with their places. `python -m tests.compose.layout.scenarios`
writes what comes out today; read the difference before it stays.
"""

import json
from pathlib import Path
from typing import Any

from ecscli.base.errors import InputError
from ecscli.compose.ecs.launch_target import LaunchFlags
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.find.side_files import load_creds, load_params
from ecscli.compose.layout.arrangement.arrange import arrange
from ecscli.compose.layout.judge import Judged, JudgedProject, judge_groups
from ecscli.compose.load import load_project
from ecscli.compose.params.extension import with_extension
from ecscli.compose.rules import run_fields
from ecscli.compose.task.definition import TaskSettings

FOLDER = Path(__file__).parent / "cases"
CASES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


def expected(case: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / case / "expected.json").read_text())
    return document


def judged(case: str) -> JudgedProject:
    folder, target = str(FOLDER / case), FOLDER / case / "target.json"
    launch_type = json.loads(target.read_text())["launch_type"] if target.exists() else None
    project = load_project(LoadOptions(folder, {}, project_name="shop"))
    params = with_extension(load_params(folder, None, project.variables), project)
    settings = TaskSettings(LaunchFlags(launch_type), creds=load_creds(folder, None))
    found = judge_groups(arrange(project, params), params, settings)
    found.findings.raise_errors(project.files)
    return found


def outcome(case: str) -> dict[str, Any]:
    """What a case comes to, in the form of its expected.json."""
    try:
        found = judged(case)
    except InputError as error:
        return {"refused": [f"{one.where}: {one.message}" for one in error.findings]}
    said = {
        "warnings": [one.message for one in found.findings.warnings],
        "notices": [one.message for one in found.findings.notices],
    }
    return {
        "waves": [list(wave) for wave in found.arrangement.waves],
        "groups": {one.group.name: _group(one) for one in found.groups},
        **{name: messages for name, messages in said.items() if messages},
    }


def _group(one: Judged) -> dict[str, Any]:
    fields = run_fields(one.group.params, one.definition.service, one.definition.managed_volumes)
    if one.tags:
        fields = {**fields, "tags": list(one.tags)}
    more = {"job": True} if one.group.is_job else {"service": fields}
    return {"definition": one.definition.request, **more}


if __name__ == "__main__":
    for name in CASES:
        text = json.dumps(outcome(name), indent=2, ensure_ascii=False)
        (FOLDER / name / "expected.json").write_text(f"{text}\n")
