"""What of a task reaches this machine instead of staying in its containers: a task definition in,
the parts out. Pure.

A container that has one of them can read, change or end what is outside of it, so each has to be
allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ecscli.sandbox.shapes import Json

FLAG = "--allow-host-access"
#: What Docker gives to every container, and what stays within a container's own namespaces.
CONFINED = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "NET_RAW",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
        "IPC_LOCK",
        "IPC_OWNER",
        "LEASE",
        "NET_ADMIN",
        "NET_BROADCAST",
        "SYS_PTRACE",
    }
)
#: The only security option that takes rights away; all others change the profile that confines a
#: container.
HARMLESS_OPTION = "no-new-privileges"


def capabilities(container: Json) -> Iterable[str]:
    added = ((container.get("linuxParameters") or {}).get("capabilities") or {}).get("add") or []
    return (one for one in added if str(one).upper().removeprefix("CAP_") not in CONFINED)


def devices(container: Json) -> Iterable[str]:
    return (
        one.get("hostPath", "")
        for one in (container.get("linuxParameters") or {}).get("devices") or []
    )


def security_options(container: Json) -> Iterable[str]:
    given = container.get("dockerSecurityOptions") or []
    return (one for one in given if one.partition(":")[0].partition("=")[0] != HARMLESS_OPTION)


#: Each part of a container definition that reaches this machine, and its values.
OF_CONTAINERS: dict[str, Callable[[Json], Iterable[str]]] = {
    "privileged": lambda container: ["true"] if container.get("privileged") else [],
    "linuxParameters.capabilities.add": capabilities,
    "linuxParameters.devices": devices,
    "dockerSecurityOptions": security_options,
}


def host_path(volume: Json) -> str | None:
    """The path of this machine that a volume is, if it is one."""
    return (volume.get("host") or {}).get("sourcePath")


def mounted_device(volume: Json) -> str | None:
    """What the driver of a Docker volume would mount: anything but memory is outside of the
    sandbox's own volumes."""
    options = (volume.get("dockerVolumeConfiguration") or {}).get("driverOpts") or {}
    device = options.get("device", "")
    return None if options.get("type") == "tmpfs" and "/" not in device else device


#: The same of the task itself.
OF_TASKS: dict[str, Callable[[Json], Iterable[str | None]]] = {
    "networkMode": lambda task: ["host"] if task.get("networkMode") == "host" else [],
    "pidMode": lambda task: ["host"] if task.get("pidMode") == "host" else [],
    "ipcMode": lambda task: ["host"] if task.get("ipcMode") == "host" else [],
    "volumes.host.sourcePath": lambda task: map(host_path, task.get("volumes") or []),
    "volumes.dockerVolumeConfiguration.driverOpts.device": lambda task: map(
        mounted_device, task.get("volumes") or []
    ),
}


def reaching(task: Json) -> Iterator[str]:
    """The parts of a task definition that reach this machine, as `container web: privileged
    (true)`."""
    for part, values in OF_TASKS.items():
        yield from (f"{part} ({value})" for value in values(task) if value)
    for container in task.get("containerDefinitions") or []:
        for part, values in OF_CONTAINERS.items():
            yield from (
                f"container {container['name']}: {part} ({value})"
                for value in values(container)
                if value
            )


def refusal(task: Json) -> str | None:
    """Why a task does not start where access to this machine is not allowed."""
    found = list(reaching(task))
    if not found:
        return None
    return (
        f"{', '.join(found)}: reaches this machine; allow it with `ecscli sandbox start --docker"
        f" {FLAG}`"
    )
