"""One private sandbox for the whole run of tests, emptied before each test, asked over HTTP with
boto3 alone."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.copies import Copies

TEMPLATE = Path(__file__).parent / "cluster.yaml"
#: Far beyond what anything takes; only a failing test waits for it.
LIMIT = 30.0


class Sandbox:
    """A running sandbox as its tests see it."""

    def __init__(self, url: str, record: dict[str, Any] | None = None) -> None:
        self.url, self.record = url, record or {}
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, service: str, region: str = "us-east-1") -> Any:
        import boto3
        from botocore.config import Config

        if (service, region) not in self._clients:
            self._clients[service, region] = boto3.client(
                service,
                region_name=region,
                endpoint_url=self.url,
                aws_access_key_id="test",
                aws_secret_access_key="test",
                config=Config(retries={"total_max_attempts": 1}),
            )
        return self._clients[service, region]

    def control(self, path: str, **body: Any) -> dict[str, Any]:
        kind = {"Content-Type": "application/json"}
        request = urllib.request.Request(
            f"{self.url}/_sandbox/{path}", json.dumps(body).encode(), kind
        )
        with urllib.request.urlopen(request, timeout=LIMIT) as response:
            return json.load(response)

    def read(self, path: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/{path.lstrip('/')}", timeout=LIMIT) as response:
            return json.load(response)

    def settle(self, seconds: float = 5.0) -> None:
        """Let so much time pass in the sandbox, at once."""
        self.control("advance", seconds=seconds)

    # --------------------------------------------------------------------- what most tests begin wi

    def cluster(
        self, instances: int = 1, kind: str = "t3.micro", name: str = "demo", **options: Any
    ) -> list[str]:
        """A cluster with instances in it; their EC2 ids."""
        self.client("ecs").create_cluster(clusterName=name)
        if not instances:
            return []
        made = self.client("ec2").run_instances(
            ImageId="ami-12345678",
            MinCount=instances,
            MaxCount=instances,
            InstanceType=kind,
            UserData=f"#!/bin/bash\necho ECS_CLUSTER={name} >> /etc/ecs/ecs.config\n",
            **options,
        )
        self.settle()
        return [one["InstanceId"] for one in made["Instances"]]

    def definition(
        self, family: str = "web", containers: list[dict[str, Any]] | None = None, **task: Any
    ) -> str:
        """A registered task definition of one container, or of those given; its ARN."""
        usual = {"name": family, "image": "nginx", "memory": 100}
        given = [{**usual, **one} for one in containers or [{}]]
        answer = self.client("ecs").register_task_definition(
            family=family, containerDefinitions=given, **task
        )
        return answer["taskDefinition"]["taskDefinitionArn"]

    def run(self, definition: str, cluster: str = "demo", **options: Any) -> dict[str, Any]:
        answer = self.client("ecs").run_task(cluster=cluster, taskDefinition=definition, **options)
        assert not answer["failures"], answer["failures"]
        return answer["tasks"][0]

    def task(self, task: dict[str, Any] | str, cluster: str = "demo") -> dict[str, Any]:
        arn = task if isinstance(task, str) else task["taskArn"]
        return self.client("ecs").describe_tasks(cluster=cluster, tasks=[arn], include=["TAGS"])[
            "tasks"
        ][0]

    def service(self, name: str = "web", cluster: str = "demo") -> dict[str, Any]:
        answer = self.client("ecs").describe_services(
            cluster=cluster, services=[name], include=["TAGS"]
        )
        return answer["services"][0]

    def tasks(self, cluster: str = "demo", **wanted: Any) -> list[dict[str, Any]]:
        ecs = self.client("ecs")
        arns = [
            arn
            for page in ecs.get_paginator("list_tasks").paginate(cluster=cluster, **wanted)
            for arn in page["taskArns"]
        ]
        return [
            task
            for start in range(0, len(arns), 100)
            for task in ecs.describe_tasks(cluster=cluster, tasks=arns[start : start + 100])[
                "tasks"
            ]
        ]


def wait_until(condition: Callable[[], Any]) -> Any:
    """Ask until the answer is true."""
    limit = time.monotonic() + LIMIT
    while time.monotonic() < limit:
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError("it never happened")


def refused(call: Callable[..., Any], **request: Any) -> tuple[str, str]:
    """The code and message with which a call is refused."""
    from botocore.exceptions import ClientError

    with pytest.raises(ClientError) as caught:
        call(**request)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


@pytest.fixture(scope="session")
def running(copies: Copies) -> Sandbox:
    """The sandbox in whatever state it is."""
    return Sandbox(copies.url)


@pytest.fixture
def sandbox(running: Sandbox, copies: Copies) -> Sandbox:
    """The sandbox, in which nothing has happened yet."""
    copies.serve()
    return running
