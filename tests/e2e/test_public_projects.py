"""Well-known public projects on the pretended sandbox: each row of the table in
docs/compose-support.md is what its commands printed. `ECSCLI_RECORD=1` writes the rows anew."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecscli.sandbox import process
from tests.builder import pretend_to_build
from tests.conftest import Cli, Result, private_environment
from tests.e2e.test_story import ROOT, run

pytestmark = [pytest.mark.process, pytest.mark.slow]
PROJECTS = ROOT / "tests" / "projects"
ROWS = ROOT / "docs" / "pages" / "projects.json"
RECORDED: dict[str, Any] = json.loads(ROWS.read_text())
#: What a newcomer adds to `service up` when it is refused without.
FLAGS = ("", "--ship-secrets --capability-iam")
#: A warning, notice or error -> what it leaves to do by hand, and to what; nothing where the project
#: works without.
LEFT: tuple[tuple[str, str, str], ...] = (
    (r"services\.(\S+)\.volumes: \S+ belongs to one task", "keep the data of", "{0}"),
    (r"services\.(\S+)\.volumes: \S+ does not exist: .* empty", "keep the data of", "{0}"),
    (r"services\.(\S+): (\S+) is read, and Docker sets it", "set", "{1} of {0}"),
    (r"port (\S+)/\w+ is published, and security group \S+ lets nobody", "open port", "{0}"),
    (r"Docker chooses the host ports for (\S+)/tcp", "give a host port to", "{0}"),
    (r"services\.(\S+)\.ports: ECS listens on every address", "guard the ports of", "{0}"),
    (r"services: \d+ of them; 10 at most", "select", "ten services"),
    (r'"(\S+)" does not resolve in this container', "link", "{0}"),
    (r"of a data store is published, and stays closed", "", ""),
    (r"healthcheck\.\w+: ECS takes ", "", ""),
    (r"tmpfs: ECS needs a size", "", ""),
    (r"Skipping unsupported .*\.(container_name|stop_signal|internal|restart)$", "", ""),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a user whose sandbox has a cluster of one large instance."""
    folder = tmp_path_factory.mktemp("public")
    environment = {
        **private_environment(folder / "home"),
        "ECSCLI_SANDBOX": "1",
        "ECSCLI_SANDBOX_PORT": "0",
    }
    process.start(environment, process.Options())
    with pytest.MonkeyPatch.context() as patch:
        user = Cli(folder / "begin", environment, patch)
        options = "--region us-east-1 --default-launch-type EC2 --config-name demo"
        run(user, f"configure --cluster demo {options}")
        run(user, "up --capability-iam --instance-type t3.xlarge --port 80")
    yield environment
    process.stop(environment)


@pytest.mark.parametrize("project", RECORDED)
def test_a_public_project_runs_as_the_table_says(
    home: dict[str, str], project: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = Cli(tmp_path / project, home, monkeypatch)
    shutil.copytree(PROJECTS / project, user.directory, dirs_exist_ok=True)
    pretend_to_build(user)
    try:
        row = row_of(user)
    finally:
        user("compose", "service", "rm")  # the next one has the same ports
    if os.environ.get("ECSCLI_RECORD"):
        record(project, row)
    assert row == json.loads(ROWS.read_text())[project]


def row_of(user: Cli) -> dict[str, Any]:
    """What the commands of a newcomer come to: the command, how it ended, the address and what the
    warnings leave to do."""
    for flags in FLAGS:
        command = f"compose service up {flags}".rstrip()
        started = user(*command.split())
        if started.code == 0:
            return {"command": command, **running(user), "left": left(started)}
    return {"command": "compose service up", "result": refusal(started), "left": left(started)}


def running(user: Cli) -> dict[str, str]:
    """How many containers run, and where the first page is."""
    containers = run(user, "compose service ps --output json").json
    count = sum(container["status"] == "RUNNING" for container in containers)
    opened = run(user, "compose open --print").out.strip()
    address = re.sub(r"\d+\.\d+\.\d+\.\d+", "INSTANCE", opened)
    return {"result": f"{count} RUNNING", "address": address}


def refusal(done: Result) -> str:
    """The beginning of the first error, with its place."""
    line = next(line for line in done.err.splitlines() if line.startswith("error: "))
    return f"refused: {line.removeprefix('error: ').partition(' should be ')[0]}"


def left(done: Result) -> dict[str, list[str]]:
    """What is left to do by hand, and to what; each warning has its row in LEFT."""
    found: dict[str, list[str]] = {}
    for line in done.err.splitlines():
        matches = [(re.search(pattern, line), what, to) for pattern, what, to in LEFT]
        known = [(match, what, to) for match, what, to in matches if match]
        assert known or not line.startswith("warning: "), f"not in LEFT: {line}"
        for match, what, to in known:
            thing = to.format(*match.groups())
            if what and thing not in found.setdefault(what, []):
                found[what].append(thing)
    return found


def record(project: str, row: dict[str, Any]) -> None:
    rows = json.loads(ROWS.read_text())
    ROWS.write_text(json.dumps({**rows, project: row}, indent=1) + "\n")
