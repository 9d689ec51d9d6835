"""Volumes in EFS: made with the support stack, mounted with a task role, kept by `down`, found again
by `up`, and deleted where that is asked for."""

import json
from typing import Any

import pytest

from tests.commands.compose.test_networks import STACK, WAIT, Shop
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
SINGLE = """\
services: {db: {image: redis, volumes: ["data:/data"]}}
volumes: {data: }
x-ecs: {logs: none, volumes: {data: {efs: true}}}
"""
CONSENT = "--capability-iam"


class Store(Shop):
    """The same with two volumes in EFS."""

    def write(self, efs: str = "true", uploads: str = UPLOADS, **more: str) -> None:
        self.cli.write("compose.yml", COMPOSE.format(efs=efs, uploads=uploads, **more))

    def file_systems(self) -> list[str]:
        found = self.client("efs").describe_file_systems()["FileSystems"]
        return [one["FileSystemId"] for one in found]

    def file_system_of_others(self) -> str:
        """A file system that nothing reaches yet."""
        found = self.client("efs").create_file_system(CreationToken="others")
        return str(found["FileSystemId"])

    def rules_of_mounts(self) -> list[str]:
        """The security groups that reach the mount targets."""
        described = self.client("ec2").describe_security_groups()["SecurityGroups"]
        [group] = [one for one in described if one["Description"].startswith("File system of")]
        [rule] = group["IpPermissions"]
        assert (rule["FromPort"], rule["ToPort"]) == (2049, 2049)
        return [pair["GroupId"] for pair in rule["UserIdGroupPairs"]]

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

    ended = store("down", *WAIT)
    assert ended.code == 0, ended.err
    assert f"file system {made} stays (volumes data and uploads, 6 KiB)" in ended.err
    assert store.file_systems() == [made]

    store.write(efs="{own: true}")
    left = store("up", CONSENT)
    assert left.code == 2, left.out
    assert f"volumes.data: its data is in file system {made}, which it would leave" in left.err
    store.write()
    store.up(CONSENT)
    assert store.file_systems() == [made]
    configuration, _ = store.volume("shop-db")
    assert configuration["fileSystemId"] == made
    assert "FileSystem" not in store.template()["Resources"]
    assert store("plan").code == 0

    asked = store("down", "--volumes", *WAIT)
    assert asked.code == 2, asked.out
    assert store.file_systems() == [made]
    done = store("down", "--volumes", "--yes", *WAIT)
    assert done.code == 0, done.err
    assert f"Deleted file system {made}" in done.err
    assert store.file_systems() == []


def test_the_one_service_of_layout_task_keeps_its_volume_too(store: Store) -> None:
    store.cli.write("compose.yml", SINGLE)
    shown = store("service", "up", "--dry-run", CONSENT)
    assert f"+ deploy stack {STACK} (before the tasks)" in shown.out
    assert "+ FileSystem: AWS::EFS::FileSystem" in shown.out
    refused = store("service", "up")
    assert "shop needs role TaskRoleShop in stack" in refused.err

    given = SINGLE.replace("true", f"{{file_system: {store.file_system_of_others()}, iam: false}}")
    store.cli.write("compose.yml", given)
    elsewhere = store("service", "up")
    assert elsewhere.code == 2, elsewhere.out
    assert "compose.yml:3:44: volumes.data: file system" in elsewhere.err
    assert "has no mount target in us-east-1a, us-east-1b" in elsewhere.err
    store.cli.write("compose.yml", SINGLE)

    up = store("service", "up", CONSENT, *WAIT)
    assert up.code == 0, up.err
    outputs = store.outputs()
    made = outputs["FileSystem"]
    configuration, role = store.volume("shop")
    assert (configuration["fileSystemId"], role) == (made, outputs["TaskRoleShop"])
    [service] = store.client("ecs").describe_services(cluster="demo", services=["shop"])["services"]
    assert service["deploymentConfiguration"]["maximumPercent"] == 100
    assert service["availabilityZoneRebalancing"] == "DISABLED"
    assert store.rules_of_mounts() == store.cluster["SecurityGroupIds"].split(",")
    assert store("service", "plan").code == 0

    ended = store("service", "rm", *WAIT)
    assert f"file system {made} stays (volume data, 6 KiB)" in ended.err
    again = store("up", CONSENT, *WAIT)
    assert again.code == 0, again.err
    assert f"file system {made} of the volumes is used again" in again.err
    assert len(store.file_systems()) == 2  # with that of others
    done = store("down", "--volumes", "--yes", *WAIT)
    assert done.code == 0, done.err
    assert made not in store.file_systems()
