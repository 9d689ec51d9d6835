"""Run commands in interleaved rounds; a figure is the median over the rounds of a command's time
over its peer's."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

CAP = 2000  # characters of what a failed command says
#: A process is never smaller than the one that starts it: this one is. What the command prints goes
#: to stderr, what it took to stdout.
LAUNCHER = """
import os, sys, time
started = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[
    (os.POSIX_SPAWN_DUP2, 2, 1)])
_, status, used = os.wait4(child, 0)
wall = time.perf_counter() - started
print(os.waitstatus_to_exitcode(status), wall, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


class Used(NamedTuple):
    """What a whole process took: seconds of wall and processor, and its peak in MiB."""

    wall: float
    cpu: float
    peak: float


def ratios(
    commands: Mapping[str, Sequence[str]], peer: str, rounds: int = 15, cwd: Path | None = None
) -> dict[str, float]:
    """How many times as long as `peer` each command takes: wall time of the whole process."""
    for command in commands.values():
        used(command, cwd)  # byte-code and disk cache are warm from here on
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name in random.sample(list(commands), len(commands)):
            taken[name].append(used(commands[name], cwd).wall)
    return {name: median_ratio(taken[name], taken[peer]) for name in commands}


def median_ratio(times: Sequence[float], base: Sequence[float]) -> float:
    """The median of the ratios, round by round."""
    return statistics.median(one / other for one, other in zip(times, base, strict=True))


def used(
    command: Sequence[str],
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    codes: Sequence[int] = (0,),
) -> Used:
    """What one run took, which must end with one of the codes."""
    variables = dict(os.environ if environment is None else environment)
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", LAUNCHER, *command],
            cwd=cwd,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            check=True,
        )
        code, wall, cpu, peak = map(float, done.stdout.split())
        if code not in codes:
            said.seek(0)
            text = said.read().decode(errors="replace")[-CAP:]
            raise SystemExit(f"{' '.join(command)} failed:\n{text}")
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Used(wall, cpu, peak / unit)


def report(title: str, found: Mapping[str, float], targets: Mapping[str, float]) -> None:
    """A table of ratios with the target where one is set."""
    print(f"\n{title}")
    for name, ratio in found.items():
        target = f"   must stay below {targets[name]:g}" if name in targets else ""
        print(
            f"  {name:34}"
            f" {ratio:7.2f}{target}{'   MISSED' if ratio > targets.get(name, ratio) else ''}"
        )


def programs() -> str:
    """The folder of the programs of this environment."""
    return str(Path(sys.executable).parent)
