"""Whether work grows with its size: ten times as many services to check, and tasks to list, should
take ten times as long, in one process."""

from __future__ import annotations

import gc
import tempfile
from pathlib import Path
from typing import Any

from bench.compare import report
from bench.load import TARGET, taken
from ecscli.compose.check import check
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.load import load_project
from ecscli.compose.params.read import EcsParams
from ecscli.up.tasks.surroundings import Surroundings
from ecscli.up.tasks.table import rows

FEW, MANY = 1_000, 10_000
SERVICE = """\
  service-{n}:
    image: registry.example.com/team/service-{n}:1.{n}.0
    mem_limit: 64m
    ports: ["8080"]
    environment: {{WORKERS: 4, URL: "http://service-{n}.internal"}}
"""
TIMES = 1.5  # how much longer one of many may take than one of few


def seconds_to_check(services: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        bodies = (SERVICE.format(n=number) for number in range(services))
        (Path(folder) / "compose.yaml").write_text(f"services:\n{''.join(bodies)}")
        options = LoadOptions(folder, {}, project_name="bench")
        return taken(lambda: check(load_project(options), EcsParams(), TARGET))


def seconds_to_list(count: int) -> float:
    tasks: list[Any] = [task(number) for number in range(count)]
    return taken(lambda: list(rows(tasks, Surroundings())))


def task(number: int) -> dict[str, object]:
    arn = f"arn:aws:ecs:us-east-1:123456789012:task/demo/{number:032x}"
    return {
        "taskArn": arn,
        "taskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:1",
        "lastStatus": "RUNNING",
        "desiredStatus": "RUNNING",
        "containers": [{"name": "web", "lastStatus": "RUNNING", "containerArn": arn}],
    }


def main() -> None:
    gc.disable()
    try:
        found = {
            f"check of {MANY} services": seconds_to_check(MANY) / seconds_to_check(FEW) / 10,
            f"table of {MANY} tasks": seconds_to_list(MANY) / seconds_to_list(FEW) / 10,
        }
    finally:
        gc.enable()
    report(f"one of many x one of {FEW}", found, dict.fromkeys(found, TIMES))


if __name__ == "__main__":
    main()
