"""`local` on a real engine with Docker Compose: one engine, one sandbox, few containers."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ecscli.local.engine import NETWORK_LABEL
from ecscli.local.overlay import OWNER
from ecscli.sandbox import process
from tests.conftest import Cli, private_environment
from tests.docker import make_image, make_python_image

IMAGE, PYTHON = "ecscli-local-test", "ecscli-local-python"
PACKAGES = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six")
MARKER = "markerlocalsecret42"
ROLE = "arn:aws:iam::123456789012:role/app"

pytestmark = [
    pytest.mark.docker,
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
TEXT = {"type": "string", "minLength": 1}
#: What the developer guide shows of a container, version 4.
CONTAINER = {
    "type": "object",
    "required": [
        "DockerId",
        "Name",
        "DockerName",
        "Image",
        "ImageID",
        "Labels",
        "DesiredStatus",
        "KnownStatus",
        "Limits",
        "CreatedAt",
        "StartedAt",
        "Type",
        "ContainerARN",
        "LogDriver",
        "Networks",
    ],
    "properties": {
        **dict.fromkeys(("DockerId", "Name", "DockerName", "Image", "ImageID"), TEXT),
        "Labels": {"type": "object", "required": ["com.amazonaws.ecs.task-arn"]},
        "KnownStatus": {"const": "RUNNING"},
        "CreatedAt": {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$"},
        "Type": {"const": "NORMAL"},
        "ContainerARN": {"pattern": "^arn:aws:ecs:us-east-1:123456789012:container/local/"},
        "Networks": {
            "type": "array",
            "minItems": 1,
            "items": {"required": ["NetworkMode", "IPv4Addresses", "IPv4SubnetCIDRBlock"]},
        },
    },
}
DOCUMENT = {
    "type": "object",
    "required": [
        "Cluster",
        "TaskARN",
        "Family",
        "Revision",
        "DesiredStatus",
        "KnownStatus",
        "PullStartedAt",
        "PullStoppedAt",
        "AvailabilityZone",
        "Containers",
        "LaunchType",
    ],
    "properties": {
        "Cluster": {"const": "local"},
        "TaskARN": {"pattern": "^arn:aws:ecs:us-east-1:123456789012:task/local/[0-9a-f]{32}$"},
        "Containers": {"type": "array", "minItems": 2, "items": CONTAINER},
    },
}
ASK = """
import json, os, time, urllib.request, boto3
def read(address):
    return json.load(urllib.request.urlopen(address, timeout=20))
