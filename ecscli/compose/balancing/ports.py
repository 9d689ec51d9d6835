"""A service that is balanced at one of its ports -> what the balancer does for it; what Elastic
Load Balancing does not take becomes an error.

Sources: CreateTargetGroup, CreateRule and "Target group attributes" in the Elastic Load Balancing
API reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ecscli.base.balanced import (
    GRPC,
    HOST,
    HTTP,
    HTTP1,
    HTTP2,
    HTTPS,
    LONGEST_HOST,
    PORTS,
    BalancedPort,
    TargetHealth,
)
from ecscli.base.findings import Findings
from ecscli.base.marks import Map, Mark, Seq
from ecscli.base.records import replace
from ecscli.compose.balancing.health import Checked, checked, derived_grace, derived_health
from ecscli.compose.balancing.model import Around
from ecscli.compose.balancing.network import network_port
from ecscli.compose.balancing.requested import RequestedPort, refuse, refuse_long_timeout

VERSIONS = {"http2": HTTP2, "grpc": GRPC}
SPOKEN = (None, "", "http", "https", *VERSIONS)  # values of app_protocol
LONGEST_PATH = LONGEST_HOST
PATH = re.compile(r"/[\w\-.$/~\"'@:+&*?]*")
CODES = re.compile(r"\d{1,3}(-\d{1,3})?(,\d{1,3}(-\d{1,3})?)*")
BOUNDS: Mapping[tuple[str, ...], tuple[int, int]] = {
    ("grace",): (0, 2_147_483_647),
    ("drain",): (0, 3600),
    ("stickiness",): (1, 604_800),
    ("priority",): (1, 50_000),
    ("health", "interval"): (5, 300),
    ("health", "timeout"): (2, 120),
    ("health", "healthy"): (2, 10),
    ("health", "unhealthy"): (2, 10),
    ("health", "port"): (1, 65_535),
}


def balanced_port(requested: RequestedPort, around: Around, findings: Findings) -> BalancedPort:
    """What the balancer does for the port."""
    _check(requested, findings)
    if requested.is_network:
        return network_port(requested, around, findings)
    _check_protocol(requested, findings)
    check = checked(requested.service.healthcheck, around.check)
    values, version = requested.values, VERSIONS.get(requested.port.app_protocol or "", HTTP1)
    health = _health(requested, check, version, around, findings)
    return BalancedPort(
        service=requested.service.name,
        port=requested.port.target,
        listener=PORTS[HTTPS]
        if around.has_tls
        else requested.port.published or requested.port.target,
        protocol=_protocol(requested),
        version=version,
        hosts=tuple(dict.fromkeys(host.lower() for host in values.get("host", ()))),
        paths=tuple(dict.fromkeys(values.get("path", ()))),
        strip=bool(values.get("strip")),
        health=health,
        grace=values.get("grace", derived_grace(check)),
        drain=values.get("drain"),
        stickiness=values.get("stickiness"),
        algorithm=values.get("algorithm"),
        priority=values.get("priority"),
        mark=requested.mark,
    )


def _protocol(requested: RequestedPort) -> str:
    is_tls = requested.port.target == PORTS[HTTPS] or requested.port.app_protocol == "https"
    return HTTPS if is_tls else HTTP


# ------------------------------------------------------------- health


def _health(
    requested: RequestedPort, check: Checked, version: str, around: Around, findings: Findings
) -> TargetHealth:
    """The check that the files ask for, over the one that that of the container comes to."""
    given = dict(requested.values.get("health", {}))
    found = derived_health(check, requested.port.target, version, _protocol(requested))
    if found.port and around.is_dynamic:
        _note_other_port(requested, found, findings)
        found = replace(found, port=None, protocol="", path=TargetHealth().path)
    if check and not {"path", "interval"} <= given.keys():
        _note_origin(requested, found, findings)
    if given.get("port") not in (None, found.port):
        found = replace(found, port=None, protocol="")  # the scheme was that of the other port
    if given.get("port") == requested.port.target:
        del given["port"]
    if given.get("port") and around.is_dynamic:
        message = "each task has other host ports on bridge, so that no port can be named"
        refuse(requested, ("health", "port"), message, "check the port that is balanced", findings)
    health = replace(found, **given)
    refuse_long_timeout(requested, health, findings)
    return health


def _note_origin(requested: RequestedPort, health: TargetHealth, findings: Findings) -> None:
    port = f" of port {health.port}" if health.port else ""
    port += f" by {health.protocol}" if health.protocol else ""
    message = (
        f"{requested.service.name}: the load balancer checks {health.path}{port} every"
        f" {health.interval} s, as its healthcheck has it"
    )
    findings.notice(message, requested.service.where("healthcheck"))


def _note_other_port(requested: RequestedPort, health: TargetHealth, findings: Findings) -> None:
    message = (
        f"{requested.service.name}: the load balancer checks / of port {requested.port.target};"
        f" port {health.port} of the healthcheck has another host port in each task"
    )
    findings.notice(message, requested.service.where("healthcheck"))


# ------------------------------------------------------------- what is not taken


def _check(requested: RequestedPort, findings: Findings) -> None:
    for path, (low, high) in BOUNDS.items():
        value = _value(requested.values, path)
        if isinstance(value, int) and not low <= value <= high:
            refuse(requested, path, f"must be {low} to {high}; it is {value}", None, findings)
    for host, mark in _items(requested.given, "host"):
        for message in _wrong_host(host):
            findings.error(message, mark, "such as shop.example.com", f"{requested.path}.host")
    for text, mark in _items(requested.given, "path"):
        for message in _wrong_path(text):
            findings.error(message, mark, "such as /api", f"{requested.path}.path")
    if requested.values.get("strip") and not requested.values.get("path"):
        message = "there is no path to leave out"
        refuse(requested, ("strip",), message, "add path:, or leave strip out", findings)
    if requested.values.get("strip"):
        for text, mark in _items(requested.given, "path"):
            if set(text.removesuffix("/*")) & set("*?"):
                message = f'strip cannot leave out "{text}": what its wildcard stands for differs'
                hint = "write a wildcard as /* at the end alone, or leave strip out"
                findings.error(message, mark, hint, f"{requested.path}.path")
    _check_health(requested, findings)


def _check_protocol(requested: RequestedPort, findings: Findings) -> None:
    application = requested.port.app_protocol
    if requested.port.protocol == "udp":
        message = "its balancer speaks HTTP, and the port has UDP"
        refuse(requested, (), message, "write type: network", findings)
    elif application not in SPOKEN:
        message = f"its balancer speaks HTTP, and the port speaks {application}"
        hint = "write type: network, or correct app_protocol"
        refuse(requested, (), message, hint, findings)


def _check_health(requested: RequestedPort, findings: Findings) -> None:
    path, codes = (_value(requested.values, ("health", name)) for name in ("path", "codes"))
    if isinstance(path, str) and not path.startswith("/"):
        refuse(requested, ("health", "path"), f'"{path}" does not begin with /', None, findings)
    if isinstance(codes, str) and not CODES.fullmatch(codes):
        message = f'"{codes}" is not a list of codes'
        refuse(requested, ("health", "codes"), message, "such as 200-299 or 200,204", findings)


def _wrong_host(host: str) -> Iterator[str]:
    if len(host) > LONGEST_HOST:
        yield f"a host name of a rule has at most {LONGEST_HOST} characters"
    elif not HOST.fullmatch(host):
        yield f'"{host}" is not a host name'


def _wrong_path(path: str) -> Iterator[str]:
    if len(path) > LONGEST_PATH - 2:  # /* comes behind it
        yield f"a path of a rule has at most {LONGEST_PATH - 2} characters"
    elif not PATH.fullmatch(path):
        yield f'"{path}" is not a path'


def _value(values: object, path: tuple[str, ...]) -> object:
    for step in path:
        values = values.get(step) if isinstance(values, Mapping) else None
    return values


def _items(given: Map, key: str) -> Iterator[tuple[str, Mark | None]]:
    """The texts of a key that takes one or several, with their places."""
    value = given.get(key)
    if isinstance(value, Seq):
        for item, mark in value.marked():
            yield str(item), mark
    elif value is not None:
        yield str(value), given.keys_at.get(key)
