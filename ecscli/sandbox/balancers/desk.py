"""The sandbox's side of the data plane: reports in, documents out. What the plane has found out
becomes the state of targets, and the addresses of listeners become tags."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from ecscli.sandbox.moto.repairs.balancers.targets import standing_of
from ecscli.sandbox.moto.repairs.balancers.zones import enabled_zones, zones_of
from ecscli.sandbox.shapes import Json

if TYPE_CHECKING:
    from moto.elbv2.models import ELBv2Backend, FakeListener, FakeLoadBalancer, FakeTargetGroup

    from ecscli.sandbox.world import World

#: The tag with the address at which a balancer, or one of its listeners, answers here.
URL_TAG = "ecscli:url"
#: The setting that says who runs the data plane, and its value for a program apart.
PLACE, ELSEWHERE = "ECSCLI_SANDBOX_BALANCERS", "elsewhere"
#: The path and the codes of health checks where a group names none, by its version of HTTP.
USUAL_CHECKS = {"GRPC": ("/AWS.ALB/healthcheck", "12")}
OTHER_CHECKS = "/", "200"
TRAFFIC = "traffic-port"


def run(world: World, ending: threading.Event) -> None:
    """Run the data plane in this thread, as soon as there is a balancer."""
    while not any(one.load_balancers for _, _, one in backends()):
        with world.changed:
            world.changed.wait(1.0)
        if ending.is_set():
            return
    import asyncio

    from ecscli.sandbox.balancers.plane import Plane

    asyncio.run(Plane(partial(exchange, world)).run(ending.is_set))


def exchange(world: World, report: Json) -> Json:
    """Take a report, under the lock of the world; the next document."""
    with world.lock:
        world.timeline.advance()
        if take(world, report):
            world.changed.notify_all()
        return document(world)


def backends() -> Iterator[tuple[str, str, ELBv2Backend]]:
    """Account, region and backend wherever there are target groups or balancers."""
    from moto.elbv2.models import elbv2_backends

    for account, regions in list(elbv2_backends.items()):
        for region, backend in list(regions.items()):
            if backend.load_balancers or backend.target_groups:
                yield account, region, backend


# ---------------------------------------------------------------------------------------- reports


def take(world: World, report: Json) -> bool:
    """Note what a report says; whether any of it is news."""
    news = False
    for account, region, backend in backends():
        tag(backend, report["urls"])
        judge = world.regions.ecs(account, region).neighbours.judge_target
        for arn, name, *standing in report["states"]:
            entry = entry_of(backend, arn, name)
            if entry is not None and note(entry, standing):
                judge(arn, name.rpartition("#")[0])
                news = True
        for arn, name in report["idle"]:
            entry = entry_of(backend, arn, name)
            if entry is not None and entry["State"] == "draining":
                entry["Idle"] = True
    return news


def entry_of(backend: ELBv2Backend, arn: str, name: str) -> Json | None:
    """A registered target by its name in documents, `ID:PORT#NUMBER`."""
    key, _, serial = name.rpartition("#")
    group = backend.target_groups.get(arn)
    found: Json | None = group.targets.get(key) if group else None
    return found if found is not None and str(found["Serial"]) == serial else None


def note(entry: Json, standing: list[str | None]) -> bool:
    """Note the state of a target that stays; whether it is another one."""
    state, *reason = standing
    if entry["State"] not in ("initial", "healthy", "unhealthy"):
        return False
    before = entry["State"], list(entry.get("Reason") or (None, None))
    entry.update(State=state, Reason=tuple(reason) if any(reason) else None)
    return before != (state, reason)


def tag(backend: ELBv2Backend, urls: Json) -> None:
    """The listeners that the plane has opened get their addresses, and balancers that of the
    listener that people open first."""
    for balancer in backend.load_balancers.values():
        found = {one.arn: urls[one.arn] for one in balancer.listeners.values() if one.arn in urls}
        if found:
            found[balancer.arn] = min(found.values(), key=order)
        for arn, url in found.items():
            if backend.tagging_service.get_tag_dict_for_resource(arn).get(URL_TAG) != url:
                backend.tagging_service.tag_resource(arn, [{"Key": URL_TAG, "Value": url}])


def order(url: str) -> tuple[int, str]:
    scheme = url.partition(":")[0]
    schemes = ("https", "http")
    return schemes.index(scheme) if scheme in schemes else len(schemes), url


# -------------------------------------------------------------------------------------- documents


def document(world: World) -> Json:
    """Everything that the plane works by, as JSON."""
    found = [backend for _, _, backend in backends()]
    return {
        "pace": world.timeline.pace,
        "balancers": [balancer(one) for each in found for one in each.load_balancers.values()],
        "groups": [group(one) for each in found for one in each.target_groups.values()],
    }


def balancer(found: FakeLoadBalancer) -> Json:
    return {
        "arn": found.arn,
        "kind": found.type,
        "zones": zones_of(found),
        "attributes": {name: str(value) for name, value in found.attrs.items()},
        "listeners": [listener(found, one) for one in found.listeners.values()],
    }


def listener(balancer: FakeLoadBalancer, found: FakeListener) -> Json:
    rules = [
        {
            "conditions": list(one.conditions),
            "actions": [action.data for action in one.actions],
            "transforms": list(getattr(one, "transforms", None) or ()),
        }
        for one in found.rules.values()
    ]
    return {
        "arn": found.arn,
        "port": int(found.port),
        "protocol": found.protocol,
        "rules": rules,
        "certificates": [names(arn, balancer.dns_name) for arn in found.certificates if arn],
    }


def names(arn: str, usual: str) -> list[str]:
    """The names of a certificate: of ACM, else that of the balancer."""
    from moto.acm.models import acm_backends

    _, _, service, region, account, _ = arn.split(":", 5)
    known = acm_backends[account][region]._certificates if service == "acm" else {}
    found = known.get(arn)
    return list(dict.fromkeys([found.common_name, *found.sans])) if found else [usual]


def group(found: FakeTargetGroup) -> Json:
    zones = enabled_zones(found)
    return {
        "arn": found.arn,
        "protocol": found.protocol,
        "version": found.protocol_version or "HTTP1",
        "attributes": {name: str(value) for name, value in found.attributes.items()},
        "check": check(found),
        "targets": [target(found, key, one, zones) for key, one in found.targets.items()],
    }


def check(found: FakeTargetGroup) -> Json | None:
    if not found.health_check_enabled or found.target_type == "lambda":
        return None
    version = found.protocol_version or "HTTP1"
    path, codes = USUAL_CHECKS.get(version, OTHER_CHECKS)
    matcher = getattr(found, "matcher", None) or {}
    return {
        "protocol": found.health_check_protocol,
        "path": found.health_check_path or path,
        "codes": str(matcher.get("GrpcCode" if version == "GRPC" else "HttpCode") or codes),
        "interval": float(found.health_check_interval_seconds),
        "timeout": float(found.health_check_timeout_seconds),
        "healthy": int(found.healthy_threshold_count),
        "unhealthy": int(found.unhealthy_threshold_count),
    }


def target(found: FakeTargetGroup, key: str, entry: Json, zones: frozenset[str] | None) -> Json:
    reach = entry.get("Reach")
    checked = found.health_check_port
    port = entry["Port"] if checked in (None, TRAFFIC) else int(checked)
    return {
        "key": f"{key}#{entry['Serial']}",
        "name": entry.get("Name") or key,
        "zone": entry["Zone"],
        "state": standing_of(entry, zones)[0],
        "address": reach(int(entry["Port"])) if reach else None,
        "checked_at": reach(int(port)) if reach else None,
    }
