"""The first files of a project: they are read by everything that reads such files, also once their
comments have become keys."""

import re
from pathlib import Path

import pytest

from ecscli.cluster.read import infra_file
from ecscli.workflows.init.dockerfile import exposed_ports
from ecscli.workflows.init.run import CLUSTER, PARAMS
from tests.conftest import Cli

#: A comment that is a key, or the next line of one.
COMMENTED = re.compile(r"^# (?!yaml)(?= *[\w-]+:)", re.M)
COMPOSE = """\
services:
  db: {image: postgres, environment: {POSTGRES_PASSWORD: example}, expose: ["5432"]}
  web: {image: nginx, ports: ["80:80"]}
"""
#: Only for other networks and clusters.
FOREIGN = ("network:", "  vpc:", "  subnets:")


def uncomment(path: Path) -> None:
    lines = COMMENTED.sub("", path.read_text()).splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(FOREIGN)))


@pytest.mark.parametrize("launch_type", ["EC2", "FARGATE"])
@pytest.mark.parametrize("layout", ["services", "task"])
def test_the_files_are_right_with_and_without_what_they_propose(
    cli: Cli, launch_type: str, layout: str
) -> None:
    cli.write("compose.yaml", COMPOSE)
    words = ("--region", "us-east-1", "--launch-type", launch_type, "--layout", layout)
    done = cli("init", *words, "--output", "json")
    assert done.code == 0, done.err
    assert done.json["kept"] == ["compose.yaml"]
    assert done.json["written"][:2] == [CLUSTER, PARAMS]
    for _ in range(2):
        infra_file.load(cli.directory / CLUSTER, CLUSTER)
        assert cli("render").code == 0
        checked = cli("compose", "check")
        assert checked.code == 0, checked.out
        assert "unknown" not in checked.out
        assert launch_type in checked.err
        uncomment(cli.directory / CLUSTER)
        if layout == "services":  # in the other one a load balancer is the task's
            uncomment(cli.directory / PARAMS)
    assert "web:" in (cli.directory / PARAMS).read_text()


def test_a_dockerfile_alone_gets_a_compose_file(cli: Cli) -> None:
    cli.write("Dockerfile", "FROM python\nEXPOSE 8080\n")
    done = cli("init", "--region", "us-east-1")
    assert done.code == 0, done.err
    assert "Written: compose.yaml" in done.err
    assert '- "8080:8080"' in (cli.directory / "compose.yaml").read_text()
    checked = cli("compose", "check")
    assert checked.code == 0, checked.out


def test_files_that_are_here_stay_unless_forced(cli: Cli) -> None:
    cli.write("compose.yaml", COMPOSE)
    mine = cli.write(PARAMS, "version: 1\n")
    assert cli("init", "--region", "us-east-1").code == 0
    assert mine.read_text() == "version: 1\n"
    assert cli("init", "--region", "us-east-1", "--force").code == 0
    assert "layout: services" in mine.read_text()


def test_links_are_not_followed(cli: Cli, tmp_path: Path) -> None:
    cli.write("compose.yaml", COMPOSE)
    other = tmp_path / "other.yml"
    other.write_text("mine\n")
    (cli.directory / PARAMS).symlink_to(other)
    assert cli("init", "--region", "us-east-1", "--force").code == 0
    assert other.read_text() == "mine\n"
    assert not (cli.directory / PARAMS).is_symlink()

    for path in (cli.directory / ".ecscli").iterdir():
        path.unlink()
    (cli.directory / ".ecscli").rmdir()
    (cli.directory / ".ecscli").symlink_to(tmp_path)
    done = cli("init", "--region", "us-east-1", "--force")
    assert done.code == 2
    assert "leads out of this directory" in done.err


@pytest.mark.parametrize(
    ("files", "words", "said"),
    [
        ({}, ("--region", "us-east-1"), "neither a Compose file nor a Dockerfile is here"),
        ({"compose.yaml": COMPOSE}, (), "no region is set"),
        (
            {"compose.yaml": "services: ["},
            ("--region", "us-east-1"),
            "compose.yaml:2:1: not valid YAML",
        ),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_written(
    cli: Cli, files: dict[str, str], words: tuple[str, ...], said: str
) -> None:
    for name, text in files.items():
        cli.write(name, text)
    done = cli("init", *words)
    assert done.code == 2
    assert said in done.err
    assert sorted(path.name for path in cli.directory.iterdir()) == sorted(files)


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("FROM a\n", []),
        ("FROM a\nEXPOSE 80 443/tcp 53/UDP\n", ["80", "443", "53/udp"]),
        ("from a\nexpose 80 \\\n  81\n", ["80", "81"]),
        ("FROM a AS build\nEXPOSE 9\nFROM b\nEXPOSE 80 80\n", ["80"]),
        ("FROM a\nARG PORT=1\nEXPOSE $PORT 0 70000 80-90\n", []),
    ],
)
def test_the_last_stage_says_which_ports_are_exposed(text: str, ports: list[str]) -> None:
    assert exposed_ports(text) == ports
