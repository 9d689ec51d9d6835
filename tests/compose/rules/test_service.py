"""Each rule of how tasks and services run, kept and broken once, by what ecs-params.yml says."""

from typing import Any

import pytest

from ecscli.compose.params.read import EcsParams, parse_params
from ecscli.compose.rules import run_fields, run_problems
from ecscli.compose.rules.subject import Run, Subject
from tests.compose.rules.test_rules import container, fargate, port, project, request

WEB = container(portMappings=[port(80, name="http")])
RANGE = container(portMappings=[{"containerPortRange": "8000-8010", "protocol": "tcp"}])
ON_EC2 = request(WEB, requiresCompatibilities=["EC2"])
GROUP = "target_group_arn: 'arn:1', container_name: web"
SUBNETS = "network_configuration: {awsvpc_configuration: {subnets: [subnet-1]}}"

# (launch type, task definition, run_params, what is found: path below run_params, message)
CASES: list[tuple[str, dict[str, Any], str, list[str]]] = [
    ("EC2", request(WEB), f"load_balancers: [{{{GROUP}, container_port: 80}}]", []),
    ("EC2", request(RANGE), f"load_balancers: [{{{GROUP}, container_port: 8005}}]", []),
    (
        "EC2",
        request(RANGE),
        f"load_balancers: [{{{GROUP}, container_port: 8011}}]",
        ["load_balancers[0].container_port: web has no container port 8011"],
    ),
    (
        "EC2",
        request(WEB),
        f"load_balancers: [{{{GROUP}, container_port: 8080}}]",
        ["load_balancers[0].container_port: web has no container port 8080"],
    ),
    (
        "EC2",
        request(WEB),
        "load_balancers: [{target_group_arn: 'arn:1', container_name: db, container_port: 80}]",
        ["load_balancers[0].container_name: no such container: db"],
    ),
    (
        "EC2",
        request(WEB),
        "load_balancers: [{container_name: web, container_port: 80}]",
        ["load_balancers[0]: needs target_group_arn or load_balancer_name"],
    ),
    (
        "EC2",
        request(WEB),
        f"load_balancers: [{{{GROUP}, load_balancer_name: elb, container_port: 80}}]",
        [
            (
                "load_balancers[0].load_balancer_name: target_group_arn and load_balancer_name exclude"
                " each other"
            )
        ],
    ),
    (
        "FARGATE",
        fargate(container(portMappings=[port(80)])),
        (
            "load_balancers: [{load_balancer_name: elb, container_name: web, container_port: 80}]\n"
            f"  {SUBNETS}"
        ),
        [
            (
                "load_balancers[0].load_balancer_name: a Classic Load Balancer does not reach tasks in"
                " awsvpc"
            )
        ],
    ),
    (
        "EXTERNAL",
        request(WEB),
        f"load_balancers: [{{{GROUP}, container_port: 80}}]",
        ["load_balancers: not possible on EXTERNAL"],
    ),
    ("EC2", request(WEB), "service_connect: {enabled: true, services: [{port_name: http}]}", []),
    ("EC2", request(), "service_connect: {enabled: false, services: [{port_name: web}]}", []),
    ("EC2", request(), "service_connect: {enabled: true}", []),
    (
        "EC2",
        request(WEB),
        "service_connect: {enabled: true, services: [{port_name: web}]}",
        ["service_connect.services[0].port_name: no such port name: web"],
    ),
    (
        "EC2",
        request(networkMode="host"),
        "service_connect: {enabled: true}",
        ["service_connect: network mode host has no Service Connect"],
    ),
    (
        "EXTERNAL",
        request(),
        "service_connect: {enabled: true}",
        ["service_connect: external instances have no Service Connect"],
    ),
    ("EC2", request(), "deployment: {minimum_healthy_percent: 50, maximum_percent: 100}", []),
    (
        "EC2",
        request(),
        "deployment: {minimum_healthy_percent: 100, maximum_percent: 100}",
        [
            (
                "deployment.minimum_healthy_percent: 100 is not below maximum_percent, 100: no task"
                " could be replaced"
            )
        ],
    ),
    (
        "EC2",
        request(),
        (
            "deployment: {minimum_healthy_percent: 0, maximum_percent: 100}\n"
            "  scheduling_strategy: DAEMON"
        ),
        [],
    ),
    (
        "EC2",
        request(),
        "deployment: {maximum_percent: 200}\n  scheduling_strategy: DAEMON",
        ["deployment.maximum_percent: 200 is more than a daemon can have"],
    ),
    (
        "EC2",
        request(),
        (
            "capacity_provider_strategy: [{capacity_provider: a, weight: 1, base: 1},"
            " {capacity_provider: b, weight: 0}]"
        ),
        [],
    ),
    (
        "FARGATE",
        fargate(),
        f"capacity_provider_strategy: [{{capacity_provider: FARGATE}}]\n  {SUBNETS}",
        [],
    ),
    (
        "EC2",
        request(),
        (
            "capacity_provider_strategy: [{capacity_provider: a, weight: 1, base: 1},"
            " {capacity_provider: b, base: 2}]"
        ),
        ["capacity_provider_strategy[1].base: another capacity provider has a base already"],
    ),
    (
        "EC2",
        request(),
        "capacity_provider_strategy: [{capacity_provider: a}, {capacity_provider: b}]",
        ["capacity_provider_strategy: no capacity provider has a weight above 0"],
    ),
    ("FARGATE", fargate(), f"platform_version: LATEST\n  {SUBNETS}", []),
    ("EC2", request(), "platform_version: LATEST", []),
    (
        "EC2",
        ON_EC2,
        "platform_version: 1.4.0",
        ["platform_version: Fargate alone has platform versions"],
    ),
    ("EC2", request(taskRoleArn="app"), "enable_execute_command: true", []),
    (
        "EC2",
        request(),
        "enable_execute_command: true",
        ["enable_execute_command: ECS Exec needs a task role"],
    ),
    ("EC2", request(), "availability_zone_rebalancing: ENABLED", []),
    (
        "EC2",
        request(),
        "availability_zone_rebalancing: ENABLED\n  scheduling_strategy: DAEMON",
        ["availability_zone_rebalancing: not possible for daemons"],
    ),
    (
        "EC2",
        request(),
        "availability_zone_rebalancing: ENABLED\n  deployment: {maximum_percent: 100}",
        [
            "availability_zone_rebalancing: not possible for services with maximum_percent 100",
        ],
    ),
    (
        "EC2",
        request(WEB),
        "service_discovery: {container_name: web, container_port: 80}",
        [],
    ),
    (
        "EC2",
        request(WEB),
        "service_discovery: {container_name: web, container_port: 81}",
        ["service_discovery.container_port: web has no container port 81"],
    ),
    (
        "EC2",
        request(WEB),
        "service_discovery: {container_name: db, container_port: 80}",
        ["service_discovery.container_name: no such container: db"],
    ),
    ("EC2", request(), "desired_count: -1", ["desired_count: -1 is out of range"]),
]


