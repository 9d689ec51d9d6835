"""Any mixture of what the cases say is refused with places, or is a request that AWS would take,
always the same."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.session import get_session
from botocore.validate import ParamValidator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecscli.base.errors import InputError
from ecscli.compose.ecs.launch_target import LaunchFlags
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.find.side_files import load_params
from ecscli.compose.load import load_project
from ecscli.compose.task.definition import TaskSettings
from ecscli.compose.verdict import build_task_definition
from ecscli.up.normalize import normalize, same
from tests.compose.scenarios import CASES, FOLDER

SHAPE = get_session().get_service_model("ecs").operation_model("RegisterTaskDefinition").input_shape
TODAY = [
    yaml.safe_load((FOLDER / case / "compose.yml").read_text())
    for case in CASES
    if not case.startswith("original-") and (FOLDER / case / "compose.yml").exists()
]
DOCUMENTS = list({json.dumps(document, sort_keys=True): document for document in TODAY}.values())
PARAMS = sorted(
    {
        path.read_text()
        for path in FOLDER.glob("params-*/ecs-params.yml")
        if "Tomorrow" not in path.read_text()
    }
)


def merged(documents: list[dict[str, Any]]) -> dict[str, Any]:
    """Services and the rest joined key by key, the later winning."""
    whole: dict[str, Any] = {"name": "shop"}
    for document in documents:
        for section, entries in document.items():
            for name, entry in entries.items():
                known = whole.setdefault(section, {})
                known[name] = {**known.get(name, {}), **entry} if isinstance(entry, dict) else entry
    return whole


@pytest.mark.parametrize("launch_type", [None, "EC2", "FARGATE", "EXTERNAL"])
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    documents=st.lists(st.sampled_from(DOCUMENTS), min_size=1, max_size=6),
    params=st.sampled_from(["", *PARAMS]),
)
def test_a_mixture_is_refused_or_sent(
    documents: list[dict[str, Any]], params: str, launch_type: str | None, tmp_path: Path
) -> None:
    (tmp_path / "compose.yml").write_text(yaml.safe_dump(merged(documents), sort_keys=False))
    (tmp_path / "ecs-params.yml").write_text(params)
    target = TaskSettings(LaunchFlags(launch_type), images={"web": "web:1"})
    try:
        project = load_project(LoadOptions(str(tmp_path), {"CPU": "64"}))
        side = load_params(str(tmp_path), None, project.variables)
        request = build_task_definition(project, side, target).request
    except InputError:
        return
    report = ParamValidator().validate(request, SHAPE)
    assert not report.has_errors(), report.generate_report()
    assert same(request, normalize(request))
    assert json.dumps(build_task_definition(project, side, target).request) == json.dumps(request)
