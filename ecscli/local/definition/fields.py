"""One container definition -> the keys of its Compose service, one row a key. Pure.

`$` is escaped later: a `Variable` is text that Docker Compose is to interpolate.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from ecscli.base.records import field, record

Json = dict[str, Any]
SECRET_LABEL = "ecs-local.secret."
FILE_LABEL = "ecs-local.environment-file."
ESSENTIAL_LABEL = "ecs-local.essential"
CONDITIONS = {
    "START": "service_started",
    "HEALTHY": "service_healthy",
    "SUCCESS": "service_completed_successfully",
    "COMPLETE": "service_completed_successfully",
}
PERMISSIONS = {"read": "r", "write": "w", "mknod": "m"}
LEAST_SHARES = 2  # the kernel's


class Variable(str):
    """Text with a variable of Docker Compose in it."""

    __slots__ = ()


@record
class Subject:
    """A container definition and the task that it belongs to; `volumes`: what a mount's source is,
    by the name of the ECS volume; `labels`: where the definition comes from."""

    container: Json
    task: Json
    volumes: Mapping[str, Json] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.container["name"])

    def items(self, name: str) -> list[Any]:
        return list(self.container.get(name) or [])

    @property
    def linux(self) -> Json:
        return self.container.get("linuxParameters") or {}


def secret_variable(container: str, name: str) -> str:
    """The variable that has a secret's value: short, and a name whatever the container's is."""
    digest = hashlib.sha256(container.encode()).hexdigest()[:8]
    return f"ECSCLI_SECRET_{digest}_{variable_part(name)}"


def file_variable(container: str, name: str) -> str:
    """The variable that has a value of an environment file in S3."""
    return secret_variable(container, name).replace("SECRET", "ENV", 1)


def variable_part(name: str) -> str:
    """The name of an environment variable in the name of one; those of ECS may have any
    character."""
    plain = "".join(one if one.isascii() and (one.isalnum() or one == "_") else "_" for one in name)
    if plain == name:
        return name
    return f"{plain}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


# ------------------------------------------------------------------------------ values


def go_duration(seconds: int | None) -> str | None:
    """Seconds as Go writes them: 90 -> 1m30s."""
    if seconds is None:
        return None
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h{minutes}m{rest}s"
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"


def mebibytes(number: int | None) -> str | None:
    return f"{number}m" if number else None


def environment(one: Subject) -> Json:
    given = {pair.get("name", ""): pair.get("value") for pair in one.items("environment")}
    secrets = {
        pair.get("name", ""): Variable(f"${{{secret_variable(one.name, pair.get('name', ''))}}}")
        for pair in one.items("secrets")
    }
    return {**given, **secrets}


def labels(one: Subject) -> Json:
    found = {**(one.container.get("dockerLabels") or {})}
    for pair in one.items("secrets"):
        found[f"{SECRET_LABEL}{pair.get('name', '')}"] = pair.get("valueFrom", "")
    for at, file in enumerate(one.items("environmentFiles")):
        found[f"{FILE_LABEL}{at}"] = file.get("value", "")
    if one.container.get("essential") is False:
        found[ESSENTIAL_LABEL] = "false"
    return {**found, **one.labels}


def devices(one: Subject) -> list[str]:
    return [
        ":".join(
            filter(
                None,
                (
                    device.get("hostPath", ""),
                    device.get("containerPath") or device.get("hostPath", ""),
                    "".join(PERMISSIONS.get(word, "") for word in device.get("permissions") or []),
                ),
            )
        )
        for device in one.linux.get("devices") or []
    ]


def tmpfs(one: Subject) -> list[str]:
    return [
        ",".join([f"{mount.get('containerPath')}:size={mount.get('size')}m", *options])
        for mount in one.linux.get("tmpfs") or []
        for options in [mount.get("mountOptions") or []]
    ]


def health_check(one: Subject) -> Json:
    check = one.container.get("healthCheck") or {}
    return present(
        {
            "test": check.get("command"),
            "timeout": go_duration(check.get("timeout")),
            "interval": go_duration(check.get("interval")),
            "retries": check.get("retries"),
            "start_period": go_duration(check.get("startPeriod")),
        }
    )


def logging(one: Subject) -> Json:
    found = one.container.get("logConfiguration") or {}
    return present({"driver": found.get("logDriver"), "options": found.get("options")})


def mounts(one: Subject) -> list[Json]:
    return [
        {
            **one.volumes.get(mount.get("sourceVolume", ""), {}),
            "target": mount.get("containerPath", ""),
            **({"read_only": True} if mount.get("readOnly") else {}),
        }
        for mount in one.items("mountPoints")
    ]


def ports(one: Subject) -> list[object]:
    return [port(mapping) for mapping in one.items("portMappings")]


def port(mapping: Json) -> object:
    protocol = mapping.get("protocol") or "tcp"
    if mapping.get("containerPortRange"):
        return f"{mapping['containerPortRange']}/{protocol}"
    found = {"target": mapping.get("containerPort"), "published": mapping.get("hostPort") or None}
    return present({**found, "protocol": mapping.get("protocol")})


def depends_on(one: Subject) -> Json:
    return {
        other["containerName"]: {
            "condition": CONDITIONS.get(other.get("condition", ""), "service_started")
        }
        for other in one.items("dependsOn")
    }


def volumes_from(one: Subject) -> list[str]:
    return [
        f"{other['sourceContainer']}:ro" if other.get("readOnly") else other["sourceContainer"]
        for other in one.items("volumesFrom")
    ]


def ulimits(one: Subject) -> Json:
    return {
        limit.get("name", ""): {
            "soft": limit.get("softLimit", 0),
            "hard": limit.get("hardLimit", 0),
        }
        for limit in one.items("ulimits")
    }


def restart(one: Subject) -> str | None:
    policy = one.container.get("restartPolicy") or {}
    if not policy.get("enabled"):
        return None
    return "on-failure" if 0 in (policy.get("ignoredExitCodes") or []) else "unless-stopped"


def deploy(one: Subject) -> Json:
    gpus = sum(
        int(need["value"])
        for need in one.items("resourceRequirements")
        if need.get("type") == "GPU" and str(need.get("value", "")).isdecimal()
    )
    if not gpus:
        return {}
    device = {"driver": "nvidia", "count": gpus, "capabilities": ["gpu"]}
    return {"resources": {"reservations": {"devices": [device]}}}


def swap_limit(one: Subject) -> str | None:
    """Docker counts memory and swap together."""
    memory, swap = one.container.get("memory"), one.linux.get("maxSwap")
    return f"{memory + swap}m" if memory and swap is not None else None


def capabilities(name: str) -> Callable[[Subject], object]:
    return lambda one: (one.linux.get("capabilities") or {}).get(name)


def plain(member: str) -> Callable[[Subject], object]:
    return lambda one: one.container.get(member)


def only_true(member: str) -> Callable[[Subject], object]:
    return lambda one: one.container.get(member) or None


def host_mode(member: str, *known: str) -> Callable[[Subject], object]:
    return lambda one: one.task.get(member) if one.task.get(member) in known else None


def shares(one: Subject) -> int | None:
    units = one.container.get("cpu") or 0
    return max(units, LEAST_SHARES) if units else None


#: The keys of a service in the order in which ecs-cli wrote them, with what was added between.
SERVICE: Mapping[str, Callable[[Subject], object]] = {
    "cap_add": capabilities("add"),
    "cap_drop": capabilities("drop"),
    "command": plain("command"),
    "cpu_shares": shares,
    "depends_on": depends_on,
    "deploy": deploy,
    "devices": devices,
    "dns": plain("dnsServers"),
    "dns_search": plain("dnsSearchDomains"),
    "entrypoint": plain("entryPoint"),
    "environment": environment,
    "extra_hosts": lambda one: [
        f"{host.get('hostname', '')}:{host.get('ipAddress', '')}"
        for host in one.items("extraHosts")
    ],
    "hostname": plain("hostname"),
    "healthcheck": health_check,
    "image": plain("image"),
    "init": lambda one: one.linux.get("initProcessEnabled"),
    "ipc": host_mode("ipcMode", "host", "none"),
    "labels": labels,
    "links": plain("links"),
    "logging": logging,
    "mem_limit": lambda one: mebibytes(one.container.get("memory")),
    "mem_reservation": lambda one: mebibytes(one.container.get("memoryReservation")),
    "mem_swappiness": lambda one: one.linux.get("swappiness"),
    "memswap_limit": swap_limit,
    "network_mode": lambda one: "none" if one.container.get("disableNetworking") else None,
    "networks": lambda one: None,  # of all containers together
    "pid": host_mode("pidMode", "host"),
    "ports": ports,
    "privileged": only_true("privileged"),
    "read_only": only_true("readonlyRootFilesystem"),
    "restart": restart,
    "security_opt": plain("dockerSecurityOptions"),
    "shm_size": lambda one: mebibytes(one.linux.get("sharedMemorySize")),
    "stdin_open": only_true("interactive"),
    "stop_grace_period": lambda one: go_duration(one.container.get("stopTimeout")),
    "sysctls": lambda one: [
        f"{control.get('namespace', '')}={control.get('value', '')}"
        for control in one.items("systemControls")
    ],
    "tmpfs": tmpfs,
    "tty": only_true("pseudoTerminal"),
    "ulimits": ulimits,
    "user": plain("user"),
    "volumes": mounts,
    "volumes_from": volumes_from,
    "working_dir": plain("workingDirectory"),
}


def service(one: Subject) -> Json:
    """The keys that a container definition gives."""
    return present({key: build(one) for key, build in SERVICE.items()})


def present(members: Json) -> Json:
    """The members that say something."""
    return {name: value for name, value in members.items() if value not in (None, "", [], {})}
