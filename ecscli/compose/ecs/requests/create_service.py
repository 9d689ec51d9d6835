"""The rows of CreateService's request."""

from __future__ import annotations

from ecscli.base.limits import LAUNCH_TYPES
from ecscli.compose.ecs.requests.checks import OneOf
from ecscli.compose.ecs.requests.container import NAME, ON_FARGATE
from ecscli.compose.ecs.requests.parts import TAG
from ecscli.compose.ecs.requests.rows import Shape, checked, never
from ecscli.compose.ecs.requests.service import SERVICE_ROWS

CREATE_SERVICE = Shape(
    "CreateServiceRequest",
    (
        *SERVICE_ROWS,
        never("clientToken", "a service has its name, which creates it once"),
        checked("launchType", OneOf((*LAUNCH_TYPES, "MANAGED_INSTANCES")), key="--launch-type"),
        checked("role", rules=("service.role",), key="--role"),
        checked(
            "schedulingStrategy",
            OneOf(("REPLICA",), ON_FARGATE),
            OneOf(("REPLICA", "DAEMON")),
        ),
        checked("serviceName", NAME, required=True, key="--project-name"),
        checked("tags", of=TAG, most=50, key="--tags"),
    ),
)
