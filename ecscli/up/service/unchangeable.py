"""PURE: the wanted fields of a service against the live ones: what ECS can never change, and what
to do instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.errors import Finding
from ecscli.up.model import Request
from ecscli.up.service.fields import members

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

CREATE_ANEW = "delete the service with `compose service rm` and create it anew"
# Fields that stay as they were created, with the way out
FIXED: Mapping[str, str] = {
    "launchType": f"give --capacity-provider, or {CREATE_ANEW}",
    "schedulingStrategy": CREATE_ANEW,
    "role": CREATE_ANEW,
}


def find_unchangeable(wanted: Request, live: ServiceTypeDef) -> Iterator[Finding]:
    """Every wanted field that ECS cannot give to a service that exists."""
    yield from _controller(live)
    yield from _fixed_fields(wanted, live)
    yield from _classic_balancer(wanted, live)
    grace = wanted.get("healthCheckGracePeriodSeconds")
    has_balancer = wanted.get("loadBalancers") or live.get("loadBalancers")
    if grace is not None and not has_balancer:
        yield no_balancer()


def no_balancer() -> Finding:
    """A grace period without a load balancer whose health checks it could delay."""
    return Finding(
        "--health-check-grace-period is only valid for services configured to use load balancers",
        None,
        "drop it, or give --target-group-arn",
    )


def _controller(live: ServiceTypeDef) -> Iterator[Finding]:
    controller = live.get("deploymentController")
    if controller and controller["type"] != "ECS":
        yield Finding(
            f"deployments of this service are in the hands of {controller['type']}",
            live.get("serviceArn"),
            "deploy with the tool that made it; scale, stop and ps work here",
        )


def _fixed_fields(wanted: Request, live: ServiceTypeDef) -> Iterator[Finding]:
    for name, hint in FIXED.items():
        is_, want = _fixed_value(name, live), wanted.get(name)
        if name == "role" and want:
            is_, want = is_ or "ECS's own", str(want).rsplit("/", 1)[-1]
        if not want or not is_ or want == is_:
            continue
        if name == "launchType" and live.get("capacityProviderStrategy"):
            continue
        message = f"{name} of a service cannot change from {is_} to {want}"
        yield Finding(message, live.get("serviceArn"), hint)


def _fixed_value(name: str, live: ServiceTypeDef) -> str | None:
    """The live value; of a role its name, and nothing of the role that ECS takes by itself."""
    if name == "role":
        arn = live.get("roleArn") or ""
        return "" if "/aws-service-role/" in arn else arn.rsplit("/", 1)[-1]
    fields: Document = live
    value: str | None = fields.get(name)
    return value


def _classic_balancer(wanted: Request, live: ServiceTypeDef) -> Iterator[Finding]:
    if "loadBalancers" not in wanted:
        return
    asked, current = wanted["loadBalancers"], live.get("loadBalancers") or []
    is_classic = any(row.get("loadBalancerName") for row in (*asked, *current))
    if is_classic and members(asked) != members(list(current)):
        yield Finding(
            "a Classic Load Balancer of a service cannot change",
            live.get("serviceArn"),
            f"{CREATE_ANEW}, best with a target group",
        )
