"""Well-known public projects, by look-alikes in tests/projects that use the same keys in the same
way: each is translated without Docker, credentials and network, or refused with a place."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import Cli

FOLDER = Path(__file__).parent.parent / "projects"
PROJECTS = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
WASM = 'platform: ECS cannot choose by "wasi/wasm"'
SECRET = "is a value of this machine, and ECS reads secrets from AWS alone"
#: Projects that are refused -> the places, and the reason.
REFUSED = {
    "wasmedge-kafka-mysql": (["compose.yaml:17:5"], WASM),
    "wasmedge-mysql-nginx": (["compose.yaml:10:5"], WASM),
    "nginx-aspnet-mysql": (["compose.yaml:7:9", "compose.yaml:23:9"], SECRET),
    "nginx-flask-mysql": (["compose.yaml:12:9", "compose.yaml:34:9"], SECRET),
    "nginx-golang-mysql": (["compose.yaml:7:9", "compose.yaml:21:9"], SECRET),
    "nginx-golang-postgres": (["compose.yaml:7:9", "compose.yaml:16:9"], SECRET),
    "react-express-mysql": (["compose.yaml:20:9", "compose.yaml:36:9"], SECRET),
    "react-java-mysql": (["compose.yaml:6:9", "compose.yaml:27:9"], SECRET),
    "sparkjava-mysql": (["compose.yaml:7:9", "compose.yaml:17:9"], SECRET),
    "spring-postgres": (["compose.yaml:16:9"], SECRET),
    "sentry": (["docker-compose.yml:55:1"], "services: 16 of them; 10 at most"),
}


@pytest.fixture
def nowhere(cli: Cli) -> Cli:
    """A user without a docker command, an engine and credentials."""
    cli.environment |= {"PATH": "/nowhere", "DOCKER_HOST": "unix:///nowhere/docker.sock"}
    return cli


@pytest.mark.parametrize("project", PROJECTS)
def test_a_public_project_is_checked_and_rendered(nowhere: Cli, project: str) -> None:
    shutil.copytree(FOLDER / project, nowhere.directory, dirs_exist_ok=True)
    checked, rendered = nowhere("compose", "check"), nowhere("compose", "render")
    if project not in REFUSED:
        assert checked.code == 0, checked.out + checked.err
        assert rendered.code == 0, rendered.err
        assert rendered.json["containerDefinitions"]
        return
    assert (checked.code, rendered.code) == (2, 2)
    places, reason = REFUSED[project]
    errors = [line for line in checked.out.splitlines() if "  error  " in line]
    assert [line.split()[0] for line in errors] == places
    assert all(reason in line for line in errors), errors
    assert all(place in rendered.err for place in places)


@pytest.mark.parametrize("project", [name for name in REFUSED if REFUSED[name][1] == SECRET])
def test_secrets_of_this_machine_need_one_flag(nowhere: Cli, project: str) -> None:
    shutil.copytree(FOLDER / project, nowhere.directory, dirs_exist_ok=True)
    rendered = nowhere("compose", "render", "--ship-secrets")
    assert rendered.code == 0, rendered.err
    given = [row for one in rendered.json["containerDefinitions"] for row in one.get("secrets", ())]
    assert given
    assert all(":secret:" in row["valueFrom"] for row in given)
