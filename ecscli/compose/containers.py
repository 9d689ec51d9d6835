"""One service and its ecs-params -> one container definition, in the words of the ECS API.

`FIELDS` is the table of contents: each row is a field of the container definition and the function that says
its value. Empty values are left out, which is what ECS takes them for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ecscli.compose.grants import credential_specs, secrets
from ecscli.compose.health import health_check
from ecscli.compose.limits import DEPENDS_ON
from ecscli.compose.linux import linux_parameters
from ecscli.compose.log_options import log_configuration
from ecscli.compose.model import Service
from ecscli.compose.port_mappings import port_mappings
from ecscli.compose.restart import restart_policy
from ecscli.compose.scene import EMPTY, Scene
from ecscli.compose.sizes import accelerators, container_size


def container_definition(service: Service, scene: Scene) -> dict[str, Any]:
    """The container definition of a service; what cannot be goes to the scene's notes."""
    size = container_size(service, scene.of(service), scene.exact, scene.notes)
    linux = linux_parameters(service, scene.of(service), scene.exact, scene.notes)
    values = {field: build(service, scene) for field, build in FIELDS}
    values |= {"linuxParameters": linux, **size, **scene.of(service).fields, **scene.of(service).extra}
    return ordered({field: value for field, value in values.items() if value not in EMPTY})


def ordered(container: dict[str, Any]) -> dict[str, Any]:
    """The same container with its fields in the order in which people read them; unknown ones last."""
    return {field: container[field] for field in ORDER if field in container} | container


def _image(service: Service, scene: Scene) -> str | None:
    image = (scene.images or {}).get(service.name) or service.image
    if not image:
        scene.notes.refuse(
            f"services.{service.name}: there is no image",
            service.where("build") or service.where(),
            "say image:, or build and push it with --build" if service.build else "say image:",
        )
    return image


def _environment(service: Service, scene: Scene) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in service.environment]


def _volumes_from(service: Service, scene: Scene) -> list[dict[str, Any]]:
    return [{"sourceContainer": entry.source, "readOnly": entry.read_only} for entry in service.volumes_from]


def _depends_on(service: Service, scene: Scene) -> list[dict[str, str]]:
    """Compose's conditions in ECS's words; an entry of ecs-params replaces that for the same container."""
    composed = {
        edge.service: {"containerName": edge.service, "condition": DEPENDS_ON[edge.condition]}
        for edge in service.depends_on
        if edge.condition in DEPENDS_ON
    }
    composed |= {edge["containerName"]: dict(edge) for edge in scene.of(service).depends_on}
    return list(composed.values())


def _stop_timeout(service: Service, scene: Scene) -> int | None:
    return None if service.stop_grace_period is None else int(service.stop_grace_period)


def _pairs(pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return dict(pairs)


def _interactive(service: Service, scene: Scene) -> bool | None:
    return service.stdin_open or None


FIELDS: tuple[tuple[str, Callable[[Service, Scene], Any]], ...] = (
    ("name", lambda service, _: service.name),
    ("image", _image),
    ("command", lambda service, _: list(service.command or ())),
    ("entryPoint", lambda service, _: list(service.entrypoint or ())),
    ("environment", _environment),
    ("secrets", secrets),
    ("portMappings", lambda service, scene: port_mappings(service, scene.network_mode, scene.exact, scene.notes)),
    ("mountPoints", lambda service, scene: scene.volumes.mount_points(service)),
    ("volumesFrom", _volumes_from),
    ("links", lambda service, _: list(service.links)),
    ("dependsOn", _depends_on),
    ("healthCheck", lambda service, scene: health_check(service, scene.of(service), scene.exact, scene.notes)),
    ("restartPolicy", lambda service, scene: restart_policy(service, scene.notes)),
    ("logConfiguration", lambda service, scene: log_configuration(service, scene)),
    ("hostname", lambda service, _: service.hostname),
    ("user", lambda service, _: service.user),
    ("workingDirectory", lambda service, _: service.working_dir),
    ("dnsServers", lambda service, _: list(service.dns)),
    ("dnsSearchDomains", lambda service, _: list(service.dns_search)),
    ("extraHosts", lambda service, _: [{"hostname": h.hostname, "ipAddress": h.address} for h in service.extra_hosts]),
    ("disableNetworking", lambda service, scene: _disable_networking(service, scene)),
    ("dockerLabels", lambda service, _: _pairs(service.labels)),
    ("dockerSecurityOptions", lambda service, _: list(service.security_opt)),
    ("credentialSpecs", lambda service, scene: credential_specs(service, scene.project, scene.notes)),
    (
        "ulimits",
        lambda service, _: [{"name": u.name, "softLimit": u.soft, "hardLimit": u.hard} for u in service.ulimits],
    ),
    ("systemControls", lambda service, _: [{"namespace": n, "value": v} for n, v in service.sysctls]),
    ("resourceRequirements", lambda service, scene: accelerators(service, scene.of(service), scene.notes)),
    ("stopTimeout", _stop_timeout),
    ("interactive", _interactive),
    ("privileged", lambda service, _: service.privileged or None),
    ("pseudoTerminal", lambda service, _: service.tty or None),
    ("readonlyRootFilesystem", lambda service, _: service.read_only or None),
)


def _disable_networking(service: Service, scene: Scene) -> bool | None:
    """`network_mode: none` on some containers only; on all of them it is the mode of the task."""
    return True if service.network_mode == "none" and scene.network_mode != "none" else None


ORDER = (
    "name",
    "image",
    "repositoryCredentials",
    "essential",
    "cpu",
    "memory",
    "memoryReservation",
    "resourceRequirements",
    *(field for field, _ in FIELDS if field not in ("name", "image", "resourceRequirements")),
    "linuxParameters",
    "firelensConfiguration",
    "environmentFiles",
    "startTimeout",
    "versionConsistency",
)
