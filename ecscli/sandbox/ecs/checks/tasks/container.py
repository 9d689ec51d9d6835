"""What RegisterTaskDefinition refuses about one container, by itself and beside the others of its
task."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ecscli.sandbox.ecs.checks.rule import Rule
from ecscli.sandbox.ecs.checks.values import TMPFS_OPTIONS
from ecscli.sandbox.shapes import Json

IMAGE = re.compile(r"[A-Za-z0-9_./:#-]{1,255}(@sha256:[A-Fa-f0-9]{64})?")
SECURITY_OPTION = re.compile(r"no-new-privileges|apparmor:.+|label:.+|credentialspec:.+")
#: Options without which a log driver has nowhere to write to.
LOG_OPTIONS = {
    "awslogs": ("awslogs-group", "awslogs-region"),
    "splunk": ("splunk-token", "splunk-url"),
}


@dataclass(frozen=True, slots=True)
class Peer:
    """A container definition among those of its task definition."""

    container: Json
    document: Json

    @property
    def name(self) -> str:
        return str(self.container.get("name"))

    @property
    def mode(self) -> str:
        return str(self.document.get("networkMode", "bridge"))

    def find(self, name: str) -> Json | None:
        """Another container of the task by its name."""
        others = self.document["containerDefinitions"]
        return next((one for one in others if one.get("name") == name), None)


def no_name(container: Json) -> Iterator[str]:
    if not container.get("name"):
        yield "Container.name should not be null or empty."


def bad_image(container: Json) -> Iterator[str]:
    if not container.get("image"):
        yield "Container.image should not be null or empty."
    elif not IMAGE.fullmatch(container["image"]):
        yield "Container.image contains invalid characters."


def soft_above_hard(container: Json) -> Iterator[str]:
    memory, reserved = container.get("memory"), container.get("memoryReservation")
    if memory and reserved and memory < reserved:
        yield (
            f"Invalid setting for container '{container['name']}'. 'memory' must be greater than or"
            " equal to 'memoryReservation'."
        )


def bad_check(container: Json) -> Iterator[str]:
    check = container.get("healthCheck")
    if check and check["command"][:1] not in (["CMD"], ["CMD-SHELL"], ["NONE"]):
        yield (
            f"Invalid 'healthCheck' setting for container '{container['name']}'. The command must"
            " start with CMD or CMD-SHELL."
        )


def bad_log_options(container: Json) -> Iterator[str]:
    logs = container.get("logConfiguration") or {}
    secrets = {one.get("name") for one in logs.get("secretOptions") or []}
    given = secrets | set(logs.get("options") or {})
    missing = [
        name for name in LOG_OPTIONS.get(str(logs.get("logDriver")), ()) if name not in given
    ]
    if missing:
        yield f"Log driver {logs['logDriver']} requires options: {', '.join(missing)}"


def repeated_variable(container: Json) -> Iterator[str]:
    variables = {one.get("name") for one in container["environment"]}
    secrets = [one.get("name") for one in container.get("secrets", [])]
    repeated = [name for name in secrets if name in variables or secrets.count(name) > 1]
    if repeated:
        yield (
            "The secret name must be unique and not shared with any new or existing environment"
            f" variables set on the container, such as '{repeated[0]}'."
        )


def bad_mount_options(container: Json) -> Iterator[str]:
    for mount in (container.get("linuxParameters") or {}).get("tmpfs") or []:
        for option in mount.get("mountOptions") or []:
            if option.partition("=")[0] not in TMPFS_OPTIONS:
                yield f"Invalid tmpfs mount option '{option}'."


def bad_security_option(container: Json) -> Iterator[str]:
    for option in container.get("dockerSecurityOptions") or []:
        if not SECURITY_OPTION.fullmatch(option):
            yield f"Invalid 'dockerSecurityOptions' setting: '{option}'."


def bad_resource(container: Json) -> Iterator[str]:
    for need in container.get("resourceRequirements") or []:
        value = str(need.get("value") or "")
        is_number = re.fullmatch(r"[1-9]\d*", value)
        whole_gpus = need["type"] == "GPU" and not need.get("sharingStrategy")
        if whole_gpus and value != "ALL" and not is_number:
            yield f"Invalid GPU resource requirement '{value}': a number of GPUs or ALL."


def no_memory(peer: Peer) -> Iterator[str]:
    own = peer.container.get("memory") or peer.container.get("memoryReservation")
    if not own and not peer.document.get("memory"):
        yield (
            f"Invalid setting for container '{peer.name}'. "
            "At least one of 'memory' or 'memoryReservation' must be specified."
        )


def bad_dependency(peer: Peer) -> Iterator[str]:
    prefix = f"Invalid setting for container '{peer.name}'. The container dependency"
    for link in peer.container.get("dependsOn") or []:
        other = peer.find(link["containerName"])
        if other is None:
            yield f"{prefix} '{link['containerName']}' does not exist."
        elif link["condition"] == "HEALTHY" and not other.get("healthCheck"):
            yield f"{prefix} '{other['name']}' has no health check for the condition HEALTHY."
        elif link["condition"] in ("COMPLETE", "SUCCESS") and other["essential"]:
            yield (
                f"{prefix} '{other['name']}' is essential: the condition {link['condition']} can't"
                " be set on an essential container."
            )


def bad_link(peer: Peer) -> Iterator[str]:
    links = peer.container.get("links") or []
    if links and peer.mode != "bridge":
        yield f"Links are not supported when networkMode={peer.mode}."
    for link in links:
        if peer.find(link.partition(":")[0]) is None:
            yield f"Invalid link '{link}' of container '{peer.name}': there is no such container."


def bad_source_container(peer: Peer) -> Iterator[str]:
    for source in peer.container["volumesFrom"]:
        if peer.find(source.get("sourceContainer", "")) is None:
            yield f"Unknown container '{source.get('sourceContainer')}' in 'volumesFrom'."


def bad_mount(peer: Peer) -> Iterator[str]:
    known = {volume.get("name") for volume in peer.document["volumes"]}
    for mount in peer.container["mountPoints"]:
        if mount.get("sourceVolume") not in known:
            yield f"Unknown volume '{mount.get('sourceVolume')}'."


def bridge_only(peer: Peer) -> Iterator[str]:
    if peer.mode == "awsvpc" and peer.container.get("hostname"):
        yield "Hostname is not supported on container when networkMode=awsvpc."
    if peer.mode == "awsvpc" and peer.container.get("extraHosts"):
        yield "Extra hosts are not supported on container when networkMode=awsvpc."


def unknown_accelerator(peer: Peer) -> Iterator[str]:
    known = [one["deviceName"] for one in peer.document.get("inferenceAccelerators") or []]
    for need in peer.container.get("resourceRequirements") or []:
        if need["type"] == "InferenceAccelerator" and need.get("value") not in known:
            yield f"Unknown inference accelerator '{need.get('value')}'."


CONTAINER_RULES: tuple[Rule[Json], ...] = (
    Rule(no_name, ("ContainerDefinition.name",), "The name of a container."),
    Rule(
        bad_image,
        ("ContainerDefinition.image",),
        "up to 255 characters total are allowed, including letters (uppercase and lowercase),"
        " numbers, hyphens, underscores, colons, periods, forward slashes, and number signs (#).",
    ),
    Rule(
        soft_above_hard,
        ("ContainerDefinition.memory", "ContainerDefinition.memoryReservation"),
        "If you specify both, memory must be greater than memoryReservation .",
    ),
    Rule(
        bad_check,
        ("HealthCheck.command",),
        "The string array must start with CMD to run the command arguments directly, or CMD-SHELL",
    ),
    Rule(
        bad_log_options,
        ("LogConfiguration.options", "LogConfiguration.secretOptions"),
        "awslogs-group Required: Yes",
    ),
    Rule(
        repeated_variable,
        ("Secret.name", "KeyValuePair.name"),
        "Developer Guide, Specifying sensitive data: secrets become environment variables",
    ),
    Rule(bad_mount_options, ("Tmpfs.mountOptions",), "The list of tmpfs volume mount options."),
    Rule(
        bad_security_option,
        ("ContainerDefinition.dockerSecurityOptions",),
        'Valid values: "no-new-privileges" | "apparmor:PROFILE" | "label:value" |'
        ' "credentialspec:CredentialSpecFilePath"',
    ),
    Rule(
        bad_resource,
        ("ResourceRequirement.value",),
        "You must specify this parameter unless the type is GPU and you specify sharingStrategy .",
    ),
)

PEER_RULES: tuple[Rule[Peer], ...] = (
    Rule(
        no_memory,
        ("ContainerDefinition.memoryReservation",),
        "If a task-level memory value is not specified, you must specify a non-zero integer for one"
        " or both of memory or memoryReservation in a container definition.",
    ),
    Rule(
        bad_dependency,
        ("ContainerDependency.condition", "ContainerDependency.containerName"),
        "This condition can't be set on an essential container.",
    ),
    Rule(
        bad_link,
        ("ContainerDefinition.links",),
        "This parameter is only supported if the network mode of a task definition is bridge .",
    ),
    Rule(
        bad_source_container,
        ("VolumeFrom.sourceContainer",),
        "The name of another container within the same task definition to mount volumes from.",
    ),
    Rule(
        bad_mount,
        ("MountPoint.sourceVolume",),
        "Must be a volume name referenced in the name parameter of task definition volume .",
    ),
    Rule(
        bridge_only,
        ("ContainerDefinition.hostname", "ContainerDefinition.extraHosts"),
        "The hostname parameter is not supported if you're using the awsvpc network mode.",
    ),
    Rule(
        unknown_accelerator,
        ("InferenceAccelerator.deviceName", "ResourceRequirement.value"),
        "When the type is InferenceAccelerator , the value matches the deviceName for an"
        " InferenceAccelerator specified in a task definition.",
    ),
)
