"""`scale` and `deploy` as fields of CreateService, and what is said where ECS has no such thing."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from ecscli.base.findings import Findings
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.load import load_project
from ecscli.compose.task.deployment import service_fields


def fields(
    tmp_path: Path, services: dict[str, Any], launch_type: str = "EC2"
) -> tuple[dict[str, Any], list[str]]:
    document = {"services": {name: {"image": "nginx", **keys} for name, keys in services.items()}}
    (tmp_path / "compose.yml").write_text(yaml.safe_dump(document))
    project = load_project(LoadOptions(str(tmp_path), {}))
    findings = Findings()
    found = service_fields(project.services, launch_type, findings)
    return found, [finding.message for finding in (*findings.errors, *findings.warnings)]


def update(**values: Any) -> dict[str, Any]:
    return {"update_config": values}


@pytest.mark.parametrize(
    ("deploy", "expected"),
    [
        ({}, {}),
        ({"replicas": 3}, {"desiredCount": 3}),
        ({"replicas": 0}, {"desiredCount": 0}),
        ({"mode": "global"}, {"schedulingStrategy": "DAEMON"}),
        (
            {"mode": "global", "replicas": 3, **update(order="start-first")},
            {
                "schedulingStrategy": "DAEMON",
                "deploymentConfiguration": {"maximumPercent": 100},
            },
        ),
        (
            {"replicas": 3, **update(parallelism=1)},
            {
                "desiredCount": 3,
                "deploymentConfiguration": {"minimumHealthyPercent": 66, "maximumPercent": 100},
            },
        ),
        (
            {"replicas": 3, **update(parallelism=1, order="start-first")},
            {
                "desiredCount": 3,
                "deploymentConfiguration": {"minimumHealthyPercent": 100, "maximumPercent": 134},
            },
        ),
        (
            update(parallelism=0),
            {"deploymentConfiguration": {"minimumHealthyPercent": 0, "maximumPercent": 100}},
        ),
        (
            update(parallelism=0, order="start-first"),
            {"deploymentConfiguration": {"minimumHealthyPercent": 100, "maximumPercent": 200}},
        ),
        (
            update(failure_action="rollback"),
            {
                "deploymentConfiguration": {
                    "deploymentCircuitBreaker": {"enable": True, "rollback": True}
                }
            },
        ),
        (
            update(failure_action="continue"),
            {
                "deploymentConfiguration": {
                    "deploymentCircuitBreaker": {"enable": False, "rollback": False}
                }
            },
        ),
        (
            update(max_failure_ratio=0.25),
            {
                "deploymentConfiguration": {
                    "deploymentCircuitBreaker": {
                        "enable": True,
                        "rollback": False,
                        "thresholdConfiguration": {"type": "BOUNDED_PERCENT", "value": 25},
                    }
                }
            },
        ),
        (
            {
                "placement": {
                    "preferences": [{"spread": "node.labels.zone"}],
                    "max_replicas_per_node": 1,
                }
            },
            {
                "placementStrategy": [{"type": "spread", "field": "attribute:zone"}],
                "placementConstraints": [{"type": "distinctInstance"}],
            },
        ),
    ],
)
def test_each_key_of_deploy(
    tmp_path: Path, deploy: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert fields(tmp_path, {"web": {"deploy": deploy}}) == (expected, [])


def test_the_percentages_leave_exactly_the_tasks_that_were_asked_for() -> None:
    """ECS rounds the minimum up and the maximum down."""
    import math

    from ecscli.base.marks import Map
    from ecscli.compose.project.model import Deploy, Service, UpdateConfig
    from ecscli.compose.task.deployment import _deployment

    for count in range(1, 40):
        for at_once in range(1, count + 1):
            for order in ("stop-first", "start-first"):
                deploy = Deploy(update_config=UpdateConfig(parallelism=at_once, order=order))
                found = _deployment(Service("web", Map(), deploy=deploy), count)
                least = math.ceil(count * found["minimumHealthyPercent"] / 100)
                most = math.floor(count * found["maximumPercent"] / 100)
                wanted = (
                    (count - at_once, count) if order == "stop-first" else (count, count + at_once)
                )
                assert (least, most) == wanted


def test_scale_is_the_count_too(tmp_path: Path) -> None:
    assert fields(tmp_path, {"web": {"scale": 2}}) == ({"desiredCount": 2}, [])


def test_services_that_disagree_are_told(tmp_path: Path) -> None:
    found, said = fields(tmp_path, {"a": {"scale": 2}, "b": {}, "c": {"scale": 3}})
    assert found == {"desiredCount": 2}
    assert said == [
        "services.c.deploy.replicas: not sent; services that share a task are one ECS service"
    ]


@pytest.mark.parametrize(
    ("deploy", "launch_type", "message"),
    [
        (
            {"mode": "global"},
            "FARGATE",
            "services.web.deploy.mode: global means one task an instance, and Fargate has none",
        ),
        (
            {"mode": "global-job"},
            "EC2",
            "services.web.deploy.mode: global-job is not sent; an ECS service runs for ever",
        ),
        (
            {"placement": {"preferences": [{"spread": "engine.labels.a"}]}},
            "EC2",
            'services.web.deploy.placement.preferences: ECS cannot spread by "engine.labels.a"',
        ),
        (
            {"placement": {"max_replicas_per_node": 2}},
            "EC2",
            "services.web.deploy.placement.max_replicas_per_node: not sent",
        ),
    ],
)
def test_what_ecs_has_not_is_said(
    tmp_path: Path, deploy: dict[str, Any], launch_type: str, message: str
) -> None:
    assert fields(tmp_path, {"web": {"deploy": deploy}}, launch_type) == ({}, [message])
