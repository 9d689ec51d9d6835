"""Into a running container: checked first, then handed to the plugin, which a small program stands
in for."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ecscli.aws.client import TASKS, Aws
from ecscli.base.errors import InputError
from ecscli.ops.sessions import parse_ports
from tests.conftest import Cli

COMPOSE = "services:\n  web: {image: nginx}\n  side: {image: busybox}\n"
PLUGIN = """\
#!/bin/sh
if [ "$1" = --version ]; then env > "$HOME/first"; echo VERSION; exit 0; fi
for argument in "$@"; do echo "$argument"; done > "$HOME/arguments"
echo "$AWS_SSM_START_SESSION_RESPONSE" > "$HOME/session"
env > "$HOME/variables"
exit 7
"""


class Stage:
    """A project with a running task, and a plugin of some version on the PATH."""

    def __init__(self, sandbox: Cli, account: Aws, programs: Path) -> None:
        self.sandbox, self.account, self.programs = sandbox, account, programs
        sandbox.write("compose.yml", COMPOSE)
        sandbox.environment |= {"ECS_CLUSTER": "demo", "COMPOSE_PROJECT_NAME": "shop"}
        sandbox.environment["PATH"] = f"{programs}{os.pathsep}{os.environ['PATH']}"
        account.call("ecs", "create_cluster", clusterName="demo")

    def plugin(self, version: str) -> None:
        self.programs.mkdir()
        path = self.programs / "session-manager-plugin"
        path.write_text(PLUGIN.replace("VERSION", version))
        path.chmod(0o755)

    def run(self, role: bool = True, enabled: bool = True) -> str:
        sizes: dict[str, Any] = {"cpu": "256", "memory": "512", "networkMode": "awsvpc"}
        sizes |= {"taskRoleArn": f"arn:aws:iam::{self.account.account()}:role/task"} if role else {}
        containers = [
            {"name": name, "image": "nginx", "essential": name == "web"} for name in ("web", "side")
        ]
        self.account.call(
            "ecs",
            "register_task_definition",
            family="shop",
            requiresCompatibilities=["FARGATE"],
            containerDefinitions=containers,
            **sizes,
        )
        subnet = next(self.account.pages("ec2", "describe_subnets", "Subnets"))["SubnetId"]
        answer = self.account.call(
            "ecs",
            "run_task",
            cluster="demo",
            taskDefinition="shop",
            launchType="FARGATE",
            enableExecuteCommand=enabled,
            networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet]}},
        )
        arn = str(answer["tasks"][0]["taskArn"])
        list(
            self.account.poll(
                lambda: self.status(arn), lambda status: status == "RUNNING", TASKS, 30
            )
        )
        return arn

    def status(self, arn: str) -> str:
        return str(
            self.account.call("ecs", "describe_tasks", cluster="demo", tasks=[arn])["tasks"][0][
                "lastStatus"
            ]
        )

    def handed(self) -> tuple[list[str], str]:
        home = Path(self.sandbox.environment["HOME"])
        return (home / "arguments").read_text().splitlines(), (home / "session").read_text().strip()


@pytest.fixture
def stage(sandbox: Cli, account: Aws, tmp_path: Path) -> Stage:
    return Stage(sandbox, account, tmp_path / "programs")


def test_a_command_in_the_newest_task_and_its_exit_code(sandbox: Cli, stage: Stage) -> None:
    stage.plugin("1.2.600.0")
    task = stage.run()
    result = sandbox("compose", "exec", "--cluster", "demo", "web", "sh", "-c", "echo 'a b'")
    assert result.code == 7, result.err
    assert result.out == ""
    arguments, session = stage.handed()
    assert arguments[:4] == ["AWS_SSM_START_SESSION_RESPONSE", "us-east-1", "StartSession", ""]
    assert json.loads(arguments[4])["Target"].startswith(f"ecs:demo_{task.rsplit('/', 1)[-1]}_")
    assert arguments[5].startswith("http://127.0.0.1:")
    assert json.loads(session).keys() == {"SessionId", "StreamUrl", "TokenValue"}


def test_an_old_plugin_gets_the_session_as_its_first_argument(sandbox: Cli, stage: Stage) -> None:
    stage.plugin("1.2.30.0")
    task = stage.run()
    assert sandbox("compose", "exec", "--task", task, "side").code == 7
    arguments, session = stage.handed()
    assert "TokenValue" in json.loads(arguments[0])
    assert session == ""


def test_the_plugin_sees_no_key(sandbox: Cli, stage: Stage) -> None:
    stage.plugin("1.2.600.0")
    stage.run()
    result = sandbox(
        "compose", "exec", "web", AWS_SECRET_ACCESS_KEY="k1", CI_JOB_TOKEN="k2", LC_ALL="C.UTF-8"
    )
    assert result.code == 7, result.err
    for name in ("first", "variables"):
        seen = (Path(sandbox.environment["HOME"]) / name).read_text()
        assert "LC_ALL=C.UTF-8" in seen
        assert "AWS_SECRET_ACCESS_KEY" not in seen
        assert "CI_JOB_TOKEN" not in seen


def test_a_plugin_of_the_current_directory_is_not_taken(sandbox: Cli, stage: Stage) -> None:
    stage.plugin("1.2.600.0")
    sandbox.directory = stage.programs
    sandbox.write("compose.yml", "services: {web: {image: nginx}}\n")
    assert "is not installed" in sandbox("compose", "exec", "web", PATH=f".{os.pathsep}").err


def test_a_port_of_the_container(sandbox: Cli, stage: Stage) -> None:
    stage.plugin("1.2.600.0")
    stage.run()
    result = sandbox("compose", "port-forward", "web", "8080:80")
    assert result.code == 7, result.err
    assert "127.0.0.1:8080 leads to port 80 of web" in result.err
    assert "TokenValue" in stage.handed()[1]


def test_what_is_missing_is_said_before_anything_is_asked(sandbox: Cli, stage: Stage) -> None:
    missing = sandbox("compose", "exec", "web", PATH="/nowhere")
    assert missing.code == 1
    assert "session-manager-plugin is not installed" in missing.err
    assert "https://docs.aws.amazon.com" in missing.err
    unknown = sandbox("compose", "exec", "wbe", PATH="/nowhere")
    assert unknown.code == 2
    assert 'the project has no service "wbe"' in unknown.err
    stage.plugin("1.2.600.0")
    nothing = sandbox("compose", "exec", "web")
    assert nothing.code == 2
    assert "no task of shop runs in cluster demo" in nothing.err
    task = stage.run(role=False, enabled=False)
    unable = sandbox("compose", "exec", "web")
    assert unable.code == 2
    assert "started without execute command" in unable.err
    assert "--enable-execute-command" in unable.err
    assert "has no task role" in unable.err
    assert task in unable.err
    unknown = sandbox("compose", "exec", "db").err
    assert 'the project has no service "db"' in unknown
    assert "its services are: web, side" in unknown
    assert sandbox("compose", "port-forward", "web", "x:80").code == 2


@pytest.mark.parametrize(("text", "ports"), [("8080:80", (8080, 80)), ("80", (80, 80))])
def test_ports(text: str, ports: tuple[int, int]) -> None:
    assert parse_ports(text) == ports


@pytest.mark.parametrize("text", ["", "a", "1:b", "0:1", "1:70000", "1:2:3"])
def test_what_is_no_pair_of_ports(text: str) -> None:
    with pytest.raises(InputError):
        parse_ports(text)
