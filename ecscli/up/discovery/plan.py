"""The stacks of service discovery around the plan of a service: made before it, changed after it,
deleted behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ecscli.aws.client import SERVICES
from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AwsError, DeploymentError, Finding, InputError
from ecscli.base.records import replace
from ecscli.base.resources import read
from ecscli.up.discovery.desired import (
    NAMESPACE_OUTPUT,
    SERVICE_OUTPUT,
    DiscoveryChange,
    Namespace,
    WantedDiscovery,
    namespace_parameters,
    namespace_stack,
    registry,
    service_parameters,
    service_stack,
)
from ecscli.up.model import Action, CreateService, DeleteStack, DeployStack, Plan, Ref
from ecscli.up.service.desired import WantedService
from ecscli.up.service.live import Live
from ecscli.up.service.names import Names
from ecscli.up.stack import live as stack_live

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

NAMESPACE_TEMPLATE, SERVICE_TEMPLATE = (
    "templates/dns-namespace.yaml",
    "templates/discovery-service.yaml",
)
UNUSED = 30.0  # seconds in which ECS takes the last instance out of Cloud Map


def with_discovery(
    aws: Aws, plan: Plan, wanted: WantedService, live: Live, change: DiscoveryChange | None
) -> Plan:
    """The plan with the stacks that a new service needs, or with the change of an existing one's
    stack."""
    if change is not None:
        return replace(plan, actions=(*plan.actions, *_change(aws, wanted.names, change)))
    if wanted.discovery is None:
        return plan
    if any(isinstance(action, CreateService) for action in plan.actions):
        return _for_new_service(aws, plan, wanted.names, wanted.discovery)
    if live.service is not None and live.service.get("serviceRegistries"):
        return plan
    hint = "delete the service with `compose service rm` and create it anew"
    notice = Finding(
        "Service Discovery can not be enabled on an existing ECS Service. Skipping this flag...",
        None,
        hint,
    )
    return replace(plan, notices=(*plan.notices, notice))


def _for_new_service(aws: Aws, plan: Plan, names: Names, wanted: WantedDiscovery) -> Plan:
    namespace_id, before = _namespace(aws, names, wanted.namespace)
    name = service_stack(names.cluster, names.service)
    found = stack_live.stack(aws, name)
    # a discovery service is always made anew
    left_over = [DeleteStack({"StackName": name})] if found else []
    parameters = service_parameters(wanted, names.service, namespace_id)
    stack = DeployStack(_stack_request(name, SERVICE_TEMPLATE, parameters))
    entry = registry(wanted, Ref(f"{name}.{SERVICE_OUTPUT}", f"{name}.{SERVICE_OUTPUT}"))
    actions: list[Action] = []
    for action in plan.actions:
        if isinstance(action, CreateService):
            create = CreateService({**action.request, "serviceRegistries": [entry]})
            actions += [*before, *left_over, stack, create]
        else:
            actions.append(action)
    return replace(plan, actions=tuple(actions))


def _namespace(aws: Aws, names: Names, wanted: Namespace) -> tuple[Any, list[Action]]:
    """The namespace's id, or a Ref to it, and the stack that makes it."""
    if wanted.id:
        return wanted.id, []
    found = _find_namespace(aws, wanted)
    if found:
        return found, []
    if not wanted.private:
        hint = "create it in Route 53, or use a private namespace"
        raise InputError(f"there is no public namespace {wanted.name}", hint=hint)
    name = namespace_stack(names.cluster, names.service)
    left_over: list[Action] = (
        [DeleteStack({"StackName": name})] if stack_live.stack(aws, name) else []
    )
    stack = DeployStack(_stack_request(name, NAMESPACE_TEMPLATE, namespace_parameters(wanted)))
    return Ref(f"{name}.{NAMESPACE_OUTPUT}", f"{name}.{NAMESPACE_OUTPUT}"), [*left_over, stack]


