"""PURE: the wanted fields of a service against the live ones: what to send, and what ECS never
changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding
from ecscli.up.model import Request

Normal = Callable[[Any], Any]


def _as_is(value: Any) -> Any:
    return value


def _network(value: Any) -> Any:
    awsvpc = (value or {}).get("awsvpcConfiguration") or {}
    return (
        sorted(awsvpc.get("subnets") or ()),
        sorted(awsvpc.get("securityGroups") or ()),
        awsvpc.get("assignPublicIp") or "DISABLED",
    )


def _members(value: Any) -> Any:
    """A list whose order means nothing; empty values count as absent."""
    rows = [
        {name: part for name, part in item.items() if part not in (None, "", 0)}
        for item in value or ()
    ]
    return sorted(rows, key=str)


def _ordered(value: Any) -> Any:
    return [
        {name: part for name, part in item.items() if part not in (None, "")}
        for item in value or ()
    ]


# What UpdateService changes (its API reference, 2026), and how two values of a field are compared
UPDATABLE: Mapping[str, Normal] = {
    "networkConfiguration": _network,
    "healthCheckGracePeriodSeconds": lambda value: value or 0,
    "capacityProviderStrategy": _members,
    # LATEST is 1.4.0 (2026)
    "platformVersion": lambda value: "LATEST" if value in (None, "1.4.0") else value,
    "placementConstraints": _members,
    "placementStrategy": _ordered,
    "loadBalancers": _members,
    "serviceRegistries": _members,
    "enableExecuteCommand": bool,
    "enableECSManagedTags": bool,
    "propagateTags": lambda value: value or "NONE",
    "availabilityZoneRebalancing": _as_is,
}
# Documents that ECS fills with defaults: a change is only what is wanted and not there
FILLED = ("serviceConnectConfiguration", "volumeConfigurations")
# What it never changes, with the way out
FIXED: Mapping[str, str] = {
    "launchType": (
        "give --capacity-provider, or delete the service with `compose service rm` and create it"
        " anew"
    ),
    "schedulingStrategy": "delete the service with `compose service rm` and create it anew",
    "role": "delete the service with `compose service rm` and create it anew",
}
# Sent with every update that is needed, changed or not, as the original did
ALWAYS = ("networkConfiguration", "healthCheckGracePeriodSeconds")


def changed_fields(wanted: Request, live: Document) -> tuple[Draft, Draft]:
    """The fields of UpdateService that differ, as wanted and as they are. Only fields that are
    wanted count."""
    new: Draft = {}
    old: Draft = {}
    for name, normal in UPDATABLE.items():
        if name in wanted and normal(wanted[name]) != normal(live_value(name, live)):
            new[name], old[name] = wanted[name], live_value(name, live)
    for name in FILLED:
        if name in wanted and not _holds(live_value(name, live), wanted[name]):
            new[name], old[name] = wanted[name], live_value(name, live)
    deployment, kept = (
        wanted.get("deploymentConfiguration", {}),
        live.get("deploymentConfiguration") or {},
    )
    if any(kept.get(name) != value for name, value in deployment.items()):
        # the answer's own form is kept for what is not asked for, so that an existing circuit
        # breaker stays
        new["deploymentConfiguration"] = {**kept, **deployment}
        old["deploymentConfiguration"] = kept
    return new, old


def _holds(live: Any, wanted: Any) -> bool:
    """Whether all that is wanted is live."""
    if isinstance(wanted, Mapping):
        return isinstance(live, Mapping) and all(
            _holds(live.get(name), part)
            for name, part in wanted.items()
            if not _is_renamed(name, part)
        )
    if isinstance(wanted, list | tuple):
        rows = list(live or ())
        return len(rows) == len(wanted) and all(
            _holds(one, other) for one, other in zip(rows, wanted, strict=True)
        )
    return bool(live == wanted) or (not live and not wanted)


def _is_renamed(name: str, value: Any) -> bool:
    """ECS gives a namespace back as an ARN, which does not hold its name."""
    return name == "namespace" and not str(value).startswith("arn:")


def repeated_fields(wanted: Request) -> Draft:
    return {name: wanted[name] for name in ALWAYS if name in wanted}


def live_value(name: str, live: Document) -> Any:
    """A field of the service; two of them stand in its newest deployment."""
    if name in ("serviceConnectConfiguration", "volumeConfigurations"):
        return (primary(live) or {}).get(name)
    return live.get(name)


def primary(service: Document) -> Document | None:
    """The deployment that ECS works towards."""
    rows = service.get("deployments") or ()
    return next((row for row in rows if row.get("status") == "PRIMARY"), None)


def unchangeable(wanted: Request, live: Document) -> Iterator[Finding]:
    """Every wanted field that ECS cannot give to a service that exists."""
    arn = live.get("serviceArn")
    controller = (live.get("deploymentController") or {}).get("type", "ECS")
    if controller != "ECS":
        hint = "deploy with the tool that made it; scale, stop and ps work here"
        yield Finding(f"deployments of this service are in the hands of {controller}", arn, hint)
    for name, hint in FIXED.items():
        is_, want = _fixed_value(name, live), wanted.get(name)
        if (
            want
            and is_
            and want != is_
            and not (name == "launchType" and live.get("capacityProviderStrategy"))
        ):
            yield Finding(f"{name} of a service cannot change from {is_} to {want}", arn, hint)
    if "loadBalancers" in wanted:
        both = [*wanted["loadBalancers"], *(live.get("loadBalancers") or ())]
        differ = _members(wanted["loadBalancers"]) != _members(live.get("loadBalancers"))
        if differ and any(row.get("loadBalancerName") for row in both):
            hint = (
                "delete the service with `compose service rm` and create it anew, best with a"
                " target group"
            )
            yield Finding("a Classic Load Balancer of a service cannot change", arn, hint)
    grace = wanted.get("healthCheckGracePeriodSeconds")
    if grace is not None and not (wanted.get("loadBalancers") or live.get("loadBalancers")):
        yield no_balancer()


def no_balancer() -> Finding:
    return Finding(
        "--health-check-grace-period is only valid for services configured to use load balancers",
        None,
        "drop it, or give --target-group-arn",
    )


def _fixed_value(name: str, live: Document) -> Any:
    if name == "role":
        arn = str(live.get("roleArn") or "")
        return "" if "/aws-service-role/" in arn else arn.rsplit("/", 1)[-1]
    return live.get(name)
