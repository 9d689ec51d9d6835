"""Secrets of a file and a variable on their way to AWS: created when that is agreed to, compared,
updated on demand, deleted; and never printed."""

import json
from pathlib import Path

import pytest

from tests.commands.compose.conftest import World
from tests.conftest import Result

MARKER, OTHER = "marker-of-a-password-4711", "marker-of-another-one-0815"
COMPOSE = """\
services:
  web:
    image: nginx:1
    mem_limit: 100m
    secrets:
      - db_password
      - source: token
        target: API_TOKEN
secrets:
  db_password: {file: ./password.txt}
  token: {environment: TOKEN, x-ecs: {store: ssm}}
"""
PARAMS = "task_definition: {task_execution_role: pull}\n"


@pytest.fixture
def shop(world: World) -> World:
    world.roles("pull")
    world.cli.write("docker-compose.yml", COMPOSE)
    world.cli.write("ecs-params.yml", PARAMS)
    world.cli.write("password.txt", MARKER)
    world.cli.environment["TOKEN"] = MARKER
    return world


def value(world: World) -> str:
    answer = world.client("secretsmanager").get_secret_value(SecretId="shop/db_password")
    return str(answer["SecretString"])


def parameter(world: World) -> str:
    answer = world.client("ssm").get_parameter(Name="/shop/token", WithDecryption=True)
    return str(answer["Parameter"]["Value"])


def test_a_secret_is_created_once_and_updated_only_on_demand(shop: World) -> None:
    refused = shop("service", "up")
    assert refused.code == 2
    assert "hint: --ship-secrets creates it" in refused.err
    first = shop("service", "plan", "--ship-secrets")
    assert first.code == 3
    assert "+ secret shop/db_password (from ./password.txt, 25 bytes)\n" in first.out
    assert "+ secret /shop/token (from the variable TOKEN, 25 bytes)\n" in first.out
    made = shop("service", "up", "--ship-secrets")
    assert made.code == 0, made.err
    assert "Created secret shop/db_password" in made.err
    assert (value(shop), parameter(shop)) == (MARKER, MARKER)
    described = shop.client("secretsmanager").describe_secret(SecretId="shop/db_password")
    assert described["Tags"] == [{"Key": "ecscli:project", "Value": "shop"}]
    assert shop("service", "plan", "--ship-secrets").code == 0

    shop.cli.write("password.txt", OTHER)
    left = shop("service", "plan", "--ship-secrets")
    assert left.code == 0
    assert "secret shop/db_password differs, not pushed" in left.err
    planned = shop("service", "plan", "--push-secrets")
    assert planned.out.splitlines()[:3] == [
        "~ secret shop/db_password (differs: from ./password.txt, 26 bytes)",
        "~ update service shop",
        "    + forceNewDeployment: true",
    ]
    before = shop.service()["deployments"][0]["id"]
    pushed = shop("service", "up", "--push-secrets")
    assert pushed.code == 0, pushed.err
    assert value(shop) == OTHER
    assert shop.service()["deployments"][0]["id"] != before
    assert shop.revisions() == 1


def test_the_definition_is_the_same_before_and_after_the_creation(shop: World) -> None:
    rendered = shop("render", "--ship-secrets").json
    assert shop("create", "--ship-secrets").code == 0
    container = rendered["containerDefinitions"][0]
    assert container["secrets"] == [{"name": "API_TOKEN", "valueFrom": "/shop/token"}]
    arn = rendered["containerDefinitions"][1]["secrets"][0]["valueFrom"]
    assert arn == "arn:aws:secretsmanager:us-east-1:<account>:secret:shop/db_password"
    found = shop.client("ecs").describe_task_definition(taskDefinition="shop")["taskDefinition"]
    writer = found["containerDefinitions"][1]["secrets"][0]["valueFrom"]
    assert writer == arn.replace("<account>", "123456789012")
    again = shop("create", "--ship-secrets", "--dry-run")
    assert again.code == 0, again.out


def test_tasks_are_replaced_after_a_push(shop: World) -> None:
    assert shop("up", "--ship-secrets").code == 0
    before = shop.client("ecs").list_tasks(cluster="demo")["taskArns"]
    shop.cli.write("password.txt", OTHER)
    assert shop("up", "--push-secrets").code == 0
    after = shop.client("ecs").list_tasks(cluster="demo")["taskArns"]
    assert len(after) == 1
    assert before != after


def test_one_that_is_scheduled_for_deletion_is_restored(shop: World) -> None:
    manager = shop.client("secretsmanager")
    manager.create_secret(Name="shop/db_password", SecretString=OTHER)
    manager.delete_secret(SecretId="shop/db_password")
    plan = shop("plan", "--ship-secrets")
    assert "+ secret shop/db_password (restored, from ./password.txt, 25 bytes)" in plan.out
    assert shop("up", "--ship-secrets").code == 0
    assert value(shop) == MARKER


