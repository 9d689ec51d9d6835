"""Service -> linuxParameters: capabilities, devices, init, shared memory, swap and tmpfs."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ecscli.base.documents import Draft
from ecscli.base.findings import Findings
from ecscli.base.units import MIB
from ecscli.compose.params.read import ServiceParams
from ecscli.compose.project.model import Service, Tmpfs

PERMISSIONS = {"r": "read", "w": "write", "m": "mknod"}
DEFAULT_TMPFS = 64  # MiB; ECS needs a size where Docker takes half of the machine's memory


def linux_parameters(
    service: Service, params: ServiceParams, exact: bool, findings: Findings
) -> Draft:
    """The linuxParameters of a container; empty where nothing asks for any."""
    init = params.init if params.init is not None else service.init
    values = {
        "capabilities": _capabilities(service, exact),
        "devices": _devices(service, findings),
        "initProcessEnabled": init or None,
        "sharedMemorySize": _mebibytes(service.shm_size or 0, exact) or None,
        "tmpfs": [_tmpfs(service, entry, findings) for entry in _tmpfs_of(service)],
        **_swap(service, findings),
    }
    return {name: value for name, value in values.items() if value not in (None, [], {})}


def _mebibytes(size: int, exact: bool) -> int:
    return size // MIB if exact else math.ceil(size / MIB)


def _capabilities(service: Service, exact: bool) -> dict[str, list[str]]:
    """Names as written for the original's files, else in ECS's spelling, without CAP_."""
    sides = {"add": service.cap_add, "drop": service.cap_drop}
    return {
        side: list(names) if exact else [name.upper().removeprefix("CAP_") for name in names]
        for side, names in sides.items()
        if names
    }


def _devices(service: Service, findings: Findings) -> list[Draft]:
    devices = []
    for device in service.devices:
        if not device.source.startswith("/"):
            findings.error(
                f'services.{service.name}.devices: "{device.source}" is no path on the instance',
                device.mark,
                "ECS knows devices by path, and GPUs by `gpus`",
            )
            continue
        values: Draft = {"hostPath": device.source}
        if device.target:
            values["containerPath"] = device.target
        if device.permissions:
            letters = dict.fromkeys(device.permissions)
            values["permissions"] = [
                word for letter, word in PERMISSIONS.items() if letter in letters
            ]
        devices.append(values)
    return devices


def _tmpfs_of(service: Service) -> Iterator[Tmpfs]:
    yield from service.tmpfs
    for mount in service.volumes:
        if mount.type == "tmpfs":
            options = (
                *(["ro"] if mount.read_only else []),
                *([f"mode={mount.mode:o}"] if mount.mode else []),
            )
            yield Tmpfs(mount.target, mount.size, options, mount.mark)


def _tmpfs(service: Service, entry: Tmpfs, findings: Findings) -> Draft:
    size = (entry.size or 0) // MIB
    bad = next((option for option in entry.options if option.startswith("size=")), None)
    if bad is not None:
        what = f'services.{service.name}.tmpfs: "{bad}" is not a size'
        findings.error(what, entry.mark, "write bytes, or a unit such as size=64m")
    elif entry.size is None:
        size = DEFAULT_TMPFS
        findings.warning(
            f"services.{service.name}.tmpfs: ECS needs a size; {entry.path} gets {size} MiB",
            entry.mark,
            f"write {entry.path}:size=64m to say it yourself",
        )
    elif size < 1:
        size = 1
        findings.warning(
            f"services.{service.name}.tmpfs: {entry.path} gets 1 MiB, the least that ECS has",
            entry.mark,
        )
    values: Draft = {"containerPath": entry.path, "size": size}
    if entry.options:
        values["mountOptions"] = list(entry.options)
    return values


def _swap(service: Service, findings: Findings) -> dict[str, int]:
    """Docker counts memory and swap together, ECS the swap alone; -1 is Docker's word for no
    limit."""
    values: dict[str, int] = {}
    total = service.memswap_limit
    if total is not None and total >= 0 and service.mem_limit:
        values["maxSwap"] = max(math.ceil((total - service.mem_limit) / MIB), 0)
    elif total:
        findings.warning(
            f"services.{service.name}.memswap_limit: not sent",
            service.where("memswap_limit"),
            "ECS needs a number of bytes and a mem_limit to subtract",
        )
    if service.mem_swappiness is not None:
        if "maxSwap" in values:
            values["swappiness"] = service.mem_swappiness
        else:
            findings.warning(
                f"services.{service.name}.mem_swappiness: not sent",
                service.where("mem_swappiness"),
                "ECS heeds it only beside memswap_limit",
            )
    return values
