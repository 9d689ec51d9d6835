"""A database whose data would end with its task: every file that has one is warned."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from ecscli.compose.ecs.launch_target import LaunchFlags
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.load import load_project
from ecscli.compose.task.definition import TaskSettings
from ecscli.compose.verdict import build_task_definition


@pytest.mark.parametrize(
    ("image", "keys", "is_warned"),
    [
        ("postgres:16", {}, True),
        ("docker.io/bitnami/postgresql@sha256:" + "0" * 64, {}, True),
        ("postgres:16", {"driver": "efs", "driver_opts": {"filesystem_id": "fs-12345678"}}, False),
        ("nginx", {}, False),
        ("example.com/postgres-backup", {}, False),
    ],
)
def test_data_of_a_database_in_a_volume_of_the_task_is_warned_of(
    tmp_path: Path, image: str, keys: dict[str, Any], is_warned: bool
) -> None:
    service = {"image": image, "volumes": ["data:/var/lib/data"]}
    document = {"services": {"db": service}, "volumes": {"data": keys}}
    (tmp_path / "compose.yml").write_text(yaml.safe_dump(document))
    loaded = load_project(LoadOptions(str(tmp_path), {}))
    definition = build_task_definition(loaded, None, TaskSettings(LaunchFlags("EC2")))
    warned = [one.message for one in definition.warnings if "gone after each" in one.message]
    assert bool(warned) == is_warned
