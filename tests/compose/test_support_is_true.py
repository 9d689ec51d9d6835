"""The table says where each key goes; here the requests of the scenario folders are asked whether
it got there."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ecscli.compose.ecs.launch_target import LaunchFlags
from ecscli.compose.ecs.support import Row, is_set, seen_in, table
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.load import load_project
from ecscli.compose.project.model import Project
from ecscli.compose.task.definition import TaskDefinition, TaskSettings
from ecscli.compose.verdict import build_task_definition
from tests.compose.scenarios import CASES, build, expected, load, target_of

SERVICE = """
services:
  web:
    image: nginx
    label_file: labels
    {count}
    deploy:
      mode: {mode}
      update_config: {{parallelism: 1, order: start-first, failure_action: rollback, max_failure_ratio: 0.5}}
      placement: {{max_replicas_per_node: 1, preferences: [{{spread: node.labels.zone}}]}}
"""
VARIANTS = [
    ("scale: 2", "replicated"),
    ("x-a: 1", "global"),
    ("x-a: 1", "replicated\n      replicas: 2"),
]
LAUNCH_TYPES = ("EC2", "FARGATE")


def scenarios(folder: Path) -> Iterator[tuple[str, Project, TaskDefinition]]:
    """Launch type, project and result of everything that is translated."""
    for case in CASES:
        if "request" in expected(case) and not case.startswith("original-"):
            yield target_of(case).get("launch_type", "EC2"), load(case), build(case)
    (folder / "labels").write_text("a=b\n")
    for count, mode in VARIANTS:
        (folder / "compose.yml").write_text(SERVICE.format(count=count, mode=mode))
        project = load_project(LoadOptions(str(folder), {}))
        for launch_type in LAUNCH_TYPES if mode != "global" else ("EC2",):
            yield (
                launch_type,
                project,
                build_task_definition(project, None, TaskSettings(LaunchFlags(launch_type))),
            )


def reached(value: Any, steps: Sequence[str]) -> bool:
    """Whether a field of the table, step by step, has a value in a request."""
    if not steps:
        return value is not None
    head, *rest = steps
    inside = value.get(head.removesuffix("[]")) if isinstance(value, dict) else None
    if head.endswith("[]") and rest:
        return any(reached(item, rest) for item in inside or ())
    return reached(inside, rest)


def arrived(definition: TaskDefinition, field: str) -> bool:
    head, *rest = field.split(".")
    if head == "CreateService":
        return reached(definition.service, rest) and bool(definition.service)
    return reached(definition.request, [head, *rest])


DEFAULT = ("services.*.deploy.mode", "FARGATE")  # `replicated`, all that Fargate has, is not sent


def rows_with_a_field(launch_type: str) -> Iterable[Row]:
    """Those that send something; loading turns `external.name` into `name`."""
    return (
        row
        for row in table()
        if row.on(launch_type).field
        and not row.path.endswith(".external.name")
        and (row.path, launch_type) != DEFAULT
    )


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """(path, launch type) of each key that was found at the place that the table names."""
    found = {("name", launch_type) for launch_type in LAUNCH_TYPES}  # the family is always there
    for launch_type, project, definition in scenarios(tmp_path_factory.mktemp("service")):
        for _, row, _, value in seen_in(project.tree):
            field = row.on(launch_type).field
            if field and is_set(value) and arrived(definition, field):
                found.add((row.path, launch_type))
    return found


@pytest.mark.parametrize("launch_type", LAUNCH_TYPES)
def test_what_the_table_sends_arrives_where_it_says(
    seen: set[tuple[str, str]], launch_type: str
) -> None:
    assert [
        row.path for row in rows_with_a_field(launch_type) if (row.path, launch_type) not in seen
    ] == []
