"""The history of a service's rollouts: service deployments and revisions as ListServiceDeployments
tells them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.conftest import Sandbox
from tests.sandbox.ecs.test_services import FAILING, create, update

BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}


def listed(sandbox: Sandbox, **options: Any) -> list[dict[str, Any]]:
    answer = sandbox.client("ecs").list_service_deployments(
        cluster="demo", service="web", **options
    )
    return answer["serviceDeployments"]


def described(sandbox: Sandbox, arn: str) -> dict[str, Any]:
    answer = sandbox.client("ecs").describe_service_deployments(serviceDeploymentArns=[arn])
    assert answer["failures"] == []
    return answer["serviceDeployments"][0]


@pytest.fixture
def rolled(sandbox: Sandbox) -> Sandbox:
    """A service that has run its first revision."""
    sandbox.cluster()
    create(sandbox, sandbox.definition(), 1, deploymentConfiguration=BREAKER)
    sandbox.settle()
    return sandbox


def test_a_rollout_is_a_deployment_from_one_revision_to_the_next(rolled: Sandbox) -> None:
    (first,) = listed(rolled)
    assert first["status"] == "SUCCESSFUL"
    assert first["finishedAt"] >= first["startedAt"]
    update(rolled, taskDefinition=rolled.definition())
    second = rolled.service()["currentServiceDeployment"]
    rolled.settle()
    told = described(rolled, second)
    assert told["status"] == "SUCCESSFUL"
    assert [one["arn"] for one in told["sourceServiceRevisions"]] == [
        first["targetServiceRevisionArn"]
    ]
    assert told["targetServiceRevision"]["runningTaskCount"] == 1
    assert [one["serviceDeploymentArn"] for one in listed(rolled)] == [
        second,
        first["serviceDeploymentArn"],
    ]
    (revision,) = rolled.client("ecs").describe_service_revisions(
        serviceRevisionArns=[told["targetServiceRevision"]["arn"]]
    )["serviceRevisions"]
    assert revision["taskDefinition"].endswith("web:2")
    assert revision["containerImages"] == [{"containerName": "web", "image": "nginx"}]
    assert [one["arn"] for one in rolled.service()["currentServiceRevisions"]] == [
        revision["serviceRevisionArn"]
    ]


def test_a_rollback_ends_the_deployment_that_failed(rolled: Sandbox) -> None:
    (good,) = listed(rolled)
    update(rolled, taskDefinition=rolled.definition(containers=[FAILING]))
    rolled.settle(60)
    failed, *older = listed(rolled)
    assert [one["status"] for one in older] == ["SUCCESSFUL"]
    assert failed["status"] == "ROLLBACK_SUCCESSFUL"
    told = described(rolled, failed["serviceDeploymentArn"])
    assert told["deploymentCircuitBreaker"] == {
        "status": "TRIGGERED",
        "failureCount": 3,
        "threshold": 3,
    }
    assert told["rollback"]["serviceRevisionArn"] == good["targetServiceRevisionArn"]
    assert "circuit breaker" in told["rollback"]["reason"]


def test_a_deployment_that_is_stopped_goes_back(rolled: Sandbox) -> None:
    ecs = rolled.client("ecs")
    rolled.control("pace", pace=1)
    update(rolled, taskDefinition=rolled.definition())
    (going,) = listed(rolled, status=["IN_PROGRESS"])
    assert ecs.stop_service_deployment(serviceDeploymentArn=going["serviceDeploymentArn"])
    rolled.settle(600)
    assert rolled.service()["taskDefinition"].endswith("web:1")
    (ended,) = listed(rolled, status=["ROLLBACK_SUCCESSFUL"])
    assert ended["serviceDeploymentArn"] == going["serviceDeploymentArn"]
    with pytest.raises(ClientError, match="ConflictException"):
        ecs.stop_service_deployment(serviceDeploymentArn=going["serviceDeploymentArn"])


def test_pages_and_what_is_missing(rolled: Sandbox) -> None:
    ecs = rolled.client("ecs")
    for _ in range(2):
        update(rolled, forceNewDeployment=True)
        rolled.settle()
    page = ecs.list_service_deployments(cluster="demo", service="web", maxResults=2)
    rest = ecs.list_service_deployments(cluster="demo", service="web", nextToken=page["nextToken"])
    assert (len(page["serviceDeployments"]), len(rest["serviceDeployments"])) == (2, 1)
    arn = page["serviceDeployments"][0]["serviceDeploymentArn"]
    unknown = arn[:-1] + ("0" if arn[-1] != "0" else "1")
    answer = ecs.describe_service_deployments(serviceDeploymentArns=[unknown])
    assert answer["failures"] == [{"arn": unknown, "reason": "MISSING"}]
    since = page["serviceDeployments"][0]["createdAt"] - timedelta(seconds=1)
    assert len(listed(rolled, createdAt={"before": since})) == 2
