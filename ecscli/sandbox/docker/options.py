"""A container definition as the Docker SDK takes it: the options of `containers.create`. Pure.

Every instance is this one machine, so each has a loopback address of its own (127.0.1.1,
127.0.1.2, ...) on which the ports of its containers are published; two instances can then both have
port 80.
"""

from __future__ import annotations

import ipaddress
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from ecscli.sandbox.docker.host_access import host_path
from ecscli.sandbox.ecs.model import Container, Task
from ecscli.sandbox.shapes import Json

MEBIBYTE = 1024 * 1024
SECOND = 1_000_000_000
#: Where the addresses of instances, and those of tasks with a network interface, begin.
INSTANCES, TASKS = int(ipaddress.ip_address("127.1.0.1")), int(ipaddress.ip_address("127.2.0.1"))


class SharedVolume(NamedTuple):
    """A volume of the engine that outlives a task."""

    name: str
    read_only: bool


def loopback(base: int, name: str) -> str:
    """An address of this machine for a name, always the same."""
    return str(ipaddress.ip_address(base + zlib.crc32(name.encode()) % 65000))


def address_of(task: Task) -> str:
    """Where the ports of a task are published on this machine."""
    return (
        loopback(INSTANCES, task.instance.ec2_id)
        if task.instance and not task.eni
        else loopback(TASKS, task.id)
    )


def options_of(
    task: Task,
    container: Container,
    variables: dict[str, str],
    labels: dict[str, str],
    shared: Mapping[str, SharedVolume],
) -> Json:
    """Everything but the image and the network; options that the definition does not set are left
    out. `shared`: the volumes of the task that other tasks mount as well."""
    definition = container.definition
    found: Json = {
        "name": name_of(task, container.name),
        "command": definition.get("command"),
        "entrypoint": definition.get("entryPoint"),
        "environment": variables,
        "labels": {**definition.get("dockerLabels", {}), **labels, **ecs_labels(task, container)},
        "user": definition.get("user"),
        "working_dir": definition.get("workingDirectory"),
        "privileged": definition.get("privileged"),
        "read_only": definition.get("readonlyRootFilesystem"),
        "tty": definition.get("pseudoTerminal"),
        "stdin_open": definition.get("interactive"),
        "cpu_shares": definition.get("cpu") or None,
        "volumes": volumes(task, definition, shared),
        "volumes_from": [
            name_of(task, one["sourceContainer"]) for one in definition.get("volumesFrom", [])
        ],
        "healthcheck": health_check(definition),
        "ulimits": ulimits(definition),
        "security_opt": definition.get("dockerSecurityOptions"),
        "pid_mode": host_mode(task, "pidMode"),
        "ipc_mode": host_mode(task, "ipcMode"),
        **memory(definition),
        **linux(definition.get("linuxParameters") or {}),
    }
    return {name: value for name, value in found.items() if value not in (None, [], {})}


def name_of(task: Task, container: str) -> str:
    return f"ecs-{task.definition.family}-{task.definition.revision}-{container}-{task.id[:12]}"


def cluster_of(task: Task) -> str:
    """The cluster as a container reads it: its ARN on Fargate, its name on instances."""
    if task.launch_type != "FARGATE":
        return task.cluster
    return task.arn.replace(":task/", ":cluster/").rpartition("/")[0]


def ecs_labels(task: Task, container: Container) -> dict[str, str]:
    """The labels that the ECS agent gives to a container."""
    return {
        f"com.amazonaws.ecs.{name}": value
        for name, value in (
            ("cluster", cluster_of(task)),
            ("container-name", container.name),
            ("task-arn", task.arn),
            ("task-definition-family", task.definition.family),
            ("task-definition-version", str(task.definition.revision)),
        )
    }


def environment(
    task: Task, container: Container, ways: dict[str, str], secrets: dict[str, str]
) -> dict[str, str]:
    """The variables of a container: what ECS and the sandbox add, unless the definition has its
    own."""
    region = task.arn.split(":")[3]
    given = {one["name"]: one["value"] for one in container.definition.get("environment", [])}
    usual = {
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_ECS_{task.launch_type}",
    }
    return {**usual, **ways, **given, **secrets}


def host_mode(task: Task, member: str) -> str | None:
    """The host's namespace where the task asks for it; else each container has its own."""
    return "host" if task.definition.document.get(member) == "host" else None


def memory(definition: Json) -> Json:
    found = {}
    if definition.get("memory"):
        found["mem_limit"] = max(definition["memory"], 6) * MEBIBYTE
    if definition.get("memoryReservation"):
        found["mem_reservation"] = definition["memoryReservation"] * MEBIBYTE
    return found


def volume_name(task: Task, volume: str) -> str:
    return f"ecs-{task.id[:12]}-{volume}"


def made_volumes(task: Task, host_access: bool) -> dict[str, Json]:
    """The volumes that are made for this task alone, and how; drivers may mount what they like only
    where allowed."""
    found = {}
    for one in task.definition.document["volumes"]:
        if not host_path(one) and not one.get("efsVolumeConfiguration"):
            options = (one.get("dockerVolumeConfiguration") or {}).get("driverOpts")
            found[volume_name(task, one["name"])] = (
                {"driver_opts": options} if options and host_access else {}
            )
    return found


def volumes(task: Task, definition: Json, shared: Mapping[str, SharedVolume]) -> list[str]:
    """Docker's mounts: a host path or a volume's name, where, and how."""
    declared = {one["name"]: one for one in task.definition.document["volumes"]}
    return [
        mounted(task, declared[one["sourceVolume"]], one, shared.get(one["sourceVolume"]))
        for one in definition.get("mountPoints", [])
    ]


def mounted(task: Task, volume: Json, point: Json, shared: SharedVolume | None) -> str:
    """One mount; a volume that is shared does not get what the image has at its path."""
    if shared is None:
        source, how = host_path(volume) or volume_name(task, volume["name"]), "rw"
    else:
        source, how = shared.name, "ro,nocopy" if shared.read_only else "rw,nocopy"
    if point.get("readOnly"):
        how = how.replace("rw", "ro")
    return f"{source}:{point['containerPath']}:{how}"


def health_check(definition: Json) -> Json | None:
    check = definition.get("healthCheck")
    if not check:
        return None
    return {
        "test": check["command"],
        "interval": (check.get("interval") or 30) * SECOND,
        "timeout": (check.get("timeout") or 5) * SECOND,
        "retries": check.get("retries") or 3,
        "start_period": (check.get("startPeriod") or 0) * SECOND,
    }


def ulimits(definition: Json) -> list[Any]:
    if not definition.get("ulimits"):
        return []
    from docker.types import Ulimit

    return [
        Ulimit(name=one["name"], soft=one["softLimit"], hard=one["hardLimit"])
        for one in definition["ulimits"]
    ]


def linux(parameters: Json) -> Json:
    capabilities = parameters.get("capabilities") or {}
    return {
        "cap_add": capabilities.get("add"),
        "cap_drop": capabilities.get("drop"),
        "devices": [device(one) for one in parameters.get("devices") or []],
        "init": parameters.get("initProcessEnabled"),
        "shm_size": (parameters.get("sharedMemorySize") or 0) * MEBIBYTE or None,
        "tmpfs": {
            one["containerPath"]: f"size={one['size']}m" for one in parameters.get("tmpfs", [])
        },
    }


def device(one: Json) -> str:
    """A device of this machine as Docker takes it: here, there, and what may be done with it."""
    rights = "".join(right[0] for right in one.get("permissions") or ("read", "write", "mknod"))
    return f"{one['hostPath']}:{one.get('containerPath') or one['hostPath']}:{rights}"
