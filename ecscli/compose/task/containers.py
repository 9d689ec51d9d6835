"""One service and its ecs-params -> one container definition, in the words of the ECS API.

`COPIED` and `BUILT` are the tables of contents: a field of the container definition, and the
attribute of the service or the function that gives its value. Empty values are left out, which is
what ECS takes them for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ecscli.base.documents import Draft
from ecscli.compose.ecs.limits import DEPENDS_ON
from ecscli.compose.project.model import Service
from ecscli.compose.task.grants import credential_specs, secrets
from ecscli.compose.task.health import health_check
from ecscli.compose.task.linux import linux_parameters
from ecscli.compose.task.log_options import log_configuration
from ecscli.compose.task.port_mappings import port_mappings
from ecscli.compose.task.restart import restart_policy
from ecscli.compose.task.scene import EMPTY, Scene
from ecscli.compose.task.sizes import accelerators, container_size

Builder = Callable[[Service, Scene], Any]


def container_definition(service: Service, scene: Scene) -> Draft:
    """The container definition of a service; what cannot be goes to the scene's findings."""
    params = scene.of(service)
    values: Draft = {**container_size(service, params, scene.exact, scene.findings)}
    values |= {field: _copied(getattr(service, name)) for field, name in COPIED.items()}
    values |= {field: build(service, scene) for field, build in BUILT.items()}
    values |= {**params.fields, **params.extra}
    return ordered({field: value for field, value in values.items() if value not in EMPTY})


def ordered(container: Draft) -> Draft:
    """The same container with its fields in the order in which people read them; unknown ones
    last."""
    return {field: container[field] for field in ORDER if field in container} | container


def _copied(value: Any) -> Any:
    """Lists as lists; a false switch is as good as none."""
    return list(value) if isinstance(value, tuple) else value or None


def _image(service: Service, scene: Scene) -> str | None:
    image = (scene.images or {}).get(service.name) or service.image
    if not image:
        scene.findings.error(
            f"services.{service.name}: there is no image",
            service.where("build") or service.where(),
            "say image:, or build and push it with --build" if service.build else "say image:",
        )
    return image


def _environment(service: Service, scene: Scene) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in service.environment]


def _port_mappings(service: Service, scene: Scene) -> list[Draft]:
    return port_mappings(service, scene.network_mode, scene.exact, scene.findings)


def _volumes_from(service: Service, scene: Scene) -> list[Draft]:
    return [
        {"sourceContainer": entry.source, "readOnly": entry.read_only}
        for entry in service.volumes_from
    ]


def _depends_on(service: Service, scene: Scene) -> list[dict[str, str]]:
    """Compose's conditions in ECS's words; an entry of ecs-params replaces that for the same
    container."""
    composed = {
        edge.service: {"containerName": edge.service, "condition": DEPENDS_ON[edge.condition]}
        for edge in service.depends_on
        if edge.condition in DEPENDS_ON
    }
    composed |= {edge["containerName"]: dict(edge) for edge in scene.of(service).depends_on}
    return list(composed.values())


def _extra_hosts(service: Service, scene: Scene) -> list[dict[str, str]]:
    return [{"hostname": host.hostname, "ipAddress": host.address} for host in service.extra_hosts]


def _disable_networking(service: Service, scene: Scene) -> bool | None:
    """`network_mode: none` on some containers only; on all of them it is the mode of the task."""
    return True if service.network_mode == "none" and scene.network_mode != "none" else None


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
    "resourceRequirements": lambda service, scene: accelerators(
        service, scene.of(service), scene.findings
    ),
    "environment": _environment,
    "secrets": secrets,
    "portMappings": _port_mappings,
    "mountPoints": lambda service, scene: scene.volumes.mount_points(service),
    "volumesFrom": _volumes_from,
    "dependsOn": _depends_on,
    "healthCheck": health_check,
    "restartPolicy": lambda service, scene: restart_policy(service, scene.findings),
    "logConfiguration": log_configuration,
    "extraHosts": _extra_hosts,
    "disableNetworking": _disable_networking,
    "dockerLabels": lambda service, scene: dict(service.labels),
    "credentialSpecs": lambda service, scene: credential_specs(
        service, scene.project, scene.findings
    ),
    "ulimits": _ulimits,
    "systemControls": _system_controls,
    "stopTimeout": _stop_timeout,
    "linuxParameters": lambda service, scene: linux_parameters(
        service, scene.of(service), scene.exact, scene.findings
    ),
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
