"""What CreateService and UpdateService refuse beyond what tasks are refused as well."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.sandbox.ecs.checks.launches.balancing import BALANCING_RULES
from ecscli.sandbox.ecs.checks.launches.capacity import CAPACITY_RULES
from ecscli.sandbox.ecs.checks.launches.ebs import EBS_RULES
from ecscli.sandbox.ecs.checks.launches.launching import Launching
from ecscli.sandbox.ecs.checks.launches.network import NETWORK_RULES
from ecscli.sandbox.ecs.checks.launches.placement import PLACEMENT_RULES
from ecscli.sandbox.ecs.checks.rule import Rule, complaints
from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.shapes import Json


def refusals(launching: Launching) -> Iterator[str]:
    """Everything that is refused about a service as it would be, in the order of the tables."""
    for rules in (
        DEPLOYMENT_RULES,
        CAPACITY_RULES,
        DAEMON_RULES,
        NETWORK_RULES,
        PLACEMENT_RULES,
        BALANCING_RULES,
        SERVICE_RULES,
        EBS_RULES,
    ):
        yield from complaints(rules, launching)


def configuration_of(launching: Launching) -> Json:
    configuration: Json = launching.request.get("deploymentConfiguration") or {}
    return configuration


def other_controller(launching: Launching) -> Iterator[str]:
    controller = (launching.request.get("deploymentController") or {}).get("type", "ECS")
    if controller != "ECS":
        raise ApiError(
            "UnsupportedFeatureException", f"The sandbox has no deployment controller {controller}."
        )
    yield from ()


def other_strategy(launching: Launching) -> Iterator[str]:
    strategy = configuration_of(launching).get("strategy") or "ROLLING"
    if strategy != "ROLLING":
        raise ApiError(
            "UnsupportedFeatureException",
            f"The sandbox runs rolling deployments only; the deployment strategy is {strategy}.",
        )
    yield from ()


def needs_other_strategy(launching: Launching) -> Iterator[str]:
    """Settings that a rolling deployment would silently leave out."""
    configuration = configuration_of(launching)
    for name in ("linearConfiguration", "canaryConfiguration"):
        if configuration.get(name):
            word = name.removesuffix("Configuration").upper()
            yield f"{name} is only valid when the deployment strategy is {word}."
    if configuration.get("lifecycleHooks"):
        raise ApiError(
            "UnsupportedFeatureException", "The sandbox runs no deployment lifecycle hooks."
        )
    if (configuration.get("earlySuccessCriteria") or {}).get("enable"):
        raise ApiError(
            "UnsupportedFeatureException",
            "The sandbox has no early success criteria of deployments.",
        )


def blocked_deployment(launching: Launching) -> Iterator[str]:
    configuration = configuration_of(launching)
    least = configuration.get("minimumHealthyPercent", 100)
    most = configuration.get("maximumPercent", 200)
    if launching.scheduling == "REPLICA" and most <= least:
        yield "MaximumPercent should be greater than MinimumHealthyPercent."


def daemon_on_fargate(launching: Launching) -> Iterator[str]:
    if launching.scheduling == "DAEMON" and launching.on_fargate:
        yield "The daemon scheduling strategy is not supported with FARGATE launch type."


def daemon_with_strategy(launching: Launching) -> Iterator[str]:
    if launching.scheduling != "DAEMON":
        return
    if launching.strategy:
        yield (
            "Specifying a capacity provider strategy is not supported when you create a service"
            " using the DAEMON scheduling strategy."
        )
    if launching.request.get("placementStrategy"):
        yield "Placement strategies are not supported with the daemon scheduling strategy."


def daemon_with_count(launching: Launching) -> Iterator[str]:
    if launching.scheduling == "DAEMON" and launching.request.get("desiredCount") is not None:
        yield (
            "The daemon scheduling strategy does not support a desired count for services. Remove"
            " the desired count value and try again."
        )


def no_role_for_exec(launching: Launching) -> Iterator[str]:
    role = launching.definition.document.get("taskRoleArn")
    if launching.request.get("enableExecuteCommand") and not role:
        yield (
            "The service couldn't be created because a valid taskRoleArn is not being used. Specify"
            " a valid task role in your task definition and try again."
        )


def rebalanced_elsewhere(launching: Launching) -> Iterator[str]:
    if launching.request.get("availabilityZoneRebalancing") != "ENABLED":
        return
    if launching.scheduling == "DAEMON":
        yield "Availability Zone rebalancing does not support the daemon scheduling strategy."
    if configuration_of(launching).get("maximumPercent", 200) <= 100:
        yield "Availability Zone rebalancing does not support a maximumPercent of 100 or less."


def unknown_namespace(launching: Launching) -> Iterator[str]:
    connect = launching.request.get("serviceConnectConfiguration") or {}
    if not connect.get("enabled"):
        return
    name = connect.get("namespace") or launching.cluster.connect.get("namespace")
    if not name:
        yield "A namespace must be specified to enable Service Connect for the service."
    elif not launching.ecs.neighbours.namespace_exists(name):
        raise ApiError("NamespaceNotFoundException", f"The namespace {name} was not found.")


def unknown_port_name(launching: Launching) -> Iterator[str]:
    connect = launching.request.get("serviceConnectConfiguration") or {}
    named = [
        *(connect.get("services") or []),
        *(launching.request.get("vpcLatticeConfigurations") or []),
        *(launching.request.get("gatewayConnectors") or []),
    ]
    for one in named:
        if one["portName"] not in launching.port_names():
            yield (
                f"The portName '{one['portName']}' does not match the name of a port mapping in the"
                " task definition."
            )


def connect_without_network(launching: Launching) -> Iterator[str]:
    connect = launching.request.get("serviceConnectConfiguration") or {}
    mode = launching.definition.network_mode
    if connect.get("enabled") and connect.get("services") and mode in ("host", "none"):
        yield f"Service Connect does not support network mode '{mode}'."


DEPLOYMENT_RULES: tuple[Rule[Launching], ...] = (
    Rule(
        other_controller,
        ("DeploymentController.type",),
        "The deployment controller type to use.",
    ),
    Rule(
        other_strategy,
        ("DeploymentConfiguration.strategy",),
        "The deployment strategy for the service.",
    ),
    Rule(
        needs_other_strategy,
        (
            "DeploymentConfiguration.linearConfiguration",
            "DeploymentConfiguration.canaryConfiguration",
            "DeploymentConfiguration.lifecycleHooks",
            "DeploymentConfiguration.earlySuccessCriteria",
        ),
        "Only valid when the deployment strategy is LINEAR .",
    ),
    Rule(
        blocked_deployment,
        ("DeploymentConfiguration.maximumPercent", "DeploymentConfiguration.minimumHealthyPercent"),
        "This parameter enables you to define the deployment batch size.",
    ),
)

DAEMON_RULES: tuple[Rule[Launching], ...] = (
    Rule(
        daemon_on_fargate,
        ("CreateServiceRequest.schedulingStrategy",),
        "Tasks using the Fargate launch type or the CODE_DEPLOY or EXTERNAL deployment controller"
        " types don't support the DAEMON scheduling strategy.",
    ),
    Rule(
        daemon_with_strategy,
        ("CreateServiceRequest.schedulingStrategy",),
        "you don't need to specify a desired number of tasks, a task placement strategy, or use"
        " Service Auto Scaling policies.",
    ),
    Rule(
        daemon_with_count,
        ("CreateServiceRequest.desiredCount", "UpdateServiceRequest.desiredCount"),
        "If schedulingStrategy is DAEMON then this isn't required.",
    ),
)

SERVICE_RULES: tuple[Rule[Launching], ...] = (
    Rule(
        no_role_for_exec,
        ("CreateServiceRequest.enableExecuteCommand", "UpdateServiceRequest.enableExecuteCommand"),
        "Developer Guide, ECS Exec: a task IAM role is required",
    ),
    Rule(
        rebalanced_elsewhere,
        (
            "CreateServiceRequest.availabilityZoneRebalancing",
            "UpdateServiceRequest.availabilityZoneRebalancing",
        ),
        "Developer Guide, Balancing a service across Availability Zones: what it doesn't support",
    ),
    Rule(
        unknown_namespace,
        ("ServiceConnectConfiguration.namespace",),
        "The namespace name or full Amazon Resource Name (ARN) of the Cloud Map namespace",
    ),
    Rule(
        unknown_port_name,
        (
            "ServiceConnectService.portName",
            "VpcLatticeConfiguration.portName",
            "GatewayConnector.portName",
        ),
        "The portName must match the name of one of the portMappings from all the containers in the"
        " task definition of this Amazon ECS service.",
    ),
    Rule(
        connect_without_network,
        ("ServiceConnectConfiguration.services",),
        "Developer Guide, Service Connect: host and none network modes aren't supported",
    ),
)
