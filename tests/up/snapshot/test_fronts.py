"""What stands around services: which calls it takes, and what is made of their answers."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from ecscli.aws.client import Aws
from ecscli.up.snapshot.build import service_state
from ecscli.up.snapshot.fronts import DESCRIBED_DEPLOYMENTS, Front, Fronts

ARN = "arn:aws:ecs:us-east-1:123456789012:service-deployment/demo/{}/1"


class Account:
    """An account whose service deployments are in the middle of shifting."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def call(self, service: str, operation: str, **query: Any) -> Any:
        self.asked.append((operation, query))
        rows = [shifting(arn) for arn in query["serviceDeploymentArns"]]
        return {"serviceDeployments": rows, "failures": []}

    def together(self, *reads: Callable[[], Any]) -> list[Any]:
        return [read() for read in reads]


def shifting(arn: str, weights: tuple[float, ...] = (25.0,)) -> dict[str, Any]:
    return {
        "serviceDeploymentArn": arn,
        "lifecycleStage": "PRODUCTION_TRAFFIC_SHIFT",
        "targetServiceRevision": {"requestedProductionTrafficWeight": 75.0},
        "sourceServiceRevisions": [{"requestedProductionTrafficWeight": one} for one in weights],
    }


def service(name: str, strategy: str = "BLUE_GREEN", rollout: str = "IN_PROGRESS") -> Any:
    return {
        "serviceName": name,
        "status": "ACTIVE",
        "desiredCount": 2,
        "runningCount": 2,
        "deploymentConfiguration": {"strategy": strategy},
        "currentServiceDeployment": ARN.format(name),
        "deployments": [
            {"id": "2", "status": "PRIMARY", "rolloutState": rollout, "taskDefinition": "a:2"},
            {"id": "1", "status": "ACTIVE", "rolloutState": "COMPLETED", "taskDefinition": "a:1"},
        ],
    }


def test_services_that_shift_traffic_are_described_in_twenties() -> None:
    account = Account()
    fronts = Fronts(cast(Aws, account))
    services = {f"s{number}": service(f"s{number}") for number in range(25)}
    services |= {"rolling": service("rolling", "ROLLING")}
    looks = list(fronts.due(services))
    assert [look.calls for look in looks] == [1, 1]
    for look in looks:
        look.read()
    counts = [len(query["serviceDeploymentArns"]) for _, query in account.asked]
    assert counts == [DESCRIBED_DEPLOYMENTS, 5]
    found = service_state(services["s7"], fronts.of("s7"))
    assert [(one.stage, one.traffic) for one in found.deployments] == [
        ("PRODUCTION_TRAFFIC_SHIFT", 75.0),
        ("", 25.0),
    ]
    assert list(fronts.due({})) == []
    assert fronts.of("s7") == Front()


@pytest.mark.parametrize(
    ("deployment", "expected"),
    [
        (shifting(ARN.format("web"), ()), [("PRODUCTION_TRAFFIC_SHIFT", 75.0), ("", None)]),
        (shifting(ARN.format("web"), (1, 2)), [("PRODUCTION_TRAFFIC_SHIFT", 75.0), ("", None)]),
        (shifting(ARN.format("earlier")), [("", None), ("", None)]),
        ({}, [("", None), ("", None)]),
    ],
    ids=["without sources", "several sources", "an earlier one", "none"],
)
def test_traffic_is_told_where_it_is_sure(deployment: Any, expected: list[Any]) -> None:
    found = service_state(service("web"), Front(deployment=deployment))
    assert [(one.stage, one.traffic) for one in found.deployments] == expected
