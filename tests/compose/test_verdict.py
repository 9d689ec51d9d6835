"""`check` and the commands that send judge alike: what one refuses, the others refuse."""

from __future__ import annotations

import shutil

import pytest

from tests.compose.scenarios import CASES, FOLDER, target_of
from tests.conftest import Cli

#: What Fargate asks for in old files too
NETWORK = """
version: 1
task_definition: {ecs_network_mode: awsvpc}
run_params: {network_configuration: {awsvpc_configuration: {subnets: [subnet-1]}}}
"""


@pytest.mark.parametrize("case", CASES)
def test_check_and_render_agree(cli: Cli, case: str) -> None:
    shutil.copytree(FOLDER / case, cli.directory, dirs_exist_ok=True)
    launch_type = str(target_of(case).get("launch_type") or "EC2")
    if launch_type == "FARGATE" and not (cli.directory / "ecs-params.yml").exists():
        cli.write("ecs-params.yml", NETWORK)
    checked = cli("compose", "check", "--launch-type", launch_type)
    rendered = cli("compose", "render", "--launch-type", launch_type)
    assert checked.code == rendered.code, rendered.err
    assert checked.code in (0, 2)
