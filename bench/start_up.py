"""Start-up: whole processes of ecscli against the interpreter alone and against `import boto3`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from bench.compare import ratios, report

EXAMPLE = Path(__file__).parent.parent / "examples" / "simple-web"
PEER = "python -c pass"


def main() -> None:
    ecscli = shutil.which("ecscli", path=str(Path(sys.executable).parent)) or "ecscli"
    commands = {
        PEER: [sys.executable, "-c", "pass"],
        'python -c "import click"': [sys.executable, "-c", "import click"],
        'python -c "import boto3"': [sys.executable, "-c", "import boto3"],
        "ecscli --version": [ecscli, "--version"],
        "ecscli --help": [ecscli, "--help"],
        "ecscli compose render": [ecscli, "compose", "render"],
        "ecscli compose check": [ecscli, "compose", "check"],
    }
    if aws := shutil.which("aws"):
        commands["aws --version"] = [aws, "--version"]
    found = ratios(commands, PEER, cwd=EXAMPLE)
    report(f"start-up, x {PEER}", found, {"ecscli --version": 2.0, "ecscli --help": 5.0})


if __name__ == "__main__":
    main()
