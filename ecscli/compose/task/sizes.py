"""CPU, memory and accelerators: of a container, and of the task that Fargate needs a size for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ecscli.base.documents import Document
from ecscli.base.findings import Findings
from ecscli.base.marks import Mark
from ecscli.base.units import MIB
from ecscli.compose.ecs import limits
from ecscli.compose.ecs.limits import CPU_UNITS_PER_CORE
from ecscli.compose.params.read import ServiceParams
from ecscli.compose.project.model import DeviceRequest, Resources, Service

DEFAULT_MEMORY = 512  # MiB, as in the original, where neither a container nor the task says any
NONE = Resources()


def container_size(
    service: Service, params: ServiceParams, exact: bool, findings: Findings
) -> dict[str, int]:
    """`cpu`, `memory` and `memoryReservation` of a container, ecs-params winning over Compose;
    zeros are left out.

    `exact`: whole MiB are cut off as the original did; otherwise what is asked for is rounded up.
    """
    composed = {
        "cpu": _cpu(service),
        "memory": _mebibytes(_limit(service), exact),
        "memoryReservation": _mebibytes(_reservation(service), exact),
    }
    given = {"cpu": params.cpu, "memory": params.memory, "memoryReservation": params.reservation}
    for field, label in (
        ("cpu", "CPU"),
        ("memory", "MemoryLimit"),
        ("memoryReservation", "MemoryReservation"),
    ):
        if composed[field] > 0 and given[field] > 0:
            findings.notice(
                f"Using ecs-params value as override (was {composed[field]} but is now"
                f" {given[field]}): {label} of {service.name}"
            )
    size = {field: given[field] or composed[field] for field in composed}
    if 0 < size["memory"] < size["memoryReservation"]:
        findings.error(
            f"services.{service.name}: the memory limit, {size['memory']} MiB, is below the"
            f" reservation, {size['memoryReservation']} MiB",
            service.where("mem_reservation" if service.mem_reservation else "deploy"),
            "mem_limit must be greater than mem_reservation",
        )
    return {field: value for field, value in size.items() if value > 0}


def _cpu(service: Service) -> int:
    """CPU units: shares as they are, else cores: a limit, a reservation where there is none, a
    quota."""
    deploy = service.deploy
    cores = (
        (deploy and deploy.limits.cpus)
        or service.cpus
        or (deploy and deploy.reservations.cpus)
        or (service.cpu_quota and service.cpu_period and service.cpu_quota / service.cpu_period)
    )
    return service.cpu_shares or (
        math.ceil(cores * CPU_UNITS_PER_CORE) if cores and cores > 0 else 0
    )


def _limit(service: Service) -> int:
    return service.mem_limit or (service.deploy.limits.memory if service.deploy else 0) or 0


def _reservation(service: Service) -> int:
    return (
        service.mem_reservation
        or (service.deploy.reservations.memory if service.deploy else 0)
        or 0
    )


def _mebibytes(size: int, exact: bool) -> int:
    if exact or size <= 0:
        return size // MIB if size > 0 else 0
    return max(math.ceil(size / MIB), limits.MIN_CONTAINER_MEMORY)


# ------------------------------------------------------------------------ accelerators


def accelerators(
    service: Service, params: ServiceParams, findings: Findings
) -> list[dict[str, str]]:
    """`resourceRequirements` of a container: GPUs and Neuron devices."""
    counts: dict[str, int] = {}
    reserved = service.deploy.reservations if service.deploy else NONE
    for request in (*service.gpus, *reserved.devices):
        _count(service, request, counts, findings)
    for generic in reserved.generic:
        if generic.kind.lower().rstrip("s") in ("gpu", "nvidia-gpu"):
            counts["GPU"] = counts.get("GPU", 0) + generic.value
        else:
            what = f'services.{service.name}: ECS knows no generic resource "{generic.kind}"'
            findings.error(what, generic.mark, "GPUs are the only kind: gpu")
    if params.gpu:
        counts.pop("GPU", None)
        return [{"type": "GPU", "value": params.gpu}, *_requirements(counts)]
    return _requirements(counts)


def _requirements(counts: Mapping[str, int]) -> list[dict[str, str]]:
    return [{"type": kind, "value": str(count)} for kind, count in counts.items()]


def _count(
    service: Service, request: DeviceRequest, counts: dict[str, int], findings: Findings
) -> None:
    kind = "NeuronDevice" if "neuron" in request.capabilities else "GPU"
    if request.all:
        findings.error(
            f"services.{service.name}: ECS needs a number of GPUs, not all of them",
            request.mark,
            "say count: 1",
        )
        return
    if kind == "GPU" and request.capabilities and not {"gpu", "nvidia"} & set(request.capabilities):
        words = ", ".join(request.capabilities)
        findings.error(
            f"services.{service.name}: ECS has no devices with {words}",
            request.mark,
            "use [gpu] or [neuron]",
        )
        return
    counts[kind] = counts.get(kind, 0) + (request.count or len(request.device_ids) or 1)


# ------------------------------------------------------------------------ Fargate


def fargate_size(
    task: Document,
    containers: Sequence[Document],
    place: Mark | None,
    findings: Findings,
) -> dict[str, str]:
    """`cpu` and `memory` of a Fargate task: as written where Fargate offers it, else the smallest
    that holds it."""
    cpu, memory = _asked(task, place, findings)
    needs_cpu = sum(container.get("cpu", 0) for container in containers)
    needs_memory = sum(
        container.get("memory", container.get("memoryReservation", 0)) for container in containers
    )
    if limits.fits_fargate(cpu, memory) and cpu >= needs_cpu and memory >= needs_memory:
        return {"cpu": str(task["cpu"]), "memory": str(task["memory"])}
    wanted = max(cpu, needs_cpu), max(memory, needs_memory)
    found = limits.smallest_fargate_size(*wanted)
    if found is None:
        findings.error(
            f"Fargate has no task of {_words(*wanted)}",
            place,
            "16384 CPU units and 122880 MiB are the largest; split the task or use EC2",
        )
        return {}
    if not (cpu or memory or needs_cpu or needs_memory):
        why = "nothing asks for more"
    else:
        why = f"the smallest that holds {_words(*wanted)}"
    findings.notice(f"Fargate: the task gets {found[0]} CPU units and {found[1]} MiB, {why}")
    return {"cpu": str(found[0]), "memory": str(found[1])}


def _words(cpu: int, memory: int) -> str:
    parts = [f"{cpu} CPU units"] if cpu else []
    return " and ".join([*parts, f"{memory} MiB"] if memory else parts)


def _asked(task: Document, place: Mark | None, findings: Findings) -> tuple[int, int]:
    numbers = []
    for field, read, example in (
        ("cpu", limits.cpu_units, "256 or .25 vCPU"),
        ("memory", limits.memory_mib, "512 or 0.5GB"),
    ):
        text = str(task.get(field, "0"))
        number = read(text)
        if number is None:
            findings.error(f'task_size: "{text}" is no {field} size', place, f"write {example}")
        numbers.append(number or 0)
    return numbers[0], numbers[1]