def _find_namespace(aws: Aws, wanted: Namespace) -> str | None:
    """A namespace of that name; of private ones that of the VPC, which only its hosted zone
    knows."""
    kind = "DNS_PRIVATE" if wanted.private else "DNS_PUBLIC"
    filters = [{"Name": "TYPE", "Values": [kind], "Condition": "EQ"}]
    listed = aws.pages("servicediscovery", "list_namespaces", "Namespaces", Filters=filters)
    for namespace in [one for one in listed if one["Name"] == wanted.name]:
        if not wanted.private or _in_vpc(aws, namespace["Id"], str(wanted.vpc)):
            return str(namespace["Id"])
    return None


def _in_vpc(aws: Aws, namespace: str, vpc: str) -> bool:
    found = aws.call("servicediscovery", "get_namespace", Id=namespace)["Namespace"]
    zone = found.get("Properties", {}).get("DnsProperties", {}).get("HostedZoneId")
    if not zone:
        return False
    vpcs = aws.call("route53", "get_hosted_zone", Id=zone).get("VPCs", ())
    return any(one.get("VPCId") == vpc and one.get("VPCRegion") == aws.region for one in vpcs)


def _change(aws: Aws, names: Names, change: DiscoveryChange) -> Iterator[Action]:
    """The stack with another TTL or threshold; nothing where both are what they are."""
    name = service_stack(names.cluster, names.service)
    found = stack_live.stack(aws, name)
    if found is None:
        hint = "it is made with --enable-service-discovery when the service is created"
        raise InputError(
            f"there is no CloudFormation stack {name} for service discovery", hint=hint
        )
    new = {"DNSTTL": change.ttl, "FailureThreshold": change.threshold}
    parameters = {
        **found.parameters,
        **{key: str(value) for key, value in new.items() if value is not None},
    }
    if parameters != dict(found.parameters):
        body = stack_live.template(aws, name) or read(SERVICE_TEMPLATE)
        request = {"StackName": name, "TemplateBody": body, "Parameters": _rows(parameters)}
        yield DeployStack(request, {"Parameters": _rows(found.parameters)})


def plan_cleanup(aws: Aws, names: Names, service: Document, delete_namespace: bool) -> Plan:
    """The stacks to delete behind a service that was registered in Cloud Map; only those that
    exist."""
    if not service.get("serviceRegistries"):
        return Plan()
    stacks = [service_stack(names.cluster, names.service)]
    if delete_namespace:
        stacks.append(namespace_stack(names.cluster, names.service))
    found = aws.together(*(_finder(aws, name) for name in stacks))
    missing = [name for name, stack in zip(stacks, found, strict=True) if stack is None]
    actions = tuple(DeleteStack({"StackName": stack.name}) for stack in found if stack is not None)
    notices = tuple(Finding(f"there is no stack {name} to delete") for name in missing)
    return Plan(actions, notices)


def _finder(aws: Aws, name: str) -> Any:
    return lambda: stack_live.stack(aws, name)


def wait_until_unused(aws: Aws, service: Document) -> None:
    """ECS takes the instances of a deleted service out of Cloud Map a little later; the stack goes
    only then."""
    arn = str(service["serviceRegistries"][0]["registryArn"])
    id_ = arn.rsplit("/", 1)[-1]

    def count() -> int:
        try:
            found = aws.call("servicediscovery", "get_service", Id=id_)["Service"]
        except AwsError as error:
            if error.code == "ServiceNotFound":
                return 0
            raise
        return int(found.get("InstanceCount") or 0)

    *_, left = aws.poll(count, lambda number: not number, SERVICES, UNUSED)
    if left:
        raise DeploymentError(
            "Service Discovery Service can not be deleted. It is still in use."
            f" InstanceCount={left}",
            arn,
            "deregister the instances, then delete the stack",
        )


def _stack_request(name: str, template: str, parameters: Document) -> Draft:
    return {"StackName": name, "TemplateBody": read(template), "Parameters": _rows(parameters)}


def _rows(parameters: Document) -> list[Draft]:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
