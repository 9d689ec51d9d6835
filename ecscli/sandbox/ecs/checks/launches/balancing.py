"""What is refused about the load balancers and the service registries of services."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.sandbox.ecs.checks.launches.launching import Launching
from ecscli.sandbox.ecs.checks.rule import Rule
from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.shapes import Json

MOST_TARGET_GROUPS = 5


def balancers(launching: Launching) -> list[Json]:
    return launching.request.get("loadBalancers") or []


def many_target_groups(launching: Launching) -> Iterator[str]:
    if len(balancers(launching)) > MOST_TARGET_GROUPS:
        yield f"Load balancers can have at most {MOST_TARGET_GROUPS} items."


def no_target(launching: Launching) -> Iterator[str]:
    for one in balancers(launching):
        if not one.get("targetGroupArn") and not one.get("loadBalancerName"):
            yield "A load balancer needs a target group ARN or a load balancer name."
        if one.get("targetGroupArn") and one.get("loadBalancerName"):
            yield "loadBalancerName cannot be specified together with targetGroupArn."


def no_container(launching: Launching) -> Iterator[str]:
    for one in balancers(launching):
        name, port = one.get("containerName"), one.get("containerPort")
        if launching.container(name) is None:
            yield f"The container {name} does not exist in the task definition."
        elif not launching.has_port(name, port):
            yield f"The container {name} did not have a container port {port} defined."


def classic_with_awsvpc(launching: Launching) -> Iterator[str]:
    for one in balancers(launching):
        if one.get("loadBalancerName") and launching.definition.network_mode == "awsvpc":
            yield "Classic Load Balancers are not supported with the awsvpc network mode."


def unknown_target(launching: Launching) -> Iterator[str]:
    for one in balancers(launching):
        if one.get("targetGroupArn"):
            launching.ecs.neighbours.check_target_group(
                one["targetGroupArn"], launching.definition.network_mode
            )
    yield from ()


def shifted_traffic(launching: Launching) -> Iterator[str]:
    if any(one.get("advancedConfiguration") for one in balancers(launching)):
        raise ApiError(
            "UnsupportedFeatureException",
            "The sandbox runs rolling deployments only; advancedConfiguration is for blue/green.",
        )
    yield from ()


def role_without_balancer(launching: Launching) -> Iterator[str]:
    if not launching.request.get("role"):
        return
    if not balancers(launching):
        yield "A role can only be specified for services that use a load balancer."
    if launching.definition.network_mode == "awsvpc":
        yield ("You cannot specify an IAM role for services that require a service linked role.")


def unknown_registry(launching: Launching) -> Iterator[str]:
    for one in launching.request.get("serviceRegistries") or []:
        if not one.get("registryArn"):
            yield "registryArn should not be null or empty."
        else:
            launching.ecs.neighbours.record_types(one["registryArn"])


def registry_of_mode(launching: Launching) -> Iterator[str]:
    """What kinds of records a network mode can have, and what they need."""
    mode = launching.definition.network_mode
    for one in registries(launching):
        types = launching.ecs.neighbours.record_types(one["registryArn"])
        if mode == "none":
            yield "Service discovery is not supported with the network mode 'none'."
        elif mode != "awsvpc" and set(types) & {"A", "AAAA"}:
            yield (
                f"The network mode '{mode}' supports only service registries with SRV records;"
                f" {one['registryArn']} has {types[0]} records."
            )
        elif "SRV" in types and not (one.get("port") or one.get("containerPort")):
            yield (
                "When specifying a service registry with SRV records, either port or containerName"
                " and containerPort must be specified."
            )


def registries(launching: Launching) -> list[Json]:
    """The service registries that name a Cloud Map service."""
    given = launching.request.get("serviceRegistries") or []
    return [one for one in given if one.get("registryArn")]


def bad_registry_port(launching: Launching) -> Iterator[str]:
    mode = launching.definition.network_mode
    for one in launching.request.get("serviceRegistries") or []:
        name, port = one.get("containerName"), one.get("containerPort")
        if one.get("port") and (name or port):
            yield "A service registry has either a port or a container name and container port."
        if mode != "awsvpc" and not (name and port):
            yield (
                "When specifying a service registry for bridge or host mode, containerName and"
                " containerPort must be specified."
            )
        if name and launching.container(name) is None:
            yield f"The container {name} does not exist in the task definition."
        elif name and port and not launching.has_port(name, port):
            yield f"The container {name} did not have a container port {port} defined."


BALANCING_RULES: tuple[Rule[Launching], ...] = (
    Rule(
        many_target_groups,
        ("CreateServiceRequest.loadBalancers", "UpdateServiceRequest.loadBalancers"),
        "Developer Guide, Service quotas: target groups for each service, 5",
    ),
    Rule(
        no_target,
        ("LoadBalancer.targetGroupArn", "LoadBalancer.loadBalancerName"),
        "If you are using an Application Load Balancer or a Network Load Balancer the load balancer"
        " name parameter should be omitted.",
    ),
    Rule(
        no_container,
        ("LoadBalancer.containerName", "LoadBalancer.containerPort"),
        "This port must correspond to a containerPort in the task definition the tasks in the"
        " service are using.",
    ),
    Rule(
        classic_with_awsvpc,
        ("CreateServiceRequest.loadBalancers",),
        "Classic Load Balancers aren't supported.",
    ),
    Rule(
        unknown_target,
        ("LoadBalancer.targetGroupArn",),
        "If your service's task definition uses the awsvpc network mode, you must choose ip as the"
        " target type, not instance .",
    ),
    Rule(
        shifted_traffic,
        ("LoadBalancer.advancedConfiguration",),
        "The advanced settings for the load balancer used in blue/green deployments.",
    ),
    Rule(
        role_without_balancer,
        ("CreateServiceRequest.role",),
        "This parameter is only permitted if you are using a load balancer with your service and"
        " your task definition doesn't use the awsvpc network mode.",
    ),
    Rule(
        unknown_registry,
        ("ServiceRegistry.registryArn",),
        "The Amazon Resource Name (ARN) of the service registry.",
    ),
    Rule(
        registry_of_mode,
        ("ServiceRegistry.registryArn",),
        "Developer Guide, Service discovery: tasks on the bridge or host network mode support only"
        " SRV records",
    ),
    Rule(
        bad_registry_port,
        ("ServiceRegistry.port", "ServiceRegistry.containerName", "ServiceRegistry.containerPort"),
        "If the task definition that your service task specifies uses the bridge or host network"
        " mode, you must specify a containerName and containerPort combination from the task"
        " definition.",
    ),
)
