"""Each key of Docker's own ECS integration gets a warning with what to use instead."""

from __future__ import annotations

from tests.conftest import Cli

FILE = """x-aws-vpc: vpc-1
services:
  web:
    image: nginx
    x-aws-pull_credentials: arn
    x-aws-tomorrow: 1
    ports: [{target: 80, x-aws-protocol: http}]
    x-own: {x-aws-role: mine}
"""


def test_keys_of_docker_are_not_left_out_without_a_word(cli: Cli) -> None:
    cli.write("compose.yml", FILE)
    result = cli("compose", "check", "--strict", "--output", "json")
    assert result.code == 2
    hints = {
        one["key"]: one["hint"] for one in result.json["findings"] if "x-aws" in str(one["key"])
    }
    assert list(hints) == [
        "x-aws-vpc",
        "services.web.x-aws-pull_credentials",
        "services.web.x-aws-tomorrow",
        "services.web.ports[0].x-aws-protocol",
    ]
    assert "subnets in ecs-params.yml" in hints["x-aws-vpc"]
    assert "has nothing for it" in hints["services.web.x-aws-tomorrow"]
    assert "x-aws-vpc: not sent" in cli("compose", "render").err
