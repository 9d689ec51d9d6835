"""`compose exec` in the sandbox: a program in the real container, its output and its exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.docker.conftest import IMAGE, SH, running

pytestmark = [
    pytest.mark.docker,
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def test_a_program_in_the_container_and_its_exit_code(
    sandbox: Sandbox, real_environment: dict[str, str], tmp_path: Path
) -> None:
    sleeping = {"name": "web", "image": IMAGE, "command": [*SH, "exec /bin/busybox sleep 900"]}
    role = "arn:aws:iam::123456789012:role/app"
    definition = sandbox.definition(family="shop", containers=[sleeping], taskRoleArn=role)
    running(sandbox, sandbox.run(definition, enableExecuteCommand=True))
    (tmp_path / "compose.yml").write_text("services:\n  web: {image: nginx}\n")
    script = "read line; echo $line $AWS_REGION; exit 5"
    words = ["--sandbox", "compose", "exec", "web", *SH, script]
    variables = {"ECS_CLUSTER": "demo", "COMPOSE_PROJECT_NAME": "shop", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "ecscli", *words],
        env={**real_environment, **variables, "PYTHONPATH": str(Path.cwd())},
        cwd=tmp_path,
        input="here\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (5, "here us-east-1\n"), done.stderr
