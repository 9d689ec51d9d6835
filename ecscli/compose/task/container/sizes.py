"""CPU shares and memory of a service, with those of ecs-params -> cpu, memory and
memoryReservation."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ecscli.base.findings import Findings
from ecscli.base.units import MIB
from ecscli.compose.ecs.limits import CPU_UNITS_PER_CORE, MIN_CONTAINER_MEMORY
from ecscli.compose.params.read import ServiceParams
from ecscli.compose.project.model import Deploy, Service
from ecscli.compose.task.scene import Scene

NO_DEPLOY = Deploy()
# Fields, and the words of ecs-cli for them
LABELS = {"cpu": "CPU", "memory": "MemoryLimit", "memoryReservation": "MemoryReservation"}


def container_size(service: Service, scene: Scene) -> dict[str, int]:
    """`cpu`, `memory` and `memoryReservation` of a container, zeros left out; ecs-params wins.

    In files of ecs-cli memory is cut to whole MiB, otherwise rounded up.
    """
    composed = {
        "cpu": _cpu(service),
        "memory": _mebibytes(_limit(service), scene.exact),
        "memoryReservation": _mebibytes(_reservation(service), scene.exact),
    }
    given = _given(scene.of(service))
    _notice_overrides(service, composed, given, scene.findings)
    size = {field: given[field] or composed[field] for field in LABELS}
    _check_reservation(service, size, scene.findings)
    return {field: value for field, value in size.items() if value > 0}


def _notice_overrides(
    service: Service, composed: Mapping[str, int], given: Mapping[str, int], findings: Findings
) -> None:
    for field, label in LABELS.items():
        if composed[field] > 0 and given[field] > 0:
            findings.notice(
                f"Using ecs-params value as override (was {composed[field]} but is now"
                f" {given[field]}): {label} of {service.name}"
            )


def _given(params: ServiceParams) -> dict[str, int]:
    return {
        "cpu": params.cpu,
        "memory": params.memory,
        "memoryReservation": params.reservation,
    }


def _check_reservation(service: Service, size: dict[str, int], findings: Findings) -> None:
    limit, reservation = size["memory"], size["memoryReservation"]
    if not 0 < limit < reservation:
        return
    key = "mem_reservation" if service.mem_reservation else "deploy"
    findings.error(
        f"{reservation} MiB is above the limit of {limit} MiB",
        service.where(key),
        "mem_limit must be greater than mem_reservation",
        key=f"services.{service.name}.mem_reservation",
    )


def _cpu(service: Service) -> int:
    """CPU units: the shares as they are, else the cores."""
    if service.cpu_shares:
        return service.cpu_shares
    cores = _cores(service)
    return math.ceil(cores * CPU_UNITS_PER_CORE) if cores > 0 else 0


def _cores(service: Service) -> float:
    """A limit, a reservation where there is none, else a quota."""
    deploy = service.deploy or NO_DEPLOY
    cores = deploy.limits.cpus or service.cpus or deploy.reservations.cpus
    if cores:
        return cores
    if service.cpu_quota and service.cpu_period:
        return service.cpu_quota / service.cpu_period
    return 0


def _limit(service: Service) -> int:
    deploy = service.deploy or NO_DEPLOY
    return service.mem_limit or deploy.limits.memory or 0


def _reservation(service: Service) -> int:
    deploy = service.deploy or NO_DEPLOY
    return service.mem_reservation or deploy.reservations.memory or 0


def _mebibytes(size: int, exact: bool) -> int:
    if size <= 0:
        return 0
    if exact:
        return size // MIB
    return max(math.ceil(size / MIB), MIN_CONTAINER_MEMORY)
