"""A drafted task definition -> one that its launch type takes: Fargate and awsvpc adapted, the rest
refused.

Facts: "Task definition differences for Fargate" in the developer guide, and the container
definition's reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecscli.base.documents import Document, Draft
from ecscli.base.findings import Findings
from ecscli.compose.ecs import limits
from ecscli.compose.ecs.limits import FARGATE, STOP_TIMEOUT_FARGATE
from ecscli.compose.project.model import Service
from ecscli.compose.task.scene import Scene
from ecscli.compose.task.sizes import fargate_size

COMPOSE_KEYS = {  # field of a container definition -> the Compose key that asks for it
    "disableNetworking": "network_mode",
    "dnsSearchDomains": "dns_search",
    "dnsServers": "dns",
    "dockerSecurityOptions": "security_opt",
    "extraHosts": "extra_hosts",
    "hostname": "hostname",
    "links": "links",
    "privileged": "privileged",
    "devices": "devices",
    "maxSwap": "memswap_limit",
    "sharedMemorySize": "shm_size",
    "swappiness": "mem_swappiness",
    "resourceRequirements": "gpus",
}
RESERVATIONS = ("deploy", "resources", "reservations")
ACCELERATORS = (("gpus",), (*RESERVATIONS, "devices"), (*RESERVATIONS, "generic_resources"))
HINTS = {
    "links": "containers of one task reach each other at localhost",
    "extraHosts": "use a private hosted zone, or network mode bridge on EC2",
    "dnsServers": "the VPC resolves names; set its DHCP options",
    "dnsSearchDomains": "the VPC resolves names; set its DHCP options",
    "devices": "use launch type EC2",
    "privileged": "use launch type EC2",
}


def fit(
    request: Draft, services: Mapping[str, Service], launch_type: str | None, scene: Scene
) -> None:
    """Change `request` in place to what its network mode and launch type take; refusals go to the
    findings."""
    for container in request["containerDefinitions"]:
        service = services.get(container["name"])
        if service is None:  # the container that delivers files, which every launch type takes
            continue
        on_fargate = launch_type == FARGATE
        if request.get("networkMode") == "awsvpc":
            _awsvpc(container, service, on_fargate, scene.findings)
        if on_fargate:
            _fargate_container(container, service, scene)
        _log_driver(container, service, launch_type, scene.findings)
    if launch_type == FARGATE:
        _fargate_task(request, scene)
    elif request.get("ephemeralStorage"):
        scene.findings.warning(
            "ephemeral_storage: has an effect on Fargate only",
            scene.params.where("task_definition"),
        )


def _awsvpc(container: Draft, service: Service, on_fargate: bool, findings: Findings) -> None:
    if container.pop("hostname", None):
        findings.warning(
            f"services.{service.name}.hostname: not sent, awsvpc gives each task its own",
            service.where("hostname"),
            "use service discovery or a Service Connect alias",
        )
    for field in limits.AWSVPC_REFUSED:
        if field in container and not on_fargate:
            _refuse(service, field, "in network mode awsvpc", findings)


def _fargate_container(container: Draft, service: Service, scene: Scene) -> None:
    findings = scene.findings
    linux = container.get("linuxParameters", {})
    refused = [field for field in limits.FARGATE_REFUSED if field in container]
    refused += [field for field in limits.FARGATE_REFUSED_LINUX if field in linux]
    for field in refused:
        _refuse(service, field, "on Fargate", findings)
    if "resourceRequirements" in container:
        _no_accelerators(service, scene)
    _capabilities(linux, service, findings)
    timeout = container.get("stopTimeout")
    if timeout is not None and timeout not in STOP_TIMEOUT_FARGATE:
        findings.error(
            f"services.{service.name}.stop_grace_period: Fargate takes {STOP_TIMEOUT_FARGATE}, not"
            f" {timeout}",
            service.where("stop_grace_period"),
        )


def _no_accelerators(service: Service, scene: Scene) -> None:
    path = next((path for path in ACCELERATORS if path_exists(service.tree, path)), ("gpu",))
    place = service.where(*path)
    if scene.of(service).gpu:
        path, place = (
            ("gpu",),
            scene.params.where("task_definition", "services", service.name, "gpu"),
        )
    what = f"services.{service.name}.{'.'.join(path)}: not possible on Fargate, which has no GPU"
    scene.findings.error(what, place, "use launch type EC2")


def path_exists(tree: Any, path: tuple[str, ...]) -> bool:
    """Whether a document has something at a path of keys."""
    for step in path:
        if not isinstance(tree, Mapping) or step not in tree:
            return False
        tree = tree[step]
    return True


def _refuse(service: Service, field: str, who: str, findings: Findings) -> None:
    key = COMPOSE_KEYS[field]
    findings.error(
        f"services.{service.name}.{key}: not possible {who}", service.where(key), HINTS.get(field)
    )


def _capabilities(linux: Document, service: Service, findings: Findings) -> None:
    added = linux.get("capabilities", {}).get("add", ())
    refused = [name for name in added if name not in limits.FARGATE_ADDED_CAPABILITIES]
    if refused:
        findings.error(
            f"services.{service.name}.cap_add: Fargate adds SYS_PTRACE alone, not"
            f" {', '.join(refused)}",
            service.where("cap_add"),
            "use launch type EC2",
        )


def _log_driver(
    container: Document, service: Service, launch_type: str | None, findings: Findings
) -> None:
    driver = container.get("logConfiguration", {}).get("logDriver")
    known = limits.LOG_DRIVERS.get(launch_type or "")
    if driver and known and driver not in known:
        findings.error(
            f'services.{service.name}.logging: {launch_type} has no log driver "{driver}"',
            service.where("logging", "driver"),
            f"use one of {', '.join(sorted(known))}",
        )


# ------------------------------------------------------------------------ the task on Fargate


def _fargate_task(request: Draft, scene: Scene) -> None:
    findings, params = scene.findings, scene.params
    mode = request.get("networkMode")
    if mode != "awsvpc" and not scene.exact:
        place = params.where("task_definition", "ecs_network_mode")
        findings.error(
            f"Fargate has network mode awsvpc only, not {mode}", place, "drop it, or use EC2"
        )
    _fargate_namespaces(request, scene)
    for volume in request.get("volumes", ()):
        _fargate_volume(volume, scene)
    if request.get("placementConstraints"):
        place = params.where("task_definition", "placement_constraints")
        findings.error(
            "placement_constraints: Fargate places tasks itself", place, "drop them, or use EC2"
        )
    sized = "cpu" in request or "memory" in request
    if sized or not scene.exact:
        request |= fargate_size(
            request,
            request["containerDefinitions"],
            params.where("task_definition", "task_size"),
            findings,
        )


def _fargate_namespaces(request: Document, scene: Scene) -> None:
    for field, allowed in (
        ("pidMode", limits.PID_MODES[FARGATE]),
        ("ipcMode", limits.IPC_MODES[FARGATE]),
    ):
        if field in request and request[field] not in allowed:
            key = {"pidMode": "pid_mode", "ipcMode": "ipc_mode"}[field]
            scene.findings.error(
                f"Fargate has no {field} {request[field]}",
                (
                    scene.params.where("task_definition", key)
                    if field in scene.params.task
                    else _first(scene, key[:3])
                ),
                "use launch type EC2",
            )


def _first(scene: Scene, key: str) -> Any:
    places = (service.where(key) for service in scene.project.services if key in service.tree)
    return next(places, None)


def _fargate_volume(volume: Document, scene: Scene) -> None:
    place = scene.volumes.marks.get(volume["name"])
    name = volume["name"]
    if "sourcePath" in volume.get("host", {}):
        path = volume["host"]["sourcePath"]
        scene.findings.error(
            f"Fargate has no host whose {path} could be mounted",
            place,
            "use a named volume or EFS, or launch type EC2",
        )
    elif "dockerVolumeConfiguration" in volume:
        scene.findings.error(
            f'Fargate has no Docker volume drivers: volume "{name}"',
            place,
            "drop the driver, or use EFS",
        )
