"""The rows of UpdateService's request."""

from __future__ import annotations

from ecscli.compose.ecs.requests.container import NAME
from ecscli.compose.ecs.requests.rows import Shape, checked, passed
from ecscli.compose.ecs.requests.service import SERVICE_ROWS

UPDATE_SERVICE = Shape(
    "UpdateServiceRequest",
    (
        *SERVICE_ROWS,
        passed("forceNewDeployment", key="--force-deployment"),
        checked("service", NAME, required=True, key="--project-name"),
    ),
)
