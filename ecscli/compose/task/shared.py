"""What all containers of a task share: namespaces and disk; ecs-params wins over Compose."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ecscli.base.documents import Draft
from ecscli.base.findings import Findings
from ecscli.base.units import GIB, parse_size
from ecscli.compose.ecs.agreement import agreed
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Service

PID = {"host": "host"}
IPC = {"host": "host", "shareable": "task", "private": "none", "none": "none"}


def pid_mode(services: Sequence[Service], params: EcsParams, findings: Findings) -> str | None:
    """`pidMode`, from `pid: host` or `pid: service:x`."""
    return params.task.get("pidMode") or agreed(services, "pid", _namespace(PID), findings)


def ipc_mode(services: Sequence[Service], params: EcsParams, findings: Findings) -> str | None:
    """`ipcMode`, from `ipc`: host, shareable or service:x (task), private (none)."""
    return params.task.get("ipcMode") or agreed(services, "ipc", _namespace(IPC), findings)


def _namespace(words: dict[str, str]) -> Callable[[str], str | None]:
    return lambda written: "task" if written.startswith("service:") else words.get(written)


def ephemeral_storage(
    services: Sequence[Service], params: EcsParams, on_fargate: bool, findings: Findings
) -> Draft | None:
    """`ephemeralStorage` of a Fargate task, from the largest `storage_opt.size` of the services."""
    given = params.task.get("ephemeralStorage")
    if given:
        return dict(given)
    asking = [service for service in services if "size" in dict(service.storage_opt)]
    if not on_fargate:
        for service in asking:
            message = "not sent; disks of instances belong to the cluster"
            findings.warning(
                message, service.where("storage_opt"), key=f"services.{service.name}.storage_opt"
            )
        return None
    sizes = [_gibibytes(service, findings) for service in asking]
    known = [size for size in sizes if size is not None]
    return {"sizeInGiB": max(known)} if known else None


def _gibibytes(service: Service, findings: Findings) -> int | None:
    """The size that a service asks for in whole GiB; None where it is not a size."""
    try:
        return math.ceil(parse_size(dict(service.storage_opt)["size"]) / GIB)
    except ValueError as error:
        place, key = service.where("storage_opt", "size"), f"services.{service.name}.storage_opt"
        findings.error(str(error), place, key=f"{key}.size")
        return None
