"""Each row of the limits of single members: a value at its edge is taken, one beyond it refused."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from ecscli.sandbox.ecs.checks.fields import FIELDS
from tests.sandbox.conftest import refused
from tests.sandbox.ecs.checks.ground import FARGATE, ROLE, Ground, Json

CHECK = {"command": ["CMD", "true"]}
TMPFS = {"containerPath": "/tmp", "size": 1}
MOUNT = {"name": "data"}


class Case(NamedTuple):
    """A call of `Ground`, the request around one value, and values that pass and that do not."""

    call: str
    around: Any
    taken: tuple[Any, ...]
    refused: tuple[Any, ...]


def container(name: str, *values: Any, **around: Any) -> Any:
    """The request of a member of a container definition."""
    return lambda value: {"containers": [{**around, name: value}]}


def inside(path: str, **around: Any) -> Any:
    """The request in which a value is at a path: `a.b`, and `a[].b` for a list of one object."""

    def request(value: Any) -> Json:
        *parents, last = path.split(".")
        made: Any = {**around, last: value}
        for name in reversed(parents):
            made = {name.removesuffix("[]"): [made] if name.endswith("[]") else made}
        return made

    return request


def of_container(path: str, **around: Any) -> Any:
    return lambda value: {"containers": [inside(path, **around)(value)]}


def service_connect(name: str, **around: Any) -> Any:
    def request(value: Any) -> Json:
        service = {"portName": "http", **around, name: value}
        return {"serviceConnectConfiguration": {"enabled": False, "services": [service]}}

    return request


def deployment(path: str, **around: Any) -> Any:
    return inside(f"deploymentConfiguration.{path}", **around)


def managed(name: str, **around: Any) -> Any:
    def request(value: Any) -> Json:
        volume = {"roleArn": ROLE, "sizeInGiB": 200, **around, name: value}
        configured = [{"name": "data", "managedEBSVolume": volume}]
        return {"taskDefinition": "ebs", "volumeConfigurations": configured}

    return request


def constraints(count: int) -> list[Json]:
    return [{"type": "memberOf", "expression": "attribute:a exists"}] * count


def strategy(count: int) -> list[Json]:
    return [{"type": "spread", "field": "instanceId"}] * count


def tags(count: int) -> list[Json]:
    return [{"key": f"key-{number}", "value": ""} for number in range(count)]


PROVIDERS = [{"capacityProvider": name, "weight": 1} for name in ("FARGATE", "FARGATE_SPOT")]
LONG = "a" * 255
VOLUME_TYPES = (("gp2", "st1"), ("gp9",))

CASES: dict[str, Case] = {
    "RegisterTaskDefinitionRequest.family": Case(
        "register", inside("family"), ("a", LONG, "A_b-1"), ("a b", LONG + "a", "a.b", "")
    ),
    "RegisterTaskDefinitionRequest.taskRoleArn": Case(
        "register", inside("taskRoleArn"), ("role", ROLE), ("arn:aws:iam::1:role/x", "a b")
    ),
    "RegisterTaskDefinitionRequest.executionRoleArn": Case(
        "register", inside("executionRoleArn"), ("role", ROLE), ("arn:aws:iam::1:role/x", "a b")
    ),
    "RegisterTaskDefinitionRequest.placementConstraints": Case(
        "register", inside("placementConstraints"), (constraints(10),), (constraints(11),)
    ),
    "RegisterTaskDefinitionRequest.tags": Case(
        "register", inside("tags"), (tags(50),), (tags(51),)
    ),
    "ContainerDefinition.name": Case(
        "register", container("name"), (LONG, "A_b-1"), ("a b", LONG + "a", "a.b")
    ),
    "ContainerDefinition.cpu": Case("register", container("cpu"), (0, 100000), (-1,)),
    "ContainerDefinition.memory": Case("register", container("memory"), (6, 100000), (5, -1)),
    "ContainerDefinition.memoryReservation": Case(
        "register", container("memoryReservation"), (0, 100), (-1,)
    ),
    "ContainerDefinition.startTimeout": Case(
        "register", container("startTimeout"), (0, 600), (-1,)
    ),
    "ContainerDefinition.stopTimeout": Case("register", container("stopTimeout"), (0, 600), (-1,)),
    "ContainerDefinition.environmentFiles": Case(
        "register",
        container("environmentFiles"),
        ([{"type": "s3", "value": "arn:aws:s3:::b/a.env"}] * 10,),
        ([{"type": "s3", "value": "arn:aws:s3:::b/a.env"}] * 11,),
    ),
    "ContainerDefinition.credentialSpecs": Case(
        "register", container("credentialSpecs"), (["a"],), (["a", "b"],)
    ),
    "EnvironmentFile.value": Case(
        "register",
        of_container("environmentFiles[].value", type="s3"),
        ("arn:aws:s3:::bucket/a.env",),
        ("arn:aws:s3:::bucket/a.txt", "s3://bucket/a.env"),
    ),
    "PortMapping.containerPort": Case(
        "register", of_container("portMappings[].containerPort"), (1, 65535), (0, 65536)
    ),
    "PortMapping.hostPort": Case(
        "register",
        of_container("portMappings[].hostPort", containerPort=80),
        (0, 65535),
        (-1, 65536),
    ),
    "PortMapping.name": Case(
        "register",
        of_container("portMappings[].name", containerPort=80),
        ("a" * 64, "a_b-1"),
        ("a" * 65, "-a", "A"),
    ),
    "ContainerRestartPolicy.ignoredExitCodes": Case(
        "register",
        of_container("restartPolicy.ignoredExitCodes", enabled=True),
        ([0] * 50,),
        ([0] * 51,),
    ),
    "ContainerRestartPolicy.restartAttemptPeriod": Case(
        "register",
        of_container("restartPolicy.restartAttemptPeriod", enabled=True),
        (60, 1800),
        (59, 1801),
    ),
    "KernelCapabilities.add": Case(
        "register",
        of_container("linuxParameters.capabilities.add"),
        (["ALL"], ["SYS_PTRACE", "SYSLOG"]),
        (["CAP_SYS_PTRACE"], ["sys_ptrace"]),
    ),
    "KernelCapabilities.drop": Case(
        "register", of_container("linuxParameters.capabilities.drop"), (["ALL"],), (["EVERY"],)
    ),
    "LinuxParameters.swappiness": Case(
        "register", of_container("linuxParameters.swappiness"), (0, 100), (-1, 101)
    ),
    "LinuxParameters.maxSwap": Case(
        "register", of_container("linuxParameters.maxSwap"), (0, 9000), (-1,)
    ),
    "LinuxParameters.sharedMemorySize": Case(
        "register", of_container("linuxParameters.sharedMemorySize"), (0, 9000), (-1,)
    ),
    "Tmpfs.size": Case(
        "register", of_container("linuxParameters.tmpfs[].size", containerPath="/a"), (1,), (0,)
    ),
    "Tmpfs.containerPath": Case(
        "register", of_container("linuxParameters.tmpfs[].containerPath", size=1), ("/a",), ("a",)
    ),
    "HealthCheck.interval": Case(
        "register", of_container("healthCheck.interval", **CHECK), (5, 300), (1, 4, 301)
    ),
    "HealthCheck.timeout": Case(
        "register", of_container("healthCheck.timeout", **CHECK), (2, 60), (1, 61)
    ),
    "HealthCheck.retries": Case(
        "register", of_container("healthCheck.retries", **CHECK), (1, 10), (0, 11)
    ),
    "HealthCheck.startPeriod": Case(
        "register", of_container("healthCheck.startPeriod", **CHECK), (0, 300), (-1, 301)
    ),
    "SystemControl.namespace": Case(
        "register",
        of_container("systemControls[].namespace", value="1"),
        ("net.core.somaxconn", "kernel.shmmax", "fs.mqueue.msg_max"),
        ("vm.swappiness", "kernel.panic"),
    ),
    "Volume.name": Case("register", inside("volumes[].name"), (LONG, "A_b-1"), ("a.b", LONG + "a")),
    "EFSVolumeConfiguration.transitEncryptionPort": Case(
        "register",
        lambda value: {
            "volumes": [
                {
                    **MOUNT,
                    **inside("efsVolumeConfiguration.transitEncryptionPort", fileSystemId="fs-1")(
                        value
                    ),
                }
            ]
        },
        (1, 65535),
        (0, 65536),
    ),
    "S3FilesVolumeConfiguration.transitEncryptionPort": Case(
        "register",
        lambda value: {
            "volumes": [
                {
                    **MOUNT,
                    **inside(
                        "s3filesVolumeConfiguration.transitEncryptionPort",
                        fileSystemArn="arn:aws:s3files:::fs",
                    )(value),
                }
            ]
        },
        (1, 65535),
        (0, 65536),
    ),
    "EphemeralStorage.sizeInGiB": Case(
        "register", inside("ephemeralStorage.sizeInGiB"), (21, 200), (20, 201)
    ),
    "RunTaskRequest.count": Case("run", inside("count"), (1, 10), (0, 11)),
    "RunTaskRequest.capacityProviderStrategy": Case(
        "run",
        inside("capacityProviderStrategy"),
        ([],),
        (PROVIDERS * 11,),
    ),
    "RunTaskRequest.clientToken": Case(
        "run", inside("clientToken"), ("a" * 64,), ("a" * 65, "a b")
    ),
    "RunTaskRequest.placementStrategy": Case(
        "run", inside("placementStrategy"), (strategy(5),), (strategy(6),)
    ),
    "RunTaskRequest.startedBy": Case(
        "run", inside("startedBy"), ("a" * 128, "a/b_c-1"), ("a" * 129, "a b")
    ),
    "RunTaskRequest.tags": Case("run", inside("tags"), (tags(50),), (tags(51),)),
    "StartTaskRequest.containerInstances": Case(
        "start", inside("containerInstances"), (["none"] * 10,), (["none"] * 11,)
    ),
    "StartTaskRequest.startedBy": Case(
        "start", inside("startedBy"), ("a" * 36,), ("a" * 37, "a b")
    ),
    "StartTaskRequest.tags": Case("start", inside("tags"), (tags(50),), (tags(51),)),
    "ContainerOverride.cpu": Case(
        "run", inside("overrides.containerOverrides[].cpu", name="a"), (0, 1), (-1,)
    ),
    "ContainerOverride.memory": Case(
        "run", inside("overrides.containerOverrides[].memory", name="a"), (6,), (5,)
    ),
    "ContainerOverride.memoryReservation": Case(
        "run", inside("overrides.containerOverrides[].memoryReservation", name="a"), (0,), (-1,)
    ),
    "TaskOverride.taskRoleArn": Case(
        "run", inside("overrides.taskRoleArn"), (ROLE,), ("arn:aws:iam::1:role/x",)
    ),
    "TaskOverride.executionRoleArn": Case(
        "run", inside("overrides.executionRoleArn"), (ROLE,), ("arn:aws:iam::1:role/x",)
    ),
    "PlacementConstraint.expression": Case(
        "run",
        inside("placementConstraints[].expression", type="memberOf"),
        ("attribute:a == " + "b" * 1985,),
        ("attribute:a == " + "b" * 1986,),
    ),
    "CreateServiceRequest.serviceName": Case(
        "create", inside("serviceName"), (LONG,), (LONG + "a", "a.b", "a b")
    ),
    "CreateServiceRequest.clientToken": Case(
        "create", inside("clientToken"), ("a" * 36,), ("a" * 37, "a b")
    ),
    "CreateServiceRequest.capacityProviderStrategy": Case(
        "create",
        inside("capacityProviderStrategy"),
        ([],),
        (PROVIDERS * 11,),
    ),
    "CreateServiceRequest.desiredCount": Case("create", inside("desiredCount"), (0, 1), (-1,)),
    "UpdateServiceRequest.desiredCount": Case("update", inside("desiredCount"), (0, 1), (-1,)),
    "CreateServiceRequest.placementStrategy": Case(
        "create", inside("placementStrategy"), (strategy(5),), (strategy(6),)
    ),
    "UpdateServiceRequest.placementStrategy": Case(
        "update", inside("placementStrategy"), (strategy(5), []), (strategy(6),)
    ),
    "CreateServiceRequest.serviceRegistries": Case(
        "create", inside("serviceRegistries"), ([],), ([{"registryArn": "arn"}] * 2,)
    ),
    "CreateServiceRequest.healthCheckGracePeriodSeconds": Case(
        "create", inside("healthCheckGracePeriodSeconds"), (0, 2147483647), (-1, 2147483648)
    ),
    "UpdateServiceRequest.healthCheckGracePeriodSeconds": Case(
        "update", inside("healthCheckGracePeriodSeconds"), (0, 2147483647), (-1, 2147483648)
    ),
    "CreateServiceRequest.tags": Case("create", inside("tags"), (tags(50),), (tags(51),)),
    "LoadBalancer.containerPort": Case(
        "create", inside("loadBalancers[].containerPort"), (), (0, 65536)
    ),
    "ServiceRegistry.port": Case("create", inside("serviceRegistries[].port"), (), (0, 65536)),
    "ServiceRegistry.containerPort": Case(
        "create", inside("serviceRegistries[].containerPort"), (), (0, 65536)
    ),
    "DeploymentConfiguration.maximumPercent": Case(
        "create", deployment("maximumPercent"), (101, 200), (-1,)
    ),
    "DeploymentConfiguration.minimumHealthyPercent": Case(
        "create", deployment("minimumHealthyPercent"), (0, 100), (-1,)
    ),
    "ThresholdConfiguration.value": Case(
        "create",
        lambda value: deployment("deploymentCircuitBreaker")(
            {
                "enable": True,
                "rollback": False,
                "thresholdConfiguration": {"type": "COUNT", "value": value},
            }
        ),
        (1, 5),
        (0, -1),
    ),
    "LinearConfiguration.stepPercent": Case(
        "create", deployment("linearConfiguration.stepPercent"), (), (2.9, 100.1, 5.55)
    ),
    "LinearConfiguration.stepBakeTimeInMinutes": Case(
        "create", deployment("linearConfiguration.stepBakeTimeInMinutes"), (), (-1, 1441)
    ),
    "CanaryConfiguration.canaryPercent": Case(
        "create", deployment("canaryConfiguration.canaryPercent"), (), (0, 100.1, 5.55)
    ),
    "CanaryConfiguration.canaryBakeTimeInMinutes": Case(
        "create", deployment("canaryConfiguration.canaryBakeTimeInMinutes"), (), (-1, 1441)
    ),
    "DeploymentConfiguration.bakeTimeInMinutes": Case(
        "create", deployment("bakeTimeInMinutes"), (0, 1440), (-1, 1441)
    ),
    "ServiceConnectService.discoveryName": Case(
        "create", service_connect("discoveryName"), ("a" * 64, "a_b-1"), ("a" * 65, "-a", "A")
    ),
    "ServiceConnectService.clientAliases": Case(
        "create", service_connect("clientAliases"), ([{"port": 80}],), ([{"port": 80}] * 2,)
    ),
    "ServiceConnectClientAlias.dnsName": Case(
        "create",
        lambda value: service_connect("clientAliases")([{"port": 80, "dnsName": value}]),
        ("db.internal", "a" * 127),
        ("a" * 128, "-a", "DB"),
    ),
    "MetricConfiguration.metricNames": Case(
        "create",
        inside("monitoring.metricConfigurations[].metricNames", resolutionSeconds=20),
        (["CPUUtilization"],),
        (["DiskUtilization"],),
    ),
    "MetricConfiguration.resolutionSeconds": Case(
        "create",
        inside(
            "monitoring.metricConfigurations[].resolutionSeconds", metricNames=["CPUUtilization"]
        ),
        (20, 60),
        (30,),
    ),
    "TaskManagedEBSVolumeConfiguration.volumeType": Case(
        "run", managed("volumeType"), *VOLUME_TYPES
    ),
    "ServiceManagedEBSVolumeConfiguration.volumeType": Case(
        "create", managed("volumeType"), *VOLUME_TYPES
    ),
    "TaskManagedEBSVolumeConfiguration.throughput": Case(
        "run", managed("throughput"), (125, 1000), (124, 1001)
    ),
    "ServiceManagedEBSVolumeConfiguration.throughput": Case(
        "create", managed("throughput"), (125, 1000), (124, 1001)
    ),
}

#: Those that need what only the tests of the rules make; or that nothing in the sandbox takes.
WITH_NETWORK = ("AwsVpcConfiguration.subnets", "AwsVpcConfiguration.securityGroups")


def test_every_row_has_a_case() -> None:
    assert set(CASES) | set(WITH_NETWORK) == set(FIELDS)


@pytest.mark.parametrize("member", CASES)
def test_a_limit_both_ways(ground: Ground, member: str) -> None:
    case = CASES[member]
    call = getattr(ground, case.call)
    for value in case.taken:
        call(**case.around(value))
    expected = "ClientException" if case.call == "register" else "InvalidParameterException"
    for value in case.refused:
        code, message = refused(call, **case.around(value))
        assert code == expected
        assert member.rpartition(".")[2] in message


def test_at_most_sixteen_subnets_and_five_security_groups(ground: Ground) -> None:
    ec2 = ground.sandbox.client("ec2")
    groups = [
        ec2.create_security_group(GroupName=f"g{number}", Description="-", VpcId=ground.vpc)[
            "GroupId"
        ]
        for number in range(6)
    ]
    subnets = ground.subnets[:1]

    def run(**configuration: Any) -> Json:
        network = {"awsvpcConfiguration": {"subnets": subnets, **configuration}}
        return ground.run(taskDefinition="net", launchType="FARGATE", networkConfiguration=network)

    run(subnets=subnets * 16)
    run(securityGroups=groups[:5])
    code, message = refused(run, subnets=subnets * 17)
    assert (code, "at most 16 items" in message) == ("InvalidParameterException", True)
    code, message = refused(run, securityGroups=groups)
    assert (code, "at most 5 items" in message) == ("InvalidParameterException", True)


@pytest.mark.parametrize(
    ("call", "request_", "words"),
    [
        ("register", {"networkMode": "weird"}, "networkMode should be one of [bridge,host,awsvpc,"),
        ("register", {"pidMode": "all"}, "pidMode should be one of [host,task]"),
        ("register", {"requiresCompatibilities": ["LAMBDA"]}, "requiresCompatibilities should be"),
        (
            "register",
            {"containers": [{"logConfiguration": {"logDriver": "nolog"}}]},
            "containerDefinitions[0].logConfiguration.logDriver should be one of [json-file,",
        ),
        ("run", {"launchType": "LAMBDA"}, "launchType should be one of [EC2,FARGATE,"),
        ("create", {"schedulingStrategy": "CRON"}, "schedulingStrategy should be one of"),
        ("update", {"availabilityZoneRebalancing": "MAYBE"}, "should be one of [ENABLED,DISABLED]"),
    ],
)
def test_enumerations_of_the_model(ground: Ground, call: str, request_: Json, words: str) -> None:
    code, message = refused(getattr(ground, call), **request_)
    assert code == ("ClientException" if call == "register" else "InvalidParameterException")
    assert words in message


def test_any_protocol_but_udp_is_tcp(ground: Ground) -> None:
    ports = [{"containerPort": 80, "protocol": "sctp"}, {"containerPort": 53, "protocol": "udp"}]
    made = ground.register(containers=[{"portMappings": ports}])["taskDefinition"]
    kept = made["containerDefinitions"][0]["portMappings"]
    assert [one["protocol"] for one in kept] == ["tcp", "udp"]


def test_json_of_another_type_is_no_request(ground: Ground) -> None:
    for call, request in (
        (ground.run, {"count": "2"}),
        (ground.run, {"count": True}),
        (ground.register, {"family": 7}),
    ):
        code, _ = refused(call, **request)
        assert code == "SerializationException"


def test_what_the_model_requires(ground: Ground) -> None:
    environment = [{"secrets": [{"name": "KEY"}]}]
    code, message = refused(ground.register, containers=environment)
    assert (code, message) == ("ClientException", "Secret.valueFrom should not be null or empty.")
    code, message = refused(ground.ecs.create_service, cluster="demo", taskDefinition="web")
    assert code == "InvalidParameterException"
    assert "serviceName should not be null" in message


def test_fargate_definitions_are_registered(ground: Ground) -> None:
    made = ground.register(containers=[{}], **FARGATE)["taskDefinition"]
    assert made["compatibilities"] == ["EC2", "FARGATE"]
