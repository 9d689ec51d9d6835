"""healthcheck of Compose, with that of ecs-params laid over it -> healthCheck, within the bounds of
ECS."""

from __future__ import annotations

from ecscli.base.documents import Draft
from ecscli.base.findings import Findings
from ecscli.base.marks import Mark
from ecscli.compose.ecs.limits import (
    HEALTH_INTERVAL,
    HEALTH_RETRIES,
    HEALTH_START_PERIOD,
    HEALTH_TIMEOUT,
    Range,
)
from ecscli.compose.params.read import ServiceParams
from ecscli.compose.project.model import HealthCheck, Service
from ecscli.compose.task.scene import Scene

FIELDS = (  # of Compose, of ECS, the range of ECS
    ("interval", "interval", HEALTH_INTERVAL),
    ("timeout", "timeout", HEALTH_TIMEOUT),
    ("retries", "retries", HEALTH_RETRIES),
    ("start_period", "startPeriod", HEALTH_START_PERIOD),
)


def health_check(service: Service, scene: Scene) -> Draft:
    """The health check of a container; empty for none. In old dialects seconds are cut off and sent
    as they are."""
    params, exact, findings = scene.of(service), scene.exact, scene.findings
    composed = _composed(service.healthcheck, exact)
    values = {**composed, **_overrides(service, params, composed, findings)}
    if (composed or params.healthcheck) and not values.get("command"):
        findings.error(
            f"services.{service.name}: test/command is a required field for container healthcheck",
            service.where("healthcheck"),
            "say test:, or disable: true",
        )
    return values if exact else _within_bounds(service, values, scene)


def _composed(check: HealthCheck | None, exact: bool) -> Draft:
    if check is None or check.disable or (check.test[:1] == ("NONE",) and not exact):
        return {}
    values: Draft = {"command": list(check.test)} if check.test else {}
    for ours, wire, _ in FIELDS:
        value = getattr(check, ours)
        if value is not None:
            values[wire] = int(value)
    return values


def _overrides(
    service: Service, params: ServiceParams, composed: Draft, findings: Findings
) -> Draft:
    given = params.healthcheck
    if given is None:
        return {}
    values: Draft = {"command": list(given.command)} if given.command else {}
    values |= {
        wire: value for ours, wire, _ in FIELDS if (value := getattr(given, ours)) is not None
    }
    for wire, value in values.items():
        if wire in composed and composed[wire] != value:
            change = "" if wire == "command" else f" (was {composed[wire]} but is now {value})"
            findings.notice(
                f"Using ecs-params value as override{change}: healthcheck {wire} of {service.name}"
            )
    return values


def _within_bounds(service: Service, values: Draft, scene: Scene) -> Draft:
    """Out of bounds, ECS would refuse the whole task definition over a second; the nearest value
    does the job."""
    for ours, wire, bounds in FIELDS:
        if wire in values and values[wire] not in bounds:
            nearest = _nearest(values[wire], bounds)
            scene.findings.warning(
                f"services.{service.name}.healthcheck.{ours}: ECS takes {bounds}; {values[wire]}"
                f" becomes {nearest}",
                _place(service, ours, scene),
            )
            values[wire] = nearest
    return values


def _place(service: Service, key: str, scene: Scene) -> Mark | None:
    given = scene.of(service).healthcheck
    if given is not None and getattr(given, key) is not None:
        return scene.params.where("task_definition", "services", service.name, "healthcheck", key)
    return service.where("healthcheck", key)


def _nearest(value: int, bounds: Range) -> int:
    return min(max(value, bounds.low), bounds.high)
