"""Each rule of RunTask, StartTask, CreateService and UpdateService, both ways; a refused call
changes nothing, and only what AWS documents begins a deployment."""

from __future__ import annotations

import html
import re
from typing import Any, NamedTuple

import pytest

from ecscli.sandbox.ecs.checks import members
from ecscli.sandbox.ecs.checks.fields import FIELDS, ROWS
from ecscli.sandbox.ecs.checks.launches.balancing import BALANCING_RULES
from ecscli.sandbox.ecs.checks.launches.capacity import CAPACITY_RULES
from ecscli.sandbox.ecs.checks.launches.ebs import EBS_RULES
from ecscli.sandbox.ecs.checks.launches.network import NETWORK_RULES
from ecscli.sandbox.ecs.checks.launches.placement import PLACEMENT_RULES
from ecscli.sandbox.ecs.checks.launches.running import TASK_RULES
from ecscli.sandbox.ecs.checks.launches.service import DAEMON_RULES, DEPLOYMENT_RULES, SERVICE_RULES
from ecscli.sandbox.ecs.services.settings import DEPLOYED
from tests.sandbox.conftest import refused
from tests.sandbox.ecs.checks.ground import FARGATE, ROLE, Ground, Json
from tests.sandbox.ecs.checks.test_definitions import RULES as DEFINITION_RULES

RULES = (
    *CAPACITY_RULES,
    *NETWORK_RULES,
    *PLACEMENT_RULES,
    *EBS_RULES,
    *TASK_RULES,
    *BALANCING_RULES,
    *DEPLOYMENT_RULES,
    *DAEMON_RULES,
    *SERVICE_RULES,
)
UNSUPPORTED = "UnsupportedFeatureException"


class Case(NamedTuple):
    """A call of `Ground`, a request that passes, one that does not, its words and its code."""

    call: str
    taken: Any
    refused: Any
    words: str
    code: str = "InvalidParameterException"


def constraints(count: int, **constraint: str) -> Json:
    one = {"type": "memberOf", "expression": "attribute:a exists", **constraint}
    return {"placementConstraints": [one] * count}


def network(ground: Ground, **configuration: Any) -> Json:
    """An awsvpc task on Fargate with a network configuration."""
    usual = {"subnets": ground.subnets[:1], **configuration}
    return {
        "taskDefinition": "net",
        "launchType": "FARGATE",
        "networkConfiguration": {"awsvpcConfiguration": usual},
    }


def on_ec2(ground: Ground, **configuration: Any) -> Json:
    return {**network(ground, **configuration), "launchType": "EC2"}


def volume(**managed: Any) -> Json:
    usual = {"roleArn": ROLE, "sizeInGiB": 200, **managed}
    return {
        "taskDefinition": "ebs",
        "volumeConfigurations": [{"name": "data", "managedEBSVolume": usual}],
    }


def overriding(**override: Any) -> Json:
    return {"overrides": {"containerOverrides": [{"name": "a", **override}]}}


def strategy(*names: str, weight: int = 1) -> Json:
    items = [{"capacityProvider": name, "weight": weight} for name in names]
    return {"capacityProviderStrategy": items}


def spot(ground: Ground, *names: str, weight: int = 1) -> Json:
    found = {**network(ground), **strategy(*names, weight=weight)}
    del found["launchType"]
    return found


def balanced(ground: Ground, **balancer: Any) -> Json:
    arn = ground.target_group
    usual = {"targetGroupArn": arn, "containerName": "a", "containerPort": 80, **balancer}
    return {"loadBalancers": [{key: one for key, one in usual.items() if one is not None}]}


def registered(ground: Ground, **registry: Any) -> Json:
    usual = {"registryArn": ground.registry, "containerName": "a", "containerPort": 80}
    given = {**usual, **registry}
    return {"serviceRegistries": [{key: one for key, one in given.items() if one is not None}]}


def deployment(**configuration: Any) -> Json:
    return {"deploymentConfiguration": configuration}


def connected(ground: Ground, port: str = "http", namespace: str | None = None) -> Json:
    return {
        "serviceConnectConfiguration": {
            "enabled": True,
            "namespace": namespace or ground.namespace,
            "services": [{"portName": port}],
        }
    }


