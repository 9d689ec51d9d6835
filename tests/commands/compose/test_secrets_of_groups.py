"""Shipped secrets of a project in layout services: written once for all services that use them,
read by one role, and never printed."""

import json
from pathlib import Path
from typing import Any

import pytest

from ecscli.aws.client import Aws
from ecscli.base.errors import AwsError
from ecscli.up.support import spread
from tests.commands.compose.conftest import World
from tests.conftest import Result

MARKER, OTHER = "marker-of-a-password-4711", "marker-of-another-one-0815"
COMPOSE = """\
services:
  web: {{image: nginx, mem_limit: 50m, secrets: [{{source: token, target: TOKEN}}], depends_on: [api]}}
  api:
    image: ghcr.io/me/api
    mem_limit: 50m
    secrets: [db_password]
    depends_on:
      db: {{condition: service_started}}
      migrate: {{condition: service_completed_successfully}}
  migrate:
    image: ghcr.io/me/api
    mem_limit: 50m
    secrets: [db_password]
    labels: {{ecscli.sandbox.exit-code: "0", ecscli.sandbox.exit-after: "1"}}
  db: {{image: redis, mem_limit: 50m{db}}}
secrets:
  db_password: {{file: ./password.txt}}
  token: {{environment: TOKEN, x-ecs: {{store: ssm}}}}
x-ecs: {{layout: services, discovery: none}}
"""
STORED = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db_password"


@pytest.fixture
def shop(world: World) -> World:
    world.roles("pull")
    write(world)
    world.cli.write("ecs-params.yml", "task_definition: {task_execution_role: pull}\n")
    return world


def write(world: World, db: str = "", password: str = MARKER, token: str = MARKER) -> None:
    world.cli.write("docker-compose.yml", COMPOSE.format(db=db))
    world.cli.write("password.txt", password)
    world.cli.environment["TOKEN"] = token


def value(world: World) -> str:
    answer = world.client("secretsmanager").get_secret_value(SecretId="shop/db_password")
    return str(answer["SecretString"])


def secrets_of(world: World, family: str) -> set[str]:
    """What the containers of the newest revision read."""
    found = world.client("ecs").describe_task_definition(taskDefinition=family)
    containers = found["taskDefinition"]["containerDefinitions"]
    return {secret["valueFrom"] for one in containers for secret in one.get("secrets", ())}


def subjects(plan: Result) -> list[tuple[str, str]]:
    return [(one["call"], one["subject"]) for one in plan.json["actions"]]


def test_a_secret_is_created_once_for_all_groups_that_use_it(shop: World) -> None:
    refused = shop("up")
    assert refused.code == 2
    assert refused.err.count("hint: --ship-secrets creates it") == 3, refused.err
    plan = shop("plan", "--ship-secrets")
    assert plan.code == 3, plan.err
    assert plan.out.splitlines()[:2] == [
        "+ secret /shop/token (from the variable TOKEN, 25 bytes)",
        "+ secret shop/db_password (from ./password.txt, 25 bytes)",
    ]
    assert plan.out.count("+ secret ") == 2
    made = shop("up", "--ship-secrets")
    assert made.code == 0, made.err
    assert made.err.count("Created secret ") == 2
    assert value(shop) == MARKER
    assert secrets_of(shop, "shop-api") == secrets_of(shop, "shop-migrate") == {STORED}
    assert secrets_of(shop, "shop-web") == {"/shop/token"}
    assert shop("plan", "--ship-secrets").code == 0
    again = shop("up", "--ship-secrets", "--output", "json")
    assert (again.code, again.json["changed"]) == (0, False)


def test_a_secret_that_is_pushed_replaces_the_tasks_that_use_it_alone(shop: World) -> None:
    assert shop("up", "--ship-secrets").code == 0
    write(shop, token=OTHER)
    left = shop("plan", "--ship-secrets")
    assert (left.code, "secret /shop/token differs, not pushed" in left.err) == (0, True)
    plan = shop("plan", "--push-secrets", "--output", "json")
    assert [one["subject"] for one in plan.json["actions"]] == ["/shop/token", "shop-web"]
    pushed = shop("up", "--push-secrets", "--output", "json")
    assert pushed.code == 0, pushed.err
    changed = {one["service"]: one["changed"] for one in pushed.json["services"]}
    assert changed == {"shop-db": False, "shop-api": False, "shop-web": True}
    assert shop("plan", "--push-secrets").code == 0


def test_secrets_of_services_that_are_not_meant_are_left(shop: World) -> None:
    assert shop("up", "db", "--ship-secrets").code == 0
    assert not shop.client("secretsmanager").list_secrets()["SecretList"]
    assert shop("up", "api", "--ship-secrets").code == 0
    assert value(shop) == MARKER
    assert not shop.client("ssm").get_parameters(Names=["/shop/token"])["Parameters"]


def test_two_secrets_with_one_name_in_different_services_are_refused(shop: World) -> None:
    text = COMPOSE.format(db=", secrets: [twin]").replace(
        "  token:", "  twin: {file: ./password.txt, name: shop/db_password}\n  token:"
    )
    shop.cli.write("docker-compose.yml", text)
    refused = shop("check", "--ship-secrets")
    assert refused.code == 2
    assert "secrets db_password and twin would both be stored as shop/db_password" in refused.out


