"""The four requests by operation, and every member that they can have."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.compose.ecs.requests.create_service import CREATE_SERVICE
from ecscli.compose.ecs.requests.rows import Shape
from ecscli.compose.ecs.requests.run_task import RUN_TASK
from ecscli.compose.ecs.requests.task_definition import REGISTER_TASK_DEFINITION
from ecscli.compose.ecs.requests.update_service import UPDATE_SERVICE

REQUESTS: Mapping[str, Shape] = {
    "RegisterTaskDefinition": REGISTER_TASK_DEFINITION,
    "RunTask": RUN_TASK,
    "CreateService": CREATE_SERVICE,
    "UpdateService": UPDATE_SERVICE,
}
