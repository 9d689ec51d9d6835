"""Service -> linuxParameters: capabilities, devices, init, shared memory, swap and tmpfs."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ecscli.base.documents import Draft
from ecscli.base.findings import Findings
from ecscli.base.units import MIB
from ecscli.compose.project.model import Device, Mount, Service, Tmpfs
from ecscli.compose.task.container.capabilities import capabilities
from ecscli.compose.task.scene import EMPTY, Scene

PERMISSIONS = {"r": "read", "w": "write", "m": "mknod"}
DEFAULT_TMPFS = 64  # MiB; ECS needs a size where Docker takes half of the machine's memory


def linux_parameters(service: Service, scene: Scene) -> Draft:
    """The linuxParameters of a container; empty where nothing asks for any."""
    findings, init = scene.findings, scene.of(service).init
    values = {
        "capabilities": capabilities(service, scene),
        "devices": _devices(service, findings),
        "initProcessEnabled": (service.init if init is None else init) or None,
        "sharedMemorySize": _mebibytes(service.shm_size or 0, scene.exact) or None,
        "tmpfs": [_tmpfs(service, entry, findings) for entry in _temporary_mounts(service)],
        **_swap(service, findings),
    }
    return {name: value for name, value in values.items() if value not in EMPTY}


def _mebibytes(size: int, exact: bool) -> int:
    return size // MIB if exact else math.ceil(size / MIB)


# ------------------------------------------------------------- devices


def _devices(service: Service, findings: Findings) -> list[Draft]:
    devices = []
    for device in service.devices:
        if device.source.startswith("/"):
            devices.append(_device(device))
            continue
        findings.error(
            f'"{device.source}" is not a path on the instance',
            device.mark,
            "ECS knows devices by path, and GPUs by `gpus`",
            key=f"services.{service.name}.devices",
        )
    return devices


def _device(device: Device) -> Draft:
    values: Draft = {"hostPath": device.source}
    if device.target:
        values["containerPath"] = device.target
    if device.permissions:
        words = [word for letter, word in PERMISSIONS.items() if letter in device.permissions]
        values["permissions"] = words
    return values


# ------------------------------------------------------------- temporary file systems


def _temporary_mounts(service: Service) -> Iterator[Tmpfs]:
    """The entries of `tmpfs`, then those of `volumes` with type tmpfs."""
    yield from service.tmpfs
    for mount in service.volumes:
        if mount.type == "tmpfs":
            yield Tmpfs(mount.target, mount.size, _options(mount), mount.mark)


def _options(mount: Mount) -> tuple[str, ...]:
    options = []
    if mount.read_only:
        options.append("ro")
    if mount.mode:
        options.append(f"mode={mount.mode:o}")
    return tuple(options)


def _tmpfs(service: Service, entry: Tmpfs, findings: Findings) -> Draft:
    size = _tmpfs_size(service, entry, findings)
    values: Draft = {"containerPath": entry.path, "size": size}
    if entry.options:
        values["mountOptions"] = list(entry.options)
    return values


def _tmpfs_size(service: Service, entry: Tmpfs, findings: Findings) -> int:
    """The size in whole MiB, 1 at least."""
    key = f"services.{service.name}.tmpfs"
    if any(option.startswith("size=") for option in entry.options):
        _refuse_size(key, entry, findings)
    elif entry.size is None:
        findings.warning(
            f"ECS needs a size; {entry.path} gets {DEFAULT_TMPFS} MiB",
            entry.mark,
            f"write {entry.path}:size=64m to choose it",
            key,
        )
        return DEFAULT_TMPFS
    elif entry.size < MIB:
        message = f"{entry.path} gets 1 MiB, the least that ECS has"
        findings.warning(message, entry.mark, key=key)
        return 1
    return (entry.size or 0) // MIB


def _refuse_size(key: str, entry: Tmpfs, findings: Findings) -> None:
    bad = next(option for option in entry.options if option.startswith("size="))
    hint = "write bytes, or a unit such as size=64m"
    findings.error(f'"{bad}" is not a size', entry.mark, hint, key)


# ------------------------------------------------------------- swap


def _swap(service: Service, findings: Findings) -> dict[str, int]:
    """Docker counts memory and swap together, ECS the swap alone; -1 is Docker's word for no
    limit."""
    values = _max_swap(service, findings)
    if service.mem_swappiness is None:
        return values
    if "maxSwap" in values:
        return {**values, "swappiness": service.mem_swappiness}
    findings.warning(
        "not sent",
        service.where("mem_swappiness"),
        "ECS heeds it only beside memswap_limit",
        key=f"services.{service.name}.mem_swappiness",
    )
    return values


def _max_swap(service: Service, findings: Findings) -> dict[str, int]:
    total = service.memswap_limit
    if total is None:
        return {}
    if total >= 0 and service.mem_limit:
        return {"maxSwap": max(math.ceil((total - service.mem_limit) / MIB), 0)}
    if total:
        findings.warning(
            "not sent",
            service.where("memswap_limit"),
            "ECS needs a number of bytes and a mem_limit to subtract",
            key=f"services.{service.name}.memswap_limit",
        )
    return {}
