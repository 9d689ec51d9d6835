"""What only shows or plans calls nothing of AWS that writes, on an account that has all of the
project already."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.client import BaseClient

from ecscli.aws.client import Aws
from tests.accounts import account
from tests.commands.test_programs import DRY, READS, TABLE, WORDS, options
from tests.conftest import Cli

__all__ = ["account"]
READING = ("Describe", "Get", "List", "BatchGet", "Simulate", "FilterLogEvents")
COMPOSE = """\
services:
  web:
    image: nginx
    logging:
      driver: awslogs
      options: {awslogs-group: shop, awslogs-region: us-east-1, awslogs-stream-prefix: shop}
"""
PARAMS = """\
version: 1
task_definition:
  task_execution_role: ecsTaskExecutionRole
  ecs_network_mode: awsvpc
  task_size: {{cpu_limit: 256, mem_limit: 512}}
run_params:
  network_configuration: {{awsvpc_configuration: {{subnets: [{subnet}], security_groups: []}}}}
"""
#: Flags that ask for more writes, tried one by one where a command has them.
MORE = {
    "--create-log-groups": (),
    "--delete": (),
    "--delete-namespace": (),
    "--enable-service-discovery": ("--private-dns-namespace", "corp", "--vpc"),
    "--force": (),
    "--force-deployment": (),
    "--force-update": (),
    "--tags": ("team=web",),
    "--update-service-discovery": ("--dns-ttl", "60"),
}
DISCOVERY = ("--enable-service-discovery", "--private-dns-namespace", "corp", "--vpc")
SHOWS = sorted({*READS, *DRY} - {"compose wait", "compose service wait"})


@contextmanager
def calls(patch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The operations that are called inside of the block."""
    made: list[str] = []
    real = BaseClient._make_api_call

    def call(client: Any, operation: str, request: Any) -> Any:
        made.append(operation)
        return real(client, operation, request)

    with patch.context() as inside:
        inside.setattr(BaseClient, "_make_api_call", call)
        yield made


@pytest.fixture
def shop(sandbox: Cli, account: Aws) -> Cli:
    account.call("ecs", "create_cluster", clusterName="demo")
    account.call("logs", "create_log_group", logGroupName="shop")
    role = {"RoleName": "ecsTaskExecutionRole", "AssumeRolePolicyDocument": "{}"}
    account.call("iam", "create_role", **role)
    subnet = next(account.pages("ec2", "describe_subnets", "Subnets"))
    sandbox.write("compose.yml", COMPOSE)
    sandbox.write("ecs-params.yml", PARAMS.format(subnet=subnet["SubnetId"]))
    sandbox.environment |= {
        "COMPOSE_PROJECT_NAME": "shop",
        "ECS_CLUSTER": "demo",
        "VPC": subnet["VpcId"],
    }
    sandbox.environment |= {"AWS_REGION": "us-east-1", "ECS_LAUNCH_TYPE": "FARGATE"}
    return sandbox


def variants(words: str, vpc: str) -> Iterator[list[str]]:
    known = options(TABLE[words])
    first = [
        *words.split(),
        *READS.get(words, WORDS.get(words, ())),
        *(["--dry-run"] if words in DRY else []),
    ]
    yield first
    for flag, values in MORE.items():
        if flag in known:
            yield [*first, flag, *values, *([vpc] if "--vpc" in values else [])]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("running", [False, True], ids=["nothing there", "all there"])
def test_what_only_shows_writes_nothing(
    shop: Cli, monkeypatch: pytest.MonkeyPatch, running: bool
) -> None:
    vpc = shop.environment["VPC"]
    if running:
        made = shop("compose", "service", "up", "--no-wait", "--create-log-groups", *DISCOVERY, vpc)
        assert made.code == 0, made.err
        shop.write("compose.yml", COMPOSE.replace("nginx", "nginx:2"))
    planned = 0
    for arguments in (words for command in SHOWS for words in variants(command, vpc)):
        with calls(monkeypatch) as operations:
            result = shop(*arguments)
        assert "this is a bug" not in result.err, arguments
        assert "No such option" not in result.err, arguments
        assert [one for one in operations if not one.startswith(READING)] == [], arguments
        planned += result.code in (0, 3)
    assert planned > len(SHOWS), "most of them came to their end"
