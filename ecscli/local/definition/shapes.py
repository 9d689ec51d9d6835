"""What the conversion reads of a task definition: each member with the kind of its value. Members
that are not listed have no effect on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from ecscli.base.records import record


@record
class Scalar:
    """A plain value: `kinds` are Python's types, `name` what a message calls it."""

    kinds: tuple[type, ...]
    name: str


@record
class Items:
    """A list of values of one shape."""

    of: Shape


@record
class Mapped:
    """An object with free keys and text in it."""


Shape: TypeAlias = Scalar | Items | Mapped | Mapping[str, "Shape"]

TEXT = Scalar((str,), "text")
NUMBER = Scalar((int,), "a whole number")
TRUTH = Scalar((bool,), "true or false")
SIZE = Scalar((str, int, float), "a number, or text such as 0.5 vCPU or 1 GB")
TEXTS, MAP = Items(TEXT), Mapped()

VOLUME: Mapping[str, Shape] = {
    "name": TEXT,
    "host": {"sourcePath": TEXT},
    "dockerVolumeConfiguration": {
        "scope": TEXT,
        "autoprovision": TRUTH,
        "driver": TEXT,
        "driverOpts": MAP,
        "labels": MAP,
    },
    "efsVolumeConfiguration": {"fileSystemId": TEXT},
    "fsxWindowsFileServerVolumeConfiguration": {"fileSystemId": TEXT},
    "s3filesVolumeConfiguration": {"fileSystemArn": TEXT},
    "configuredAtLaunch": TRUTH,
}
LINUX_PARAMETERS: Mapping[str, Shape] = {
    "capabilities": {"add": TEXTS, "drop": TEXTS},
    "devices": Items({"hostPath": TEXT, "containerPath": TEXT, "permissions": TEXTS}),
    "initProcessEnabled": TRUTH,
    "sharedMemorySize": NUMBER,
    "tmpfs": Items({"containerPath": TEXT, "size": NUMBER, "mountOptions": TEXTS}),
    "maxSwap": NUMBER,
    "swappiness": NUMBER,
}
CONTAINER: Mapping[str, Shape] = {
    "name": TEXT,
    "image": TEXT,
    "cpu": NUMBER,
    "memory": NUMBER,
    "memoryReservation": NUMBER,
    "links": TEXTS,
    "portMappings": Items(
        {
            "containerPort": NUMBER,
            "hostPort": NUMBER,
            "protocol": TEXT,
            "containerPortRange": TEXT,
        }
    ),
    "essential": TRUTH,
    "restartPolicy": {"enabled": TRUTH, "ignoredExitCodes": Items(NUMBER)},
    "entryPoint": TEXTS,
    "command": TEXTS,
    "environment": Items({"name": TEXT, "value": TEXT}),
    "environmentFiles": Items({"value": TEXT, "type": TEXT}),
    "mountPoints": Items({"sourceVolume": TEXT, "containerPath": TEXT, "readOnly": TRUTH}),
    "volumesFrom": Items({"sourceContainer": TEXT, "readOnly": TRUTH}),
    "linuxParameters": LINUX_PARAMETERS,
    "secrets": Items({"name": TEXT, "valueFrom": TEXT}),
    "dependsOn": Items({"containerName": TEXT, "condition": TEXT}),
    "stopTimeout": NUMBER,
    "hostname": TEXT,
    "user": TEXT,
    "workingDirectory": TEXT,
    "disableNetworking": TRUTH,
    "privileged": TRUTH,
    "readonlyRootFilesystem": TRUTH,
    "dnsServers": TEXTS,
    "dnsSearchDomains": TEXTS,
    "extraHosts": Items({"hostname": TEXT, "ipAddress": TEXT}),
    "dockerSecurityOptions": TEXTS,
    "interactive": TRUTH,
    "pseudoTerminal": TRUTH,
    "dockerLabels": MAP,
    "ulimits": Items({"name": TEXT, "softLimit": NUMBER, "hardLimit": NUMBER}),
    "logConfiguration": {"logDriver": TEXT, "options": MAP},
    "healthCheck": {
        "command": TEXTS,
        "interval": NUMBER,
        "timeout": NUMBER,
        "retries": NUMBER,
        "startPeriod": NUMBER,
    },
    "systemControls": Items({"namespace": TEXT, "value": TEXT}),
    "resourceRequirements": Items({"type": TEXT, "value": TEXT}),
    "firelensConfiguration": {"type": TEXT},
}
TASK: Mapping[str, Shape] = {
    "family": TEXT,
    "revision": NUMBER,
    "taskDefinitionArn": TEXT,
    "taskRoleArn": TEXT,
    "networkMode": TEXT,
    "containerDefinitions": Items(CONTAINER),
    "volumes": Items(VOLUME),
    "requiresCompatibilities": TEXTS,
    "cpu": SIZE,
    "memory": SIZE,
    "pidMode": TEXT,
    "ipcMode": TEXT,
    "runtimePlatform": {"cpuArchitecture": TEXT, "operatingSystemFamily": TEXT},
}
#: Members of a task definition that mean nothing here -> why.
WITHOUT_EFFECT: Mapping[str, str] = {
    "executionRoleArn": "images are pulled, and secrets read, with your own rights",
    "placementConstraints": "there is one machine",
    "tags": "Docker has no tags",
    "proxyConfiguration": "no proxy is put in front of containers",
    "inferenceAccelerators": "this machine has none",
    "ephemeralStorage": "containers have the disk of the engine",
    "enableFaultInjection": "no fault is injected",
    "trustedExecutionConfiguration": "containers are not isolated by hardware",
    "containerDefinitions.repositoryCredentials": "`docker login` to the registry instead",
    "containerDefinitions.startTimeout": "Docker Compose waits for a dependency without an end",
    "containerDefinitions.versionConsistency": "a tag is what this machine has under it",
    "containerDefinitions.credentialSpecs": "they are for Windows and for hosts in a domain",
    "containerDefinitions.portMappings.name": "there is no Service Connect",
    "containerDefinitions.portMappings.appProtocol": "there is no Service Connect",
    "containerDefinitions.restartPolicy.restartAttemptPeriod": "Docker has a delay of its own",
    "containerDefinitions.resourceRequirements.sharingStrategy": "GPUs are not shared",
    "containerDefinitions.logConfiguration.secretOptions": "output goes to json-file",
    "containerDefinitions.firelensConfiguration.options": "output goes to json-file",
    "volumes.efsVolumeConfiguration": "the data is in a volume of the engine",
    "volumes.fsxWindowsFileServerVolumeConfiguration": "the data is in a volume of the engine",
    "volumes.s3filesVolumeConfiguration": "the data is in a volume of the engine",
}
