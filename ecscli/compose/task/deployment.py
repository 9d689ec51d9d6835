"""`scale` and `deploy` of the services -> the fields of CreateService that they ask for.

All services of a project are one ECS service, so they have to agree; where they do not, the first
one counts and a warning names the other. ecs-params and flags override the result later.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from ecscli.base.documents import Draft
from ecscli.base.findings import Findings
from ecscli.base.limits import FARGATE
from ecscli.compose.ecs import docker_keys
from ecscli.compose.ecs.limits import MAX_PLACEMENT_STRATEGIES
from ecscli.compose.project.model import Deploy, Service, UpdateConfig
from ecscli.compose.task.scene import EMPTY

MODES = {"replicated": None, "global": "DAEMON"}
BREAKERS = {  # update_config.failure_action -> deploymentCircuitBreaker
    "rollback": {"enable": True, "rollback": True},
    "pause": {"enable": True, "rollback": False},
    "continue": {"enable": False, "rollback": False},
}
SPREADS = {
    "node.hostname": "instanceId",
    "node.id": "instanceId",
    "node.platform.arch": "attribute:ecs.cpu-architecture",
}
LABEL = "node.labels."
EVERYTHING = 200  # percent: as many new tasks as there are old ones
NO_DEPLOY = Deploy()
T = TypeVar("T")


def service_fields(
    services: Sequence[Service], launch_type: str | None, findings: Findings
) -> Draft:
    """The fields of CreateService that the files ask for; empty where they ask for nothing."""

    def mode(service: Service) -> str | None:
        return _mode(service, launch_type, findings)

    strategy = _agreed(services, "deploy.mode", mode, findings)
    count = None if strategy else _agreed(services, "deploy.replicas", _replicas, findings)

    def deployment(service: Service) -> Draft:
        return _deployment(service, count or 1)

    configuration = _agreed(services, "deploy.update_config", deployment, findings)
    if strategy:
        configuration = _for_daemons(configuration)
    fields = {
        "desiredCount": count,
        "schedulingStrategy": strategy,
        "deploymentConfiguration": configuration,
    }
    if launch_type != FARGATE:
        fields |= _placement(services, findings)
    return {name: value for name, value in fields.items() if value not in EMPTY}


def _agreed(
    services: Sequence[Service],
    key: str,
    read: Callable[[Service], T | None],
    findings: Findings,
) -> T | None:
    """The value of the first service that has one; a warning for each other value."""
    chosen: T | None = None
    first = ""
    for service in services:
        value = read(service)
        if value in EMPTY:
            continue
        if chosen is None:
            chosen, first = value, service.name
        elif chosen != value:
            findings.warning(
                "not sent; services that share a task are one ECS service",
                service.where(*key.split(".")),
                f"write what {first} has, or make each a service of its own with layout: services",
                key=f"services.{service.name}.{key}",
            )
    return chosen


def _replicas(service: Service) -> int | None:
    replicas = (service.deploy or NO_DEPLOY).replicas
    return service.scale if replicas is None else replicas


def _mode(service: Service, launch_type: str | None, findings: Findings) -> str | None:
    """The schedulingStrategy; None for REPLICA."""
    mode = (service.deploy or NO_DEPLOY).mode
    key, place = f"services.{service.name}.deploy.mode", service.where("deploy", "mode")
    if mode == "global" and launch_type == FARGATE:
        findings.error(
            "global means one task an instance, and Fargate has none",
            place,
            "use replicas, or launch type EC2",
            key,
        )
        return None
    if mode is not None and mode not in MODES:
        message = f"{mode} is not sent; an ECS service runs for ever"
        findings.warning(message, place, "run it once with `ecscli compose run`", key)
    return MODES.get(mode or "")


def _deployment(service: Service, count: int) -> Draft:
    """deploymentConfiguration of a service of `count` tasks."""
    update = (service.deploy or NO_DEPLOY).update_config
    if update is None:
        return {}
    deploy = service.tree.get("deploy") or {}
    of_docker = docker_keys.percentages(deploy.get("update_config") or {})
    fields = {**_percentages(update, count), **of_docker}
    breaker = _circuit_breaker(update)
    if breaker:
        fields["deploymentCircuitBreaker"] = breaker
    return fields


def _percentages(update: UpdateConfig, count: int) -> Draft:
    """How many of `count` tasks may be missing or come on top while they are replaced.

    ECS rounds the least number of healthy tasks up and the greatest number of tasks down, so the
    percentages are rounded the other way.
    """
    if update.parallelism is None and update.order is None:
        return {}
    at_once = 1 if update.parallelism is None else update.parallelism
    share = 1.0  # parallelism 0 replaces all at once
    if at_once:
        share = min(at_once / max(count, 1), 1)
    if update.order != "start-first":
        return {"minimumHealthyPercent": math.floor(100 - 100 * share), "maximumPercent": 100}
    maximum = min(100 + math.ceil(100 * share), EVERYTHING)
    return {"minimumHealthyPercent": 100, "maximumPercent": maximum}


def _circuit_breaker(update: UpdateConfig) -> Draft:
    breaker: Draft = dict(BREAKERS.get(update.failure_action or "", {}))
    if not update.max_failure_ratio:
        return breaker
    percent = max(round(100 * update.max_failure_ratio), 1)
    threshold = {"type": "BOUNDED_PERCENT", "value": percent}
    return {"enable": True, "rollback": False, **breaker, "thresholdConfiguration": threshold}


def _for_daemons(deployment: Draft | None) -> Draft:
    """A daemon is stopped before its successor starts: ECS takes 100 as the only maximum, and a
    minimum below that."""
    given = dict(deployment or {})
    if "maximumPercent" in given:
        given["maximumPercent"] = 100
    if given.get("minimumHealthyPercent") == 100:
        del given["minimumHealthyPercent"]
    return given


# ------------------------------------------------------------- placement


def _placement(services: Sequence[Service], findings: Findings) -> Draft:
    spreads: dict[str, None] = {}
    constraints: list[Draft] = []
    for service in services:
        spreads |= dict.fromkeys(_spreads(service, findings))
        if _wants_distinct_instances(service, findings):
            constraints = [{"type": "distinctInstance"}]
    strategy = [{"type": "spread", "field": field} for field in spreads]
    return {
        "placementStrategy": strategy[:MAX_PLACEMENT_STRATEGIES],
        "placementConstraints": constraints,
    }


def _spreads(service: Service, findings: Findings) -> list[str]:
    """ECS's fields for the spread preferences of a service."""
    fields = []
    for preference in (service.deploy or NO_DEPLOY).placement_spread:
        field = _spread(preference)
        if field is not None:
            fields.append(field)
            continue
        findings.warning(
            f'ECS cannot spread by "{preference}"',
            service.where("deploy", "placement"),
            "node.labels.*, node.hostname and node.platform.arch are known",
            key=f"services.{service.name}.deploy.placement.preferences",
        )
    return fields


def _spread(preference: str) -> str | None:
    if preference.startswith(LABEL):
        return f"attribute:{preference.removeprefix(LABEL)}"
    return SPREADS.get(preference)


def _wants_distinct_instances(service: Service, findings: Findings) -> bool:
    most = (service.deploy or NO_DEPLOY).max_replicas_per_node
    if most is not None and most > 1:
        findings.warning(
            "not sent",
            service.where("deploy", "placement"),
            "ECS has one task an instance, or any number",
            key=f"services.{service.name}.deploy.placement.max_replicas_per_node",
        )
    return most == 1
