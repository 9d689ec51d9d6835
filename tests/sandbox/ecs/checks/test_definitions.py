"""Each rule between members of a task definition: what it refuses, and what is taken beside it."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from ecscli.sandbox.ecs.checks.tasks.container import CONTAINER_RULES, PEER_RULES
from ecscli.sandbox.ecs.checks.tasks.definition import SIZE_RULES, TASK_RULES
from ecscli.sandbox.ecs.checks.tasks.fargate import FARGATE_RULES
from ecscli.sandbox.ecs.checks.tasks.ports import PORT_RULES, TASK_PORT_RULES
from ecscli.sandbox.ecs.checks.tasks.volumes import VOLUME_RULES
from tests.sandbox.conftest import refused
from tests.sandbox.ecs.checks.ground import FARGATE, ROLE, Ground, Json

RULES = (
    *SIZE_RULES,
    *CONTAINER_RULES,
    *PEER_RULES,
    *TASK_RULES,
    *PORT_RULES,
    *TASK_PORT_RULES,
    *VOLUME_RULES,
    *FARGATE_RULES,
)


class Case(NamedTuple):
    """A task definition that passes, one that does not, and words of its refusal."""

    taken: Json
    refused: Json
    words: str


def one(**container: object) -> Json:
    return {"containers": [container]}


def several(*containers: Json, **task: object) -> Json:
    return {"containers": list(containers), **task}


def logs(driver: str, **options: str) -> Json:
    return {"logConfiguration": {"logDriver": driver, "options": options}}


def fargate(*containers: Json, **task: object) -> Json:
    return {"containers": list(containers) or [{}], **FARGATE, **task}


def linux(**parameters: object) -> Json:
    return {"linuxParameters": parameters}


AWSLOGS = {"awslogs-group": "g", "awslogs-region": "r"}
SECRET = {"name": "KEY", "valueFrom": "key"}
CHECK = {"healthCheck": {"command": ["CMD-SHELL", "true"]}}
FIRELENS = {"firelensConfiguration": {"type": "fluentbit"}}
EFS = {"fileSystemId": "fs-1"}
POINT = {"accessPointId": "fsap-1"}
GPU = {"type": "GPU", "value": "1"}
HOST = {"host": {"sourcePath": "/data"}}
VOLUME = {"name": "data"}


def efs(**configuration: object) -> Json:
    return {"volumes": [{**VOLUME, "efsVolumeConfiguration": {**EFS, **configuration}}]}


def depending(condition: str, **other: object) -> Json:
    link = {"containerName": "b", "condition": condition}
    return several({"dependsOn": [link]}, other)


CASES: dict[str, Case] = {
    "no_container": Case(one(), several(), "Container list cannot be empty."),
    "too_many_containers": Case(several(*[{}] * 10), several(*[{}] * 11), "Too many containers."),
    "too_long": Case(
        one(environment=[{"name": "A", "value": "b" * 65000}]),
        one(environment=[{"name": "A", "value": "b" * 65536}]),
        "Max allowed length is '65536' bytes.",
    ),
    "no_name": Case(one(name="a"), one(name=None), "Container.name should not be null or empty."),
    "bad_image": Case(
        several(
            {"image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/a/b:1.0"},
            {"image": "nginx@sha256:" + "a0" * 32},
        ),
        one(image="nginx latest"),
        "Container.image contains invalid characters.",
    ),
    "soft_above_hard": Case(
        one(memory=100, memoryReservation=100),
        one(memory=100, memoryReservation=101),
        "'memory' must be greater than or equal to 'memoryReservation'.",
    ),
    "bad_check": Case(
        one(healthCheck={"command": ["CMD", "true"]}),
        one(healthCheck={"command": ["true"]}),
        "must start with CMD or CMD-SHELL",
    ),
    "bad_log_options": Case(
        one(**logs("awslogs", **AWSLOGS)),
        one(**logs("awslogs", **{"awslogs-region": "r"})),
        "Log driver awslogs requires options: awslogs-group",
    ),
    "repeated_variable": Case(
        {**one(secrets=[SECRET]), "executionRoleArn": ROLE},
        {
            **one(secrets=[SECRET], environment=[{"name": "KEY", "value": ""}]),
            "executionRoleArn": ROLE,
        },
        "The secret name must be unique",
    ),
    "bad_mount_options": Case(
        one(
            **linux(tmpfs=[{"containerPath": "/a", "size": 1, "mountOptions": ["ro", "mode=700"]}])
        ),
        one(**linux(tmpfs=[{"containerPath": "/a", "size": 1, "mountOptions": ["quick"]}])),
        "Invalid tmpfs mount option 'quick'.",
    ),
    "bad_security_option": Case(
        one(dockerSecurityOptions=["no-new-privileges", "label:type:svirt"]),
        one(dockerSecurityOptions=["seccomp:unconfined"]),
        "seccomp:unconfined",
    ),
    "bad_resource": Case(
        one(resourceRequirements=[{"type": "GPU", "value": "ALL"}]),
        one(resourceRequirements=[{"type": "GPU", "value": "many"}]),
        "Invalid GPU resource requirement",
    ),
    "no_memory": Case(
        one(memory=None, memoryReservation=10),
        one(memory=None),
        "At least one of 'memory' or 'memoryReservation' must be specified.",
    ),
    "bad_dependency": Case(
        depending("SUCCESS", essential=False),
        depending("SUCCESS"),
        "can't be set on an essential container",
    ),
    "bad_link": Case(
        several({"links": ["b:db"]}, {}),
        several({"links": ["z"]}, {}),
        "there is no such container",
    ),
    "bad_source_container": Case(
        several({"volumesFrom": [{"sourceContainer": "b"}]}, {}),
        several({"volumesFrom": [{"sourceContainer": "z"}]}, {}),
        "Unknown container 'z'",
    ),
    "bad_mount": Case(
        several(
            {"mountPoints": [{"sourceVolume": "data", "containerPath": "/a"}]}, volumes=[VOLUME]
        ),
        one(mountPoints=[{"sourceVolume": "data", "containerPath": "/a"}]),
        "Unknown volume 'data'.",
    ),
    "bridge_only": Case(
        one(hostname="a"),
        {**one(hostname="a"), "networkMode": "awsvpc"},
        "Hostname is not supported on container when networkMode=awsvpc.",
    ),
    "unknown_accelerator": Case(
        {
            **one(resourceRequirements=[{"type": "InferenceAccelerator", "value": "x"}]),
            "inferenceAccelerators": [{"deviceName": "x", "deviceType": "eia2.medium"}],
        },
        one(resourceRequirements=[{"type": "InferenceAccelerator", "value": "x"}]),
        "Unknown inference accelerator 'x'",
    ),
    "repeated_names": Case(
        several({"name": "x"}, {"name": "y"}),
        several({"name": "x"}, {"name": "x"}),
        "The container names within a task definition must be unique.",
    ),
    "nothing_essential": Case(
        several({"essential": False}, {}),
        several({"essential": False}),
        "At least one container must be essential.",
    ),
    "dependency_cycle": Case(
        depending("START"),
        several(
            {"dependsOn": [{"containerName": "b", "condition": "START"}]},
            {"dependsOn": [{"containerName": "a", "condition": "START"}]},
        ),
        "Dependency cycle",
    ),
    "cpu_out_of_range": Case({"cpu": "128"}, {"cpu": "127"}, "Invalid 'cpu' setting for task."),
    "container_above_task": Case(
        {**one(memory=512), "memory": "512"},
        {**one(memory=2048), "memory": "512"},
        "The 'memory' setting for container 'a' is greater than for the task.",
    ),
    "containers_above_task": Case(
        several({"memory": 256}, {"memory": 256}, memory="512"),
        several({"memory": 257}, {"memory": 256}, memory="512"),
        "Invalid 'memory' setting for task.",
    ),
    "role_missing": Case(
        {**one(secrets=[SECRET]), "executionRoleArn": ROLE},
        one(secrets=[SECRET]),
        "you must also specify a value for 'executionRoleArn'",
    ),
    "firelens_apart": Case(
        several(logs("awsfirelens"), FIRELENS),
        several(logs("awsfirelens")),
        "firelensConfiguration",
    ),
    "ipc_controls_on_host": Case(
        {
            **one(systemControls=[{"namespace": "net.core.somaxconn", "value": "1"}]),
            "ipcMode": "host",
        },
        {**one(systemControls=[{"namespace": "kernel.sem", "value": "1"}]), "ipcMode": "host"},
        "not supported when ipcMode=host",
    ),
    "unknown_proxy": Case(
        {"networkMode": "awsvpc", "proxyConfiguration": {"containerName": "a"}},
        {"networkMode": "awsvpc", "proxyConfiguration": {"containerName": "z"}},
        "'z' does not exist",
    ),
    "bad_constraints": Case(
        {"placementConstraints": [{"type": "memberOf", "expression": "attribute:a exists"}]},
        {"placementConstraints": [{"type": "memberOf", "expression": "attribute:a ="}]},
        "Invalid expression",
    ),
    "external_network": Case(
        {"requiresCompatibilities": ["EXTERNAL"]},
        {"requiresCompatibilities": ["EXTERNAL"], "networkMode": "awsvpc"},
        "External instances",
    ),
    "none_with_ports": Case(
        {"networkMode": "none"},
        {**one(portMappings=[{"containerPort": 80}]), "networkMode": "none"},
        "networkMode=none",
    ),
    "no_container_port": Case(
        one(portMappings=[{"containerPort": 80}]),
        one(portMappings=[{"protocol": "tcp"}]),
        "Invalid 'containerPort' setting for container 'a'.",
    ),
    "other_host_port": Case(
        {**one(portMappings=[{"containerPort": 80, "hostPort": 80}]), "networkMode": "awsvpc"},
        {**one(portMappings=[{"containerPort": 80, "hostPort": 8080}]), "networkMode": "awsvpc"},
        "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
    ),
    "bad_range": Case(
        one(portMappings=[{"containerPortRange": "8000-8010"}]),
        one(portMappings=[{"containerPortRange": "8010-8000"}]),
        "Invalid 'containerPortRange' setting",
    ),
    "overlapping_ports": Case(
        one(
            portMappings=[
                {"containerPortRange": "8000-8010"},
                {"containerPortRange": "8011-8020"},
                {"containerPortRange": "8000-8010", "protocol": "udp"},
            ]
        ),
        one(
            portMappings=[
                {"containerPortRange": "8000-8010"},
                {"containerPortRange": "8010-8020"},
            ]
        ),
        "overlap",
    ),
    "repeated_host_port": Case(
        several(
            {"portMappings": [{"containerPort": 80, "hostPort": 80}]},
            {"portMappings": [{"containerPort": 80}]},
            {"portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "udp"}]},
        ),
        several(
            {"portMappings": [{"containerPort": 80, "hostPort": 80}]},
            {"portMappings": [{"containerPort": 8080, "hostPort": 80}]},
        ),
        "TCP host port '80' is mapped multiple times in task.",
    ),
    "no_volume_name": Case({"volumes": [VOLUME]}, {"volumes": [{}]}, "Volume.name should not be"),
    "repeated_volumes": Case(
        {"volumes": [VOLUME, {"name": "more"}]}, {"volumes": [VOLUME, VOLUME]}, "is not unique"
    ),
    "several_kinds": Case(
        {"volumes": [{**VOLUME, **HOST}]},
        {"volumes": [{**VOLUME, **HOST, "efsVolumeConfiguration": EFS}]},
        "can have only one volume configuration",
    ),
    "several_at_launch": Case(
        {"volumes": [{**VOLUME, "configuredAtLaunch": True}, {"name": "more"}]},
        {
            "volumes": [
                {**VOLUME, "configuredAtLaunch": True},
                {"name": "more", "configuredAtLaunch": True},
            ]
        },
        "only one volume configured at launch",
    ),
    "bad_efs": Case(
        efs(rootDirectory="/", transitEncryption="ENABLED", authorizationConfig=POINT),
        efs(rootDirectory="/data", transitEncryption="ENABLED", authorizationConfig=POINT),
        "rootDirectory must be omitted or /",
    ),
    "bad_s3_files": Case(
        {"volumes": [{**VOLUME, "s3filesVolumeConfiguration": {"fileSystemArn": "arn"}}]},
        {
            "volumes": [
                {
                    **VOLUME,
                    "s3filesVolumeConfiguration": {
                        "fileSystemArn": "arn",
                        "accessPointArn": "arn",
                        "rootDirectory": "/data",
                    },
                }
            ]
        },
        "rootDirectory must be omitted or",
    ),
    "other_network": Case(
        fargate(),
        fargate(networkMode="bridge"),
        "Fargate only supports network mode 'awsvpc'.",
    ),
    "no_size": Case(
        fargate(cpu=".25 vCPU", memory="0.5GB"),
        fargate(memory="768"),
        "No Fargate configuration exists for given values: 256 CPU, 768 memory.",
    ),
    "cpu_above_task": Case(
        fargate({"cpu": 128}, {"cpu": 128}),
        fargate({"cpu": 128}, {"cpu": 129}),
        "Invalid 'cpu' setting for task.",
    ),
    "container_members": Case(
        fargate(linux(initProcessEnabled=True)),
        fargate(linux(devices=[{"hostPath": "/dev/fuse"}])),
        "Fargate compatible task definitions do not support devices",
    ),
    "volume_members": Case(
        fargate(volumes=[{**VOLUME, "host": {}}]),
        fargate(volumes=[{**VOLUME, **HOST}]),
        "Fargate compatible task definitions do not support sourcePath",
    ),
    "other_capability": Case(
        fargate(linux(capabilities={"add": ["SYS_PTRACE"], "drop": ["ALL"]})),
        fargate(linux(capabilities={"add": ["NET_ADMIN"]})),
        "do not support capability NET_ADMIN",
    ),
    "accelerators": Case(
        one(resourceRequirements=[GPU]),
        fargate({"resourceRequirements": [GPU]}),
        "do not support GPU resources",
    ),
    "host_namespaces": Case(
        fargate(pidMode="task"), fargate(pidMode="host"), "do not support pidMode host"
    ),
    "placement": Case(
        fargate(),
        fargate(placementConstraints=[{"type": "memberOf", "expression": "attribute:a exists"}]),
        "do not support placementConstraints",
    ),
    "bad_timeouts": Case(
        fargate({"stopTimeout": 120, "startTimeout": 2}),
        fargate({"stopTimeout": 300}),
        "Invalid 'stopTimeout' setting for container 'a'",
    ),
    "bad_log_driver": Case(
        fargate(
            logs("awslogs", **AWSLOGS, **{"awslogs-stream-prefix": "p"}), executionRoleArn=ROLE
        ),
        fargate(logs("fluentd")),
        "do not support log driver fluentd",
    ),
    "no_execution_role": Case(
        fargate({"image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/a"}, executionRoleArn=ROLE),
        fargate({"image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/a"}),
        "Fargate requires task definition to have execution role ARN to support ECR images.",
    ),
    "firelens_file": Case(
        fargate(
            logs("awsfirelens"),
            {
                "firelensConfiguration": {
                    "type": "fluentbit",
                    "options": {"config-file-type": "file", "config-file-value": "/a.conf"},
                }
            },
        ),
        fargate(
            logs("awsfirelens"),
            {
                "firelensConfiguration": {
                    "type": "fluentbit",
                    "options": {"config-file-type": "s3", "config-file-value": "arn:aws:s3:::b/a"},
                }
            },
        ),
        "only support the file configuration file type",
    ),
}

#: More ways to break a rule than one.
MORE: list[tuple[Json, str]] = [
    (several(*[{}] * 16), "Too many containers."),
    (one(image=""), "Container.image should not be null or empty."),
    (one(image="nginx@sha256:abc"), "Container.image contains invalid characters."),
    (one(**logs("splunk")), "Log driver splunk requires options: splunk-token, splunk-url"),
    (depending("HEALTHY"), "has no health check for the condition HEALTHY"),
    (depending("COMPLETE"), "can't be set on an essential container"),
    (several({"dependsOn": [{"containerName": "z", "condition": "START"}]}), "does not exist"),
    ({**several({"links": ["b"]}, {}), "networkMode": "awsvpc"}, "networkMode=awsvpc"),
    (
        {**one(extraHosts=[{"hostname": "a", "ipAddress": "1.2.3.4"}]), "networkMode": "awsvpc"},
        "Extra hosts are not supported",
    ),
    (one(repositoryCredentials={"credentialsParameter": "arn"}), "repository credentials"),
    (several(FIRELENS), "with the awsfirelens log driver"),
    (several(logs("awsfirelens"), FIRELENS, FIRELENS), "Only one container"),
    ({"proxyConfiguration": {"containerName": "a"}}, "networkMode=awsvpc"),
    ({"cpu": "much"}, "Invalid 'cpu' setting for task."),
    ({"memory": "1TB"}, "Invalid 'memory' setting for task."),
    (
        {**one(portMappings=[{"containerPortRange": "1-2"}]), "networkMode": "host"},
        "it needs network mode bridge or awsvpc",
    ),
    (efs(authorizationConfig=POINT), "require transit encryption"),
    (efs(authorizationConfig={"iam": "ENABLED"}), "require transit encryption"),
    (fargate(cpu=None), "Fargate requires that 'cpu' be defined at the task level."),
    (fargate(memory=None), "Fargate requires that 'memory' be defined at the task level."),
    (fargate({"privileged": True}), "do not support privileged"),
    (fargate(linux(sharedMemorySize=64)), "do not support sharedMemorySize"),
    (fargate(ipcMode="task"), "do not support ipcMode"),
    (
        fargate(volumes=[{**VOLUME, "dockerVolumeConfiguration": {"scope": "task"}}]),
        "do not support dockerVolumeConfiguration",
    ),
    (fargate(logs("awslogs", **AWSLOGS), executionRoleArn=ROLE), "awslogs-stream-prefix"),
    (
        fargate(logs("awslogs", **AWSLOGS, **{"awslogs-stream-prefix": "p"})),
        "to have execution role ARN to support log driver awslogs.",
    ),
    (fargate(ephemeralStorage={"sizeInGiB": 20}), "between 21 and 200"),
]


def test_every_rule_has_a_case() -> None:
    assert set(CASES) == {rule.complaints.__name__ for rule in RULES}
    assert len(CASES) == len(RULES)


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_both_ways(ground: Ground, rule: str) -> None:
    case = CASES[rule]
    ground.register(**case.taken)
    code, message = refused(ground.register, **case.refused)
    assert code == "ClientException"
    assert case.words in message


@pytest.mark.parametrize(("changes", "words"), MORE)
def test_more_that_is_refused(ground: Ground, changes: Json, words: str) -> None:
    code, message = refused(ground.register, **changes)
    assert code == "ClientException"
    assert words in message


def test_a_refused_definition_makes_no_revision(ground: Ground) -> None:
    ground.register(family="kept")
    refused(ground.register, family="kept", containers=[])
    refused(ground.register, family="kept", tags=[{"key": "aws:x", "value": ""}])
    made = ground.register(family="kept", containers=[CHECK])["taskDefinition"]
    assert made["revision"] == 2
    check = made["containerDefinitions"][0]["healthCheck"]
    assert (check["interval"], check["timeout"], check["retries"]) == (30, 5, 3)
