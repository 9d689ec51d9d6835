"""healthcheck of Compose, overridden by that of ecs-params -> healthCheck, within the bounds of
ECS."""

from __future__ import annotations

from ecscli.base.documents import Draft
from ecscli.base.findings import Findings
from ecscli.base.marks import Mark
from ecscli.compose.ecs.limits import HEALTH_BOUNDS
from ecscli.compose.params.read import HealthCheckParams
from ecscli.compose.project.model import HealthCheck, Service
from ecscli.compose.task.scene import Scene


def health_check(service: Service, scene: Scene) -> Draft:
    """The health check of a container; empty for none. In files of ecs-cli, seconds are cut off and
    sent as they are."""
    given = scene.of(service).healthcheck
    values = _composed(service.healthcheck, scene.exact)
    is_asked_for = bool(values or given)
    if given is not None:
        overrides = _overrides(given)
        _note_overrides(service, values, overrides, scene.findings)
        values |= overrides
    if is_asked_for and not values.get("command"):
        scene.findings.error(
            "test/command is a required field for container healthcheck",
            service.where("healthcheck"),
            "write test:, or disable: true",
            key=f"services.{service.name}.healthcheck",
        )
    return values if scene.exact else _within_bounds(service, values, scene)


def _composed(check: HealthCheck | None, exact: bool) -> Draft:
    if check is None or check.disable:
        return {}
    if check.test[:1] == ("NONE",) and not exact:
        return {}
    values: Draft = {"command": list(check.test)} if check.test else {}
    for bound in HEALTH_BOUNDS:
        value = getattr(check, bound.key)
        if value is not None:
            values[bound.field] = int(value)
    return values


def _overrides(given: HealthCheckParams) -> Draft:
    values: Draft = {"command": list(given.command)} if given.command else {}
    for bound in HEALTH_BOUNDS:
        value = getattr(given, bound.key)
        if value is not None:
            values[bound.field] = value
    return values


def _note_overrides(
    service: Service, composed: Draft, overrides: Draft, findings: Findings
) -> None:
    for field, value in overrides.items():
        if field not in composed or composed[field] == value:
            continue
        change = f" (was {composed[field]} but is now {value})"
        if field == "command":
            change = ""
        findings.notice(
            f"Using ecs-params value as override{change}: healthcheck {field} of {service.name}"
        )


def _within_bounds(service: Service, values: Draft, scene: Scene) -> Draft:
    """Each value moved to the nearest one that ECS takes: it would refuse the whole task definition
    over a second."""
    for bound in HEALTH_BOUNDS:
        value = values.get(bound.field)
        if value is None or value in bound.range:
            continue
        nearest = bound.range.nearest(value)
        scene.findings.warning(
            f"ECS takes {bound.range}; {value} becomes {nearest}",
            _place(service, bound.key, scene),
            key=f"services.{service.name}.healthcheck.{bound.key}",
        )
        values[bound.field] = nearest
    return values


def _place(service: Service, key: str, scene: Scene) -> Mark | None:
    given = scene.of(service).healthcheck
    if given is not None and getattr(given, key) is not None:
        return scene.params.where("task_definition", "services", service.name, "healthcheck", key)
    return service.where("healthcheck", key)
