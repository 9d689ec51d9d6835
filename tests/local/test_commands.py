"""The commands of `local` where no engine is needed: files, refusals, and what they find."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ecscli.base.errors import EcsCliError
from ecscli.local import compose_program
from ecscli.local.endpoint.way import WayRequest, open_way
from ecscli.local.engine import ADDRESS, OTHER_GATEWAY, SUBNET
from tests.conftest import Cli

TASK = {"family": "shop", "containerDefinitions": [{"name": "web", "image": "nginx"}]}
OUTPUT = "docker-compose.ecs-local.yml"


def test_create_writes_two_private_files_and_asks_before_it_writes_again(cli: Cli) -> None:
    cli.write("task-definition.json", json.dumps(TASK))
    assert cli("local", "create").code == 0
    base, override = (
        cli.directory / name for name in (OUTPUT, OUTPUT.replace("yml", "override.yml"))
    )
    assert [path.stat().st_mode & 0o777 for path in (base, override)] == [0o600, 0o600]
    base.write_text("mine")
    override.write_text("mine too")
    refused = cli("local", "create", stdin="n\n")
    assert (refused.code, base.read_text()) == (1, "mine")
    assert f"aborted writing file. To retry, rename or move {OUTPUT}" in refused.err
    assert cli("local", "create").code == 2  # nobody to ask
    again = cli("local", "create", stdin="Yes\n")
    assert again.code == 0
    assert f"Successfully wrote {OUTPUT}" in again.err
    assert override.read_text() == "mine too"
    assert cli("local", "create", "--force").code == 0
    assert override.read_text() != "mine too"


def test_a_link_that_leads_nowhere_is_not_written_through_without_a_question(
    cli: Cli, tmp_path: Path
) -> None:
    cli.write("task-definition.json", json.dumps(TASK))
    (cli.directory / OUTPUT).symlink_to(tmp_path / "elsewhere")
    assert cli("local", "create").code == 2
    assert not (tmp_path / "elsewhere").exists()


def test_the_name_of_the_override_follows_that_of_the_base(cli: Cli) -> None:
    assert cli("local", "create", "-f", "-", "-o", "hello", stdin=json.dumps(TASK)).code == 0
    assert sorted(path.name for path in cli.directory.iterdir()) == ["hello", "hello.override.yml"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("create", "-f", "a", "-t", "b"), "cannot specify both --task-def-remote and"),
        (
            ("up", "-f", "a", "-t", "b"),
            "task-def-file and task-def-remote can not be used together",
        ),
        (("up", "-f", "a", "-c", "b"), "task-def-file and task-def-compose can not be used"),
        (("up", "-t", "a", "-c", "b"), "task-def-remote and task-def-compose can not be used"),
        (("up", "-o", "a", "-c", "b"), "output and task-def-compose can not be used together"),
        (
            ("ps", "-f", "a", "-t", "b"),
            "task-def-file and task-def-remote can not be used together",
        ),
        (("down", "-f", "a", "-t", "b"), "task-def-file and task-def-remote can not be used"),
        (("create",), "could not detect valid task definition"),
        (("create", "-f", "none.json"), "the file none.json does not exist"),
        (("up",), "need to provide one of task-definition.json or docker-compose.ecs-local.yml"),
        (("up", "-c", "none.yml"), "the file none.yml does not exist"),
        (("env", "web"), "need to provide one of"),
    ],
)
def test_flags_and_files_that_do_not_fit_are_bad_input(
    cli: Cli, words: tuple[str, ...], message: str
) -> None:
    done = cli("local", *words)
    assert done.code == 2
    assert message in done.err


def test_what_cannot_be_read_is_named_before_anything_is_made(cli: Cli) -> None:
    cli.write("task-definition.json", '{"containerDefinitions": [{"name": 3}]}')
    done = cli("local", "up")
    assert done.code == 2
    assert "task-definition.json:1:28: containerDefinitions[0].name: not text" in done.err
    assert not (cli.directory / OUTPUT).exists()


def test_without_docker_compose_nothing_is_started(cli: Cli, tmp_path: Path) -> None:
    cli.write("task-definition.json", json.dumps(TASK))
    done = cli("local", "up", "--offline", PATH=str(tmp_path))
    assert done.code == 1
    assert "there is neither `docker compose` nor `docker-compose`" in done.err
    with pytest.raises(EcsCliError):
        compose_program.find({"PATH": str(tmp_path)})


def test_an_engine_that_is_gone_is_named(cli: Cli) -> None:
    for command in ("ps", "down", "logs"):
        done = cli("local", command, DOCKER_HOST=f"unix://{cli.directory}/none.sock")
        assert done.code == 1
        assert "no Docker engine answers at" in done.err


def test_values_for_offline_are_those_of_a_private_file(cli: Cli) -> None:
    cli.write("task-definition.json", json.dumps(TASK))
    path = cli.write("values.env", "PW=x\n")
    path.chmod(0o644)
    done = cli("local", "up", "--offline", "--secrets", "values.env")
    assert (done.code, "others may read this file" in done.err) == (2, True)
    assert "--secrets is for --offline" in cli("local", "up", "--yes", "--secrets", "v").err


def test_env_reads_secrets_of_a_project_and_of_a_registered_definition(sandbox: Cli) -> None:
    import boto3

    from ecscli.sandbox import process

    url = process.ensure(sandbox.environment)
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "y", "region_name": "us-east-1"}
    ssm, manager, ecs = (
        boto3.client(name, endpoint_url=url, **keys) for name in ("ssm", "secretsmanager", "ecs")
    )
    ssm.put_parameter(Name="/shop/token", Value="of ssm", Type="SecureString")
    arn = manager.create_secret(Name="db", SecretString='{"user": "of manager", "n": 1}')["ARN"]
    secrets = [
        {"name": "TOKEN", "valueFrom": "/shop/token"},
        {"name": "USER", "valueFrom": f"{arn}:user::"},
        {"name": "STAGED", "valueFrom": f"{arn}:n:AWSCURRENT:"},
    ]
    web = {"name": "web", "image": "nginx", "memory": 64}
    ecs.register_task_definition(
        family="shop", containerDefinitions=[{**web, "secrets": secrets}], executionRoleArn=ROLE
    )
    words = ("--region", "us-east-1", "-t", "shop", "--output", "json")
    found = sandbox("local", "env", "web", "--reveal", *words).json["variables"]
    assert [found[name] for name in ("TOKEN", "USER", "STAGED")] == ["of ssm", "of manager", "1"]
    hidden = sandbox("local", "env", "web", *words).json["variables"]
    assert [hidden[name] for name in ("TOKEN", "USER")] == [None, None]

    sandbox.write("compose.yml", PROJECT)
    plain = sandbox("local", "env", "web", "--region", "us-east-1", "--reveal")
    assert "TOKEN=of ssm" in plain.out.splitlines()

    sandbox.write("t.json", json.dumps(wrong(arn)))
    done = sandbox("local", "env", "web", "--reveal", "--region", "us-east-1", "-f", "t.json")
    assert done.code == 2
    for message in ("GONE: there is no such parameter", 'KEY: it has no key "x"', "ODD: this is"):
        assert f"container web: secret {message}" in done.err
    assert sandbox("local", "create", "-t", "none", "--region", "us-east-1").code == 2


ROLE = "arn:aws:iam::123456789012:role/execution"
PROJECT = """\
services: {web: {image: nginx, mem_limit: 64m, secrets: [{source: token, target: TOKEN}]}}
secrets: {token: {external: true, name: /shop/token}}
"""


def wrong(arn: str) -> dict[str, Any]:
    secrets = [
        {"name": "GONE", "valueFrom": "/none"},
        {"name": "KEY", "valueFrom": f"{arn}:x::"},
        {"name": "ODD", "valueFrom": "arn:aws:s3:::bucket"},
    ]
    return {"containerDefinitions": [{"name": "web", "image": "nginx", "secrets": secrets}]}


class Networks:
    """An engine that has networks and no containers, and whose bridges are not of this machine."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def network(self, name: str) -> dict[str, Any] | None:
        if not self.made:
            return None
        return {"IPAM": {"Config": [{"Subnet": SUBNET, "Gateway": self.made[-1]}]}}

    def make_network(self, name: str, gateway: bool | None) -> None:
        self.made.append("any" if gateway is None else ADDRESS if gateway else OTHER_GATEWAY)

    def remove_network(self, name: str) -> None:
        return

    def forwarder(self, name: str) -> dict[str, str]:
        return {}


