"""The health check of a container, where it asks a page by curl or wget -> the health check of its
load balancer.

Sources: CreateTargetGroup in the Elastic Load Balancing API reference for the bounds.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from ecscli.base.balanced import GRPC, HTTP, HTTPS, PORTS, TargetHealth
from ecscli.base.records import record, replace
from ecscli.compose.params.read import HealthCheckParams
from ecscli.compose.project.model import HealthCheck, Service

PROGRAMS = ("curl", "wget")
GIVES_UP = re.compile(r"\|\|\s*exit\s+\d+\s*$")
OTHERS = re.compile(r"[|;&$`<>]")  # a shell does more than to start the program
OWN_PAGE = re.compile(r"https?://(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)(:\d+)?(/\S*)?")
INTERVAL, TIMEOUT, COUNT = (5, 300), (2, 120), (2, 10)
LEAST_GRACE = 30  # seconds, where the container has a start period
DEFAULT_GRACE = 60  # seconds
GRPC_CODES = "0,12"  # 12: the target does not have the method that is asked
GRPC_PATH = "/AWS.ALB/healthcheck"


@record
class Checked:
    """How a container is checked, its Compose file and ecs-params joined: times in seconds, None
    where neither has them."""

    command: tuple[str, ...] = ()
    interval: float | None = None
    timeout: float | None = None
    retries: int | None = None
    start_period: float | None = None

    def __bool__(self) -> bool:
        return bool(self.command)


@record
class Page:
    """The page that a check asks its own container for."""

    path: str
    port: int
    protocol: str = HTTP


def checked(composed: HealthCheck | None, given: HealthCheckParams | None) -> Checked:
    """The check of a container, each value that ecs-params has over that of the Compose file."""
    is_off = composed is None or composed.disable or composed.test[:1] == ("NONE",)
    below = HealthCheck() if is_off or composed is None else composed
    over = given or HealthCheckParams()
    return Checked(
        over.command or below.test,
        over.interval or below.interval,
        over.timeout or below.timeout,
        over.retries or below.retries,
        over.start_period or below.start_period,
    )


def derived_health(check: Checked, port: int, version: str, protocol: str = HTTP) -> TargetHealth:
    """The health check of the balancer for a container port, to which it speaks `protocol`."""
    health = TargetHealth()
    if version == GRPC:
        health = replace(health, path=GRPC_PATH, codes=GRPC_CODES)
    if not check:
        return health
    health = _timed(health, check)
    page = page_of(check.command)
    if page is None or version == GRPC:
        return health
    return replace(
        health,
        path=page.path,
        port=page.port if page.port != port else None,
        protocol=page.protocol if page.protocol != protocol else "",
    )


def _timed(health: TargetHealth, check: Checked) -> TargetHealth:
    interval = _within(check.interval, health.interval, INTERVAL)
    timeout = _within(check.timeout, health.timeout, TIMEOUT)
    return replace(
        health,
        interval=interval,
        timeout=min(timeout, interval - 1),
        unhealthy=_within(check.retries, health.unhealthy, COUNT),
    )


def _within(value: float | None, default: int, bounds: tuple[int, int]) -> int:
    if value is None:
        return default
    low, high = bounds
    return min(max(int(value), low), high)


def page_of(command: Sequence[str]) -> Page | None:
    """The page that ``curl`` or ``wget`` asks for; None for any other check."""
    found = [OWN_PAGE.fullmatch(word) for word in _words(command)]
    pages = [match for match in found if match]
    if len(pages) != 1:
        return None
    protocol = HTTPS if pages[0].string.startswith("https") else HTTP
    port = (pages[0][1] or "").removeprefix(":")
    return Page(pages[0][2] or "/", int(port) if port else PORTS[protocol], protocol)


def page_protocol(service: Service, check: Checked, number: int) -> str:
    """What a page at a container port is asked by: HTTPS where the port or the check of the
    container has it."""
    page = page_of(check.command) if check else None
    if page is not None and page.port == number:
        return page.protocol
    named = {port.app_protocol for port in service.ports if port.target == number}
    return HTTPS if number == PORTS[HTTPS] or "https" in named else HTTP


def _words(command: Sequence[str]) -> list[str]:
    """The words of a command that starts one of the programs and nothing else."""
    kind, *words = command
    if kind == "CMD-SHELL":
        text = GIVES_UP.sub("", " ".join(words))
        try:
            words = [] if OTHERS.search(_unquoted(text)) else shlex.split(text)
        except ValueError:  # a quote that does not end
            return []
    elif kind != "CMD":
        words = list(command)
    program = words[0].rpartition("/")[2] if words else ""
    return words if program in PROGRAMS else []


def _unquoted(text: str) -> str:
    """The text without what single or double quotes hold."""
    return re.sub(r"'[^']*'|\"[^\"$`]*\"", "", text)


def derived_grace(check: Checked) -> int:
    """Seconds after a start in which the verdict of the balancer does not count."""
    if check.start_period:
        return max(LEAST_GRACE, int(check.start_period))
    return DEFAULT_GRACE
