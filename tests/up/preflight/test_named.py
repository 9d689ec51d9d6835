"""What a plan names: only what is new, and only what its calls use."""

from typing import Any

from ecscli.up.discovery.desired import Namespace, WantedDiscovery
from ecscli.up.model import (
    CreateLogGroup,
    CreateService,
    Plan,
    RegisterTaskDefinition,
    RunTask,
    UpdateService,
)
from ecscli.up.preflight.named import Named, named_by
from ecscli.up.service.desired import WantedService
from ecscli.up.service.live import LiveProject
from ecscli.up.service.names import Names

ROLE = "arn:aws:iam::123456789012:role/app"
LOGS = {"logDriver": "awslogs", "options": {"awslogs-group": "shop"}}
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:user::"
RUN = RunTask({"cluster": "demo"})


def definition(image: str = "nginx:1", **fields: Any) -> dict[str, Any]:
    ports = [{"containerPort": 80, "protocol": "udp"}]
    container = {"name": "web", "image": image, "portMappings": ports, "logConfiguration": LOGS}
    return {"family": "shop", "containerDefinitions": [container], **fields}


def names(*actions: Any, discovery: WantedDiscovery | None = None, **fields: Any) -> Named:
    wanted = WantedService(Names("shop", "demo"), definition(), fields, discovery=discovery)
    return named_by(Plan(actions), wanted, LiveProject())


def test_a_new_revision_names_its_roles_images_and_log_groups() -> None:
    found = names(RegisterTaskDefinition(definition(taskRoleArn=ROLE)), RUN)
    assert found.roles == (ROLE,)
    assert found.images == ("nginx:1",)
    assert found.log_groups == (("shop", None),)
    assert found.ports == {("web", 80): "udp"}
    assert found.cluster == "demo"


def test_a_new_revision_names_what_its_containers_need_at_their_start() -> None:
    efs = {"fileSystemId": "fs-1", "authorizationConfig": {"accessPointId": "fsap-1"}}
    share = {"fileSystemId": "fs-2", "authorizationConfig": {"credentialsParameter": "/domain"}}
    container = {
        "name": "web",
        "image": "nginx:1",
        "secrets": [{"name": "A", "valueFrom": SECRET}, {"name": "B", "valueFrom": "/plain"}],
        "repositoryCredentials": {"credentialsParameter": "login"},
        "environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::files/a.env"}],
        "credentialSpecs": ["credentialspec:arn:aws:s3:::files/spec.json"],
        "logConfiguration": {"secretOptions": [{"name": "token", "valueFrom": "/token"}]},
    }
    volumes = [
        {"name": "a", "efsVolumeConfiguration": efs},
        {"name": "b", "fsxWindowsFileServerVolumeConfiguration": share},
    ]
    request = {"containerDefinitions": [container], "volumes": volumes}
    found = names(RegisterTaskDefinition(request), RUN)
    assert found.secrets == (SECRET, "login")
    assert found.parameters == ("/plain", "/token", "/domain")
    assert found.objects == ("arn:aws:s3:::files/a.env", "arn:aws:s3:::files/spec.json")
    assert found.file_systems == (("fs-1", "fsap-1"),)
    assert found.windows_file_systems == ("fs-2",)


def test_what_the_newest_revision_has_is_not_looked_up_again() -> None:
    old = definition(taskRoleArn=ROLE)
    found = names(RegisterTaskDefinition({**old, "cpu": "256"}, old), RUN)
    assert (found.roles, found.images, found.log_groups) == ((), (), ())


def test_a_revision_that_nothing_runs_yet_needs_its_roles_alone() -> None:
    found = names(RegisterTaskDefinition(definition(taskRoleArn=ROLE)))
    assert (found.roles, found.images, found.log_groups) == ((ROLE,), (), ())


def test_log_groups_that_the_plan_or_the_agent_makes_are_not_looked_up() -> None:
    made = CreateLogGroup({"logGroupName": "shop"}, "us-east-1")
    assert names(RegisterTaskDefinition(definition()), made, RUN).log_groups == ()


def test_an_update_names_only_what_it_changes() -> None:
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}}
    request = {"cluster": "demo", "service": "shop", "networkConfiguration": network}
    assert names(UpdateService(request, {"desiredCount": 1})).subnets == ()
    changed = names(UpdateService(request, {"networkConfiguration": {}}))
    assert (changed.subnets, changed.security_groups) == (("subnet-1",), ("sg-1",))


def test_a_service_names_volumes_alarms_and_namespaces() -> None:
    volume = {"roleArn": ROLE, "snapshotId": "snap-1", "kmsKeyId": "key"}
    request = {
        "cluster": "demo",
        "role": "elb",
        "volumeConfigurations": [{"name": "data", "managedEBSVolume": volume}],
        "deploymentConfiguration": {"alarms": {"alarmNames": ["errors"]}},
        "serviceConnectConfiguration": {"enabled": True},
    }
    found = names(CreateService(request))
    assert found.roles == ("elb", ROLE)
    assert (found.snapshots, found.keys, found.alarms) == (("snap-1",), ("key",), ("errors",))
    assert found.connect == ("",)


def test_discovery_counts_for_a_new_service_alone() -> None:
    discovery = WantedDiscovery(Namespace(private=True, id="ns-1"), "A")
    create = CreateService({"cluster": "demo", "serviceName": "shop"})
    assert names(create, discovery=discovery).discovery == discovery
    assert names(RUN, discovery=discovery).discovery is None
