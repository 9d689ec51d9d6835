"""The published TCP ports that no load balancer is in front of -> what is worth knowing of them."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.errors import Finding
from ecscli.base.limits import DATA_STORE_PORTS
from ecscli.base.marks import Map
from ecscli.compose.balancing.balance import SHARED_MODES, BalancingOptions
from ecscli.compose.balancing.requested import published_ports
from ecscli.compose.balancing.settings import KEY
from ecscli.compose.ecs.images import stores_data
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Port, Project, Service

HINT = f"{KEY}: true gives the service one address"


def unbalanced_ports(
    project: Project, params: EcsParams, options: BalancingOptions
) -> Iterator[Finding]:
    """One finding for each service that others reach at the addresses of its tasks; none for data
    stores and jobs, and where the files have decided about a load balancer."""
    for service in project.services:
        ports = [port for port in published_ports(service) if _is_for_others(port)]
        is_decided = KEY in params.layout.services.get(service.name, Map())
        by_flag = options.by_flag and len(ports) == 1
        is_store = stores_data(service.image or "")
        if not (is_decided or by_flag or is_store or service.name in options.jobs):
            yield from _finding(service, ports, options.modes.get(service.name))


def _is_for_others(port: Port) -> bool:
    return not port.is_local and port.target not in DATA_STORE_PORTS


def _finding(service: Service, ports: list[Port], mode: str | None) -> Iterator[Finding]:
    """What is said of the first port; on bridge a fixed one is the instance's."""
    is_shared = mode in SHARED_MODES
    for port in ports[:1]:
        number = port.target if is_shared else port.published or port.target
        message = f"published port {number} is reachable at each task's own address"
        if port.published and not is_shared:
            message += (
                "; an instance has room for one such task, and an update needs a free instance"
            )
        yield Finding.about(f"services.{service.name}.ports", message, port.mark, HINT)
