"""What flags of a service contradict: with the files, with the task, or with each other."""

from typing import Any

import pytest

from ecscli.base.records import replace
from ecscli.compose.dialect import VERSION_2
from ecscli.compose.params.read import EcsParams
from ecscli.compose.rules.subject import Subject
from ecscli.up.service.desired import service_findings
from tests.compose.rules.test_rules import container, port, project, request

WEB = request(container(portMappings=[port(80)]))
BALANCER = {"targetGroupArn": "arn:1", "containerName": "web", "containerPort": 80}
REBALANCED = {"availabilityZoneRebalancing": "ENABLED"}


def found(fields: dict[str, Any], of_files: dict[str, Any] | None = None) -> list[str]:
    subject = Subject(WEB, "EC2", project("web"), EcsParams())
    return [one.message for one in service_findings(subject, fields, of_files or {})]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"loadBalancers": [BALANCER], "role": "ecs"}, []),
        (
            {"loadBalancers": [{**BALANCER, "containerPort": 81}]},
            ["--container-name: web has no container port 81"],
        ),
        (
            {"loadBalancers": [{**BALANCER, "containerName": "db"}]},
            ["--container-name: no such container: db"],
        ),
        ({"role": "ecs"}, ["--role: is for a service with a load balancer"]),
        (
            {"schedulingStrategy": "GLOBAL"},
            ['--scheduling-strategy: "GLOBAL" is not a choice'],
        ),
        (
            {"deploymentConfiguration": {"minimumHealthyPercent": 100, "maximumPercent": 100}},
            [
                (
                    "--deployment-min-healthy-percent: 100 is not below maximum_percent, 100: no task"
                    " could be replaced"
                )
            ],
        ),
        ({"propagateTags": "ALL"}, ['--propagate-tags: "ALL" is not a choice']),
    ],
)
def test_a_flag_is_named(fields: dict[str, Any], expected: list[str]) -> None:
    assert found(fields) == expected


def test_what_the_files_give_alone_is_judged_with_the_files() -> None:
    wrong = {"role": "ecs", "schedulingStrategy": "GLOBAL"}
    assert found(wrong, wrong) == []


def test_a_flag_that_contradicts_the_files_is_found() -> None:
    daemon = {**REBALANCED, "schedulingStrategy": "DAEMON"}
    assert found(daemon, REBALANCED) == [
        "run_params.availability_zone_rebalancing: not possible for daemons"
    ]


def test_with_files_of_ecs_cli_its_own_refusals_stay() -> None:
    old = replace(project("web"), dialect=VERSION_2)
    subject = Subject(WEB, "EC2", old, EcsParams())
    balancers = [{**BALANCER, "containerPort": 81}, {**BALANCER, "containerName": "wbe"}]
    fields = {"loadBalancers": balancers, "schedulingStrategy": "REPLICA"}
    assert [one.message for one in service_findings(subject, fields, {})] == [
        'the load balancer names container "wbe", which the project does not have'
    ]
