"""Sizes of tasks: CPU units and MiB out of texts, and those that Fargate has (Developer Guide,
"Task CPU and memory")."""

from __future__ import annotations

import re

from ecscli.sandbox.errors import client

#: CPU units -> the MiB that go with them.
SIZES: dict[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4097, 1024)),
    1024: tuple(range(2048, 8193, 1024)),
    2048: tuple(range(4096, 16385, 1024)),
    4096: tuple(range(8192, 30721, 1024)),
    8192: tuple(range(16384, 61441, 4096)),
    16384: tuple(range(32768, 122881, 8192)),
}

LATEST_PLATFORM = "1.4.0"


def is_size(cpu: int, memory: int) -> bool:
    return memory in SIZES.get(cpu, ())


def cpu_units(text: str) -> int:
    """`256`, `.25 vCPU` -> CPU units."""
    return whole(text, "vcpu", "cpu")


def mebibytes(text: str) -> int:
    """`512`, `0.5GB` -> MiB."""
    return whole(text, "gb", "memory")


def whole(text: str, unit: str, setting: str) -> int:
    """A number, times 1024 where its unit follows; ClientException for another text."""
    match = re.fullmatch(rf"(?i)\s*(\d+\.?\d*|\.\d+)\s*({unit})?\s*", text)
    if match is None:
        raise client(f"Invalid '{setting}' setting for task.")
    return int(float(match[1]) * 1024) if match[2] else int(float(match[1]))
