"""Each constraint of a row both ways: a value that AWS documents as accepted, and one that it
refuses. The values are written down here, not made from the rows."""

from collections.abc import Iterator
from typing import Any

import pytest

from ecscli.compose.ecs.requests.rows import Row, Shape, members
from ecscli.compose.ecs.requests.table import REQUESTS
from ecscli.compose.rules.members import Broken, broken_members

SHAPES = {
    shape.name: shape
    for request in REQUESTS.values()
    for shape in (request, *(row.of for _, _, row in members(request) if row.of is not None))
}
S3 = "arn:aws:s3:::bucket/path/of.env"
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf:password::"
STRATEGY = [{"capacityProvider": "a", "weight": 1}]
EFS = {"fileSystemId": "fs-1"}
FSX = {
    "fileSystemId": "fs-1",
    "rootDirectory": "share",
    "authorizationConfig": {"credentialsParameter": "arn:aws:ssm:::a", "domain": "a.example"},
}
BALANCER = [{"targetGroupArn": "arn:1", "containerName": "web", "containerPort": 80}]
MEMBER_OF = {"type": "memberOf", "expression": "a == b"}

# (launch type, shape, member, accepted, refused)
EXAMPLES: list[tuple[str, str, str, Any, Any]] = [
    ("EC2", "RegisterTaskDefinitionRequest", "family", "web-1_b", "web.1"),
    ("EC2", "RegisterTaskDefinitionRequest", "family", "a" * 255, "a" * 256),
    ("EC2", "RegisterTaskDefinitionRequest", "networkMode", "none", "nat"),
    ("EC2", "RegisterTaskDefinitionRequest", "networkMode", "awsvpc", "Bridge"),
    ("FARGATE", "RegisterTaskDefinitionRequest", "networkMode", "awsvpc", "host"),
    ("EXTERNAL", "RegisterTaskDefinitionRequest", "networkMode", "bridge", "awsvpc"),
    (
        "EC2",
        "RegisterTaskDefinitionRequest",
        "containerDefinitions",
        [{"name": "a"}] * 10,
        [{"name": "a"}] * 11,
    ),
    (
        "EC2",
        "RegisterTaskDefinitionRequest",
        "placementConstraints",
        [MEMBER_OF] * 10,
        [MEMBER_OF] * 11,
    ),
    ("FARGATE", "RegisterTaskDefinitionRequest", "placementConstraints", [], [MEMBER_OF]),
    ("EC2", "RegisterTaskDefinitionRequest", "requiresCompatibilities", ["EC2"], ["ECS"]),
    ("EC2", "RegisterTaskDefinitionRequest", "tags", [{"key": "a"}] * 50, [{"key": "a"}] * 51),
    ("EC2", "RegisterTaskDefinitionRequest", "pidMode", "host", "container"),
    ("FARGATE", "RegisterTaskDefinitionRequest", "pidMode", "task", "host"),
    ("EC2", "RegisterTaskDefinitionRequest", "ipcMode", "none", "private"),
    ("FARGATE", "RegisterTaskDefinitionRequest", "ipcMode", None, "task"),
    ("EC2", "ContainerDefinition", "name", "a_B-9", "a b"),
    ("EC2", "ContainerDefinition", "environmentFiles", [], [{"value": S3, "type": "s3"}] * 11),
    ("FARGATE", "ContainerDefinition", "startTimeout", 120, 121),
    ("FARGATE", "ContainerDefinition", "stopTimeout", 2, 1),
    ("EC2", "ContainerDefinition", "versionConsistency", "disabled", "DISABLED"),
    (
        "EC2",
        "ContainerDefinition",
        "credentialSpecs",
        ["credentialspecdomainless:arn:aws:ssm:us-east-1:123456789012:parameter/a"],
        ["spec.json"],
    ),
    (
        "EC2",
        "ContainerDefinition",
        "credentialSpecs",
        ["credentialspec:arn:aws:s3:::a/b.json"],
        ["credentialspec:arn:aws:s3:::a/b.json"] * 2,
    ),
    ("EC2", "PortMapping", "containerPort", 65535, 65536),
    ("EC2", "PortMapping", "hostPort", 0, -1),
    ("EC2", "PortMapping", "protocol", "udp", "sctp"),
    ("EC2", "PortMapping", "name", "web_1-a", "-web"),
    ("EC2", "PortMapping", "name", "a" * 64, "Web"),
    ("EC2", "PortMapping", "appProtocol", "http2", "https"),
    ("EC2", "ContainerRestartPolicy", "ignoredExitCodes", [1] * 50, [1] * 51),
    ("EC2", "ContainerRestartPolicy", "restartAttemptPeriod", 60, 59),
    ("EC2", "ContainerRestartPolicy", "restartAttemptPeriod", 1800, 1801),
    ("EC2", "EnvironmentFile", "value", S3, "s3://bucket/path/of.env"),
    ("EC2", "EnvironmentFile", "value", "arn:aws-cn:s3:::b/.env", "arn:aws:s3:::b/env.txt"),
    ("EC2", "EnvironmentFile", "type", "s3", "S3"),
    ("EC2", "Secret", "valueFrom", SECRET, "pass word"),
    ("EC2", "Secret", "valueFrom", "/prod/db/password", "arn:nonsense b"),
    ("EC2", "ContainerDependency", "condition", "HEALTHY", "healthy"),
    ("EC2", "Ulimit", "name", "nofile", "as"),
    ("EC2", "LogConfiguration", "logDriver", "journald", "local"),
    ("EXTERNAL", "LogConfiguration", "logDriver", "syslog", "etwlogs"),
    ("FARGATE", "LogConfiguration", "logDriver", "awsfirelens", "syslog"),
    ("EC2", "HealthCheck", "interval", 5, 4),
    ("EC2", "HealthCheck", "interval", 300, 301),
    ("EC2", "HealthCheck", "timeout", 2, 1),
    ("EC2", "HealthCheck", "timeout", 60, 61),
    ("EC2", "HealthCheck", "retries", 10, 11),
    ("EC2", "HealthCheck", "retries", 1, 0),
    ("EC2", "HealthCheck", "startPeriod", 0, -1),
    ("EC2", "HealthCheck", "startPeriod", 300, 301),
    ("EC2", "SystemControl", "namespace", "net.core.somaxconn", "vm.swappiness"),
    ("EC2", "SystemControl", "namespace", "kernel.shm_rmid_forced", "kernel.hostname"),
    ("EC2", "SystemControl", "namespace", "fs.mqueue.msg_max", "fs.file-max"),
    ("EC2", "ResourceRequirement", "type", "GPU", "TPU"),
    ("EC2", "NvidiaMpsAllocation", "memory", 1, 0),
    ("EC2", "NvidiaMpsAllocation", "maxComputePercent", 100, 101),
    ("EC2", "FirelensConfiguration", "type", "fluentbit", "fluent-bit"),
    ("EC2", "KernelCapabilities", "add", ["NET_ADMIN"], ["FLY"]),
    ("FARGATE", "KernelCapabilities", "add", ["SYS_PTRACE"], ["NET_ADMIN"]),
    ("FARGATE", "KernelCapabilities", "drop", ["ALL"], ["EVERYTHING"]),
    ("EC2", "Device", "permissions", ["read", "mknod"], ["rw"]),
    ("EC2", "Tmpfs", "size", 1, -1),
    ("EC2", "Tmpfs", "mountOptions", ["noexec", "mode=1777"], ["fast"]),
    ("EC2", "LinuxParameters", "maxSwap", 0, -1),
    ("EC2", "LinuxParameters", "swappiness", 100, 101),
    ("EC2", "Volume", "name", "data-1", "a b"),
    ("EXTERNAL", "Volume", "efsVolumeConfiguration", None, EFS),
    ("FARGATE", "Volume", "fsxWindowsFileServerVolumeConfiguration", None, FSX),
    ("EC2", "DockerVolumeConfiguration", "scope", "shared", "global"),
    ("EC2", "EFSVolumeConfiguration", "transitEncryption", "ENABLED", "enabled"),
    ("EC2", "EFSAuthorizationConfig", "iam", "DISABLED", "DISABLE"),
    ("EC2", "TaskDefinitionPlacementConstraint", "type", "memberOf", "distinctInstance"),
    ("EC2", "TaskDefinitionPlacementConstraint", "expression", "a" * 2000, "a" * 2001),
    ("EC2", "ProxyConfiguration", "type", "APPMESH", "ENVOY"),
    ("FARGATE", "EphemeralStorage", "sizeInGiB", 21, 20),
    ("FARGATE", "EphemeralStorage", "sizeInGiB", 200, 201),
    ("EC2", "RuntimePlatform", "cpuArchitecture", "ARM64", "arm64"),
    ("EC2", "RuntimePlatform", "operatingSystemFamily", "WINDOWS_SERVER_2022_CORE", "linux"),
    ("EC2", "TrustedExecutionConfiguration", "isolationMode", "SHARED", "NONE"),
    ("EC2", "Tag", "key", "a" * 128, "a" * 129),
    ("EC2", "Tag", "key", "owner: web@example", "a*"),
    ("EC2", "Tag", "value", "b" * 256, "b" * 257),
    ("EC2", "Tag", "value", "größe 1", "a|b"),
    ("EC2", "CapacityProviderStrategyItem", "weight", 1000, 1001),
    ("EC2", "CapacityProviderStrategyItem", "base", 100_000, 100_001),
    ("EC2", "AwsVpcConfiguration", "subnets", ["subnet-0123abcd"], ["vpc-1"]),
    ("EC2", "AwsVpcConfiguration", "subnets", ["subnet-1"] * 16, ["subnet-1"] * 17),
    ("EC2", "AwsVpcConfiguration", "securityGroups", ["sg-1"], ["default"]),
    ("EC2", "AwsVpcConfiguration", "securityGroups", ["sg-1"] * 5, ["sg-1"] * 6),
    ("FARGATE", "AwsVpcConfiguration", "assignPublicIp", "ENABLED", "yes"),
    ("EC2", "PlacementConstraint", "type", "distinctInstance", "distinctInstance`"),
    ("EC2", "PlacementConstraint", "expression", "a" * 2000, "a" * 2001),
    ("EC2", "PlacementStrategy", "type", "binpack", "binpak"),
    ("EC2", "TaskManagedEBSVolumeConfiguration", "volumeType", "standard", "gp4"),
    ("FARGATE", "TaskManagedEBSVolumeConfiguration", "volumeType", "gp3", "standard"),
    ("EC2", "TaskManagedEBSVolumeConfiguration", "throughput", 1000, 1001),
    ("EC2", "TaskManagedEBSVolumeConfiguration", "filesystemType", "xfs", "zfs"),
    ("EC2", "ServiceManagedEBSVolumeConfiguration", "volumeType", "io2", "io3"),
    ("FARGATE", "ServiceManagedEBSVolumeConfiguration", "volumeType", "sc1", "standard"),
    ("EC2", "ServiceManagedEBSVolumeConfiguration", "throughput", 125, 2000),
    ("EC2", "ServiceManagedEBSVolumeConfiguration", "filesystemType", "ext4", "btrfs"),
    ("EC2", "LoadBalancer", "containerPort", 80, 0),
    ("EC2", "ThresholdConfiguration", "type", "COUNT", "PERCENT"),
    ("EC2", "DeploymentConfiguration", "maximumPercent", 200, -1),
    ("EC2", "DeploymentConfiguration", "minimumHealthyPercent", 0, -1),
    ("EC2", "DeploymentConfiguration", "strategy", "BLUE_GREEN", "BLUEGREEN"),
    ("EC2", "DeploymentConfiguration", "bakeTimeInMinutes", 0, -5),
    ("EC2", "ServiceConnectService", "discoveryName", "web_1", "Web"),
    ("EC2", "ServiceConnectService", "clientAliases", [{"port": 80}], [{"port": 80}] * 2),
    ("EC2", "ServiceConnectService", "ingressPortOverride", 15000, 65536),
    ("EC2", "ServiceConnectClientAlias", "port", 65535, 70000),
    ("EC2", "ServiceConnectClientAlias", "dnsName", "db.internal", "-db"),
    ("EC2", "ServiceConnectClientAlias", "dnsName", "a" * 127, "a" * 128),
    ("EC2", "TimeoutConfiguration", "idleTimeoutSeconds", 0, -1),
    ("EC2", "TimeoutConfiguration", "perRequestTimeoutSeconds", 2147483647, 2147483648),
    *(
        (launch_type, request, member, accepted, refused)
        for request in ("RunTaskRequest", "CreateServiceRequest", "UpdateServiceRequest")
        for launch_type, member, accepted, refused in (
            ("EC2", "capacityProviderStrategy", STRATEGY * 20, STRATEGY * 21),
            ("EXTERNAL", "capacityProviderStrategy", [], STRATEGY),
            ("FARGATE", "placementConstraints", [], [MEMBER_OF]),
            ("EC2", "placementStrategy", [{"type": "random"}] * 5, [{"type": "random"}] * 6),
            ("FARGATE", "placementStrategy", [], [{"type": "random"}]),
        )
    ),
    ("EC2", "RunTaskRequest", "count", 10, 11),
    ("EC2", "RunTaskRequest", "propagateTags", "TASK_DEFINITION", "SERVICE"),
    *(
        (launch_type, request, member, accepted, refused)
        for request in ("CreateServiceRequest", "UpdateServiceRequest")
        for launch_type, member, accepted, refused in (
            ("EC2", "availabilityZoneRebalancing", "ENABLED", "on"),
            ("EC2", "desiredCount", 0, -1),
            ("EC2", "healthCheckGracePeriodSeconds", 2147483647, 2147483648),
            ("EXTERNAL", "loadBalancers", [], BALANCER),
            ("EC2", "propagateTags", "SERVICE", "TASK"),
            ("EC2", "serviceRegistries", [{"registryArn": "a"}], [{"registryArn": "a"}] * 2),
        )
    ),
    *(
        ("EC2", request, member, accepted, refused)
        for request in ("RunTaskRequest", "CreateServiceRequest")
        for member, accepted, refused in (
            ("launchType", "EXTERNAL", "MANAGED"),
            ("tags", [{"key": "a"}] * 50, [{"key": "a"}] * 51),
        )
    ),
    ("EC2", "CreateServiceRequest", "schedulingStrategy", "DAEMON", "GLOBAL"),
    ("FARGATE", "CreateServiceRequest", "schedulingStrategy", "REPLICA", "DAEMON"),
    ("EC2", "CreateServiceRequest", "serviceName", "web", "web.1"),
    ("EC2", "UpdateServiceRequest", "service", "web", "web 1"),
]
IDS = [f"{shape}.{member}-{launch}-{at}" for at, (launch, shape, member, *_) in enumerate(EXAMPLES)]