def test_one_that_belongs_to_another_project_is_not_overwritten(shop: World) -> None:
    tags = [{"Key": "ecscli:project", "Value": "other"}]
    manager = shop.client("secretsmanager")
    manager.create_secret(Name="shop/db_password", SecretString=OTHER, Tags=tags)
    refused = shop("service", "up", "--push-secrets")
    assert (refused.code, "belongs to project other" in refused.err) == (2, True)
    assert value(shop) == OTHER
    assert not shop.client("ssm").get_parameters(Names=["/shop/token"])["Parameters"]


def test_the_commands_for_secrets(shop: World) -> None:
    rows = shop("secrets", "ls", "--output", "json").json
    assert [(row["secret"], row["state"], row["size"]) for row in rows] == [
        ("db_password", "missing", 25),
        ("token", "missing", 25),
    ]
    pushed = shop("secrets", "push")
    assert pushed.code == 0, pushed.err
    shop.cli.write("password.txt", OTHER)
    table = shop("secrets", "ls").out.splitlines()
    assert table[1].split()[:3] == ["db_password", "shop/db_password", "differs"]
    assert shop("secrets", "push", "--dry-run").code == 3
    assert shop("secrets", "push", "db_password").code == 0
    assert value(shop) == OTHER
    assert shop("secrets", "push").err.endswith("AWS has what the files ask for.\n")
    assert 'no secret "tokn"' in shop("secrets", "rm", "tokn").err
    unanswered = shop("secrets", "rm")
    assert (unanswered.code, "confirm with --yes" in unanswered.err) == (2, True)
    Path(shop.cli.directory, "password.txt").unlink()
    removed = shop("secrets", "rm", "--yes")
    assert removed.code == 0, removed.err
    assert "Deleted secret shop/db_password (can be restored for 7 days)" in removed.err
    assert shop("secrets", "rm", "--yes").code == 0


def test_down_leaves_secrets_unless_they_are_meant_as_well(shop: World) -> None:
    assert shop("service", "up", "--ship-secrets").code == 0
    assert shop("service", "down").code == 0
    assert value(shop) == MARKER
    assert shop("service", "up", "--ship-secrets").code == 0
    shown = shop("service", "down", "--secrets", "--dry-run")
    assert "- secret shop/db_password (can be restored for 7 days)" in shown.out
    assert shop("service", "down", "--secrets", "--yes").code == 0
    found = shop.client("secretsmanager").describe_secret(SecretId="shop/db_password")
    assert found["DeletedDate"]
    assert shop("down", "--secrets", "--yes").code == 0


def test_what_others_have_made_is_not_deleted(shop: World) -> None:
    shop.client("secretsmanager").create_secret(Name="shop/db_password", SecretString=OTHER)
    done = shop("secrets", "rm", "--yes")
    assert (done.code, "was not made for project shop" in done.err) == (0, True)
    assert value(shop) == OTHER


def test_no_value_is_ever_printed(shop: World, tmp_path: Path) -> None:
    commands = (
        ("check", "--ship-secrets", "--all", "--output", "json"),
        ("render", "--ship-secrets"),
        ("render", "--ship-secrets", "--format", "cloudformation"),
        ("config",),
        ("plan", "--ship-secrets", "--show-values", "--output", "json"),
        ("--debug", "plan", "--ship-secrets"),
        ("--debug", "service", "up", "--ship-secrets", "--output", "json"),
        ("secrets", "ls", "--output", "json"),
        ("--debug", "service", "up", "--push-secrets"),
        ("secrets", "push", "--output", "json"),
    )
    written = Path(shop.cli.directory, "password.txt")
    for command in commands:
        done = shop(*command)
        assert done.code in (0, 3), done.err
        hides(done)
        written.write_text(OTHER if written.read_text() == MARKER else MARKER)
    definition = shop.client("ecs").describe_task_definition(taskDefinition="shop")
    assert MARKER not in json.dumps(definition, default=str)


def hides(done: Result) -> None:
    for value in (MARKER, OTHER):
        assert value not in done.out + done.err


@pytest.mark.parametrize("change", ["missing", "empty", "binary"])
def test_a_value_that_cannot_be_stored_stops_everything_before_it_begins(
    shop: World, change: str
) -> None:
    path = Path(shop.cli.directory, "password.txt")
    path.write_bytes({"missing": b"", "empty": b"", "binary": b"\xff\0"}[change])
    if change == "missing":
        path.unlink()
    done = shop("service", "up", "--ship-secrets")
    assert done.code == 2
    assert "docker-compose.yml:10:3: secrets.db_password: " in done.err
    assert not shop.client("ssm").get_parameters(Names=["/shop/token"])["Parameters"]
