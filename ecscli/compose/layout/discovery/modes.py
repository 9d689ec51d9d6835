"""What files ask of the names of a group, and its network mode -> its mode of discovery.

Sources: "Service Connect" and "Service discovery" in the ECS developer guide: A records need
network mode awsvpc, and host mode, Windows and external instances have no Service Connect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecscli.base.documents import Document
from ecscli.base.findings import Findings
from ecscli.base.limits import EXTERNAL
from ecscli.base.marks import Map, Mark
from ecscli.base.records import record
from ecscli.compose.ecs.launch_target import LaunchTarget
from ecscli.compose.layout.arrangement.model import Group
from ecscli.compose.params.discovery_settings import (
    DNS,
    NONE,
    SERVICE_CONNECT,
    joined,
    settings_in,
)
from ecscli.compose.params.read import EcsParams

OF_ENDPOINT_MODE = {"vip": SERVICE_CONNECT, "dnsrr": DNS}
AWSVPC, BRIDGE = "awsvpc", "bridge"
# network mode -> the modes of discovery that it can have, the default first
POSSIBLE: Mapping[str, tuple[str, ...]] = {
    AWSVPC: (DNS, SERVICE_CONNECT, NONE),
    BRIDGE: (SERVICE_CONNECT, NONE),
}
HINTS = {
    DNS: "use service-connect, or network mode awsvpc",
    SERVICE_CONNECT: "use network mode bridge or awsvpc, or discovery: none",
}


@record
class Asked:
    """What the files ask for: `settings`, and where and under which key `mode` is written."""

    settings: Document
    mark: Mark | None = None
    key: str = "discovery"

    @property
    def mode(self) -> str | None:
        mode: str | None = self.settings.get("mode")
        return mode

    @property
    def search(self) -> bool:
        return bool(self.settings.get("search", True))

    @property
    def of_service(self) -> bool:
        """Whether a service asks for its mode, and not the project as a whole."""
        return self.key != "discovery"


def asked_of(group: Group, params: EcsParams) -> Asked:
    """What the files ask for a group: of its services, else of the project."""
    asked = Asked(params.layout.discovery, params.layout.discovery_at)
    for service in group.project.services:
        written = service.deploy.endpoint_mode if service.deploy else None
        if written in OF_ENDPOINT_MODE:
            mode = {"mode": OF_ENDPOINT_MODE[written]}
            key = f"services.{service.name}.deploy.endpoint_mode"
            place = service.where("deploy", "endpoint_mode")
            asked = Asked(joined(asked.settings, mode), place, key)
    for name in group.services:
        given = params.layout.services.get(name, Map())
        own = settings_in(given.get("discovery"))
        if own:
            mark = given.keys_at.get("discovery")
            key = f"service_params.{name}.discovery"
            asked = Asked(joined(asked.settings, own), mark, key)
    return asked


def mode_of(group: Group, asked: Asked, launch: LaunchTarget, findings: Findings) -> str:
    """The mode in force; what the network mode cannot have is an error where a service asks for it
    or there is another way."""
    network = launch.network_mode or BRIDGE
    possible = _possible(launch, network)
    wanted = asked.mode
    if wanted is not None and wanted in possible:
        return wanted
    if wanted is not None and (asked.of_service or possible != (NONE,)):
        findings.error(
            f"{wanted} does not work in {_words(launch, network)}, which {group.name} has",
            asked.mark,
            HINTS[wanted],
            asked.key,
        )
    elif possible == (NONE,):
        findings.notice(
            f"{group.name} finds no other service by name, and is not found: that does not work in"
            f" {_words(launch, network)}",
            group.project.services[0].where(),
        )
    return possible[0]


def _possible(launch: LaunchTarget, network: str) -> Sequence[str]:
    if launch.effective_launch_type == EXTERNAL or (_is_windows(launch) and network != AWSVPC):
        return (NONE,)
    return POSSIBLE.get(network, (NONE,))


def _is_windows(launch: LaunchTarget) -> bool:
    family = (launch.platform or {}).get("operatingSystemFamily") or ""
    return str(family).startswith("WINDOWS")


def _words(launch: LaunchTarget, network: str) -> str:
    if launch.effective_launch_type == EXTERNAL:
        return "launch type EXTERNAL"
    return f"network mode {network}" + (" on Windows" if _is_windows(launch) else "")


def can_search(launch: LaunchTarget) -> bool:
    """Whether a container can write the resolver's file for the others of its task."""
    return not _is_windows(launch)
