"""Load, translate and check of 5 to 2,000 services against PyYAML's C loader reading the same
bytes, in one process."""

from __future__ import annotations

import gc
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from bench.compare import report
from ecscli.compose.check import check
from ecscli.compose.ecs.launch_target import LaunchFlags
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.load import load_project
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project
from ecscli.compose.task.definition import TaskSettings
from ecscli.compose.verdict import build_task_definition

TARGET = TaskSettings(LaunchFlags("EC2"), region="eu-west-1")
SIZES = {5: 41, 50: 21, 500: 9, 2000: 5}
SERVICE = """\
  service-{n}:
    image: registry.example.com/team/service-{n}:1.{n}.0
    command: ["serve", "--port", "8080", "--verbose"]
    environment:
      LOG_LEVEL: info
      DATABASE_URL: postgres://db.internal:5432/service-{n}
      WORKERS: 4
      FEATURE: "true"
    ports:
      - "8080"
      - "9090"
    volumes:
      - data-{n}:/var/lib/service
      - /etc/ssl:/etc/ssl:ro
    labels:
      com.example.team: core
      com.example.tier: backend
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:8080/health"]
      interval: 30s
      timeout: 5s
      retries: 3
    logging:
      driver: awslogs
      options:
        awslogs-group: /ecs/service-{n}
        awslogs-region: eu-west-1
    ulimits:
      nofile: {{soft: 1024, hard: 4096}}
    deploy:
      resources:
        limits: {{cpus: '0.5', memory: 512M}}
"""


def compose_file(services: int) -> str:
    """About 30 lines and 1 kB a service; the same text for the same number."""
    bodies = "".join(SERVICE.format(n=number) for number in range(services))
    volumes = "".join(f"  data-{number}:\n" for number in range(services))
    return f"services:\n{bodies}volumes:\n{volumes}"


def taken(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(services: int, rounds: int) -> dict[str, float]:
    """Medians over the rounds of each step's time over the C loader's; the collector is off, as in
    the program."""
    text = compose_file(services).encode()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "compose.yaml").write_bytes(text)
        options = LoadOptions(folder, {}, project_name="bench")
        peer = lambda: yaml.load(text, yaml.CSafeLoader)  # noqa: E731
        load = lambda: load_project(options)  # noqa: E731
        both = lambda: translate(load_project(options))  # noqa: E731
        checked = lambda: check(load_project(options), EcsParams(), TARGET)  # noqa: E731
        works = {"load": load, "load + translate": both, "load + check": checked}
        found: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(rounds):
            base = taken(peer)
            for name, work in works.items():
                found[name].append(taken(work) / base)
    return {
        f"{services} services, {name}": statistics.median(times) for name, times in found.items()
    }


def translate(project: Project) -> object:
    return build_task_definition(project, EcsParams(), TARGET)


def main() -> None:
    gc.disable()
    try:
        found = {
            name: ratio
            for size, rounds in SIZES.items()
            for name, ratio in measure(size, rounds).items()
        }
    finally:
        gc.enable()
    targets = {name: 3.0 for name in found if not name.endswith("check")}
    report("load, translate and check, x PyYAML's C loader on the same bytes", found, targets)


if __name__ == "__main__":
    main()
