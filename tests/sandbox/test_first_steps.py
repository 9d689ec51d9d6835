"""The chapter runs as it is printed: the example's script, in a sandbox and a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ecscli.sandbox import process

pytestmark = pytest.mark.process

SCRIPT = Path(__file__).parents[2] / "examples" / "first-steps" / "first_steps.py"


@pytest.mark.timeout(300)  # seconds: a whole hour's commands, on a machine that may be busy
def test_the_first_hour_with_ecs(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "PYTHONPATH": str(SCRIPT.parents[2]),
        "ECSCLI_SANDBOX_PORT": "0",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    try:
        done = subprocess.run(
            [sys.executable, str(SCRIPT)],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        process.stop(environment)
    assert done.returncode == 0, done.stdout + done.stderr
    story = done.stdout
    assert "1024 CPU units, 983 MiB" in story
    assert "PRIMARY simple-web:2 0 running, ACTIVE simple-web:1 1 running" in story
    assert "RESOURCE:PORTS" in story
    assert "the service has started 1 in place of its own" in story
    assert "Deleted cluster first-steps" in story
