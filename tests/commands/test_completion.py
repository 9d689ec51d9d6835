"""What a shell offers: commands, options, and the names of what exists."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Cli

pytestmark = pytest.mark.process

ROOT = Path(__file__).parent.parent.parent
CONFIG = (
    "default: demo\nclusters:\n  demo: {cluster: stored-one, region: us-east-1}\n  other: {cluster:"
    " o, region: r}\n"
)


def offered(cli: Cli, *words: str) -> list[str]:
    """What a shell is given for the last of the words."""
    line = ["ecscli", *words]
    asked = {
        "_ECSCLI_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(line),
        "COMP_CWORD": str(len(line) - 1),
    }
    environment = {**cli.environment, **asked, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "ecscli"]
    done = subprocess.run(
        command, env=environment, cwd=cli.directory, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return [line.split(",", 1)[1] for line in done.stdout.splitlines() if line]


def test_commands_and_options(cli: Cli) -> None:
    assert "compose" in offered(cli, "")
    assert offered(cli, "check-") == ["check-attributes"]
    assert "--task-def" in offered(cli, "check-attributes", "--")


def test_names_from_files(cli: Cli) -> None:
    home = Path(cli.environment["HOME"])
    (home / ".ecs").mkdir()
    (home / ".ecs" / "config").write_text(CONFIG)
    (home / ".ecs" / "credentials").write_text("default: p\necs_profiles: {p1: {}, p2: {}}\n")
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text("[default]\n[profile dev]\n[sso-session s]\n")
    assert offered(cli, "ps", "--cluster-config", "") == ["demo", "other"]
    assert offered(cli, "ps", "--ecs-profile", "p") == ["p1", "p2"]
    assert offered(cli, "ps", "--aws-profile", "") == ["default", "dev"]
    assert offered(cli, "ps", "--cluster", "st") == ["stored-one"]
    (home / ".ecs" / "config").write_text("a: [b")
    assert offered(cli, "ps", "--cluster", "st") == [], "a shell is not told what is wrong"


def test_services_of_the_project(cli: Cli) -> None:
    cli.write("compose.yml", "services:\n  web: {image: nginx}\n  worker: {image: busybox}\n")
    cli.write("other.yml", "services:\n  db: {image: postgres}\n")
    assert offered(cli, "compose", "logs", "w") == ["web", "worker"]
    assert offered(cli, "compose", "-f", "other.yml", "exec", "") == ["db"]


def test_clusters_of_a_running_sandbox(sandbox: Cli) -> None:
    assert sandbox("configure", "show").code == 0  # the sandbox runs
    from ecscli.aws.client import Aws
    from ecscli.config.precedence import resolve
    from ecscli.config.settings import Flags
    from ecscli.sandbox import process

    url = process.ensure(sandbox.environment)
    Aws(resolve(Flags(sandbox_url=url), sandbox.environment)).call(
        "ecs", "create_cluster", clusterName="live-one"
    )
    assert offered(sandbox, "--sandbox", "ps", "--cluster", "") == ["live-one"]
    aws = Aws(resolve(Flags(sandbox_url=url), sandbox.environment))
    container = {"name": "app", "image": "nginx", "memory": 6}
    aws.call("ecs", "register_task_definition", family="app", containerDefinitions=[container])
    names = {"cluster": "live-one", "serviceName": "web", "taskDefinition": "app"}
    aws.call("ecs", "create_service", **names, desiredCount=0)
    assert offered(sandbox, "--sandbox", "watch", "--cluster", "live-one", "w") == ["web"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_for_each_shell(cli: Cli, shell: str, tmp_path: Path) -> None:
    result = cli("completion", shell)
    assert result.code == 0
    assert "_ECSCLI_COMPLETE" in result.out
    if shutil.which(shell):
        script = tmp_path / "script"
        script.write_text(result.out)
        assert subprocess.run([shell, "-n", script], check=False).returncode == 0


def test_an_unknown_shell(cli: Cli) -> None:
    assert cli("completion", "tcsh").code == 2


def test_the_licence_and_the_notices(cli: Cli) -> None:
    result = cli("license")
    assert result.code == 0
    assert "Apache License" in result.out
    for name in ("boto3", "botocore", "click", "PyYAML"):
        assert f"\n{name} " in result.out
