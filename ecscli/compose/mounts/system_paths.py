"""Paths of the system that containers mount -> why they do, and what becomes of them on
Fargate."""

from __future__ import annotations

from ecscli.base.records import record
from ecscli.base.system.files import is_inside


@record
class SystemPath:
    """A path of every Linux machine. `reason` completes "PATH: "; `without` is what follows where
    there is no host, None where a container cannot do without."""

    path: str
    reason: str
    hint: str = "run it on EC2, where the path is that of the instance"
    without: str | None = None


SOCKET = "the socket of Docker, through which programs such as Traefik, Portainer and Watchtower"
CLOCK = "containers run in UTC; set the variable TZ for another time zone"
SYSTEM_PATHS = tuple(
    [
        SystemPath(path, f"{SOCKET} rule the containers of their machine")
        for path in ("/var/run/docker.sock", "/run/docker.sock")
    ]
    + [
        SystemPath("/etc/localtime", "the time zone of the machine", without=CLOCK),
        SystemPath("/etc/timezone", "the time zone of the machine", without=CLOCK),
        SystemPath("/proc", "the processes of the machine"),
        SystemPath("/sys", "the devices and control groups of the machine"),
        SystemPath("/dev", "the devices of the machine"),
        SystemPath("/var/lib/docker", "the containers of the machine and their files"),
        SystemPath("/var/log", "the logs of the machine"),
    ]
)


def system_path(source: str) -> SystemPath | None:
    """What is known of a path; None of any other."""
    for known in SYSTEM_PATHS:
        if is_inside(source, known.path):
            return known
    return SystemPath("/", "the whole file system of the machine") if source == "/" else None
