"""What Fargate accepts: the sizes of tasks and its platform versions (Developer Guide, "Task CPU
and memory")."""

from __future__ import annotations

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
