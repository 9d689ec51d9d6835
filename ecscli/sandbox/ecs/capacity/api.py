"""Capacity providers: Auto Scaling groups and Fargate behind a name, and the strategies that weigh
them."""

from __future__ import annotations

from collections import Counter

from ecscli.sandbox.ecs.checks.launches.capacity import strategy_complaints
from ecscli.sandbox.ecs.described import missing
from ecscli.sandbox.ecs.paging import page
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.ecs.tags import checked_tags
from ecscli.sandbox.errors import ApiError, client, invalid
from ecscli.sandbox.shapes import Json

FARGATE = ("FARGATE", "FARGATE_SPOT")

SCALING_DEFAULTS: Json = {
    "status": "DISABLED",
    "targetCapacity": 100,
    "minimumScalingStepSize": 1,
    "maximumScalingStepSize": 10000,
    "instanceWarmupPeriod": 300,
}


def checked_strategy(strategy: list[Json], associated: list[str]) -> list[Json]:
    """A strategy for a cluster that has these providers, with its defaults."""
    for complaint in strategy_complaints(strategy, associated):
        raise invalid(complaint)
    return [{"base": 0, "weight": 0, **one} for one in strategy]


def choose_provider(strategy: list[Json], have: Counter[str]) -> str:
    """The provider of the next task: the base first, then whoever is furthest below its share of
    the weights."""
    for one in strategy:
        if have[one["capacityProvider"]] < (one.get("base") or 0):
            return str(one["capacityProvider"])
    weighted = [one for one in strategy if one.get("weight")] or strategy[:1]

    def load(one: Json) -> float:
        beyond = have[one["capacityProvider"]] - (one.get("base") or 0)
        return (beyond + 1) / (one.get("weight") or 1)

    return str(min(weighted, key=load)["capacityProvider"])


def group_name(provider: Json) -> str:
    """The name of the provider's Auto Scaling group, from an ARN or a name."""
    arn: str = provider["autoScalingGroupProvider"]["autoScalingGroupArn"]
    return arn.rpartition("autoScalingGroupName/")[2]


def create(ecs: Ecs, request: Json) -> Json:
    name = request["name"]
    if name in ecs.capacity_providers:
        raise invalid(f"The specified capacity provider already exists: {name}")
    if name.lower().startswith(("aws", "ecs", "fargate")):
        raise invalid(f"The specified capacity provider name is invalid: {name}")
    if not ecs.neighbours.group_exists(group_name(request)):
        raise client("The specified Auto Scaling group ARN is not valid. Use a valid ARN.")
    provider: Json = {
        **builtin(ecs, name),
        "autoScalingGroupProvider": with_defaults(request["autoScalingGroupProvider"]),
        "tags": checked_tags(request.get("tags", [])),
    }
    ecs.capacity_providers[name] = provider
    adopt_instances(ecs)
    return {"capacityProvider": provider}


def with_defaults(given: Json) -> Json:
    """The Auto Scaling group of a provider, with what it has without settings of its own."""
    return {
        "autoScalingGroupArn": given["autoScalingGroupArn"],
        "managedScaling": {**SCALING_DEFAULTS, **(given.get("managedScaling") or {})},
        "managedTerminationProtection": given.get("managedTerminationProtection", "DISABLED"),
        "managedDraining": given.get("managedDraining", "ENABLED"),
    }


def adopt_instances(ecs: Ecs) -> None:
    """Instances belong to the provider of their Auto Scaling group."""
    providers = {group_name(one): name for name, one in ecs.capacity_providers.items()}
    for instance in ecs.by_ec2_id.values():
        instance.capacity_provider = providers.get(ecs.neighbours.group_of(instance.ec2_id) or "")


def builtin(ecs: Ecs, name: str) -> Json:
    return {
        "capacityProviderArn": ecs.arn("capacity-provider", name),
        "name": name,
        "status": "ACTIVE",
        "tags": [],
    }


def describe(ecs: Ecs, request: Json) -> Json:
    known = {**{name: builtin(ecs, name) for name in FARGATE}, **ecs.capacity_providers}
    wanted = [name.rpartition("/")[2] for name in request.get("capacityProviders") or list(known)]
    failures = [missing(ecs.arn("capacity-provider", name)) for name in wanted if name not in known]
    return {
        **page("capacityProviders", [known[name] for name in wanted if name in known], request),
        "failures": failures,
    }


def find(ecs: Ecs, name: str) -> Json:
    provider = ecs.capacity_providers.get(name.rpartition("/")[2])
    if provider is None:
        raise client(
            "The specified capacity provider does not exist. Specify a valid name or ARN and try"
            " again."
        )
    return provider


def update(ecs: Ecs, request: Json) -> Json:
    provider = find(ecs, request["name"])
    details, changes = provider["autoScalingGroupProvider"], request["autoScalingGroupProvider"]
    details["managedScaling"].update(changes.get("managedScaling") or {})
    for name in ("managedTerminationProtection", "managedDraining"):
        details[name] = changes.get(name) or details[name]
    return {"capacityProvider": provider}


def delete(ecs: Ecs, request: Json) -> Json:
    provider = find(ecs, request["capacityProvider"])
    for cluster in ecs.clusters.values():
        if provider["name"] in cluster.capacity_providers:
            raise ApiError(
                "ClientException",
                "The specified capacity provider is in use and cannot be removed.",
            )
    del ecs.capacity_providers[provider["name"]]
    adopt_instances(ecs)
    provider.update(status="INACTIVE", updateStatus="DELETE_COMPLETE")
    return {"capacityProvider": provider}


ACTIONS = {
    "CreateCapacityProvider": create,
    "DescribeCapacityProviders": describe,
    "UpdateCapacityProvider": update,
    "DeleteCapacityProvider": delete,
}
