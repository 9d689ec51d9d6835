"""`check` and the commands that send judge alike: what one refuses, the others refuse."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.compose.scenarios import CASES, FOLDER, target_of
from tests.conftest import Cli

EXITS = (0, 2)


def _verdict(cli: Cli, verb: str, launch_type: str) -> tuple[int, int]:
    """The exit code, and how many errors there are."""
    result = cli("compose", verb, "--launch-type", launch_type)
    assert result.code in EXITS, result.err
    return result.code, result.err.count("error: ")


@pytest.mark.parametrize("case", CASES)
def test_check_and_render_agree(cli: Cli, case: str) -> None:
    target = target_of(case)
    shutil.copytree(FOLDER / case, cli.directory, dirs_exist_ok=True)
    launch_type = str(target.get("launch_type") or "EC2")
    checked, _ = _verdict(cli, "check", launch_type)
    rendered, _ = _verdict(cli, "render", launch_type)
    assert checked == rendered
