"""The endpoint of `local`: facts of the engine, credentials by key and token, and its files."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ecscli.base.errors import AccessError, AwsError, EcsCliError
from ecscli.base.system.files import UNCONFINED
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.endpoint.answers import Asked, answer
from ecscli.endpoint.facts import Credentials
from ecscli.local.endpoint import state
from ecscli.local.endpoint.credentials import Lender, assume
from ecscli.local.endpoint.residents import Residents, container_facts, seconds, with_network
from ecscli.local.endpoint.state import Place
from ecscli.local.overlay import Seat, Surroundings
from ecscli.local.stack import Member, Stack
from ecscli.workflows.events import result_of
from ecscli.workflows.local.up import UpRequest, prepare

ROLE = "arn:aws:iam::123456789012:role/app"
AROUND = Surroundings("o1", task="arn:aws:ecs:us-east-1:1:task/local/t1")
INSPECTED: dict[str, Any] = {
    "Id": "d" * 64,
    "Name": "/walk_web_1",
    "Image": "sha256:1",
    "Created": "2026-01-02T03:04:05.123456789Z",
    "State": {"Status": "running", "Running": True, "StartedAt": "2026-01-02T03:04:06Z"},
    "Config": {
        "Image": "nginx:1",
        "Labels": {"com.amazonaws.ecs.container-name": "web"},
    },
    "HostConfig": {
        "CpuShares": 256,
        "Memory": 128 * 1024**2,
        "LogConfig": {"Type": "json-file", "Config": {}},
    },
    "NetworkSettings": {
        "Networks": {
            "ecs-local-network": {
                "IPAddress": "169.254.170.3",
                "Gateway": "169.254.170.2",
                "MacAddress": "02:42",
            }
        },
        "Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "81/udp": None},
    },
}


def test_facts_of_a_container_are_those_of_the_engine() -> None:
    found = container_facts(INSPECTED, Member("web"), AROUND)
    assert (found.name, found.image, found.docker_name) == ("web", "nginx:1", "walk_web_1")
    assert (found.cpu, found.memory, found.known_status) == (256, 128, "RUNNING")
    assert found.interfaces[0].addresses == ("169.254.170.3",)
    assert [(one.container, one.host) for one in found.ports] == [(80, 8080), (81, None)]
    assert found.arn.startswith("arn:aws:ecs:us-east-1:1:container/local/t1/ddd")


def test_a_shared_network_is_that_of_its_owner() -> None:
    other = {"HostConfig": {"NetworkMode": f"container:{'d' * 64}"}, "NetworkSettings": {}}
    shared = with_network(other, {"d" * 64: INSPECTED})
    assert shared["NetworkSettings"] == INSPECTED["NetworkSettings"]


def test_moments_of_the_engine() -> None:
    assert seconds("1970-01-01T00:00:01.5Z") == 1.5
    assert seconds("0001-01-01T00:00:00Z") is None
    assert seconds(None) is None


class NoEngine:
    def owned(self, owner: str) -> list[Any]:
        raise EcsCliError("gone")


def residents(relative: bool = False) -> Residents:
    around = Surroundings("o1", task=AROUND.task, relative=relative)
    seats = {"web": Seat("key", "token", ROLE), "bare": Seat("key2", "token2")}
    stack = Stack("local", "/t.json", "/", (), (Member("web", family="shop"), Member("bare")))
    granted = Credentials(ROLE, "AK", "SK", "TO", time.time() + 3600)
    return Residents(NoEngine(), stack, around, seats, lambda role: granted)  # type: ignore[arg-type]


def test_credentials_need_the_key_and_the_token_of_the_container() -> None:
    source = residents()
    path = "/v2/credentials/key"
    assert answer(source, path, Asked(token="token")).document["RoleArn"] == ROLE
    for wrong in (Asked(), Asked(token="token2"), Asked("PUT", token="token")):
        assert answer(source, path, wrong).status == 404
    assert answer(source, "/v2/credentials/key2", Asked(token="token2")).status == 404
    assert answer(source, "/v2/credentials/none", Asked(token="token")).status == 404
    assert answer(residents(relative=True), path, Asked()).status == 200


def test_metadata_of_a_task_whose_engine_is_gone_is_what_is_known() -> None:
    source = residents()
    found = answer(source, "/v4/key/task", Asked()).document
    assert (found["Family"], found["Cluster"]) == ("shop", "local")
    assert answer(source, "/api/key/task-protection/v1/state", Asked()).document == {
        "protection": {"ProtectionEnabled": False, "TaskArn": AROUND.task}
    }


class Refusing:
    """An AWS whose STS refuses."""

    settings = None

    def call(self, service: str, operation: str, **request: object) -> dict[str, Any]:
        if operation == "get_caller_identity":
            return {"Arn": "arn:aws:iam::123456789012:user/me"}
        raise AccessError("no", code="AccessDenied")


def test_a_role_that_does_not_trust_the_caller_prints_what_to_add() -> None:
    with pytest.raises(AccessError) as caught:
        assume(Refusing(), ROLE)  # type: ignore[arg-type]
    assert f"the role {ROLE} may not be assumed by" in caught.value.message
    assert '"Principal": {"AWS": "arn:aws:iam::123456789012:user/me"}' in str(caught.value.hint)


def test_credentials_are_kept_until_they_are_nearly_over() -> None:
    new = Credentials(ROLE, "A", "S", "T", time.time() + 3600)
    old = Credentials(ROLE, "B", "S", "T", time.time() + 60)
    over = Credentials(ROLE, "C", "S", "T", time.time() - 1)
    for kept, expected in ((new, "A"), (old, "B"), (over, None)):
        found = Lender(Refusing(), {ROLE: kept})(ROLE)  # type: ignore[arg-type]
        assert (found.access_key if found else None) == expected


def test_a_place_knows_who_lives(tmp_path: Path) -> None:
    folder = state.folder({"XDG_STATE_HOME": str(tmp_path)})
    assert folder.stat().st_mode & 0o777 == 0o700
    place = Place(folder, "o1")
    assert not place.is_alive()
    lock = place.hold()
    assert lock is not None
    assert place.is_alive()
    assert place.hold() is None
    place.write({"ports": {}})
    assert place.file.stat().st_mode & 0o777 == 0o600
    assert state.owners(folder) == ["o1"]
    state.add_account(folder, "123456789012")
    assert state.read_accounts(folder) == ["123456789012"]


def test_a_state_folder_of_others_is_refused(tmp_path: Path) -> None:
    made = tmp_path / "ecscli" / "local"
    made.mkdir(parents=True)
    made.chmod(0o777)
    with pytest.raises(EcsCliError, match="others could write"):
        state.folder({"XDG_STATE_HOME": str(tmp_path)})


def test_another_error_of_sts_stays_what_it_is() -> None:
    class Broken(Refusing):
        def call(self, service: str, operation: str, **request: object) -> dict[str, Any]:
            raise AwsError("throttled", code="Throttling")

    with pytest.raises(AwsError, match="throttled"):
        assume(Broken(), ROLE)  # type: ignore[arg-type]


class Lending(Refusing):
    """An AWS whose STS lends."""

    def account(self) -> str:
        return "123456789012"

    def call(self, service: str, operation: str, **request: object) -> dict[str, Any]:
        soon = datetime.now(UTC) + timedelta(hours=1)
        keys = {"AccessKeyId": "AK", "SecretAccessKey": "SK", "SessionToken": "TO"}
        return {"Credentials": {**keys, "Expiration": soon}}


@pytest.mark.parametrize(
    ("kept", "accounts", "is_known"),
    [((), (), False), (("123456789012",), (), True), ((), ("123456789012",), True)],
)
def test_an_account_lends_once_that_is_agreed_to(
    tmp_path: Path, kept: tuple[str, ...], accounts: tuple[str, ...], is_known: bool
) -> None:
    program = tmp_path / "docker-compose"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    environment = {"XDG_STATE_HOME": str(tmp_path), "PATH": str(tmp_path)}
    for account in kept:
        state.add_account(state.folder(environment), account)
    settings = resolve(Flags(region="us-east-1"), environment)
    request = UpRequest(settings, environment, str(tmp_path), UNCONFINED)
    stack = Stack("local", "/t.json", "/", (), (Member("web", role=ROLE),), accounts=accounts)
    prepared = result_of(
        prepare(lambda: Lending(), request, stack),  # type: ignore[arg-type, return-value]
        lambda event: None,
    )
    assert (prepared.account, prepared.is_known) == ("123456789012", is_known)
    assert prepared.seats["web"].role == ROLE
