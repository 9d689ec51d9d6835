"""`scale` and `deploy` of the services -> the fields of CreateService that they ask for.

All services of a project are one ECS service, so they have to agree; where they do not, the first
one is heard and a warning names the other. ecs-params and flags are laid over the result by the
caller.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ecscli.base.documents import Draft
from ecscli.base.findings import Findings
from ecscli.compose.ecs.limits import FARGATE, MAX_PLACEMENT_STRATEGIES
from ecscli.compose.project.model import Deploy, Service

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
NONE = Deploy()


def service_fields(
    services: Sequence[Service], launch_type: str | None, findings: Findings
) -> Draft:
    """The fields of CreateService that the files ask for; empty where they say nothing of it."""
    strategy = _agreed(
        services, "deploy.mode", lambda service: _mode(service, launch_type, findings), findings
    )
    count = None if strategy else _agreed(services, "deploy.replicas", _replicas, findings)
    deployment = _agreed(
        services, "deploy.update_config", lambda service: _deployment(service, count or 1), findings
    )
    fields = {
        "desiredCount": count,
        "schedulingStrategy": strategy,
        "deploymentConfiguration": _for_daemons(deployment) if strategy else deployment,
        **(_placement(services, findings) if launch_type != FARGATE else {}),
    }
    return {name: value for name, value in fields.items() if value not in (None, [], {})}


def _agreed(
    services: Sequence[Service], key: str, read: Callable[[Service], Any], findings: Findings
) -> Any:
    """The one value that the services which say any agree on."""
    first: tuple[Service, Any] | None = None
    for service in services:
        value = read(service)
        if value in (None, {}):
            continue
        if first is None:
            first = service, value
        elif first[1] != value:
            findings.warning(
                f"services.{service.name}.{key}: not sent; the services of a project are one ECS"
                " service",
                service.where(*key.split(".")),
                f"say what {first[0].name} says, or give {service.name} a project of its own",
            )
    return first[1] if first else None


def _replicas(service: Service) -> int | None:
    replicas = (service.deploy or NONE).replicas
    return service.scale if replicas is None else replicas


def _mode(service: Service, launch_type: str | None, findings: Findings) -> str | None:
    mode = (service.deploy or NONE).mode
    place = service.where("deploy", "mode")
    if mode == "global" and launch_type == FARGATE:
        what = (
            f"services.{service.name}.deploy.mode: global means one task an instance, and Fargate"
            " has none"
        )
        findings.error(what, place, "use replicas, or launch type EC2")
        return None
    if mode is not None and mode not in MODES:
        what = (
            f"services.{service.name}.deploy.mode: {mode} is not sent; an ECS service runs for ever"
        )
        findings.warning(what, place, "run it once with `ecscli compose run`")
    return MODES.get(mode or "")


def _deployment(service: Service, count: int) -> Draft:
    """deploymentConfiguration: how many of `count` tasks may be missing or come on top while they
    are replaced.

    ECS rounds the least number of healthy tasks up and the greatest number of tasks down, so the
    percentages are rounded the other way.
    """
    update = (service.deploy or NONE).update_config
    if update is None:
        return {}
    fields: Draft = {}
    if update.parallelism is not None or update.order is not None:
        at_once = 1 if update.parallelism is None else update.parallelism
        share = min(at_once / max(count, 1), 1) if at_once else 1
        if update.order == "start-first":
            fields = {
                "minimumHealthyPercent": 100,
                "maximumPercent": min(100 + math.ceil(100 * share), EVERYTHING),
            }
        else:
            fields = {"minimumHealthyPercent": math.floor(100 - 100 * share), "maximumPercent": 100}
    breaker: Draft = dict(BREAKERS.get(update.failure_action or "", {}))
    if update.max_failure_ratio:
        value = max(round(100 * update.max_failure_ratio), 1)
        breaker |= {"thresholdConfiguration": {"type": "BOUNDED_PERCENT", "value": value}}
        breaker = {"enable": True, "rollback": False, **breaker}
    return {**fields, **({"deploymentCircuitBreaker": breaker} if breaker else {})}


def _for_daemons(deployment: Draft | None) -> Draft:
    """A daemon is stopped before its successor starts: ECS takes 100 as the only maximum."""
    given = dict(deployment or {})
    return {**given, "maximumPercent": 100} if "maximumPercent" in given else given


def _placement(services: Sequence[Service], findings: Findings) -> Draft:
    spreads: dict[str, None] = {}
    distinct = False
    for service in services:
        deploy = service.deploy or NONE
        place = service.where("deploy", "placement")
        for preference in deploy.placement_spread:
            field = _spread(preference)
            if field is None:
                what = (
                    f"services.{service.name}.deploy.placement.preferences: ECS cannot spread by"
                    f' "{preference}"'
                )
                findings.warning(
                    what, place, "node.labels.*, node.hostname and node.platform.arch are known"
                )
            else:
                spreads[field] = None
        if (deploy.max_replicas_per_node or 0) > 1:
            what = f"services.{service.name}.deploy.placement.max_replicas_per_node: not sent"
            findings.warning(what, place, "ECS knows one task an instance, or any number")
        distinct = distinct or deploy.max_replicas_per_node == 1
    strategy = [{"type": "spread", "field": field} for field in spreads][:MAX_PLACEMENT_STRATEGIES]
    return {
        "placementStrategy": strategy,
        "placementConstraints": [{"type": "distinctInstance"}] if distinct else [],
    }


def _spread(preference: str) -> str | None:
    if preference.startswith(LABEL):
        return f"attribute:{preference.removeprefix(LABEL)}"
    return SPREADS.get(preference)
