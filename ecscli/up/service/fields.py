"""PURE: the desired fields of a service against the live ones: which to send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ecscli.base.documents import Document, Draft
from ecscli.up.deployment.state import primary
from ecscli.up.model import Request

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

Normal = Callable[[Any], object]  # a field's value -> what two equal values have in common


def _as_is(value: object) -> object:
    return value


def _network(value: Document | None) -> object:
    awsvpc = (value or {}).get("awsvpcConfiguration") or {}
    return (
        sorted(awsvpc.get("subnets") or (), key=str),
        sorted(awsvpc.get("securityGroups") or (), key=str),  # one may be known only later
        awsvpc.get("assignPublicIp") or "DISABLED",
    )


def members(value: list[Document] | None) -> list[Draft]:
    """A list whose order means nothing; empty values count as absent."""
    return sorted((_without(item, None, "", 0) for item in value or ()), key=str)


def _ordered(value: list[Document] | None) -> list[Draft]:
    return [_without(item, None, "") for item in value or ()]


def _without(item: Document, *absent: object) -> Draft:
    return {name: part for name, part in item.items() if part not in absent}


def _platform_version(value: str | None) -> str:
    """LATEST is 1.4.0 (2026)."""
    return "LATEST" if value in (None, "1.4.0") else str(value)


# What UpdateService changes (its API reference, 2026), and how two values of a field are compared
UPDATABLE: Mapping[str, Normal] = {
    "networkConfiguration": _network,
    "healthCheckGracePeriodSeconds": lambda value: value or 0,
    "capacityProviderStrategy": members,
    "platformVersion": _platform_version,
    "placementConstraints": members,
    "placementStrategy": _ordered,
    "loadBalancers": members,
    "serviceRegistries": members,
    "enableExecuteCommand": bool,
    "enableECSManagedTags": bool,
    "propagateTags": lambda value: value or "NONE",
    "availabilityZoneRebalancing": _as_is,
}
# Documents that ECS fills with defaults: a change is only what is desired and not there. ECS keeps
# them with the newest deployment.
FILLED = ("serviceConnectConfiguration", "volumeConfigurations")
# Sent with every update that is needed, changed or not, as ecs-cli did
ALWAYS = ("networkConfiguration", "healthCheckGracePeriodSeconds")


def changed_fields(wanted: Request, live: ServiceTypeDef) -> tuple[Draft, Draft]:
    """The fields of UpdateService that differ, as wanted and as they are. Only desired
    fields count."""
    differing = [name for name in (*UPDATABLE, *FILLED) if _differs(name, wanted, live)]
    new: Draft = {name: wanted[name] for name in differing}
    old: Draft = {name: live_value(name, live) for name in differing}
    deployment: Document = wanted.get("deploymentConfiguration", {})
    current: Document = live.get("deploymentConfiguration") or {}
    if not _holds_all(current, deployment):
        # what is not asked for is sent as it is, so that an existing circuit breaker stays
        new["deploymentConfiguration"] = {**current, **deployment}
        old["deploymentConfiguration"] = current
    return new, old


def _holds_all(current: Document, wanted: Document) -> bool:
    """Whether each wanted member is exactly so."""
    return all(current.get(name) == value for name, value in wanted.items())


def _differs(name: str, wanted: Request, live: ServiceTypeDef) -> bool:
    if name not in wanted:
        return False
    current = live_value(name, live)
    if name in FILLED:
        return not _holds(current, wanted[name])
    normal = UPDATABLE[name]
    return normal(wanted[name]) != normal(current)


def _holds(live: object, wanted: object) -> bool:
    """Whether all of the desired value is live."""
    if isinstance(wanted, Mapping):
        return isinstance(live, Mapping) and _holds_members(live, wanted)
    if isinstance(wanted, list | tuple):
        rows = live if isinstance(live, list | tuple) else ()
        if len(rows) != len(wanted):
            return False
        return all(_holds(row, part) for row, part in zip(rows, wanted, strict=True))
    return bool(live == wanted) or (not live and not wanted)


def _holds_members(live: Document, wanted: Document) -> bool:
    compared = [name for name in wanted if not _is_renamed(name, wanted[name])]
    return all(_holds(live.get(name), wanted[name]) for name in compared)


def _is_renamed(name: str, value: object) -> bool:
    """ECS gives a namespace back as an ARN, which does not hold its name."""
    return name == "namespace" and not str(value).startswith("arn:")


def repeated_fields(wanted: Request) -> Draft:
    """The fields that every update repeats."""
    return {name: wanted[name] for name in ALWAYS if name in wanted}


def live_value(name: str, live: ServiceTypeDef) -> object:
    """A field of the service, or of its newest deployment where ECS keeps it there."""
    source: Document = (primary(live) or {}) if name in FILLED else live
    return source.get(name)
