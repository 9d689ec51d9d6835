"""Small documents for plan tests: what is wanted and what is live, with as little as each test
needs."""

from typing import Any

from ecscli.up.service.desired import WantedService, WantedTasks
from ecscli.up.service.live import LiveProject
from ecscli.up.service.names import Names

NAMES = Names("shop", "demo")
PREFIX = "arn:aws:ecs:us-east-1:123456789012"


def request(image: str = "nginx:1", **fields: Any) -> dict[str, Any]:
    return {
        "family": "shop",
        "containerDefinitions": [{"name": "web", "image": image, "memory": 128}],
        **fields,
    }


def registered(
    image: str = "nginx:1", revision: int = 1, tags: tuple[tuple[str, str], ...] = ()
) -> dict[str, Any]:
    """DescribeTaskDefinition's answer for a revision, with what ECS adds."""
    container = {
        "name": "web",
        "image": image,
        "memory": 128,
        "cpu": 0,
        "essential": True,
        "environment": [],
    }
    return {
        "taskDefinition": {
            "family": "shop",
            "revision": revision,
            "status": "ACTIVE",
            "taskDefinitionArn": f"{PREFIX}:task-definition/shop:{revision}",
            "containerDefinitions": [container],
            "compatibilities": ["EC2"],
        },
        "tags": [{"key": key, "value": value} for key, value in tags],
    }


def service(**fields: Any) -> dict[str, Any]:
    """DescribeServices' answer for a service that runs one task of revision 1."""
    return {
        "serviceName": "shop",
        "serviceArn": f"{PREFIX}:service/demo/shop",
        "status": "ACTIVE",
        "desiredCount": 1,
        "runningCount": 1,
        "pendingCount": 0,
        "launchType": "EC2",
        "schedulingStrategy": "REPLICA",
        "taskDefinition": f"{PREFIX}:task-definition/shop:1",
        "deploymentConfiguration": {"maximumPercent": 200, "minimumHealthyPercent": 100},
        "deployments": [deployment()],
        "events": [],
        **fields,
    }


def deployment(**fields: Any) -> dict[str, Any]:
    return {
        "id": "ecs-svc/1",
        "status": "PRIMARY",
        "rolloutState": "COMPLETED",
        "desiredCount": 1,
        "runningCount": 1,
        "pendingCount": 0,
        "taskDefinition": f"{PREFIX}:task-definition/shop:1",
        **fields,
    }


def wanted(image: str = "nginx:1", **fields: Any) -> WantedService:
    return WantedService(NAMES, request(image), **fields)


def wanted_tasks(image: str = "nginx:1", **fields: Any) -> WantedTasks:
    return WantedTasks(NAMES, request(image), **fields)


def live(found: dict[str, Any] | None = None, **fields: Any) -> LiveProject:
    return LiveProject(**{"definition": registered(), "service": found, **fields})


def task(number: int, revision: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "taskArn": f"{PREFIX}:task/demo/{number:032x}",
        "taskDefinitionArn": f"{PREFIX}:task-definition/shop:{revision}",
        "group": "task:shop",
        "lastStatus": "RUNNING",
        "desiredStatus": "RUNNING",
        "containers": [{"name": "web", "lastStatus": "RUNNING"}],
        **fields,
    }
