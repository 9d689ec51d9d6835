"""The rows of RegisterTaskDefinition's request."""

from __future__ import annotations

from ecscli.base.limits import EC2, EXTERNAL, FARGATE
from ecscli.compose.ecs import limits
from ecscli.compose.ecs.requests.checks import Between, OneOf, Refused
from ecscli.compose.ecs.requests.container import (
    CONTAINER_DEFINITION,
    KEY_VALUE_PAIR,
    NAME,
    ON_FARGATE,
)
from ecscli.compose.ecs.requests.parts import PLACES_ITSELF, TAG, TASK_DEFINITION_CONSTRAINT
from ecscli.compose.ecs.requests.rows import Shape, checked, passed
from ecscli.compose.ecs.requests.volumes import ANYWHERE_GUIDE, VOLUME

PROXY = Shape(
    "ProxyConfiguration",
    (
        checked("type", OneOf(("APPMESH",))),
        checked("containerName", required=True, rules=("task.proxy",)),
        passed("properties", of=KEY_VALUE_PAIR),
    ),
)
ACCELERATOR = Shape(
    "InferenceAccelerator",
    (checked("deviceName", required=True), checked("deviceType", required=True)),
)
STORAGE = Shape(
    "EphemeralStorage", (checked("sizeInGiB", Between(21, 200, "GiB"), required=True, key="size"),)
)
PLATFORM = Shape(
    "RuntimePlatform",
    (
        checked("cpuArchitecture", OneOf(("X86_64", "ARM64"))),
        checked(
            "operatingSystemFamily",
            OneOf(
                (
                    "LINUX",
                    "WINDOWS_SERVER_2016_FULL",
                    "WINDOWS_SERVER_2019_CORE",
                    "WINDOWS_SERVER_2019_FULL",
                    "WINDOWS_SERVER_2004_CORE",
                    "WINDOWS_SERVER_20H2_CORE",
                    "WINDOWS_SERVER_2022_CORE",
                    "WINDOWS_SERVER_2022_FULL",
                    "WINDOWS_SERVER_2025_CORE",
                    "WINDOWS_SERVER_2025_FULL",
                )
            ),
        ),
    ),
)
TRUSTED = Shape(
    "TrustedExecutionConfiguration",
    (
        checked(
            "isolationMode",
            OneOf(("SHARED", "ISOLATED_SANDBOX", "CONFIDENTIAL_SANDBOX")),
            required=True,
        ),
        passed("attestationPolicy"),
    ),
)

REGISTER_TASK_DEFINITION = Shape(
    "RegisterTaskDefinitionRequest",
    (
        checked("family", NAME, required=True, key="name"),
        passed("taskRoleArn"),
        checked("executionRoleArn", rules=("container.execution_role",), key="task_execution_role"),
        checked(
            "networkMode",
            OneOf(limits.NETWORK_MODES[EC2], (EC2,)),
            OneOf(limits.NETWORK_MODES[FARGATE], ON_FARGATE),
            OneOf(limits.NETWORK_MODES[EXTERNAL], (EXTERNAL,)),
            rules=("network.mode",),
            key="network_mode",
            own="ecs_network_mode",
            source=ANYWHERE_GUIDE,
        ),
        checked(
            "containerDefinitions",
            of=CONTAINER_DEFINITION,
            most=limits.MAX_CONTAINERS,
            instead="make each a service with layout: services, or select services with profiles",
            rules=("task.length",),
            key="services",
            source="Developer guide, Amazon ECS service quotas",
        ),
        checked("volumes", of=VOLUME, rules=("storage.volumes",)),
        checked(
            "placementConstraints",
            PLACES_ITSELF,
            of=TASK_DEFINITION_CONSTRAINT,
            most=10,
        ),
        checked(
            "requiresCompatibilities",
            OneOf((EC2, FARGATE, EXTERNAL, "MANAGED_INSTANCES")),
            rules=("network.compatibility",),
        ),
        checked(
            "cpu",
            rules=("size.forms", "size.on_fargate", "size.on_instances", "size.cpu_shares"),
            key="task_size.cpu_limit",
        ),
        checked(
            "memory",
            rules=("size.forms", "size.on_fargate", "size.memory_shares"),
            key="task_size.mem_limit",
        ),
        checked("tags", of=TAG, most=50),
        checked(
            "pidMode",
            OneOf(("task",), ON_FARGATE),
            OneOf(("host", "task")),
            key="pid",
            own="pid_mode",
        ),
        checked(
            "ipcMode",
            Refused(ON_FARGATE, "leave it out, or use launch type EC2"),
            OneOf(("host", "task", "none")),
            key="ipc",
            own="ipc_mode",
        ),
        passed("proxyConfiguration", of=PROXY),
        passed("inferenceAccelerators", of=ACCELERATOR),
        passed("ephemeralStorage", of=STORAGE, key="storage_opt", own="ephemeral_storage"),
        passed("runtimePlatform", of=PLATFORM, key="platform", own="runtime_platform"),
        passed("enableFaultInjection"),
        passed("trustedExecutionConfiguration", of=TRUSTED),
    ),
)