time.sleep(1)
four = os.environ["ECS_CONTAINER_METADATA_URI_V4"]
found = {
    "caller": boto3.client("sts").get_caller_identity()["Arn"],
    "kind": boto3.Session().get_credentials().method,
    "task": read(four + "/task"),
    "third": read(os.environ["ECS_CONTAINER_METADATA_URI"])["Name"],
    "memory": read(four + "/stats")["memory_stats"]["limit"],
    "secret": os.environ["PW"],
    "neighbour": [urllib.request.urlopen(f"http://{name}:8000/").read().decode()
                  for name in NEIGHBOURS],
}
print(json.dumps(found))
raise SystemExit(7)
"""


def wait_until(done: Callable[[], object], limit: float = 30) -> None:
    end = time.monotonic() + limit
    while not done():
        assert time.monotonic() < end, "this does not happen"
        time.sleep(0.2)


def container_of(engine: Any, service: str) -> Any:
    """The one container of a Compose service, which versions of Compose name differently."""
    labels = [f"com.docker.compose.service={service}", "com.docker.compose.project=project"]
    (found,) = engine.containers.list(filters={"label": labels})
    return found


@pytest.fixture(scope="module")
def engine(docker_host: str) -> Iterator[Any]:
    import docker

    if shutil.which("docker-compose") is None:
        pytest.skip("there is no docker-compose (Debian: docker-compose)")
    if not Path("/bin/busybox").exists():
        pytest.skip("busybox-static is not installed")
    busybox = Path("/bin/busybox").read_bytes()
    files = {"bin/sh": busybox, "bin/nc": busybox, "tmp/index.html": b"hello"}
    make_image(docker_host, IMAGE, files=files)
    make_python_image(docker_host, PYTHON, PACKAGES)
    client = docker.DockerClient(base_url=docker_host)
    yield client
    for name in (IMAGE, PYTHON):
        client.images.remove(name, force=True)
    client.close()


@pytest.fixture(scope="module")
def home(
    engine: Any, docker_host: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The environment of a user whose sandbox has a secret and a role."""
    import boto3

    place = tmp_path_factory.mktemp("local")
    environment = {
        **private_environment(place / "home"),
        "ECSCLI_SANDBOX": "1",
        "ECSCLI_SANDBOX_PORT": "0",
        "AWS_REGION": "us-east-1",
        "DOCKER_HOST": docker_host,
    }
    url = process.ensure(environment)
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "y"}
    client = {"endpoint_url": url, "region_name": "us-east-1", **keys}
    boto3.client("ssm", **client).put_parameter(Name="/pw", Value=MARKER, Type="SecureString")
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    boto3.client("iam", **client).create_role(
        RoleName="app",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    yield environment
    process.stop(environment)


@pytest.fixture
def local(
    home: dict[str, str], engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Cli]:
    found = Cli(tmp_path / "project", home, monkeypatch)
    yield found
    found("local", "down", "--all")
    assert left(engine) == []


def left(engine: Any) -> list[Any]:
    """What has our labels."""
    return [
        *engine.containers.list(all=True, filters={"label": OWNER}),
        *engine.containers.list(all=True, filters={"label": NETWORK_LABEL}),
        *engine.networks.list(filters={"label": NETWORK_LABEL}),
    ]


def definition(mode: str) -> dict[str, Any]:
    """A program that asks for everything, beside a web server."""
    neighbours = ["localhost", "web"] if mode == "awsvpc" else ["web"]
    script = f"NEIGHBOURS = {neighbours}\n{ASK}"
    serve = ["/bin/busybox", "httpd", "-f", "-p", "8000", "-h", "/tmp"]
    return {
        "family": "asking",
        "revision": 2,
        "networkMode": mode,
        "taskRoleArn": ROLE,
        "containerDefinitions": [
            {"name": "web", "image": IMAGE, "command": serve, "stopTimeout": 1},
            {
                "name": "ask",
                "image": PYTHON,
                "command": ["-c", script],
                "secrets": [{"name": "PW", "valueFrom": "/pw"}],
            },
        ],
    }


def output_of(engine: Any, service: str) -> str:
    (found,) = engine.containers.list(
        all=True, filters={"label": f"com.amazonaws.ecs.container-name={service}"}
    )
    text: str = found.logs().decode()
    return text


@pytest.mark.parametrize(("form", "mode"), [("gateway", "awsvpc"), ("forwarder", "bridge")])
def test_a_container_has_its_role_its_secret_and_its_metadata(
    local: Cli, engine: Any, form: str, mode: str
) -> None:
    local.write("task-definition.json", json.dumps(definition(mode)))
    local.environment["ECSCLI_LOCAL_IMAGE"] = f"{IMAGE}:latest"
    done = local("local", "up", "--wait", "--endpoint", form)
    written = output_of(engine, "ask")
    assert done.code == 7, (done.err, written)
    found = json.loads(written)
    assert found["caller"].startswith("arn:aws:sts::123456789012:assumed-role/app/ecscli-local-")
    assert found["kind"] == "container-role"
    assert (found["third"], found["secret"]) == ("ask", MARKER)
    assert found["neighbour"] == ["hello"] * (2 if mode == "awsvpc" else 1)
    Draft202012Validator(DOCUMENT).validate(found["task"])
    seen = [done.out, done.err, *files_below(local.directory), *files_below(state_of(local))]
    assert not [text for text in seen if MARKER in text]
    assert local("local", "down", "--output", "json").json["removed"]


def files_below(folder: Path) -> list[str]:
    return [path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file()]


def state_of(local: Cli) -> Path:
    return Path(local.environment["XDG_STATE_HOME"]) / "ecscli" / "local"


def test_two_directories_at_once_are_listed_and_ended_apart(local: Cli, engine: Any) -> None:
    one = {"name": "web", "image": IMAGE, "command": ["/bin/busybox", "sleep", "600"]}
    for name in ("a", "b"):
        task = {"family": name, "containerDefinitions": [{**one, "stopTimeout": 1}]}
        local.write(f"{name}/task-definition.json", json.dumps(task))
    first, second = (
        Cli(local.directory / name, local.environment, local._patch) for name in ("a", "b")
    )
    assert first("local", "up").code == second("local", "up").code == 0
    again = first("local", "up", "--yes")
    assert again.code == 0, again.err
    assert len(first("local", "ps", "--output", "json").json) == 1
    assert len(first("local", "ps", "--all", "--output", "json").json) == 2
    assert "other task container(s) running locally" in first("local", "down").err
    assert len(second("local", "ps", "--json").json) == 1
    assert second("local", "down").code == 0
    assert left(engine) == []


PROJECT = f"""\
services:
  web:
    image: {IMAGE}
    command: [/bin/busybox, sh, -c, "echo $$TOKEN; exec /bin/busybox sleep 600"]
    stop_grace_period: 1s
    secrets: [{{source: token, target: TOKEN}}, mine]
  db:
    image: {IMAGE}
    command: [/bin/busybox, httpd, -f, -p, "8000", -h, /tmp]
    stop_grace_period: 1s
secrets:
  token: {{external: true, name: /pw}}
  mine: {{file: ./mine.txt}}
"""


def test_a_project_keeps_its_own_and_gets_what_ecs_adds(local: Cli, engine: Any) -> None:
    local.write("compose.yml", PROJECT)
    local.write("mine.txt", "of this machine")
    local.write("ecs-params.yml", "version: 1\ntask_definition: {task_role_arn: app}\n")
    done = local("local", "up")
    assert done.code == 0, done.err
    assert MARKER in local("local", "logs", "web").out
    shell = ["/bin/busybox", "sh", "-c"]
    ask = "/bin/busybox wget -qO- http://db:8000/ && /bin/busybox cat /run/secrets/mine"
    inside = container_of(engine, "web").exec_run([*shell, ask])
    assert inside.output == b"helloof this machine"
    role = '/bin/busybox wget -qO- --header "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN"'
    asked = f"{role} $AWS_CONTAINER_CREDENTIALS_FULL_URI"
    found = json.loads(container_of(engine, "web").exec_run([*shell, asked]).output)
    assert found["RoleArn"] == ROLE
    assert local("local", "exec", "web", "/bin/busybox", "false").code == 1
    assert "project" in {one["kind"] for one in local("local", "ps", "--output", "json").json}
    assert local("local", "down").code == 0
    assert not engine.networks.list(names=["project_default"])


@pytest.mark.parametrize("after", ["network", "container"])
def test_down_removes_what_a_killed_up_has_left(
    local: Cli, engine: Any, home: dict[str, str], after: str
) -> None:
    one = {"name": "web", "image": IMAGE, "command": ["/bin/busybox", "sleep", "600"]}
    task = {"family": "killed", "containerDefinitions": [{**one, "stopTimeout": 1}]}
    local.write("task-definition.json", json.dumps(task))
    words = [sys.executable, "-m", "ecscli", "local", "up"]
    root = str(Path(__file__).parent.parent.parent)
    environment = {**home, "PYTHONPATH": root}
    running = subprocess.Popen(
        words,
        cwd=local.directory,
        env=environment,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    exists = (
        (lambda: engine.networks.list(filters={"label": NETWORK_LABEL}))
        if after == "network"
        else (lambda: engine.containers.list(all=True, filters={"label": OWNER}))
    )
    wait_until(exists)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert local("local", "down").code == 0
    assert left(engine) == []
    # an endpoint that began while `down` ran ends by itself
    wait_until(lambda: not list(state_of(local).glob("*.lock")))


def test_what_fails_to_start_is_removed_and_named(local: Cli, engine: Any) -> None:
    one = {"name": "web", "image": IMAGE, "command": ["/bin/busybox", "sleep", "600"]}
    wrong = {"name": "wrong", "image": IMAGE, "command": ["/no/such/program"]}
    wrong["dependsOn"] = [{"containerName": "web", "condition": "START"}]  # type: ignore[assignment]
    task = {"family": "f", "containerDefinitions": [{**one, "stopTimeout": 1}, wrong]}
    local.write("task-definition.json", json.dumps(task))
    done = local("local", "up")
    assert done.code == 1
    assert "up failed with exit code" in done.err
    assert re.search(r"removed: project[-_]web[-_]1", done.err)  # version 1 and 2 of Compose
    assert left(engine) == []


def test_a_network_of_another_subnet_is_refused_and_stays(local: Cli, engine: Any) -> None:
    made = engine.networks.create("ecs-other")
    try:
        one = {"name": "web", "image": IMAGE}
        local.write("task-definition.json", json.dumps({"containerDefinitions": [one]}))
        done = local("local", "up", "--network", "ecs-other")
        assert done.code == 2
        assert "169.254.170.0/24 is needed" in done.err
        assert "docker network inspect ecs-other" in done.err
        assert engine.networks.list(names=["ecs-other"])
    finally:
        made.remove()
