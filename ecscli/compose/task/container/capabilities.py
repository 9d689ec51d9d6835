"""`cap_add` and `cap_drop` of a service -> linuxParameters.capabilities.

Sources: KernelCapabilities in the ECS API reference; the default capabilities in the documentation
of Docker, "Runtime privilege and Linux capabilities".
"""

from __future__ import annotations

from collections.abc import Sequence

from ecscli.base.findings import Findings
from ecscli.compose.project.model import Service
from ecscli.compose.task.scene import Scene

ALL = "ALL"
DEFAULT = (
    *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD"),
    *("NET_BIND_SERVICE", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
)


def capabilities(service: Service, scene: Scene) -> dict[str, list[str]]:
    """What is added and dropped, each left out where it is empty. In files of ecs-cli the names are
    sent as written, but for `all`."""
    if scene.exact:
        return _as_written(service, scene.findings)
    added, dropped = _names(service.cap_add), _names(service.cap_drop)
    if scene.launch.on_fargate:
        added, dropped = _on_fargate(added, dropped)
    return {side: names for side, names in (("add", added), ("drop", dropped)) if names}


def _names(written: Sequence[str] | None) -> list[str]:
    """Names in ECS's spelling, without CAP_."""
    return [name.upper().removeprefix("CAP_") for name in written or ()]


def _on_fargate(added: list[str], dropped: list[str]) -> tuple[list[str], list[str]]:
    """The same capabilities in the words of Fargate, which adds none that are there by default: all
    dropped but for these are the other default ones dropped."""
    kept = [name for name in added if name in DEFAULT]
    beyond = [name for name in added if name not in DEFAULT]
    if kept and ALL in dropped:
        dropped = [name for name in DEFAULT if name not in kept]
    return beyond, [name for name in dropped if name not in kept]


def _as_written(service: Service, findings: Findings) -> dict[str, list[str]]:
    found = {}
    for side, names in (("add", service.cap_add), ("drop", service.cap_drop)):
        if names:
            found[side] = ["ALL" if name == "all" else name for name in names]
            if "all" in names:
                _note_all(service, f"cap_{side}", findings)
    return found


def _note_all(service: Service, key: str, findings: Findings) -> None:
    findings.notice(
        '"all" is sent as ALL, the spelling of ECS',
        service.where(key),
        key=f"services.{service.name}.{key}",
    )
