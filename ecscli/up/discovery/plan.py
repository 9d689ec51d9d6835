"""PURE: wanted and live service discovery -> the stacks around the plan of a service: made before
it, changed after it, deleted behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding, InputError
from ecscli.base.records import replace
from ecscli.base.system.resources import read
from ecscli.up.discovery.desired import (
    NAMESPACE_OUTPUT,
    SERVICE_OUTPUT,
    DiscoveryChange,
    Namespace,
    WantedDiscovery,
    changed_parameters,
    namespace_parameters,
    namespace_stack,
    registry,
    service_parameters,
    service_stack,
)
from ecscli.up.model import Action, CreateService, DeleteStack, DeployStack, Plan, Ref

if TYPE_CHECKING:
    from ecscli.up.discovery.live import LiveDiscovery
    from ecscli.up.service.desired import WantedService
    from ecscli.up.service.names import Names
    from ecscli.up.stack.model import Stack

NAMESPACE_TEMPLATE = "templates/dns-namespace.yaml"
SERVICE_TEMPLATE = "templates/discovery-service.yaml"


def with_discovery(
    plan: Plan,
    wanted: WantedService,
    service: Document | None,
    live: LiveDiscovery,
    change: DiscoveryChange | None,
) -> Plan:
    """The plan of a service with the stacks that a new one needs, or with the change of an existing
    one's stack.

    `service` is the live one. Raises InputError for a public namespace or a stack that does not
    exist.
    """
    if change is not None:
        return replace(plan, actions=(*plan.actions, *_change(wanted.names, change, live)))
    if wanted.discovery is None:
        return plan
    if any(isinstance(action, CreateService) for action in plan.actions):
        return _for_new_service(plan, wanted.names, wanted.discovery, live)
    if service is not None and service.get("serviceRegistries"):
        return plan
    return replace(plan, notices=(*plan.notices, _not_enabled()))


def plan_cleanup(
    names: Names, service: Document | None, delete_namespace: bool, live: LiveDiscovery
) -> Plan:
    """Delete the stacks behind a service that was registered in Cloud Map, or that is not there any
    more; only those that exist."""
    if service is not None and not service.get("serviceRegistries"):
        return Plan()
    stacks = _stacks(names, delete_namespace, live)
    actions = [action for stack in stacks.values() for action in _deletion(stack)]
    if service is None:
        return Plan(tuple(actions))
    missing = [name for name, stack in stacks.items() if stack is None]
    notices = [Finding(f"there is no stack {name} to delete") for name in missing]
    return Plan(tuple(actions), tuple(notices))


def _stacks(names: Names, with_namespace: bool, live: LiveDiscovery) -> dict[str, Stack | None]:
    """The stacks behind a service by their names; None where there is none."""
    stacks = {service_stack(names.cluster, names.service): live.service_stack}
    if with_namespace:
        stacks[namespace_stack(names.cluster, names.service)] = live.namespace_stack
    return stacks


def _not_enabled() -> Finding:
    return Finding(
        "Service Discovery can not be enabled on an existing ECS Service. Skipping this flag...",
        None,
        "delete the service with `compose service rm` and create it anew",
    )


def _for_new_service(
    plan: Plan, names: Names, wanted: WantedDiscovery, live: LiveDiscovery
) -> Plan:
    """The stacks are made between the task definition and the service that is registered in
    them."""
    namespace_id, making_namespace = _namespace(names, wanted.namespace, live)
    name = service_stack(names.cluster, names.service)
    parameters = service_parameters(wanted, names.service, namespace_id)
    # a discovery service is always made anew
    deployment = _deployment(name, SERVICE_TEMPLATE, parameters)
    stacks = [*making_namespace, *_deletion(live.service_stack), deployment]
    entry = registry(wanted, _output(name, SERVICE_OUTPUT))
    return replace(plan, actions=tuple(_registered(plan.actions, stacks, entry)))


def _registered(
    actions: Iterable[Action], stacks: Iterable[Action], entry: Document
) -> Iterator[Action]:
    """The actions, with the stacks before the service and its entry in it."""
    for action in actions:
        if isinstance(action, CreateService):
            yield from stacks
            yield CreateService({**action.request, "serviceRegistries": [entry]})
        else:
            yield action


def _namespace(
    names: Names, wanted: Namespace, live: LiveDiscovery
) -> tuple[str | Ref, list[Action]]:
    """The namespace's id, or a Ref to it, and the actions that make it."""
    if live.namespace_id:
        return live.namespace_id, []
    if not wanted.private:
        hint = "create it in Route 53, or use a private namespace"
        raise InputError(f"there is no public namespace {wanted.name}", hint=hint)
    name = namespace_stack(names.cluster, names.service)
    deployment = _deployment(name, NAMESPACE_TEMPLATE, namespace_parameters(wanted))
    return _output(name, NAMESPACE_OUTPUT), [*_deletion(live.namespace_stack), deployment]


def _change(names: Names, change: DiscoveryChange, live: LiveDiscovery) -> Iterator[Action]:
    """The stack with another TTL or threshold; nothing where both are what they are."""
    name, found = service_stack(names.cluster, names.service), live.service_stack
    if found is None:
        hint = "it is made with --enable-service-discovery when the service is created"
        raise InputError(
            f"there is no CloudFormation stack {name} for service discovery", hint=hint
        )
    changed = changed_parameters(found.parameters, change)
    if "FailureThreshold" in changed:
        raise _replaced(found.parameters["FailureThreshold"], changed["FailureThreshold"])
    if changed:
        body = live.service_template or read(SERVICE_TEMPLATE)
        parameters = _rows({**found.parameters, **changed})
        request = {"StackName": name, "TemplateBody": body, "Parameters": parameters}
        yield DeployStack(request, {"Parameters": _rows(found.parameters)})


def _replaced(before: str, after: str) -> InputError:
    """CloudFormation replaces the Cloud Map service for another threshold, and Cloud Map takes no
    second one of the name (AWS::ServiceDiscovery::Service, HealthCheckCustomConfig)."""
    return InputError(
        f"the failure threshold of service discovery cannot change from {before} to {after}",
        hint="delete the service with `compose service rm` and create it anew; the TTL can change",
    )


def _deletion(stack: Stack | None) -> list[DeleteStack]:
    return [DeleteStack({"StackName": stack.name})] if stack is not None else []


def _deployment(name: str, template: str, parameters: Document) -> DeployStack:
    return DeployStack(
        {"StackName": name, "TemplateBody": read(template), "Parameters": _rows(parameters)}
    )


def _output(stack: str, output: str) -> Ref:
    return Ref(f"{stack}.{output}", f"{stack}.{output}")


def _rows(parameters: Document) -> list[Draft]:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
