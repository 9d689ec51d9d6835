"""What all containers of a task share: network mode, namespaces, platform, disk; ecs-params wins
over Compose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ecscli.base.documents import Draft
from ecscli.base.findings import Findings
from ecscli.base.units import parse_size
from ecscli.compose.ecs import limits
from ecscli.compose.ecs.limits import EPHEMERAL_STORAGE, FARGATE, NETWORK_MODES
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Service

GIB = 1024**3
ARCHITECTURES = {"amd64": "X86_64", "x86_64": "X86_64", "arm64": "ARM64", "aarch64": "ARM64"}
NETWORKS = {"bridge": "bridge", "host": "host", "none": "none", "awsvpc": "awsvpc"}
PID = {"host": "host"}
IPC = {"host": "host", "shareable": "task", "private": "none", "none": "none"}


def network_mode(
    services: Sequence[Service],
    params: EcsParams,
    launch_type: str | None,
    exact: bool,
    findings: Findings,
) -> str | None:
    """The network mode of the task; None: not said, which is bridge on Linux instances."""
    given = params.task.get("networkMode")
    if given is not None:
        if given not in NETWORK_MODES[limits.EC2]:
            findings.error(
                f'ecs_network_mode: ECS has no network mode "{given}"',
                params.where("task_definition", "ecs_network_mode"),
                f"use one of {', '.join(NETWORK_MODES[limits.EC2])}",
            )
        return str(given)
    composed = _one(services, "network_mode", _network, findings)
    if launch_type == FARGATE and not exact:
        if composed not in (None, "awsvpc"):
            service = next(service for service in services if service.network_mode)
            findings.error(
                f"services.{service.name}.network_mode: Fargate has awsvpc alone, not"
                f" {service.network_mode}",
                service.where("network_mode"),
                "drop it, or use launch type EC2",
            )
        else:
            findings.notice("Fargate: network mode awsvpc")
        return "awsvpc"
    if composed == "none" and any(service.network_mode is None for service in services):
        return None  # some containers alone are cut off: disableNetworking
    return composed


def pid_mode(services: Sequence[Service], params: EcsParams, findings: Findings) -> str | None:
    """`pidMode`, from `pid: host` or `pid: service:x`."""
    return params.task.get("pidMode") or _one(services, "pid", _namespace(PID), findings)


def ipc_mode(services: Sequence[Service], params: EcsParams, findings: Findings) -> str | None:
    """`ipcMode`, from `ipc`: host, shareable or service:x (task), private (none)."""
    return params.task.get("ipcMode") or _one(services, "ipc", _namespace(IPC), findings)


def runtime_platform(
    services: Sequence[Service], params: EcsParams, findings: Findings
) -> dict[str, str] | None:
    """`runtimePlatform` from `platform`, such as linux/arm64."""
    given = params.task.get("runtimePlatform")
    if given:
        return dict(given)
    platform = _one(services, "platform", lambda value: value, findings)
    if platform is None:
        return None
    system, _, machine = platform.lower().partition("/")
    if not machine and system in ARCHITECTURES:
        system, machine = "linux", system
    architecture = ARCHITECTURES.get(machine.partition("/")[0])
    if system == "linux" and (architecture or not machine):
        family = {"operatingSystemFamily": "LINUX"}
        return {"cpuArchitecture": architecture, **family} if architecture else family
    service = next(service for service in services if service.platform)
    findings.error(
        f'services.{service.name}.platform: ECS cannot choose by "{platform}"',
        service.where("platform"),
        "linux/amd64 and linux/arm64 are known; say runtime_platform in ecs-params.yml for Windows",
    )
    return None


def ephemeral_storage(
    services: Sequence[Service], params: EcsParams, launch_type: str | None, findings: Findings
) -> Draft | None:
    """`ephemeralStorage` of a Fargate task, from `storage_opt.size`; the largest of the
    services."""
    if params.task.get("ephemeralStorage"):
        return _checked(
            dict(params.task["ephemeralStorage"]),
            params.where("task_definition", "ephemeral_storage"),
            findings,
        )
    sizes: dict[int, Service] = {}
    for service in services:
        text = dict(service.storage_opt).get("size")
        if text is None:
            continue
        if launch_type != FARGATE:
            findings.warning(
                f"services.{service.name}.storage_opt: not sent; disks of instances belong to the"
                " cluster",
                service.where("storage_opt"),
            )
            continue
        try:
            sizes[-(-parse_size(text) // GIB)] = service
        except ValueError as error:
            findings.error(
                f"services.{service.name}.storage_opt.size: {error}",
                service.where("storage_opt", "size"),
            )
    if not sizes:
        return None
    largest = max(sizes)
    return _checked({"sizeInGiB": largest}, sizes[largest].where("storage_opt", "size"), findings)


def _checked(storage: Draft, place: Any, findings: Findings) -> Draft:
    if storage.get("sizeInGiB") not in EPHEMERAL_STORAGE:
        findings.error(
            f"ephemeral storage: Fargate has {EPHEMERAL_STORAGE}, not {storage.get('sizeInGiB')}",
            place,
            "20 GiB come with every task; leave it out for less",
        )
    return storage


def _one(
    services: Sequence[Service], key: str, read: Callable[[str], str | None], findings: Findings
) -> str | None:
    """The one value that the services agree on; several, or one that ECS has no word for, are
    refused."""
    found: dict[str, Service] = {}
    for service in services:
        written = getattr(service, key)
        if not written:
            continue
        value = read(written)
        if value is None:
            findings.error(
                f'services.{service.name}.{key}: ECS has nothing like "{written}"',
                service.where(key),
                "drop it",
            )
        else:
            found.setdefault(value, service)
    if len(found) > 1:
        last = list(found.values())[-1]
        findings.error(
            f"services.{last.name}.{key}: containers of one task share it; {' and '.join(found)}"
            " are asked for",
            last.where(key),
            "say the same for every service",
        )
    return next(iter(found), None)


def _network(written: str) -> str | None:
    """`service:x` shares the network of another container, which is what awsvpc does."""
    return "awsvpc" if written.startswith("service:") else NETWORKS.get(written)


def _namespace(known: dict[str, str]) -> Callable[[str], str | None]:
    return lambda written: "task" if written.startswith("service:") else known.get(written)