DAEMON = {"schedulingStrategy": "DAEMON", "desiredCount": None}
HOST_MODE = {"networkMode": "host", "containers": [{"portMappings": [{"containerPort": 80}]}]}

#: Requests are either plain, or made of the ground.
CASES: dict[str, Case] = {
    "both_kinds": Case(
        "run",
        {"launchType": "EC2"},
        {"launchType": "EC2", **strategy("FARGATE")},
        "Specifying both a launch type and capacity provider strategy is not supported.",
    ),
    "other_launch_type": Case(
        "create",
        {"launchType": "EC2"},
        {"launchType": "MANAGED_INSTANCES"},
        "Use a capacity provider strategy",
    ),
    "bad_strategy": Case(
        "create",
        lambda ground: spot(ground, "FARGATE", "FARGATE_SPOT"),
        strategy("none"),
        "not associated with the cluster: none",
    ),
    "no_fargate_definition": Case(
        "run",
        lambda ground: network(ground),
        {"launchType": "FARGATE"},
        "Task definition does not support launch_type FARGATE.",
    ),
    "bad_platform_version": Case(
        "create",
        lambda ground: {**network(ground), "platformVersion": "1.4.0"},
        {"platformVersion": "1.4.0"},
        "The platform version must be null when specifying an EC2 launch type.",
    ),
    "no_network": Case(
        "run",
        lambda ground: network(ground),
        {"taskDefinition": "net", "launchType": "FARGATE"},
        "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    ),
    "no_subnets": Case(
        "create",
        lambda ground: network(ground),
        lambda ground: network(ground, subnets=[], assignPublicIp="DISABLED"),
        "subnets can not be empty",
    ),
    "public_on_ec2": Case(
        "create",
        lambda ground: network(ground, assignPublicIp="ENABLED"),
        lambda ground: on_ec2(ground, assignPublicIp="ENABLED"),
        "Assign public IP is not supported for this launch type.",
    ),
    "unknown_places": Case(
        "create",
        lambda ground: network(ground, securityGroups=[ground.group]),
        lambda ground: network(ground, securityGroups=["sg-none"]),
        "The security group 'sg-none' does not exist",
    ),
    "placed_on_fargate": Case(
        "run",
        constraints(1),
        lambda ground: {**network(ground), **constraints(1)},
        "Placement constraints are not supported with FARGATE launch type.",
    ),
    "bad_constraints": Case(
        "run",
        {"placementConstraints": [{"type": "distinctInstance"}]},
        constraints(1, type="distinctInstance"),
        "can't be specified for a distinctInstance constraint",
    ),
    "many_constraints": Case("create", constraints(10), constraints(11), "at most 10 items"),
    "bad_strategy_field": Case(
        "create",
        {"placementStrategy": [{"type": "binpack", "field": "memory"}]},
        {"placementStrategy": [{"type": "binpack", "field": "disk"}]},
        "requires field cpu or memory",
    ),
    "other_names": Case(
        "run",
        volume(),
        {**volume(), "taskDefinition": "web"},
        "'data' is not configured at launch",
    ),
    "no_size": Case(
        "run", volume(sizeInGiB=None, snapshotId="snap-1"), volume(sizeInGiB=None), "sizeInGiB or"
    ),
    "bad_size": Case(
        "create",
        volume(volumeType="st1", sizeInGiB=125),
        volume(volumeType="st1", sizeInGiB=124),
        "between 125 and 16384 for st1",
    ),
    "bad_operations": Case(
        "run",
        volume(volumeType="io2", iops=100),
        volume(volumeType="io2"),
        "iops is required for io2 volumes.",
    ),
    "throughput_elsewhere": Case(
        "run",
        volume(throughput=125),
        volume(volumeType="gp2", throughput=125),
        "only supported for gp3",
    ),
    "magnetic_on_fargate": Case(
        "run",
        volume(volumeType="standard"),
        lambda ground: {
            **network(ground),
            **volume(volumeType="standard"),
            "taskDefinition": ground.with_volume,
        },
        "not supported on Fargate",
    ),
    "long_overrides": Case(
        "run",
        overriding(command=["x" * 8100]),
        overriding(command=["x" * 8192]),
        "Container Overrides length must be at most 8192",
    ),
    "unknown_override": Case(
        "start",
        overriding(command=["true"]),
        overriding(name="z"),
        "Override for container named z is not a container in the TaskDefinition.",
    ),
    "container_above_task": Case(
        "run",
        lambda ground: {**network(ground), **overriding(memory=512)},
        lambda ground: {**network(ground), **overriding(memory=1280)},
        "'memory' setting for container 'a' is greater than for the task.",
    ),
    "bad_task_size": Case(
        "run",
        lambda ground: {**network(ground), "overrides": {"cpu": "512", "memory": "1024"}},
        lambda ground: {**network(ground), "overrides": {"cpu": "512"}},
        "No Fargate configuration exists for given values: 512 CPU, 512 memory.",
    ),
    "service_tags": Case(
        "run", {"propagateTags": "TASK_DEFINITION"}, {"propagateTags": "SERVICE"}, "SERVICE"
    ),
    "no_role_for_exec": Case(
        "create",
        {"enableExecuteCommand": True, "taskDefinition": "role"},
        {"enableExecuteCommand": True},
        "a valid taskRoleArn is not being used",
    ),
    "storage_on_ec2": Case(
        "run",
        lambda ground: {
            **network(ground),
            "overrides": {"ephemeralStorage": {"sizeInGiB": 30}},
        },
        {"overrides": {"ephemeralStorage": {"sizeInGiB": 30}}},
        "only supported for tasks hosted on Fargate",
    ),
    "many_target_groups": Case(
        "create",
        lambda ground: {"loadBalancers": balanced(ground)["loadBalancers"] * 5},
        lambda ground: {"loadBalancers": balanced(ground)["loadBalancers"] * 6},
        "at most 5 items",
    ),
    "no_target": Case(
        "create",
        balanced,
        lambda ground: balanced(ground, targetGroupArn=None),
        "needs a target group ARN or a load balancer name",
    ),
    "no_container": Case(
        "create",
        balanced,
        lambda ground: balanced(ground, containerPort=81),
        "The container a did not have a container port 81 defined.",
    ),
    "classic_with_awsvpc": Case(
        "create",
        lambda ground: balanced(ground, targetGroupArn=None, loadBalancerName="classic"),
        lambda ground: {
            **network(ground),
            **balanced(ground, targetGroupArn=None, loadBalancerName="classic"),
        },
        "Classic Load Balancers are not supported",
    ),
    "unknown_target": Case(
        "create",
        balanced,
        lambda ground: balanced(ground, targetGroupArn="arn:none"),
        "The target group with targetGroupArn arn:none does not exist.",
    ),
    "shifted_traffic": Case(
        "create",
        balanced,
        lambda ground: balanced(ground, advancedConfiguration={"roleArn": ROLE}),
        "rolling deployments only",
        UNSUPPORTED,
    ),
    "role_without_balancer": Case(
        "create",
        lambda ground: {**balanced(ground), "role": "ecsServiceRole"},
        {"role": "ecsServiceRole"},
        "services that use a load balancer",
    ),
    "unknown_registry": Case(
        "create",
        registered,
        lambda ground: registered(ground, registryArn="arn:service/srv-none"),
        "does not exist",
    ),
    "registry_of_mode": Case(
        "create",
        registered,
        lambda ground: registered(ground, registryArn=ground.address_registry),
        "supports only service registries with SRV records",
    ),
    "bad_registry_port": Case(
        "create",
        registered,
        lambda ground: registered(ground, port=80),
        "either a port or a container name",
    ),
    "other_controller": Case(
        "create",
        {"deploymentController": {"type": "ECS"}},
        {"deploymentController": {"type": "CODE_DEPLOY"}},
        "no deployment controller CODE_DEPLOY",
        UNSUPPORTED,
    ),
    "other_strategy": Case(
        "create",
        deployment(strategy="ROLLING"),
        deployment(strategy="BLUE_GREEN", bakeTimeInMinutes=1),
        "the deployment strategy is BLUE_GREEN",
        UNSUPPORTED,
    ),
    "needs_other_strategy": Case(
        "create",
        deployment(lifecycleHooks=[]),
        deployment(canaryConfiguration={"canaryPercent": 5.0}),
        "only valid when the deployment strategy is CANARY",
    ),
    "blocked_deployment": Case(
        "create",
        deployment(maximumPercent=101, minimumHealthyPercent=100),
        deployment(maximumPercent=100, minimumHealthyPercent=100),
        "MaximumPercent should be greater than MinimumHealthyPercent.",
    ),
    "daemon_on_fargate": Case(
        "create",
        DAEMON,
        lambda ground: {**network(ground), **DAEMON},
        "The daemon scheduling strategy is not supported with FARGATE launch type.",
    ),
    "daemon_with_strategy": Case(
        "create",
        DAEMON,
        {**DAEMON, "placementStrategy": [{"type": "random"}]},
        "not supported with the daemon scheduling strategy",
    ),
    "daemon_with_count": Case(
        "create",
        DAEMON,
        {**DAEMON, "desiredCount": 1},
        "The daemon scheduling strategy does not support a desired count for services.",
    ),
    "rebalanced_elsewhere": Case(
        "create",
        {"availabilityZoneRebalancing": "ENABLED"},
        {
            "availabilityZoneRebalancing": "ENABLED",
            **deployment(maximumPercent=100, minimumHealthyPercent=50),
        },
        "does not support a maximumPercent of 100",
    ),
    "unknown_namespace": Case(
        "create",
        connected,
        lambda ground: connected(ground, namespace="nowhere"),
        "nowhere was not found",
        "NamespaceNotFoundException",
    ),
    "unknown_port_name": Case(
        "update",
        connected,
        lambda ground: connected(ground, port="grpc"),
        "The portName 'grpc' does not match",
    ),
    "connect_without_network": Case(
        "create",
        connected,
        lambda ground: {**connected(ground), "taskDefinition": ground.on_host},
        "does not support network mode 'host'",
    ),
}

#: More ways to break a rule than one.
MORE: list[tuple[str, Any, str]] = [
    ("create", strategy("FARGATE", "FARGATE_SPOT", weight=0), "a weight greater than 0"),
    ("create", strategy("FARGATE", "FARGATE"), "only once"),
    ("run", strategy("none"), "not associated with the cluster: none"),
    (
        "create",
        lambda ground: network(ground, subnets=["subnet-none"]),
        "The subnet ID 'subnet-none' does not exist",
    ),
    (
        "create",
        lambda ground: network(ground, securityGroups=[ground.other_group]),
        "does not belong to the same VPC",
    ),
    (
        "run",
        lambda ground: {"networkConfiguration": ground.network},
        "Network Configuration is not valid",
    ),
    ("run", {"placementStrategy": [{"type": "spread", "field": "color"}]}, "Invalid field 'color'"),
    ("create", constraints(1, expression="attribute:a ="), "Invalid expression"),
    ("create", {"taskDefinition": "ebs"}, "must be specified for the volume 'data'"),
    ("run", volume(volumeType="gp2", sizeInGiB=16385), "between 1 and 16384 for gp2"),
    ("run", volume(volumeType="st1", iops=100), "iops is not supported for st1"),
    ("run", volume(iops=100), "between 3000 and 16000 for gp3"),
    ("run", volume(volumeInitializationRate=100), "only with a snapshotId"),
    ("run", {"enableExecuteCommand": True}, "a valid taskRoleArn is not being used"),
    ("start", {"enableExecuteCommand": True}, "a valid taskRoleArn is not being used"),
    ("create", lambda ground: balanced(ground, containerName="z"), "The container z does not"),
    (
        "create",
        lambda ground: balanced(ground, loadBalancerName="x"),
        "cannot be specified together with targetGroupArn",
    ),
    (
        "create",
        lambda ground: registered(ground, containerName=None, containerPort=None),
        "containerName and containerPort must be specified",
    ),
    ("create", lambda ground: registered(ground, containerPort=81), "container port 81"),
    ("create", {"desiredCount": -1}, "desiredCount must be at least 0"),
    ("update", {"desiredCount": -1}, "desiredCount must be at least 0"),
    ("create", {"desiredCount": None}, "The desired count must be set for REPLICA services."),
]


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_both_ways(ground: Ground, rule: str) -> None:
    case = CASES[rule]
    call = getattr(ground, case.call)
    taken, broken = ground.resolved(case.taken), ground.resolved(case.refused)
    call(**taken)
    code, message = refused(call, **broken)
    assert (code, case.words in message) == (case.code, True), message


@pytest.mark.parametrize(("call", "request_", "words"), MORE)
def test_more_that_is_refused(ground: Ground, call: str, request_: Any, words: str) -> None:
    code, message = refused(getattr(ground, call), **ground.resolved(request_))
    assert (code, words in message) == ("InvalidParameterException", True), message


def test_an_unknown_platform_version(ground: Ground) -> None:
    code, _ = refused(ground.run, **network(ground), platformVersion="9.9.9")
    assert code == "PlatformUnknownException"


def test_a_hook_is_never_skipped_in_silence(ground: Ground) -> None:
    hook = {"hookTargetArn": "arn", "roleArn": ROLE, "lifecycleStages": ["POST_SCALE_UP"]}
    code, _ = refused(ground.create, **deployment(lifecycleHooks=[hook]))
    assert code == UNSUPPORTED


def test_every_rule_has_a_case() -> None:
    assert set(CASES) == {rule.complaints.__name__ for rule in RULES}


# ------------------------------------------------------------------------- nothing changes, or only


def test_a_refused_update_changes_nothing(ground: Ground) -> None:
    name = ground.create(desiredCount=1)["service"]["serviceName"]
    before = describe(ground, name)
    for change in (
        {"desiredCount": 5, "taskDefinition": "net"},
        {"desiredCount": 5, "loadBalancers": [{"containerName": "z"}]},
        {"forceNewDeployment": True, "platformVersion": "1.4.0"},
    ):
        refused(ground.ecs.update_service, cluster="demo", service=name, **change)
    after = describe(ground, name)
    assert {key: after[key] for key in STABLE} == {key: before[key] for key in STABLE}
    assert [one["id"] for one in after["deployments"]] == [
        one["id"] for one in before["deployments"]
    ]


STABLE = ("desiredCount", "taskDefinition", "loadBalancers", "deploymentConfiguration", "status")


def describe(ground: Ground, name: str) -> Json:
    return ground.ecs.describe_services(cluster="demo", services=[name])["services"][0]


def test_a_refused_service_and_a_refused_cluster_do_not_exist(ground: Ground) -> None:
    refused(ground.create, serviceName="refused", tags=[{"key": "aws:x", "value": ""}])
    found = ground.ecs.describe_services(cluster="demo", services=["refused"])
    assert found["failures"][0]["reason"] == "MISSING"
    refused(ground.ecs.create_cluster, clusterName="refused", capacityProviders=["none"])
    found = ground.ecs.describe_clusters(clusters=["refused"])
    assert found["failures"][0]["reason"] == "MISSING"
    refused(
        ground.ecs.put_cluster_capacity_providers,
        cluster="demo",
        capacityProviders=["FARGATE"],
        defaultCapacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT"}],
    )
    (cluster,) = ground.ecs.describe_clusters(clusters=["demo"])["clusters"]
    assert cluster["capacityProviders"] == ["FARGATE", "FARGATE_SPOT"]


@pytest.mark.parametrize(
    "change",
    [
        {"desiredCount": 2},
        {"enableECSManagedTags": True},
        {"propagateTags": "TASK_DEFINITION"},
        {"enableExecuteCommand": True},
        {"placementConstraints": [{"type": "distinctInstance"}]},
        {"placementStrategy": [{"type": "random"}]},
        {"healthCheckGracePeriodSeconds": 5},
        {"deploymentConfiguration": {"maximumPercent": 150}},
        {"capacityProviderStrategy": []},
        {"availabilityZoneRebalancing": "ENABLED"},
    ],
)
def test_what_begins_no_deployment(ground: Ground, change: Json) -> None:
    made = ground.create(taskDefinition="role")["service"]
    service = made["serviceName"]
    updated = ground.ecs.update_service(cluster="demo", service=service, **change)["service"]
    assert [one["id"] for one in updated["deployments"]] == [
        one["id"] for one in made["deployments"]
    ]
    for name, value in change.items():
        kept = updated.get(name)
        assert kept == value or name in ("deploymentConfiguration", "capacityProviderStrategy")


def test_what_begins_a_deployment(ground: Ground) -> None:
    made = ground.create(**network(ground))["service"]
    ids = {made["deployments"][0]["id"]}
    for change in (
        {"forceNewDeployment": True},
        {"platformVersion": "1.4.0"},
        {"networkConfiguration": network(ground, assignPublicIp="ENABLED")["networkConfiguration"]},
        {
            "taskDefinition": ground.register(family="net", containers=[{}], **FARGATE)[
                "taskDefinition"
            ]["taskDefinitionArn"]
        },
    ):
        service = made["serviceName"]
        updated = ground.ecs.update_service(cluster="demo", service=service, **change)["service"]
        primary = updated["deployments"][0]["id"]
        assert primary not in ids
        ids.add(primary)


# --------------------------------------------------------------------- the tables and the reference


def reachable() -> dict[str, Any]:
    """Every member of the five requests, by Shape.member."""
    from botocore.session import get_session

    model = get_session().get_service_model("ecs")
    found: dict[str, Any] = {}

    def walk(shape: Any) -> None:
        if shape.type_name == "list":
            walk(shape.member)
        elif shape.type_name == "map":
            walk(shape.value)
        elif shape.type_name == "structure":
            for name, member in shape.members.items():
                if f"{shape.name}.{name}" not in found:
                    found[f"{shape.name}.{name}"] = member
                    walk(member)

    for operation in (
        "RegisterTaskDefinition",
        "RunTask",
        "StartTask",
        "CreateService",
        "UpdateService",
    ):
        walk(model.operation_model(operation).input_shape)
    return found


def checked_by_the_model(shape: Any) -> bool:
    """Booleans, enumerations, ranges, and what only holds other members."""
    inner = shape.member if shape.type_name == "list" else shape
    if shape.type_name == "boolean" or inner.type_name == "structure":
        return True
    return "enum" in inner.metadata or (shape.type_name == "integer" and "min" in shape.metadata)


def test_every_member_of_the_requests_has_a_row() -> None:
    rules = {name for rule in (*RULES, *DEFINITION_RULES) for name in rule.members}
    listed = {*members.TAKEN, *members.LOOKED_UP, *members.NOT_LOOKED_AT}
    known = reachable()
    missing = {
        name
        for name, shape in known.items()
        if name not in rules | set(FIELDS) | listed and not checked_by_the_model(shape)
    }
    assert missing == set()
    assert (rules | set(FIELDS) | listed) - set(known) == set()
    assert listed & (rules | set(FIELDS)) == set()


def prose(shape: Any) -> str:
    """A member's documentation without its markup."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", shape.documentation))
    return squeezed(text)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\s*([.,|)])", r"\1", text)).strip()


def test_every_source_is_in_the_api_reference() -> None:
    known = reachable()
    for row in ROWS:
        assert squeezed(row.source) in prose(known[row.member]), row
    for rule in (*RULES, *DEFINITION_RULES):
        if not rule.source.startswith("Developer Guide, "):
            documented = [prose(known[name]) for name in rule.members]
            assert any(squeezed(rule.source) in text for text in documented), rule


def test_what_begins_a_deployment_is_what_the_reference_names() -> None:
    for name, shape in reachable().items():
        if not name.startswith("UpdateServiceRequest."):
            continue
        member, text = name.partition(".")[2], prose(shape)
        if "This parameter triggers a new service deployment." in text:
            assert member in DEPLOYED
        if "This parameter doesn't trigger a new service deployment." in text:
            assert member not in DEPLOYED
