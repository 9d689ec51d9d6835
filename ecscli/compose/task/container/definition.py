"""One service and its ecs-params -> one container definition, in the words of the ECS API.

`COPIED` and `BUILT` are the tables of contents: a field of the container definition, and the
attribute of the service or the function that gives its value. Empty values are left out, which is
what ECS takes them for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ecscli.base.documents import Document, Draft
from ecscli.compose.ecs import docker_keys
from ecscli.compose.ecs.limits import DEPENDS_ON
from ecscli.compose.project.model import Service
from ecscli.compose.task.container.accelerators import accelerators
from ecscli.compose.task.container.grants import credential_specs, secrets
from ecscli.compose.task.container.health import health_check
from ecscli.compose.task.container.linux import linux_parameters
from ecscli.compose.task.container.logging import log_configuration
from ecscli.compose.task.container.ports import port_mappings
from ecscli.compose.task.container.restart import restart_policy
from ecscli.compose.task.container.sizes import container_size
from ecscli.compose.task.scene import EMPTY, Scene

Builder = Callable[[Service, Scene], object]


def container_definition(service: Service, scene: Scene) -> Draft:
    """The container definition of a service; what cannot be goes to the findings of the scene."""
    params = scene.of(service)
    values: Draft = {**container_size(service, scene)}
    for field, name in COPIED.items():
        values[field] = _copied(getattr(service, name))
    for field, build in BUILT.items():
        values[field] = build(service, scene)
    values |= {**params.fields, **params.extra}
    return ordered({field: value for field, value in values.items() if value not in EMPTY})


def ordered(container: Document) -> Draft:
    """The same container with its fields in the order in which people read them; unknown ones
    last."""
    known = {field: container[field] for field in ORDER if field in container}
    return {**known, **container}


def _copied(value: Any) -> Any:
    """Lists as lists; a false switch is as good as none."""
    return list(value) if isinstance(value, tuple) else value or None


def _image(service: Service, scene: Scene) -> str | None:
    image = (scene.images or {}).get(service.name) or service.image
    if not image:
        hint = "name it with image:"
        if service.build:
            hint += ", or build and push it with --build"
        place = service.where("build") or service.where()
        scene.findings.error("there is no image", place, hint, key=f"services.{service.name}.image")
    return image


def _repository_credentials(service: Service, scene: Scene) -> dict[str, str] | None:
    """The login of a registry that Docker's own key names; ecs-params has one of its own."""
    secret = None if scene.exact else docker_keys.pull_credentials(service.tree)
    return {"credentialsParameter": secret} if secret else None


def _environment(service: Service, scene: Scene) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in service.environment]


def _mount_points(service: Service, scene: Scene) -> list[Draft]:
    return scene.volumes.mount_points(service)


def _volumes_from(service: Service, scene: Scene) -> list[Draft]:
    return [
        {"sourceContainer": entry.source, "readOnly": entry.read_only}
        for entry in service.volumes_from
    ]


def _depends_on(service: Service, scene: Scene) -> list[dict[str, str]]:
    """Compose's conditions in ECS's words; an entry of ecs-params replaces that for the same
    container."""
    edges: dict[str, dict[str, str]] = {}
    for edge in service.depends_on:
        condition = DEPENDS_ON.get(edge.condition)
        if condition:
            edges[edge.service] = {"containerName": edge.service, "condition": condition}
    for given in scene.of(service).depends_on:
        edges[given["containerName"]] = dict(given)
    return list(edges.values())


def _extra_hosts(service: Service, scene: Scene) -> list[dict[str, str]]:
    return [{"hostname": host.hostname, "ipAddress": host.address} for host in service.extra_hosts]


def _disable_networking(service: Service, scene: Scene) -> bool | None:
    """`network_mode: none` on some containers only; on all of them it is the mode of the task."""
    return True if service.network_mode == "none" and scene.network_mode != "none" else None


def _docker_labels(service: Service, scene: Scene) -> dict[str, str]:
    return dict(service.labels)


def _ulimits(service: Service, scene: Scene) -> list[Draft]:
    return [
        {"name": limit.name, "softLimit": limit.soft, "hardLimit": limit.hard}
        for limit in service.ulimits
    ]


def _system_controls(service: Service, scene: Scene) -> list[dict[str, str]]:
    return [{"namespace": name, "value": value} for name, value in service.sysctls]


def _stop_timeout(service: Service, scene: Scene) -> int | None:
    return None if service.stop_grace_period is None else int(service.stop_grace_period)


COPIED: Mapping[str, str] = {
    "name": "name",
    "command": "command",
    "entryPoint": "entrypoint",
    "links": "links",
    "hostname": "hostname",
    "user": "user",
    "workingDirectory": "working_dir",
    "dnsServers": "dns",
    "dnsSearchDomains": "dns_search",
    "dockerSecurityOptions": "security_opt",
    "interactive": "stdin_open",
    "privileged": "privileged",
    "pseudoTerminal": "tty",
    "readonlyRootFilesystem": "read_only",
}
BUILT: Mapping[str, Builder] = {
    "image": _image,
    "repositoryCredentials": _repository_credentials,
    "resourceRequirements": accelerators,
    "environment": _environment,
    "secrets": secrets,
    "portMappings": port_mappings,
    "mountPoints": _mount_points,
    "volumesFrom": _volumes_from,
    "dependsOn": _depends_on,
    "healthCheck": health_check,
    "restartPolicy": restart_policy,
    "logConfiguration": log_configuration,
    "extraHosts": _extra_hosts,
    "disableNetworking": _disable_networking,
    "dockerLabels": _docker_labels,
    "credentialSpecs": credential_specs,
    "ulimits": _ulimits,
    "systemControls": _system_controls,
    "stopTimeout": _stop_timeout,
    "linuxParameters": linux_parameters,
}
READING_ORDER = """
    name image repositoryCredentials essential cpu memory memoryReservation resourceRequirements
    command entryPoint environment environmentFiles secrets portMappings mountPoints volumesFrom
    links dependsOn startTimeout stopTimeout healthCheck restartPolicy logConfiguration
    firelensConfiguration hostname user workingDirectory dnsServers dnsSearchDomains extraHosts
    disableNetworking dockerLabels dockerSecurityOptions credentialSpecs ulimits systemControls
    interactive privileged pseudoTerminal readonlyRootFilesystem linuxParameters versionConsistency
"""
ORDER = tuple(READING_ORDER.split())
