"""PURE: what is wanted of a service, and what is live -> the Plan: create, update, scale, stop,
roll back, delete."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding, InputError
from ecscli.up.model import (
    Action,
    CreateService,
    DeleteService,
    Plan,
    Request,
    TagResource,
    UpdateService,
    short,
)
from ecscli.up.service.desired import WantedService
from ecscli.up.service.fields import (
    changed_fields,
    no_balancer,
    primary,
    repeated_fields,
    unchangeable,
)
from ecscli.up.service.live import LiveProject
from ecscli.up.service.names import Names
from ecscli.up.service.task_definition import definition_id, preparation

RUNNING_ONCE = ("has started", "has stopped", "deregistered", "has begun draining")
EVENTS_KEPT = 100  # per service; older ones are gone


def plan_service(wanted: WantedService, live: LiveProject) -> Plan:
    """Create the service, or change the one that is there. Raises InputError for what ECS cannot
    change."""
    if live.service is None or live.service.get("status") == "INACTIVE":
        return _create(wanted, live)
    if live.service.get("status") == "DRAINING":
        raise draining(wanted.names, live.service)
    return _update(wanted, live.service, live)


def draining(names: Names, service: Document) -> InputError:
    """A service that was deleted and still stops its tasks."""
    left = service.get("runningCount", 0)
    return InputError(
        f"service {names.service} was deleted and still stops {left}"
        f" task{'' if left == 1 else 's'}",
        service.get("serviceArn"),
        "wait until it is gone: `ecscli compose service rm` follows it",
    )


# ------------------------------------------------------------------------------- create


def _create(wanted: WantedService, live: LiveProject) -> Plan:
    fields = dict(wanted.fields)
    if "healthCheckGracePeriodSeconds" in fields and not fields.get("loadBalancers"):
        raise InputError(*no_balancer())
    request: Draft = {
        "cluster": wanted.names.cluster,
        "serviceName": wanted.names.service,
        "taskDefinition": definition_id(wanted.definition, live),
        "deploymentConfiguration": _deployment(wanted),
    }
    if fields.get("schedulingStrategy") != "DAEMON":
        request["desiredCount"] = wanted.first if wanted.count is None else wanted.count
    request |= {name: value for name, value in fields.items() if name != "deploymentConfiguration"}
    request |= _tagging(wanted, live)
    actions = (*preparation(wanted.definition, wanted.log_groups, live), CreateService(request))
    return Plan(actions, tuple(_breaker_notice(wanted)))


def _deployment(wanted: WantedService) -> Draft:
    """The original's percentages, and a circuit breaker that rolls back unless somebody says
    otherwise."""
    given = dict(wanted.fields.get("deploymentConfiguration", {}))
    if wanted.breaker is not None:
        given["deploymentCircuitBreaker"] = {"enable": wanted.breaker, "rollback": wanted.breaker}
    elif "deploymentCircuitBreaker" not in given and not _classic(wanted.fields):
        given["deploymentCircuitBreaker"] = {"enable": True, "rollback": True}
    return given


def _classic(fields: Request) -> bool:
    """Classic Load Balancers do not go with the circuit breaker (developer guide, "How the circuit
    breaker works")."""
    return any(balancer.get("loadBalancerName") for balancer in fields.get("loadBalancers", ()))


def _breaker_notice(wanted: WantedService) -> Iterator[Finding]:
    if _classic(wanted.fields) and wanted.breaker is None:
        yield Finding("no deployment circuit breaker: a Classic Load Balancer does not go with it")


def _tagging(wanted: WantedService, live: LiveProject) -> Draft:
    """ECS takes tags of services and tasks only where the account has long ARNs."""
    fields: Draft = {}
    if live.long_arns:
        fields["propagateTags"] = wanted.fields.get("propagateTags", "TASK_DEFINITION")
        if wanted.managed_tags:
            fields["enableECSManagedTags"] = True
    if wanted.tags:
        fields["tags"] = [dict(tag) for tag in wanted.tags]
    return fields


# ------------------------------------------------------------------------------- update


def _update(wanted: WantedService, service: Document, live: LiveProject) -> Plan:
    fields = {**wanted.fields, **_breaker(wanted)}
    wrong = tuple(unchangeable(fields, service))
    if wrong:
        raise InputError.of(wrong)
    new, old = changed_fields(fields, service)
    target = definition_id(wanted.definition, live)
    if target != short(str(service.get("taskDefinition", ""))):
        new["taskDefinition"], old["taskDefinition"] = target, service.get("taskDefinition")
    count = _count(wanted, service)
    if count is not None:
        new["desiredCount"], old["desiredCount"] = count, service.get("desiredCount")
    actions: list[Action] = [*preparation(wanted.definition, wanted.log_groups, live)]
    again = tuple(_failed(service))
    force = wanted.force or bool(again)
    if new or force:
        actions.append(
            UpdateService(update_request(wanted.names, new, repeated_fields(fields), force), old)
        )
    actions += _new_tags(wanted, service)
    return Plan(tuple(actions), (*(_under_way(service) if new or force else ()), *again))


def _breaker(wanted: WantedService) -> Draft:
    if wanted.breaker is None:
        return {}
    given = wanted.fields.get("deploymentConfiguration", {})
    breaker = {"enable": wanted.breaker, "rollback": wanted.breaker}
    return {"deploymentConfiguration": {**given, "deploymentCircuitBreaker": breaker}}


def update_request(names: Names, new: Request, repeated: Request, force: bool = False) -> Draft:
    """UpdateService with exactly what changes. New capacity providers take effect with a new
    deployment only."""
    request = {"cluster": names.cluster, "service": names.service, **repeated, **new}
    request.setdefault("deploymentConfiguration", {})
    request["forceNewDeployment"] = force or "capacityProviderStrategy" in new
    return request


def _count(wanted: WantedService, service: Document) -> int | None:
    """A count only where one was asked for; and for the first `up` of a service that has never run
    a task."""
    if service.get("schedulingStrategy") == "DAEMON":
        return None
    if wanted.count is not None:
        return wanted.count if wanted.count != service.get("desiredCount") else None
    return wanted.first if wanted.first and never_ran(service) else None


def never_ran(service: Document) -> bool:
    """Whether the service was made with `create` and has been idle since; one parked at zero tells
    of old tasks."""
    if service.get("desiredCount") or service.get("runningCount") or service.get("pendingCount"):
        return False
    events = service.get("events") or ()
    return len(events) < EVENTS_KEPT and not any(
        _ran(str(event.get("message", ""))) for event in events
    )


def _ran(message: str) -> bool:
    return any(text in message for text in RUNNING_ONCE)


def _new_tags(wanted: WantedService, service: Document) -> Iterator[Action]:
    has = {tag["key"]: tag.get("value", "") for tag in service.get("tags") or ()}
    tags = [dict(tag) for tag in wanted.tags if has.get(tag["key"]) != tag["value"]]
    if tags:
        before = {"tags": [{"key": key, "value": value} for key, value in has.items()]}
        yield TagResource({"resourceArn": service["serviceArn"], "tags": tags}, before)


def _failed(service: Document) -> Iterator[Finding]:
    """A newest deployment that has failed: ECS does not try it again by itself, so the next `up`
    does."""
    now = primary(service) or {}
    if now.get("rolloutState") == "FAILED":
        told = (
            f"deployment {now.get('id')} of {short(str(now.get('taskDefinition')))} has failed; a"
            " new one is started"
        )
        yield Finding(told)


def _under_way(service: Document) -> Iterator[Finding]:
    """Two deployments at once: say what the new one replaces."""
    now = primary(service) or {}
    if now.get("rolloutState") == "IN_PROGRESS" and len(service.get("deployments") or ()) > 1:
        running, wanted = now.get("runningCount", 0), now.get("desiredCount", 0)
        yield Finding(
            f"deployment {now.get('id')} of {short(str(now.get('taskDefinition')))} is under way "
            f"({running} of {wanted} tasks run); this one replaces it"
        )


# ------------------------------------------------------------- scale, start, roll back, delete


def plan_service_scale(names: Names, count: int, fields: Request) -> Plan:
    """Change the count alone; `fields` carry the percentages of the flags and the network of
    ecs-params."""
    return Plan((UpdateService(update_request(names, {"desiredCount": count}, fields)),))


def plan_start(names: Names, service: Document, fields: Request, force: bool) -> Plan:
    """One task where there is none; a new deployment where one is forced; else nothing."""
    if service.get("status") == "DRAINING":
        raise draining(names, service)
    idle = not service.get("desiredCount") and service.get("schedulingStrategy") != "DAEMON"
    if not idle and not force:
        return Plan()
    new = {"desiredCount": 1} if idle else {}
    request = update_request(names, new, fields, force)
    return Plan(
        (UpdateService(request, {"desiredCount": service.get("desiredCount")} if new else {}),)
    )


def plan_rollback(names: Names, service: Document, revision: str) -> Plan:
    """Go to a revision that exists."""
    if service.get("status") == "DRAINING":
        raise draining(names, service)
    current = str(service.get("taskDefinition", ""))
    if short(current) == revision:
        return Plan((), (Finding(f"service {names.service} already uses {revision}"),))
    request = update_request(names, {"taskDefinition": revision}, {})
    return Plan((UpdateService(request, {"taskDefinition": current}),), tuple(_under_way(service)))


def plan_removal(names: Names, service: Document | None) -> Plan:
    """Delete the service with its tasks; one that is draining already is only followed."""
    if service is None or service.get("status") != "ACTIVE":
        return Plan()
    return Plan(
        (DeleteService({"cluster": names.cluster, "service": names.service, "force": True}),)
    )