def test_the_commands_for_secrets_are_those_of_the_whole_project(shop: World) -> None:
    assert shop("up", "--ship-secrets").code == 0
    rows = shop("secrets", "ls", "--output", "json").json
    assert [(row["secret"], row["state"], row["services"]) for row in rows] == [
        ("token", "same", ["web"]),
        ("db_password", "same", ["api", "migrate"]),
    ]
    write(shop, password=OTHER)
    assert shop("secrets", "push", "db_password").code == 0
    assert value(shop) == OTHER
    shown = shop("down", "--secrets", "--dry-run")
    assert shown.out.count("- secret ") == 2
    assert shop("down", "--secrets", "--yes").code == 0
    assert {row["state"] for row in shop("secrets", "ls", "--output", "json").json} == {
        "missing",
        "leaving",
    }


def test_no_value_is_ever_printed(shop: World) -> None:
    commands = (
        ("check", "--ship-secrets", "--all", "--output", "json"),
        ("render", "--ship-secrets"),
        ("render", "--ship-secrets", "--format", "cloudformation", "--service", "api"),
        ("plan", "--ship-secrets", "--show-values", "--output", "json"),
        ("--debug", "up", "--ship-secrets", "--output", "json"),
        ("secrets", "ls", "--output", "json"),
        ("--debug", "up", "--push-secrets"),
        ("ps", "--output", "json"),
        ("secrets", "push", "--output", "json"),
        ("down", "--secrets", "--yes", "--output", "json"),
    )
    for number, command in enumerate(commands):
        write(shop, password=(MARKER, OTHER)[number % 2], token=(OTHER, MARKER)[number % 2])
        done = shop(*command)
        assert done.code in (0, 3), done.err
        for text in (MARKER, OTHER):
            assert text not in done.out + done.err, command
    for family in ("shop-web", "shop-api", "shop-migrate", "shop-db"):
        definition = shop.client("ecs").describe_task_definition(taskDefinition=family)
        text = json.dumps(definition, default=str)
        assert MARKER not in text
        assert OTHER not in text


def test_a_value_that_cannot_be_stored_stops_everything_before_it_begins(shop: World) -> None:
    Path(shop.cli.directory, "password.txt").unlink()
    done = shop("up", "--ship-secrets")
    assert done.code == 2
    assert done.err.count("secrets.db_password: ") == 1
    assert not shop.client("ssm").get_parameters(Names=["/shop/token"])["Parameters"]


def test_a_dry_run_needs_no_credentials(shop: World) -> None:
    shop.cli.environment.pop("ECSCLI_SANDBOX")
    planned = shop("up", "--ship-secrets", "--dry-run")
    assert planned.code in (0, 3), planned.err
    assert "+ secret shop/db_password" in planned.out


FARGATE_COMPOSE = """\
services:
  web: {{image: nginx, secrets: [{{source: token, target: TOKEN}}]}}
  api: {{image: nginx, secrets: [db_password]}}
  db: {{image: redis}}
secrets:
  db_password: {{file: ./password.txt, x-ecs: {{kms_key: "{key}"}}}}
  token: {{environment: TOKEN, x-ecs: {{store: ssm}}}}
  unused: {{file: ./password.txt}}
x-ecs: {{layout: services, discovery: none}}
"""


def test_one_role_reads_exactly_what_the_services_use(shop: World) -> None:
    subnet = shop.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    key = shop.client("kms").create_key()["KeyMetadata"]["Arn"]
    shop.cli.write("docker-compose.yml", FARGATE_COMPOSE.format(key=key))
    shop.cli.write("ecs-params.yml", f"network: {{subnets: [{subnet}]}}\n")
    words = ("--ship-secrets", "--capability-iam", "--launch-type", "FARGATE")
    made = shop("up", *words)
    assert made.code == 0, made.err
    assert read_rights(shop) == {
        "secretsmanager:GetSecretValue": [f"{STORED}-??????"],
        "ssm:GetParameters": ["arn:aws:ssm:us-east-1:123456789012:parameter/shop/token"],
        "kms:Decrypt": [key],
    }
    assert shop("plan", *words).code == 0


def test_a_role_that_ecs_cannot_use_yet_is_waited_for(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, refused = Aws.call, list[str]()

    def refusing(aws: Aws, service: str, operation: str, /, **parameters: Any) -> Any:
        if operation == "create_service" and not refused:
            refused.append(operation)
            raise AwsError("ECS was unable to assume the role 'x'", code="ClientException")
        return call(aws, service, operation, **parameters)

    monkeypatch.setattr(Aws, "call", refusing)
    monkeypatch.setattr(spread, "FIRST", 0.01)
    subnet = shop.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    shop.cli.write("docker-compose.yml", FARGATE_COMPOSE.format(key="alias/aws/secretsmanager"))
    shop.cli.write("ecs-params.yml", f"network: {{subnets: [{subnet}]}}\n")
    words = ("--ship-secrets", "--capability-iam", "--launch-type", "FARGATE")
    made = shop("up", "db", *words)
    assert made.code == 0, made.err
    assert refused == ["create_service"]


def read_rights(world: World) -> dict[str, Any]:
    """The actions that the execution role of the support stack is allowed, and on what."""
    cloudformation, iam = world.client("cloudformation"), world.client("iam")
    [stack] = cloudformation.describe_stacks(StackName="ecscli-demo-shop")["Stacks"]
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
    role = outputs["ExecutionRole"].rpartition("/")[2]
    policy = iam.get_role_policy(RoleName=role, PolicyName="read")["PolicyDocument"]
    return {one["Action"]: one["Resource"] for one in policy["Statement"]}
