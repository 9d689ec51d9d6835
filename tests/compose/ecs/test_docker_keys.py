"""Each key of Docker's own ECS integration is read where there is a counterpart, with a notice, and
gets a warning with what to use instead where there is none; none of them refuses a file."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Cli

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:quay-AbCdEf"
READ = f"""x-aws-logs_retention: 7
services:
  web:
    image: quay.io/shop/web
    mem_limit: 64m
    x-aws-pull_credentials: {ARN}
    ports: [{{target: 80, name: http, x-aws-protocol: http}}]
    secrets: [db]
    deploy:
      update_config: {{x-aws-min_percent: 50, x-aws-max_percent: 150}}
secrets:
  db: {{external: true, name: {ARN}, x-aws-keys: [user]}}
"""
NOT_READ = """x-aws-vpc: vpc-1
x-aws-cluster: demo
x-aws-loadbalancer: arn
x-aws-cloudformation: {Resources: {}}
services:
  web:
    image: nginx
    mem_limit: 64m
    x-aws-tomorrow: 1
    x-aws-role: {Statement: []}
    x-aws-policies: [arn]
    deploy: {x-aws-autoscaling: {cpu: 75}}
    x-own: {x-aws-role: mine}
networks: {default: {x-aws-securitygroup: sg-1}}
"""


def test_keys_with_a_counterpart_are_read_each_with_one_notice(cli: Cli) -> None:
    cli.write("compose.yml", READ)
    cli.write("ecs-params.yml", "task_definition: {task_execution_role: exec}\n")
    done = cli("compose", "render")
    assert done.code == 0, done.err
    web = done.json["containerDefinitions"][0]
    assert web["repositoryCredentials"] == {"credentialsParameter": ARN}
    assert web["portMappings"][0]["appProtocol"] == "http"
    assert web["secrets"] == [{"name": "DB_USER", "valueFrom": f"{ARN}:user::"}]
    read = [line for line in done.err.splitlines() if "is read" in line]
    assert [line.split(": ")[1] for line in read] == [
        "x-aws-logs_retention",
        "services.web.x-aws-pull_credentials",
        "services.web.ports[0].x-aws-protocol",
        "services.web.deploy.update_config.x-aws-min_percent",
        "services.web.deploy.update_config.x-aws-max_percent",
        "secrets.db.x-aws-keys",
    ]
    assert "hint: here it is --log-retention DAYS" in done.err
    assert cli("compose", "check", "--strict").code == 0


def test_percentages_are_those_of_the_deployment_and_days_those_of_the_log_group(cli: Cli) -> None:
    cli.write("compose.yml", READ)
    cli.write("ecs-params.yml", "task_definition: {task_execution_role: exec}\n")
    flags = ("--cluster", "demo", "--region", "eu-west-1", "--output", "json")
    plan = cli("compose", "service", "plan", *flags).json
    made = next(one for one in plan["actions"] if one["operation"] == "CreateService")
    found = made["request"]["deploymentConfiguration"]
    assert (found["minimumHealthyPercent"], found["maximumPercent"]) == (50, 150)


def test_the_others_are_warned_about_with_the_way(cli: Cli) -> None:
    cli.write("compose.yml", NOT_READ)
    result = cli("compose", "check", "--output", "json")
    assert result.code == 0, result.out
    hints = {
        one["key"]: one["hint"] for one in result.json["findings"] if "x-aws" in str(one["key"])
    }
    assert list(hints) == [
        "x-aws-vpc",
        "x-aws-cluster",
        "x-aws-loadbalancer",
        "x-aws-cloudformation",
        "services.web.x-aws-tomorrow",
        "services.web.x-aws-role",
        "services.web.x-aws-policies",
        "services.web.deploy.x-aws-autoscaling",
        "networks.default.x-aws-securitygroup",
    ]
    assert "does not read this key of Docker's ECS integration yet" in hints["x-aws-vpc"]
    assert "--cluster" in hints["x-aws-cluster"]
    assert "render --format cloudformation" in hints["x-aws-cloudformation"]
    assert "has nothing for it" in hints["services.web.x-aws-tomorrow"]
    assert "x-aws-vpc: not sent" in cli("compose", "render").err


@pytest.mark.parametrize("value", [None, True, -1, 3.5, "", "text", [], [1], ["*"], {}, {"a": 1}])
def test_no_value_of_them_refuses_a_file(cli: Cli, value: object) -> None:
    document = {
        **dict.fromkeys(("x-aws-vpc", "x-aws-cluster", "x-aws-logs_retention"), value),
        "services": {
            "web": {
                "image": "nginx",
                "mem_limit": "64m",
                "x-aws-pull_credentials": value,
                "x-aws-role": value,
                "x-aws-policies": value,
                "ports": [{"target": 80, "x-aws-protocol": value}],
                "secrets": ["db"],
                "deploy": {
                    "x-aws-autoscaling": value,
                    "update_config": {"x-aws-min_percent": value, "x-aws-max_percent": value},
                },
            }
        },
        "secrets": {"db": {"external": True, "name": ARN, "x-aws-keys": value}},
    }
    cli.write("compose.yml", json.dumps(document))
    cli.write("ecs-params.yml", "task_definition: {task_execution_role: exec}\n")
    done = cli("compose", "check")
    assert done.code == 0, done.out + done.err


def test_percentages_that_replace_no_task_are_not_sent(cli: Cli) -> None:
    cli.write("compose.yml", READ.replace("150", "50").replace("7\n", "8\n"))
    done = cli("compose", "render")
    assert done.code == 0, done.err
    assert "x-aws-max_percent: not sent: it is not a number of percent with which" in done.err
    assert "x-aws-logs_retention: not sent: it is not a number of days" in done.err