def found_in(launch_type: str, definition: dict[str, Any], params: EcsParams) -> list[str]:
    subject = Subject(definition, launch_type, project("web"), params, Run(run_fields(params)))
    problems = list(run_problems(subject))
    assert all(one.where is not None and one.where.line >= 3 for one in problems)
    return [f"{one.path}: {one.message}" for one in problems]


@pytest.mark.parametrize(("launch_type", "definition", "text", "expected"), CASES)
def test_how_a_service_runs(
    launch_type: str, definition: dict[str, Any], text: str, expected: list[str]
) -> None:
    params = parse_params(f"version: 1\nrun_params:\n  {text}\n", "ecs-params.yml", {})
    found = found_in(launch_type, definition, params)
    assert found == [f"run_params.{one}" for one in expected]


DISKS = [
    ("size: 20, volume_type: gp3, iops: 3000, throughput: 250", []),
    ("snapshot_id: snap-1", []),
    ("size: 20", []),
    ("size: 4, volume_type: io1, iops: 100", []),
    ("volume_type: gp3", ["size: needs size or snapshot_id"]),
    ("size: 100, volume_type: st1", ["size: 100 is out of range"]),
    ("size: 2000, volume_type: standard", ["size: 2000 is out of range"]),
    ("size: 20, volume_type: io2", ["iops: needs iops, as io2 does"]),
    ("size: 20, volume_type: gp3, iops: 2999", ["iops: 2999 is out of range"]),
    ("size: 200, volume_type: sc1, iops: 300", ["iops: sc1 does not take iops"]),
    ("size: 20, volume_type: gp2, throughput: 125", ["throughput: gp2 does not take throughput"]),
    ("size: 20, volume_type: gp4", ['volume_type: "gp4" is not a choice']),
]


@pytest.mark.parametrize(("text", "expected"), DISKS)
def test_an_ebs_volume(text: str, expected: list[str]) -> None:
    volume = f"{{name: disk, role_arn: 'arn:aws:iam::123456789012:role/ebs', {text}}}"
    whole = f"version: 1\ntask_definition:\n  ebs_volumes: [{volume}]\n"
    params = parse_params(whole, "ecs-params.yml", {})
    found = found_in("EC2", request(), params)
    assert found == [f"task_definition.ebs_volumes[0].{one}" for one in expected]


@pytest.mark.parametrize(
    ("definition", "fields", "expected"),
    [
        (request(), {"role": "r", "loadBalancers": [{}]}, []),
        (request(), {"role": "r"}, ["--role: is for a service with a load balancer"]),
        (
            request(networkMode="awsvpc"),
            {"role": "r", "loadBalancers": [{}]},
            ["--role: a service in network mode awsvpc takes the service-linked role"],
        ),
        (
            request(),
            {"desiredCount": -2},
            ["--desired-count: -2 is out of range"],
        ),
    ],
)
def test_what_a_flag_gives_is_named_by_the_flag(
    definition: dict[str, Any], fields: dict[str, Any], expected: list[str]
) -> None:
    run = Run(fields, {"desiredCount": "--desired-count", "role": "--role"})
    found = run_problems(Subject(definition, "EC2", project("web"), EcsParams(), run))
    said = [f"{one.path}: {one.message}" for one in found]
    assert [one for one in said if one.startswith("--")] == expected
