"""Volumes in EFS: made with the support stack, mounted with a task role, kept by `down`, found again
by `up`, and deleted where that is asked for."""

import json
from typing import Any

import pytest

from tests.commands.compose.test_networks import Shop
from tests.conftest import Cli
from tests.lint import lint

COMPOSE = """\
services:
  db:
    image: redis
    volumes: ["data:/data"]
  web:
    image: nginx
    volumes: ["uploads:/up:ro"]
volumes:
  data: {{x-ecs: {{efs: {efs}}}}}
{uploads}
x-ecs: {{layout: services, discovery: none, logs: none}}
"""
UPLOADS = "  uploads: {x-ecs: {efs: {uid: 1000, gid: 1000}}}"
CONSENT = "--capability-iam"


class Store(Shop):
    """The same with two volumes in EFS."""

    def write(self, efs: str = "true", uploads: str = UPLOADS, **more: str) -> None:
        self.cli.write("compose.yml", COMPOSE.format(efs=efs, uploads=uploads, **more))

    def file_systems(self) -> list[str]:
        found = self.client("efs").describe_file_systems()["FileSystems"]
        return [one["FileSystemId"] for one in found]

    def volume(self, family: str) -> Any:
        """The efsVolumeConfiguration of the newest revision, and its task role."""
        found = self.client("ecs").describe_task_definition(taskDefinition=family)
        definition = found["taskDefinition"]
        [volume] = definition["volumes"]
        return volume["efsVolumeConfiguration"], definition.get("taskRoleArn")


@pytest.fixture
def store(sandbox: Cli) -> Store:
    return Store(sandbox)


def test_a_volume_outlives_the_project_and_goes_when_that_is_asked_for(store: Store) -> None:
    refused = store("up")
    assert refused.code == 2, refused.out
    assert "db needs role TaskRoleDb in stack" in refused.err
    assert store.file_systems() == []

    store.up(CONSENT)
    outputs, [made] = store.outputs(), store.file_systems()
    assert outputs["FileSystem"] == made
    assert lint(json.dumps(store.template()), "us-east-1") == []
    configuration, role = store.volume("shop-db")
    assert configuration == {
        "fileSystemId": made,
        "transitEncryption": "ENABLED",
        "authorizationConfig": {"accessPointId": outputs["AccessPointData"], "iam": "ENABLED"},
    }
    assert role == outputs["TaskRoleDb"]
    again = store("plan")
    assert (again.code, again.out) == (0, "")

    ended = store("down", "--timeout", "0.5")
    assert ended.code == 0, ended.err
    assert f"file system {made} stays (volumes data and uploads, 6 KiB)" in ended.err
    assert store.file_systems() == [made]

    store.up(CONSENT)
    assert store.file_systems() == [made]
    configuration, _ = store.volume("shop-db")
    assert configuration["fileSystemId"] == made
    assert "FileSystem" not in store.template()["Resources"]
    assert store("plan").code == 0

    asked = store("down", "--volumes", "--timeout", "0.5")
    assert asked.code == 2, asked.out
    assert store.file_systems() == [made]
    done = store("down", "--volumes", "--yes", "--timeout", "0.5")
    assert done.code == 0, done.err
    assert f"Deleted file system {made}" in done.err
    assert store.file_systems() == []