def of_member(launch_type: str, shape: str, member: str, value: Any) -> list[Broken]:
    """What is found in one member; not what the others, which are missing, are needed for."""
    found = broken_members(SHAPES[shape], {member: value}, launch_type)
    return [broken for broken in found if broken.steps.wire[:1] == (member,)]


@pytest.mark.parametrize(
    ("launch_type", "shape", "member", "accepted", "refused"), EXAMPLES, ids=IDS
)
def test_a_constraint_holds_both_ways(
    launch_type: str, shape: str, member: str, accepted: Any, refused: Any
) -> None:
    assert of_member(launch_type, shape, member, accepted) == []
    assert of_member(launch_type, shape, member, refused)


def constraints(row: Row) -> Iterator[str]:
    for check in row.checks:
        yield repr(check)
    if row.most is not None:
        yield "most"


def first_broken(row: Row, launch_type: str, value: Any) -> str:
    """The constraint that an example breaks."""
    items = value if isinstance(value, list) else [value]
    if row.most is not None and len(items) > row.most and isinstance(value, list):
        return "most"
    checks = [check for check in row.checks if launch_type in check.on]
    return next(repr(check) for check in checks if any(check.wrong(item) for item in items))


def row_of(shape: Shape, member: str) -> Row:
    return next(row for row in shape.rows if row.name == member)


def test_each_constraint_has_an_example() -> None:
    given = {
        (shape, member, first_broken(row_of(SHAPES[shape], member), launch_type, refused))
        for launch_type, shape, member, _, refused in EXAMPLES
    }
    stated = {
        (shape.name, row.name, constraint)
        for shape in SHAPES.values()
        for row in shape.rows
        for constraint in constraints(row)
    }
    assert stated - given == set()


REQUIRED = sorted(
    {(shape.name, row.name) for shape in SHAPES.values() for row in shape.rows if row.required}
)


@pytest.mark.parametrize(("shape", "member"), REQUIRED)
def test_what_is_required_is_asked_for(shape: str, member: str) -> None:
    found = [broken.message for broken in broken_members(SHAPES[shape], {"other": 1}, "EC2")]
    row = row_of(SHAPES[shape], member)
    assert f"needs {row.key.split('.')[-1] or member}" in found
