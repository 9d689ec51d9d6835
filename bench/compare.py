"""Run commands in interleaved rounds; a figure is the median over the rounds of a command's time
over its peer's."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path


def ratios(
    commands: Mapping[str, Sequence[str]], peer: str, rounds: int = 15, cwd: Path | None = None
) -> dict[str, float]:
    """How many times as long as `peer` each command takes: wall time of the whole process."""
    for command in commands.values():
        seconds(command, cwd)  # byte-code and disk cache are warm from here on
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name in random.sample(list(commands), len(commands)):
            taken[name].append(seconds(commands[name], cwd))
    return {
        name: statistics.median(
            one / base for one, base in zip(taken[name], taken[peer], strict=True)
        )
        for name in commands
    }


def seconds(command: Sequence[str], cwd: Path | None = None) -> float:
    """Wall time of one run, which must succeed."""
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    started = time.perf_counter()
    done = subprocess.run(command, check=False, cwd=cwd, env=environment, capture_output=True)
    taken = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr.decode()}")
    return taken


def report(title: str, found: Mapping[str, float], targets: Mapping[str, float]) -> None:
    """A table of ratios with the target where one is set."""
    print(f"\n{title}")
    for name, ratio in found.items():
        target = f"   must stay below {targets[name]:g}" if name in targets else ""
        print(
            f"  {name:34}"
            f" {ratio:7.2f}{target}{'   MISSED' if ratio > targets.get(name, ratio) else ''}"
        )
