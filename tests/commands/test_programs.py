"""Which commands start a program: what only shows or plans starts none, whatever the project
brings."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import boto3
import click
import pytest

from ecscli import cli as ecscli_cli
from ecscli.sandbox import process
from tests.conftest import Cli
from tests.programs import programs_started

COMPOSE = """\
services:
  web: {build: ./web, mem_limit: 64m}
  db: {image: postgres, mem_limit: 64m}
"""
#: Commands without --dry-run that change nothing, and the words that they need.
READS = {
    "check-attributes": ("--task-def", "shop"),
    "completion": ("bash",),
    "compose check": (),
    "compose config": (),
    "compose images": (),
    "compose logs": (),
    "compose plan": (),
    "compose ps": (),
    "compose render": (),
    "compose secrets ls": (),
    "compose service logs": (),
    "compose service plan": (),
    "compose service ps": (),
    "compose wait": (),
    "compose watch": ("--once",),
    "compose service wait": (),
    "compose why": (),
    "configure list": (),
    "configure show": (),
    "images": (),
    "instances": (),
    "license": (),
    "local env": ("web",),
    "local logs": (),
    "local ps": (),
    "logs": ("--task-id", "0" * 32),
    "permissions": (),
    "plan": ("--capability-iam",),
    "ps": (),
    "render": (),
    "schema": ("cluster",),
    "watch": ("--once",),
}
#: Commands with --dry-run that need more words.
WORDS = {
    "compose scale": ("2",),
    "compose service scale": ("2",),
    "compose prune": ("--keep", "1"),
    "up": ("--capability-iam",),
}
#: Commands that do something, and may start a program for it.
DOES = {
    "compose build",
    "compose exec",
    "compose open",
    "compose port-forward",
    "compose push",
    "configure default",
    "configure migrate",
    "configure profile default",
    "console",
    "doctor",
    "init",
    "down",
    "local create",
    "local down",
    "local exec",
    "local up",
    "pull",
    "push",
    "registry-creds up",
    "sandbox logs",
    "sandbox reset",
    "sandbox start",
    "sandbox status",
    "sandbox stop",
    "scale",
}
FAKES = (
    "git",
    "docker",
    "session-manager-plugin",
    "docker-credential-own",
    "less",
    "more",
    "vi",
    "ssh",
    "sh",
)


def leaves(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command by its words."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        words = f"{path} {name}".strip()
        if isinstance(command, click.Group) and command.list_commands(click.Context(command)):
            yield from leaves(command, words)
        elif command is not None:
            yield words, command


def options(command: click.Command) -> set[str]:
    return {
        name for param in command.params if isinstance(param, click.Option) for name in param.opts
    }


TABLE = dict(leaves(ecscli_cli.group))
DRY = {words for words, command in TABLE.items() if "--dry-run" in options(command)}


def test_every_command_is_known_to_only_show_or_to_do_something() -> None:
    assert sorted(TABLE) == sorted([*READS, *DRY, *DOES])


@pytest.fixture
def baited(sandbox: Cli, tmp_path: Path) -> Cli:
    """A project of a stranger: its context is a git repository of plain files, and every program
    leaves a marker."""
    programs = tmp_path / "programs"
    programs.mkdir()
    bait = f"#!/bin/sh\n/bin/touch '{tmp_path}/marker'\n"
    for directory in (programs, sandbox.directory):
        for name in FAKES:
            (directory / name).write_text(bait)
            (directory / name).chmod(0o755)
    sandbox.write("compose.yml", COMPOSE)
    sandbox.write("web/Dockerfile", "FROM scratch\n")
    sandbox.write("ecs-cluster.yml", "cluster: demo\nregion: us-east-1\n")
    sandbox.write(
        ".env", f"PATH={sandbox.directory}\nDOCKER_HOST=tcp://127.0.0.1:1\nPAGER={programs}/less\n"
    )
    if shutil.which("git"):
        subprocess.run(["git", "init", "-q", "--bare", "web"], cwd=sandbox.directory, check=True)
        for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "filter.x.clean"):
            subprocess.run(
                ["git", "config", "--file", "web/config", key, "./git"],
                cwd=sandbox.directory,
                check=True,
            )
    home = Path(sandbox.environment["HOME"])
    (home / ".docker").mkdir()
    (home / ".docker" / "config.json").write_text('{"credsStore": "own"}')
    sandbox.environment["PATH"] = f".{os.pathsep}{programs}{os.pathsep}{os.environ['PATH']}"
    sandbox.environment |= {
        "PAGER": "less",
        "EDITOR": "vi",
        "COMPOSE_PROJECT_NAME": "shop",
        "ECS_CLUSTER": "demo",
    }
    return sandbox


@pytest.mark.parametrize("words", sorted([*READS, *DRY]))
def test_what_only_shows_starts_no_program(baited: Cli, tmp_path: Path, words: str) -> None:
    arguments = [*words.split(), *READS.get(words, WORDS.get(words, ()))]
    flags = ("--dry-run", "--build") if words in DRY else ()
    arguments += [flag for flag in flags if flag in options(TABLE[words])]
    with programs_started() as started:
        result = baited(*arguments)
    assert "No such option" not in result.err
    assert "this is a bug" not in result.err
    assert started == []
    assert not (tmp_path / "marker").exists()


RECORDER = """\
#!/bin/sh
{ echo "$@"; pwd; env; } >> "$HOME/seen"
exit CODE
"""


@pytest.mark.parametrize(
    "words", ["compose build", "compose push", "compose up --build", "compose service up --build"]
)
def test_what_builds_starts_git_and_docker_alone_and_without_keys(
    baited: Cli, tmp_path: Path, words: str
) -> None:
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    url = process.ensure(baited.environment)
    ecs = boto3.client("ecs", endpoint_url=url, region_name="us-east-1", **keys)
    ecs.create_cluster(clusterName="demo")
    recorder = tmp_path / "recorder"
    recorder.mkdir()
    for name, code in (("git", "0"), ("docker", "1")):  # docker without buildx or BuildKit
        (recorder / name).write_text(RECORDER.replace("CODE", code))
        (recorder / name).chmod(0o755)
    baited.write("compose.yml", f"x-ecs: {{images: {{tag: git}}}}\n{COMPOSE}")
    (baited.directory / ".git").mkdir()
    (baited.directory / ".git" / "HEAD").write_text("0123456789" * 4)
    keys = {
        "AWS_ACCESS_KEY_ID": "k1",
        "AWS_SESSION_TOKEN": "k2",
        "GITHUB_TOKEN": "k3",
        "NPM_PASSWORD": "k4",
    }
    keys |= {
        "GIT_DIR": "web",
        "GIT_SSH_COMMAND": "./git",
        "GIT_EXTERNAL_DIFF": "./git",
        "LD_PRELOAD": "./git",
    }
    path = f"{recorder}{os.pathsep}{baited.environment['PATH']}"
    result = baited(*words.split(), PATH=path, DOCKER_HOST="unix:///nowhere/docker.sock", **keys)
    assert "no Docker engine answers" in result.err
    assert not (tmp_path / "marker").exists()
    seen = (Path(baited.environment["HOME"]) / "seen").read_text().splitlines()
    assert not [line for line in seen if line.partition("=")[0] in keys.keys() - {"GIT_DIR"}]
    assert "GIT_DIR=web" not in seen
    assert {line for line in seen if line.startswith("/")} <= {"/", str(baited.directory)}
