"""The rows of RunTask's request."""

from __future__ import annotations

from ecscli.base.limits import LAUNCH_TYPES
from ecscli.compose.ecs.requests.checks import Between, OneOf
from ecscli.compose.ecs.requests.container import (
    ENVIRONMENT_FILE,
    KEY_VALUE_PAIR,
    RESOURCE_REQUIREMENT,
)
from ecscli.compose.ecs.requests.parts import TAG
from ecscli.compose.ecs.requests.rows import Shape, checked, never, never_set, passed
from ecscli.compose.ecs.requests.service import LAUNCH
from ecscli.compose.ecs.requests.task_definition import STORAGE
from ecscli.compose.ecs.requests.volumes import TASK_VOLUME

NO_FLAG = "`compose run` has no flag for it"

CONTAINER_OVERRIDE = Shape(
    "ContainerOverride",
    (
        checked("name", required=True, key="--"),
        passed("command", key="--"),
        passed("environment", of=KEY_VALUE_PAIR, key="--env"),
        never("environmentFiles", NO_FLAG, ENVIRONMENT_FILE),
        never("cpu", "`compose run --cpu` is about the task"),
        never("memory", "`compose run --memory` is about the task"),
        never("memoryReservation", NO_FLAG),
        never("resourceRequirements", NO_FLAG, RESOURCE_REQUIREMENT),
    ),
)
OVERRIDES = Shape(
    "TaskOverride",
    (
        passed("containerOverrides", of=CONTAINER_OVERRIDE, key="--"),
        passed("cpu", key="--cpu"),
        never(
            "inferenceAcceleratorOverrides",
            NO_FLAG,
            never_set("InferenceAcceleratorOverride", NO_FLAG, "deviceName", "deviceType"),
        ),
        passed("executionRoleArn", key="--execution-role"),
        passed("memory", key="--memory"),
        passed("taskRoleArn", key="--task-role"),
        never("ephemeralStorage", NO_FLAG, STORAGE),
    ),
)
RUN_TASK = Shape(
    "RunTaskRequest",
    (
        *LAUNCH,
        passed("clientToken", key=""),
        passed("cluster", key="--cluster"),
        checked("count", Between(1, 10), key=""),
        passed("group", key="--project-name"),
        checked("launchType", OneOf((*LAUNCH_TYPES, "MANAGED_INSTANCES")), key="--launch-type"),
        passed("overrides", of=OVERRIDES, key="--"),
        checked("propagateTags", OneOf(("TASK_DEFINITION", "NONE"))),
        never("referenceId", "ECS alone uses it"),
        passed("startedBy", key=""),
        checked("tags", of=TAG, most=50, key="--tags"),
        checked("taskDefinition", required=True, key=""),
        passed("volumeConfigurations", of=TASK_VOLUME, key="ebs_volumes"),
    ),
)
