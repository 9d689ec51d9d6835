"""The endpoint for metadata and credentials over HTTP: pages by a container's key, and nothing
without one."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from ecscli.endpoint.facts import (
    ContainerFacts,
    ContainerPort,
    Credentials,
    Interface,
    Json,
    TaskFacts,
)
from ecscli.endpoint.server import server
from ecscli.endpoint.variables import variables

KEY = "0123456789abcdef0123456789abcdef"
ROLE = "arn:aws:iam::123456789012:role/app"
TASK = "arn:aws:ecs:us-east-1:123456789012:task/demo/1"

WEB = ContainerFacts(
    name="web",
    image="nginx:1",
    docker_id="d1",
    docker_name="ecs-web-7-web",
    arn="arn:aws:ecs:us-east-1:123456789012:container/demo/1/2",
    labels={"com.amazonaws.ecs.cluster": "demo"},
    cpu=256,
    memory=128,
    created_at=1_600_000_000.25,
    started_at=1_600_000_001.0,
    log_driver="awslogs",
    interfaces=(Interface("awsvpc", ("10.0.2.100",), mac="0e:9e:32:c7:48:85"),),
    ports=(ContainerPort(80, "tcp"),),
)
NOT_STARTED = ContainerFacts(name="late", image="busybox")
FACTS = TaskFacts(
    cluster="demo",
    arn=TASK,
    family="web",
    revision="7",
    containers=(WEB, NOT_STARTED),
    cpu=256,
    memory=512,
    zone="us-east-1a",
    launch_type="FARGATE",
    tags={"team": "shop"},
)


class Fixed:
    """A source with one container."""

    def __init__(self) -> None:
        self.asked: list[Json | None] = []

    def described(self, key: str) -> tuple[TaskFacts, ContainerFacts] | None:
        return (FACTS, WEB) if key == KEY else None

    def credentials(self, key: str, token: str) -> Credentials | None:
        return Credentials(ROLE, "AK", "SK", "TO", 1_600_003_600.5) if key == KEY else None

    def statistics(self, docker_id: str) -> Json | None:
        return {"id": docker_id}

    def protection(self, key: str, wanted: Json | None) -> Json | None:
        self.asked.append(wanted)
        return {"protection": {"ProtectionEnabled": wanted is not None}} if key == KEY else None


class Client:
    """Whoever asks at the endpoint."""

    def __init__(self, port: int, source: Fixed) -> None:
        self.port, self.source = port, source

    def ask(
        self, path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path, body, headers)
        with connection.getresponse() as answer:
            found = answer.status, json.loads(answer.read() or b"null")
        connection.close()
        return found


def served(is_container: bool) -> Iterator[Client]:
    source = Fixed()
    taken = socket.create_server(("127.0.0.1", 0))
    made = server(taken, source, lambda address: is_container)
    threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
    yield Client(taken.getsockname()[1], source)
    made.shutdown()
    made.server_close()


@pytest.fixture
def client() -> Iterator[Client]:
    yield from served(True)


@pytest.fixture
def stranger() -> Iterator[Client]:
    yield from served(False)


def test_version_4_shows_the_container_with_its_network(client: Client) -> None:
    assert client.ask(f"/v4/{KEY}") == (
        200,
        {
            "DockerId": "d1",
            "Name": "web",
            "DockerName": "ecs-web-7-web",
            "Image": "nginx:1",
            "Ports": [{"ContainerPort": 80, "Protocol": "tcp"}],
            "Labels": {"com.amazonaws.ecs.cluster": "demo"},
            "DesiredStatus": "RUNNING",
            "KnownStatus": "RUNNING",
            "Limits": {"CPU": 256, "Memory": 128},
            "CreatedAt": "2020-09-13T12:26:40.250000Z",
            "StartedAt": "2020-09-13T12:26:41.000000Z",
            "Type": "NORMAL",
            "ContainerARN": WEB.arn,
            "LogDriver": "awslogs",
            "Networks": [
                {
                    "NetworkMode": "awsvpc",
                    "IPv4Addresses": ["10.0.2.100"],
                    "MACAddress": "0e:9e:32:c7:48:85",
                    "AttachmentIndex": 0,
                }
            ],
        },
    )


def test_version_3_leaves_out_what_came_with_version_4(client: Client) -> None:
    _, found = client.ask(f"/v3/{KEY}")
    assert "ContainerARN" not in found
    assert found["Networks"] == [{"NetworkMode": "awsvpc", "IPv4Addresses": ["10.0.2.100"]}]
    assert "LaunchType" not in client.ask(f"/v3/{KEY}/task")[1]


def test_the_task_lists_the_containers_that_have_started(client: Client) -> None:
    status, found = client.ask(f"/v4/{KEY}/task")
    assert status == 200
    assert [one["Name"] for one in found["Containers"]] == ["web"]
    assert found["TaskARN"] == TASK
    assert found["Limits"] == {"CPU": 0.25, "Memory": 512}
    assert found["LaunchType"] == "FARGATE"
    assert "TaskTags" not in found
    assert client.ask(f"/v4/{KEY}/taskWithTags")[1]["TaskTags"] == {"team": "shop"}


def test_statistics_of_the_container_and_of_the_task(client: Client) -> None:
    assert client.ask(f"/v4/{KEY}/stats") == (200, {"id": "d1"})
    assert client.ask(f"/v4/{KEY}/task/stats") == (200, {"d1": {"id": "d1"}})


def test_credentials_are_in_the_form_of_the_sdks(client: Client) -> None:
    address = urlsplit(variables(KEY, True)["AWS_CONTAINER_CREDENTIALS_FULL_URI"])
    assert client.ask(address.path) == (
        200,
        {
            "RoleArn": ROLE,
            "AccessKeyId": "AK",
            "SecretAccessKey": "SK",
            "Token": "TO",
            "Expiration": "2020-09-13T13:26:40Z",
        },
    )
    assert "AWS_CONTAINER_CREDENTIALS_FULL_URI" not in variables(KEY, False)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v4/",
        "/v4/ffffffffffffffffffffffffffffffff",
        "/v2/credentials/ffffffffffffffffffffffffffffffff",
        "/api/ffffffffffffffffffffffffffffffff/task-protection/v1/state",
        f"/v4/{KEY}/nothing",
        f"/v5/{KEY}",
        f"/v4/../v4/{KEY}",
        f"/v4/{KEY}%2Ftask",
    ],
)
def test_whoever_has_no_key_learns_nothing(client: Client, path: str) -> None:
    assert client.ask(path)[0] == 404


def test_protection_is_read_and_changed(client: Client) -> None:
    path = f"/api/{KEY}/task-protection/v1/state"
    assert client.ask(path)[1] == {"protection": {"ProtectionEnabled": False}}
    wanted = {"ProtectionEnabled": True, "ExpiresInMinutes": 5}
    assert client.ask(path, "PUT", json.dumps(wanted))[0] == 200
    assert client.source.asked == [None, wanted]
    for bad in ("", "[]", "{", '{"ProtectionEnabled": "yes"}'):
        assert client.ask(path, "PUT", bad)[0] == 400
    assert client.ask(path, "PUT", "x" * 5000)[0] == 413
    assert client.ask(f"/v4/{KEY}", "PUT", "{}")[0] == 405


def test_nobody_but_containers_is_answered(stranger: Client) -> None:
    assert stranger.ask(f"/v2/credentials/{KEY}")[0] == 403


def test_a_web_page_is_not_answered(client: Client) -> None:
    assert client.ask(f"/v2/credentials/{KEY}", Origin="http://example.com")[0] == 403
