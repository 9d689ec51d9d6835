"""A user with a cluster in the sandbox: two small instances, and a project to change from test to
test."""

import json
import urllib.request
from typing import Any

import pytest

from tests.conftest import Cli, Result
from tests.copies import Copies

COMPOSE = """\
services:
  web:
    image: {image}
    mem_limit: 100m
{more}"""


class World:
    """The command line, the control interface of the sandbox, and boto3 beside it."""

    def __init__(self, cli: Cli, url: str) -> None:
        self.cli, self.url = cli, url

    def __call__(self, *arguments: str, **variables: str) -> Result:
        """``ecscli compose -p shop ARGUMENTS`` on the cluster demo."""
        environment = {"ECS_CLUSTER": "demo", "AWS_REGION": "us-east-1", **variables}
        return self.cli("compose", "-p", "shop", *arguments, **environment)

    def project(self, image: str = "nginx:1", more: str = "", **labels: object) -> None:
        """Write the Compose file; labels are the sandbox's own, such as exit_code=1."""
        text = COMPOSE.format(image=image, more=more)
        if labels:
            text += "    labels:\n"
            for name, value in labels.items():
                text += f'      ecscli.sandbox.{name.replace("_", "-")}: "{value}"\n'
        self.cli.write("docker-compose.yml", text)

    def control(self, path: str, **body: Any) -> dict[str, Any]:
        kind = {"Content-Type": "application/json"}
        request = urllib.request.Request(
            f"{self.url}/_sandbox/{path}", json.dumps(body).encode(), kind
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            found: dict[str, Any] = json.load(response)
            return found

    def client(self, service: str) -> Any:
        import boto3

        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, region_name="us-east-1", endpoint_url=self.url, **keys)

    def open_cluster(self) -> None:
        """The cluster demo with two small instances."""
        self.client("ecs").create_cluster(clusterName="demo")
        self.client("ec2").run_instances(
            ImageId="ami-12345678",
            MinCount=2,
            MaxCount=2,
            InstanceType="t3.micro",
            UserData="#!/bin/bash\necho ECS_CLUSTER=demo >> /etc/ecs/ecs.config\n",
        )
        self.control("advance", seconds=5)

    def roles(self, *names: str) -> None:
        """Roles of these names."""
        for name in names:
            self.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument="{}")

    def secrets(self) -> None:
        """The SSM parameter /token, and the secret secret-1."""
        self.client("ssm").put_parameter(Name="/token", Value="hidden", Type="SecureString")
        self.client("secretsmanager").create_secret(Name="secret-1", SecretString="hidden")

    def log_group(self, name: str) -> None:
        self.client("logs").create_log_group(logGroupName=name)

    def service(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client("ecs").describe_services(
            cluster="demo", services=["shop"]
        )["services"][0]
        return found

    def revisions(self) -> int:
        return len(
            self.client("ecs").list_task_definitions(familyPrefix="shop")["taskDefinitionArns"]
        )


@pytest.fixture
def world(sandbox: Cli, copies: Copies) -> World:
    made = World(sandbox, copies.url)
    copies.serve_made("a cluster", made.open_cluster)
    made.project()
    return made
