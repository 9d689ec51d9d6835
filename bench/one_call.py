"""A command with one call to AWS, against the aws CLI making the same call to the same sandbox; and
against boto3."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from bench.compare import ratios, report
from ecscli.sandbox import process

EXAMPLE = Path(__file__).parent.parent / "examples" / "simple-web"
PEER = "python: boto3, the same call"
CALL = "import boto3; boto3.client('ecs').describe_task_definition(taskDefinition='simple-web')"


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home, "XDG_STATE_HOME": home, "ECSCLI_SANDBOX": "1"}
        url = process.ensure(environment)
        os.environ.update(environment)
        os.environ.update(
            AWS_ENDPOINT_URL=url,
            AWS_ACCESS_KEY_ID="x",
            AWS_SECRET_ACCESS_KEY="x",
            AWS_DEFAULT_REGION="us-east-1",
        )
        try:
            register()
            measure()
        finally:
            process.stop(environment)


def register() -> None:
    """The task definition that every command looks at."""
    from ecscli.cli import run

    os.chdir(EXAMPLE)
    run(["compose", "create", "--cluster", "demo", "--region", "us-east-1"])


def measure() -> None:
    ecscli = shutil.which("ecscli", path=str(Path(sys.executable).parent)) or "ecscli"
    commands = {
        PEER: [sys.executable, "-c", CALL],
        "ecscli compose create, unchanged": [
            ecscli,
            "compose",
            "create",
            "--cluster",
            "demo",
            "--region",
            "us-east-1",
        ],
    }
    if aws := shutil.which("aws"):
        words = [
            "ecs",
            "describe-task-definition",
            "--task-definition",
            "simple-web",
            "--region",
            "us-east-1",
        ]
        commands["aws ecs describe-task-definition"] = [aws, *words]
    else:
        print("(the aws CLI is not on the PATH: its row is left out)")
    report(f"one call, x {PEER}", ratios({**commands}, PEER, cwd=EXAMPLE), {})


if __name__ == "__main__":
    main()
