"""The panels of the screens: the address of each, and what answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ecscli.console.api import Api
from ecscli.console.screens import (
    balancers,
    clusters,
    definitions,
    instances,
    metrics,
    services,
    stacks,
    tasks,
)

PANELS: Mapping[str, Callable[[Api, Mapping[str, Any]], Any]] = {
    "/api/usage": clusters.usage,
    "/api/cluster": clusters.cluster,
    "/api/cluster/capacity": clusters.capacity,
    "/api/cluster/rules": clusters.rules,
    "/api/cluster/schedules": clusters.schedules,
    "/api/metrics": metrics.metrics,
    "/api/instance": instances.instance,
    "/api/instance/user-data": instances.user_data,
    "/api/instance/role": instances.role,
    "/api/instance/agent": instances.agent,
    "/api/service": services.service,
    "/api/service/balancing": services.balancing,
    "/api/service/scaling": services.scaling,
    "/api/service/deployments": services.deployments,
    "/api/tasks": tasks.tasks,
    "/api/task": tasks.task,
    "/api/task/logs": tasks.logs,
    "/api/definitions": definitions.families,
    "/api/definitions/revisions": definitions.revisions,
    "/api/definition": definitions.definition,
    "/api/definition/difference": definitions.difference,
    "/api/stacks": stacks.stacks,
    "/api/stack": stacks.stack,
    "/api/stack/resources": stacks.resources,
    "/api/stack/events": stacks.events,
    "/api/balancers": balancers.balancers,
    "/api/balancer": balancers.balancer,
    "/api/balancer/listeners": balancers.listeners,
    "/api/balancer/targets": balancers.targets,
}