def test_an_address_that_is_not_of_this_machine_is_forwarded_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forwards: list[Any] = []
    monkeypatch.setattr(
        "ecscli.local.endpoint.way._make_forwarder",
        lambda engine, wanted, host, ports: forwards.append((host, ports)),
    )
    engine = Networks()
    way = open_way(engine, WayRequest("o", "n", "auto", False, "i"))  # type: ignore[arg-type]
    assert way is not None
    assert engine.made == [ADDRESS, OTHER_GATEWAY]
    assert (way.relative, way.from_anywhere, way.address) == (True, True, ADDRESS)
    assert forwards[0][0] == "host.docker.internal"
    way.listening.close()
    with pytest.raises(EcsCliError, match="not of this machine"):
        open_way(Networks(), WayRequest("o", "n", "gateway", False, "i"))  # type: ignore[arg-type]


def test_a_subnet_that_is_taken_names_what_does_without_it() -> None:
    class Taken(Networks):
        def make_network(self, name: str, gateway: bool | None) -> None:
            if gateway is not None:
                raise EcsCliError("Docker: Pool overlaps with other one on this address space")
            super().make_network(name, gateway)

    with pytest.raises(EcsCliError) as caught:
        open_way(Taken(), WayRequest("o", "n", "auto", False, "i"))  # type: ignore[arg-type]
    assert "Pool overlaps" in caught.value.message
    assert "--endpoint none" in str(caught.value.hint)
    without = Taken()
    assert open_way(without, WayRequest("o", "n", "none", False, "i")) is None  # type: ignore[arg-type]
    assert without.made == ["any"]
