"""PURE: the desired and the live state of a service -> the Plan: create, update, scale, stop,
roll back, delete."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecscli.base.documents import Draft
from ecscli.base.errors import Finding, InputError
from ecscli.up.deployment.percentages import deadlock
from ecscli.up.deployment.state import primary, revision_of
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
from ecscli.up.service.fields import changed_fields, repeated_fields
from ecscli.up.service.live import LiveProject
from ecscli.up.service.names import Names
from ecscli.up.service.task_definition import definition_id, preparation
from ecscli.up.service.unchangeable import find_unchangeable, no_balancer

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

RUNNING_ONCE = ("has started", "has stopped", "deregistered", "has begun draining")
WAY_OUT = "raise --deployment-max-percent to 200, or lower --deployment-min-healthy-percent to 0"
EVENTS_KEPT = 100  # per service; older ones are gone


def plan_service(wanted: WantedService, live: LiveProject) -> Plan:
    """Create the service, or change the one that is there. Raises InputError for what ECS cannot
    change."""
    if live.service is None or live.service.get("status") == "INACTIVE":
        return _create(wanted, live)
    if live.service.get("status") == "DRAINING":
        raise draining(wanted.names, live.service)
    return _update(wanted, live.service, live)


def draining(names: Names, service: ServiceTypeDef) -> InputError:
    """A service that was deleted and still stops its tasks."""
    left = service.get("runningCount", 0)
    tasks = "1 task" if left == 1 else f"{left} tasks"
    return InputError(
        f"service {names.service} was deleted and still stops {tasks}",
        service.get("serviceArn"),
        "wait until it is gone: `ecscli compose service rm` follows it",
    )


# ------------------------------------------------------------------------------- create


def _create(wanted: WantedService, live: LiveProject) -> Plan:
    fields = dict(wanted.fields)
    if "healthCheckGracePeriodSeconds" in fields and not fields.get("loadBalancers"):
        raise InputError.of([no_balancer()])
    fields.pop("deploymentConfiguration", None)
    request: Draft = {
        "cluster": wanted.names.cluster,
        "serviceName": wanted.names.service,
        "taskDefinition": definition_id(wanted.definition, live),
        "deploymentConfiguration": _deployment(wanted),
        **_first_count(wanted),
        **fields,
        **_tagging(wanted, live),
    }
    actions = (*preparation(wanted, live), CreateService(request))
    return Plan(actions, tuple(_breaker_notice(wanted)))


def _first_count(wanted: WantedService) -> Draft:
    """A DAEMON service has no count: it runs one task per instance."""
    if wanted.fields.get("schedulingStrategy") == "DAEMON":
        return {}
    return {"desiredCount": wanted.first if wanted.count is None else wanted.count}


def _deployment(wanted: WantedService) -> Draft:
    """The percentages given, and a circuit breaker that rolls back unless flags or files decide
    otherwise."""
    given = dict(wanted.fields.get("deploymentConfiguration", {}))
    if wanted.breaker is not None:
        given["deploymentCircuitBreaker"] = _breaker(wanted.breaker)
    elif "deploymentCircuitBreaker" not in given and not _is_classic(wanted.fields):
        given["deploymentCircuitBreaker"] = _breaker(True)
    return given


def _breaker(enable: bool) -> dict[str, bool]:
    return {"enable": enable, "rollback": enable}


def _is_classic(fields: Request) -> bool:
    """Classic Load Balancers do not go with the circuit breaker (developer guide, "How the circuit
    breaker works")."""
    return any(balancer.get("loadBalancerName") for balancer in fields.get("loadBalancers", ()))


def _breaker_notice(wanted: WantedService) -> Iterator[Finding]:
    if _is_classic(wanted.fields) and wanted.breaker is None:
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


def _update(wanted: WantedService, service: ServiceTypeDef, live: LiveProject) -> Plan:
    fields = _fields_with_breaker(wanted)
    _refuse_unchangeable(fields, service)
    failed = tuple(_failed(service))
    force = wanted.force or bool(failed) or _has_old_secrets(wanted, service)
    new, old = _changes(wanted, fields, service, live)
    preparing = preparation(wanted, live)
    tagging = _new_tags(wanted, service)
    if not new and not force:
        return Plan((*preparing, *tagging), failed)
    request = update_request(wanted.names, new, repeated_fields(fields), force)
    _refuse_deadlock(request, service)
    actions = (*preparing, UpdateService(request, old), *tagging)
    return Plan(actions, (*_under_way(service), *failed))


def _has_old_secrets(wanted: WantedService, service: ServiceTypeDef) -> bool:
    """Whether tasks have values that are updated, or were since the newest deployment began: ECS
    reads them when a task starts."""
    begun, since = (primary(service) or {}).get("createdAt"), wanted.secrets.since
    if wanted.secrets.updates:
        return True
    return begun is not None and since is not None and begun < since


def _refuse_unchangeable(fields: Request, service: ServiceTypeDef) -> None:
    problems = tuple(find_unchangeable(fields, service))
    if problems:
        raise InputError.of(problems)


def _refuse_deadlock(request: Request, service: ServiceTypeDef) -> None:
    """A deployment which can neither stop nor start a task would never end."""
    is_deployment = request["forceNewDeployment"] or "taskDefinition" in request
    if not is_deployment or not service.get("runningCount"):
        return
    current = service.get("deploymentConfiguration") or {}
    count = request.get("desiredCount", service.get("desiredCount", 0))
    why = deadlock(
        count,
        request["deploymentConfiguration"] or current,
        service.get("schedulingStrategy", "REPLICA"),
    )
    if why:
        raise InputError(why, service.get("serviceArn"), WAY_OUT)


def _fields_with_breaker(wanted: WantedService) -> Draft:
    fields = dict(wanted.fields)
    if wanted.breaker is not None:
        given = fields.get("deploymentConfiguration", {})
        breaker = {"deploymentCircuitBreaker": _breaker(wanted.breaker)}
        fields["deploymentConfiguration"] = {**given, **breaker}
    if not wanted.managed_tags:
        fields["enableECSManagedTags"] = False
    return fields


def _changes(
    wanted: WantedService, fields: Request, service: ServiceTypeDef, live: LiveProject
) -> tuple[Draft, Draft]:
    """What differs, as wanted and as it is: fields, task definition and count."""
    new, old = changed_fields(fields, service)
    revision = definition_id(wanted.definition, live)
    if revision != short(service.get("taskDefinition", "")):
        new["taskDefinition"] = revision
        old["taskDefinition"] = short(service.get("taskDefinition", ""))
    count = _count(wanted, service)
    if count is not None:
        new["desiredCount"], old["desiredCount"] = count, service.get("desiredCount")
    return new, old


def update_request(names: Names, new: Request, repeated: Request, force: bool = False) -> Draft:
    """UpdateService with exactly what changes. New capacity providers take effect with a new
    deployment only."""
    request = {"cluster": names.cluster, "service": names.service, **repeated, **new}
    request.setdefault("deploymentConfiguration", {})
    request["forceNewDeployment"] = force or "capacityProviderStrategy" in new
    return request


def _count(wanted: WantedService, service: ServiceTypeDef) -> int | None:
    """A count only where one was asked for; and for the first `up` of a service that has never run
    a task."""
    if service.get("schedulingStrategy") == "DAEMON":
        return None
    if wanted.count is not None:
        return wanted.count if wanted.count != service.get("desiredCount") else None
    return wanted.first if wanted.first and never_ran(service) else None


def never_ran(service: ServiceTypeDef) -> bool:
    """Whether the service was made with `create` and has been idle since; the events of one parked
    at zero mention old tasks."""
    if service.get("desiredCount") or service.get("runningCount") or service.get("pendingCount"):
        return False
    events = service.get("events") or ()
    if len(events) >= EVENTS_KEPT:
        return False
    return not any(_mentions_tasks(event.get("message", "")) for event in events)


def _mentions_tasks(message: str) -> bool:
    return any(text in message for text in RUNNING_ONCE)


def _new_tags(wanted: WantedService, service: ServiceTypeDef) -> Iterator[Action]:
    current = {tag["key"]: tag.get("value", "") for tag in service.get("tags") or ()}
    tags = [dict(tag) for tag in wanted.tags if current.get(tag["key"]) != tag["value"]]
    if tags:
        before = {"tags": [{"key": key, "value": value} for key, value in current.items()]}
        yield TagResource({"resourceArn": service["serviceArn"], "tags": tags}, before)


def _failed(service: ServiceTypeDef) -> Iterator[Finding]:
    """A newest deployment that has failed: ECS does not try it again by itself, so the next `up`
    does."""
    current = primary(service) or {}
    if current.get("rolloutState") == "FAILED":
        yield Finding(
            f"deployment {current.get('id')} of {revision_of(current)} has failed; a new one is"
            " started"
        )


def _under_way(service: ServiceTypeDef) -> Iterator[Finding]:
    """Two deployments at once: what the new one replaces."""
    current = primary(service) or {}
    several = len(service.get("deployments") or ()) > 1
    if several and current.get("rolloutState") == "IN_PROGRESS":
        running, desired = current.get("runningCount", 0), current.get("desiredCount", 0)
        yield Finding(
            f"deployment {current.get('id')} of {revision_of(current)} is under way "
            f"({running} of {desired} tasks run); this one replaces it"
        )


# ------------------------------------------------------------- scale, start, roll back, delete


def plan_service_scale(names: Names, count: int, fields: Request) -> Plan:
    """Change the count alone; `fields` carry the percentages of the flags and the network of
    ecs-params."""
    return Plan((UpdateService(update_request(names, {"desiredCount": count}, fields)),))


def plan_start(names: Names, service: ServiceTypeDef, fields: Request, force: bool) -> Plan:
    """One task where there is none; a new deployment where one is forced; else nothing."""
    if service.get("status") == "DRAINING":
        raise draining(names, service)
    is_daemon = service.get("schedulingStrategy") == "DAEMON"
    if not service.get("desiredCount") and not is_daemon:
        request = update_request(names, {"desiredCount": 1}, fields, force)
        return Plan((UpdateService(request, {"desiredCount": service.get("desiredCount")}),))
    if force:
        return Plan((UpdateService(update_request(names, {}, fields, force), {}),))
    return Plan()


def plan_rollback(names: Names, service: ServiceTypeDef, revision: str) -> Plan:
    """Go to a revision that exists."""
    if service.get("status") == "DRAINING":
        raise draining(names, service)
    current = service.get("taskDefinition", "")
    if short(current) == revision:
        return Plan((), (Finding(f"service {names.service} already uses {revision}"),))
    request = update_request(names, {"taskDefinition": revision}, {})
    _refuse_deadlock(request, service)
    return Plan(
        (UpdateService(request, {"taskDefinition": short(current)}),), tuple(_under_way(service))
    )


def plan_removal(names: Names, service: ServiceTypeDef | None) -> Plan:
    """Delete the service with its tasks; one that is draining already is only followed."""
    if service is None or service.get("status") != "ACTIVE":
        return Plan()
    request = {"cluster": names.cluster, "service": names.service, "force": True}
    return Plan((DeleteService(request),))
