"""What ECS accepts, as far as the translation needs it too: sizes, ranges, names and values.

Facts of the ECS API reference and the developer guide (service model 2014-11-13 as of 2026). Pure
data with a few look-ups; the rows of `requests/` read the same numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ecscli.base.limits import EC2, EXTERNAL, FARGATE, PORT, Range

CPU_UNITS_PER_CORE = 1024

# --- task size
# -------------------------------------------------------------------------------------------------

FARGATE_SIZES: Mapping[
    int, tuple[int, ...]
] = {  # CPU units -> memory in MiB (developer guide, "Task CPU and memory")
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16384 + 1, 1024)),
    4096: tuple(range(8192, 30720 + 1, 1024)),
    8192: tuple(range(16384, 61440 + 1, 4096)),  # from Linux platform version 1.4.0
    16384: tuple(range(32768, 122880 + 1, 8192)),  # from Linux platform version 1.4.0
}
FARGATE_WINDOWS_CPU = (1024, 2048, 4096)
EC2_TASK_CPU = Range(128, 196608, "CPU units")  # 0.125 to 192 vCPU
MIN_CONTAINER_MEMORY = 6  # MiB; Docker 20.10 and later reserve as much
MAX_TASK_DEFINITION_BYTES = 64 * 1024  # the JSON of the whole document
MAX_CONTAINERS = 10  # in a task definition
# CPU units and MiB that AWS advises to add to a task for the proxy of Service Connect
CONNECT_PROXY = (256, 64)

_SIZE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>vcpu|gb)?", re.IGNORECASE)


def cpu_units(text: str) -> int | None:
    """Task CPU as ECS reads it, `256` or `.25 vCPU`, in CPU units; None where it is neither."""
    return _size(text, "vcpu", CPU_UNITS_PER_CORE)


def memory_mib(text: str) -> int | None:
    """Task memory as ECS reads it, `512` or `0.5GB`, in MiB; None where it is neither."""
    return _size(text, "gb", 1024)


def _size(text: str, unit: str, factor: int) -> int | None:
    written = text.strip()
    found = _SIZE.fullmatch("0" + written if written.startswith(".") else written)
    if not found or (found["unit"] or unit).lower() != unit:
        return None
    number = float(found["number"])
    if found["unit"] is None:
        return int(number) if number.is_integer() else None
    return round(number * factor)


def fits_fargate(cpu: int, memory: int) -> bool:
    """Whether Fargate offers this pair of CPU units and MiB."""
    return memory in FARGATE_SIZES.get(cpu, ())


def smallest_fargate_size(cpu: int, memory: int) -> tuple[int, int] | None:
    """The smallest pair (CPU units, MiB) that holds what is asked for; None where Fargate has none
    so large."""
    for units, sizes in FARGATE_SIZES.items():
        enough = next((size for size in sizes if size >= memory), None)
        if units >= cpu and enough is not None:
            return units, enough
    return None


def fargate_choices(cpu: int) -> str:
    """The MiB that Fargate offers beside this CPU, for a hint: `512, 1024, 2048` or `4096 to 16384
    in steps of 1024`.

    Empty where Fargate has no such CPU.
    """
    sizes = FARGATE_SIZES.get(cpu, ())
    if len(sizes) <= 4:
        return ", ".join(map(str, sizes))
    return f"{sizes[0]} to {sizes[-1]} in steps of {sizes[1] - sizes[0]}"


# --- names
# --------------------------------------------------------------------------------------------------

NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")  # family, container, volume, service, cluster
PORT_NAME = re.compile(r"[a-z0-9_][a-z0-9_-]{0,63}")  # portMappings[].name
MAX_IMAGE_LENGTH = 255  # characters, without the digest
RESERVED_TAG_PREFIX = "aws:"  # in any case of letters

# --- containers
# ------------------------------------------------------------------------------------------------


class Bound(NamedTuple):
    """The range of a number of a health check, by its Compose key and its field."""

    key: str
    field: str
    range: Range


HEALTH_BOUNDS = (
    Bound("interval", "interval", Range(5, 300, "seconds")),
    Bound("timeout", "timeout", Range(2, 60, "seconds")),
    Bound("retries", "retries", Range(1, 10)),
    Bound("start_period", "startPeriod", Range(0, 300, "seconds")),
)
HEALTH_COMMANDS = ("CMD", "CMD-SHELL", "NONE")  # what healthCheck.command begins with
RESTART_PERIOD = Range(60, 1800, "seconds")  # restartPolicy.restartAttemptPeriod
RESERVED_HOST_PORTS = (22, 2375, 2376, 51678, 51679, 51680)  # SSH, Docker and the agent, on EC2
MAX_RESERVED_PORTS = 100  # fixed host ports per instance, the reserved ones included
# dynamic host ports may be taken from here, on many instances from 32768
EPHEMERAL_PORTS = Range(49153, PORT.high)

AWSLOGS_REQUIRED = ("awslogs-group", "awslogs-region")  # the stream prefix too on Fargate
APP_PROTOCOLS = frozenset({"http", "http2", "grpc"})
TRANSPORT_PROTOCOLS = frozenset({"tcp", "udp"})
DEPENDS_ON = {  # Compose condition -> dependsOn[].condition
    "service_started": "START",
    "service_healthy": "HEALTHY",
    "service_completed_successfully": "SUCCESS",
}
NETWORK_MODES: Mapping[str, tuple[str, ...]] = {
    EC2: ("bridge", "host", "awsvpc", "none"),
    EXTERNAL: ("bridge", "host", "none"),
    FARGATE: ("awsvpc",),
}

MAX_PLACEMENT_STRATEGIES = 5
# The days for which CloudWatch Logs keeps events: retentionInDays
DAYS_UP_TO_A_YEAR = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365)
DAYS_BEYOND = (400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
LOG_RETENTIONS = (*DAYS_UP_TO_A_YEAR, *DAYS_BEYOND)
