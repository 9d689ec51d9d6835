"""What is refused about launch types, platform versions and capacity provider strategies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ecscli.sandbox.ecs.checks.launches.launching import FARGATE_PROVIDERS, Launching
from ecscli.sandbox.ecs.checks.rule import Rule
from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.shapes import Json

PLATFORM_VERSIONS = ("LATEST", "1.0.0", "1.3.0", "1.4.0")


def both_kinds(launching: Launching) -> Iterator[str]:
    if launching.request.get("launchType") and launching.request.get("capacityProviderStrategy"):
        yield (
            "Specifying both a launch type and capacity provider strategy is not supported. Remove"
            " one and try again."
        )


def other_launch_type(launching: Launching) -> Iterator[str]:
    if launching.launch_type == "MANAGED_INSTANCES":
        yield (
            "The launch type MANAGED_INSTANCES is not supported. Use a capacity provider strategy"
            " for Amazon ECS Managed Instances."
        )
    if launching.launch_type == "EXTERNAL":
        raise ApiError(
            "UnsupportedFeatureException", "The sandbox has no instances of launch type EXTERNAL."
        )


def no_fargate_definition(launching: Launching) -> Iterator[str]:
    fits = "FARGATE" in launching.definition.document["compatibilities"]
    if launching.on_fargate and not fits:
        yield "Task definition does not support launch_type FARGATE."


def bad_platform_version(launching: Launching) -> Iterator[str]:
    version = launching.request.get("platformVersion")
    if version and not launching.on_fargate:
        yield "The platform version must be null when specifying an EC2 launch type."
    if version and version not in PLATFORM_VERSIONS:
        raise ApiError(
            "PlatformUnknownException", f"The specified platform version {version} does not exist."
        )


def strategy_complaints(strategy: Iterable[Json], associated: Iterable[str]) -> Iterator[str]:
    """What is refused about a strategy in a cluster that has these capacity providers."""
    names = [one["capacityProvider"] for one in strategy]
    for name in names:
        if name not in associated:
            yield (
                "The specified capacity provider strategy cannot contain a capacity provider that"
                f" is not associated with the cluster: {name}"
            )
    if len({name in FARGATE_PROVIDERS for name in names}) > 1:
        yield (
            "A capacity provider strategy cannot contain a mix of capacity providers using Auto"
            " Scaling groups and Fargate. Specify one or the other and try again."
        )
    if len(set(names)) < len(names):
        yield "A capacity provider can be in a capacity provider strategy only once."
    if sum(bool(one.get("base")) for one in strategy) > 1:
        yield "Only one capacity provider in a capacity provider strategy can have a base."
    if len(names) > 1 and not any(one.get("weight") for one in strategy):
        yield (
            "At least one capacity provider in a capacity provider strategy must have a weight"
            " greater than 0."
        )


def bad_strategy(launching: Launching) -> Iterator[str]:
    strategy = launching.request.get("capacityProviderStrategy") or []
    return strategy_complaints(strategy, launching.cluster.capacity_providers)


CAPACITY_RULES: tuple[Rule[Launching], ...] = (
    Rule(
        both_kinds,
        ("RunTaskRequest.launchType", "CreateServiceRequest.launchType"),
        "If a launchType is specified, the capacityProviderStrategy parameter must be omitted.",
    ),
    Rule(
        other_launch_type,
        ("RunTaskRequest.launchType", "CreateServiceRequest.launchType"),
        "If you want to use Amazon ECS Managed Instances, you must use the capacityProviderStrategy"
        " request parameter and omit the launchType request parameter.",
    ),
    Rule(
        bad_strategy,
        (
            "RunTaskRequest.capacityProviderStrategy",
            "CreateServiceRequest.capacityProviderStrategy",
            "UpdateServiceRequest.capacityProviderStrategy",
            "CapacityProviderStrategyItem.capacityProvider",
            "CapacityProviderStrategyItem.weight",
            "CapacityProviderStrategyItem.base",
        ),
        "If you specify multiple capacity providers in a strategy that all have a weight of 0 , any"
        " RunTask or CreateService actions using the capacity provider strategy will fail.",
    ),
    Rule(
        no_fargate_definition,
        ("RunTaskRequest.taskDefinition", "RunTaskRequest.launchType"),
        "The FARGATE launch type runs your tasks on Fargate On-Demand infrastructure.",
    ),
    Rule(
        bad_platform_version,
        (
            "RunTaskRequest.platformVersion",
            "CreateServiceRequest.platformVersion",
            "UpdateServiceRequest.platformVersion",
        ),
        "A platform version is only specified for tasks hosted on Fargate.",
    ),
)
