"""What of a task reaches this machine: each part by itself, and what the flag then hands to
Docker."""

from __future__ import annotations

from typing import Any

import pytest

from ecscli.sandbox import process
from ecscli.sandbox.docker import host_access
from ecscli.sandbox.docker import options as docker_options
from ecscli.sandbox.ecs.definitions.api import normalised
from ecscli.sandbox.ecs.model import Container, Definition, Needs, Task


def task_definition(container: dict[str, Any], **task: Any) -> dict[str, Any]:
    return normalised(
        {"containerDefinitions": [{"name": "web", "image": "i", "memory": 64, **container}], **task}
    )


def added(*capabilities: str) -> dict[str, Any]:
    return {"linuxParameters": {"capabilities": {"add": list(capabilities)}}}


def docker_volume(**options: str) -> list[dict[str, Any]]:
    return [{"name": "v", "dockerVolumeConfiguration": {"driver": "local", "driverOpts": options}}]


BIND = {"type": "none", "o": "bind", "device": "/etc"}
REACHING: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("container web: privileged (true)", {"privileged": True}, {}),
    (
        "container web: linuxParameters.capabilities.add (SYS_ADMIN)",
        added("CHOWN", "SYS_ADMIN"),
        {},
    ),
    ("container web: linuxParameters.capabilities.add (ALL)", added("ALL"), {}),
    (
        "container web: linuxParameters.capabilities.add (CAP_SYS_MODULE)",
        added("CAP_SYS_MODULE"),
        {},
    ),
    (
        "container web: linuxParameters.capabilities.add (dac_read_search)",
        added("dac_read_search"),
        {},
    ),
    (
        "container web: linuxParameters.devices (/dev/sda)",
        {"linuxParameters": {"devices": [{"hostPath": "/dev/sda"}]}},
        {},
    ),
    (
        "container web: dockerSecurityOptions (apparmor:x)",
        {"dockerSecurityOptions": ["apparmor:x"]},
        {},
    ),
    (
        "container web: dockerSecurityOptions (label:disable)",
        {"dockerSecurityOptions": ["label:disable"]},
        {},
    ),
    ("networkMode (host)", {}, {"networkMode": "host"}),
    ("pidMode (host)", {}, {"pidMode": "host"}),
    ("ipcMode (host)", {}, {"ipcMode": "host"}),
    (
        "volumes.host.sourcePath (/var/run/docker.sock)",
        {},
        {"volumes": [{"name": "v", "host": {"sourcePath": "/var/run/docker.sock"}}]},
    ),
    (
        "volumes.dockerVolumeConfiguration.driverOpts.device (/etc)",
        {},
        {"volumes": docker_volume(**BIND)},
    ),
    (
        "volumes.dockerVolumeConfiguration.driverOpts.device (/etc)",
        {},
        {"volumes": docker_volume(**{**BIND, "type": "tmpfs"})},
    ),
    (
        "volumes.dockerVolumeConfiguration.driverOpts.device (:/export)",
        {},
        {"volumes": docker_volume(type="nfs", device=":/export")},
    ),
]


@pytest.mark.parametrize(("part", "container", "task"), REACHING)
def test_each_part_that_reaches_this_machine_is_named(
    part: str, container: dict[str, Any], task: dict[str, Any]
) -> None:
    document = task_definition(container, **task)
    assert list(host_access.reaching(document)) == [part]
    refused = host_access.refusal(document)
    assert refused is not None
    assert part in refused
    assert "ecscli sandbox start --docker --allow-host-access" in refused


@pytest.mark.parametrize(
    ("container", "task"),
    [
        ({}, {}),
        ({"privileged": False}, {"networkMode": "awsvpc", "pidMode": "task", "ipcMode": "none"}),
        (added("NET_ADMIN", "SYS_PTRACE", "cap_chown"), {}),
        ({"linuxParameters": {"capabilities": {"drop": ["ALL"]}, "initProcessEnabled": True}}, {}),
        ({"dockerSecurityOptions": ["no-new-privileges"]}, {}),
        ({"dockerSecurityOptions": ["no-new-privileges:true"]}, {}),
        (
            {},
            {
                "volumes": [
                    {"name": "a"},
                    {"name": "b", "host": {}},
                    {"name": "c", "host": {"sourcePath": ""}},
                ]
            },
        ),
        ({}, {"volumes": docker_volume(type="tmpfs", device="tmpfs", o="size=10m")}),
        (
            {},
            {
                "volumes": [
                    {
                        "name": "e",
                        "efsVolumeConfiguration": {"fileSystemId": "fs-1", "rootDirectory": "/"},
                    }
                ]
            },
        ),
    ],
)
def test_what_stays_in_its_containers_needs_no_flag(
    container: dict[str, Any], task: dict[str, Any]
) -> None:
    assert host_access.refusal(task_definition(container, **task)) is None


def a_task(container: dict[str, Any], **task: Any) -> Task:
    document = {**task_definition(container, **task), "family": "web", "revision": 1}
    arn = "arn:aws:ecs:us-east-1:123456789012:task/demo/0123456789abcdef"
    containers = [Container("arn:c", one) for one in document["containerDefinitions"]]
    return Task(arn, "demo", Definition(document, Needs()), "g", "EC2", 0.0, containers, Needs())


def test_docker_gets_what_was_allowed() -> None:
    linux = {
        "devices": [
            {"hostPath": "/dev/kvm"},
            {"hostPath": "/dev/a", "containerPath": "/dev/b", "permissions": ["read", "write"]},
        ]
    }
    container = {
        "privileged": True,
        "dockerSecurityOptions": ["label:disable"],
        "linuxParameters": linux,
    }
    task = a_task(container, pidMode="host", ipcMode="host")
    given = docker_options.options_of(task, task.containers[0], {}, {}, {})
    assert given["privileged"] is True
    assert given["devices"] == ["/dev/kvm:/dev/kvm:rwm", "/dev/a:/dev/b:rw"]
    assert given["security_opt"] == ["label:disable"]
    assert (given["pid_mode"], given["ipc_mode"]) == ("host", "host")


def test_a_volume_of_a_driver_is_a_plain_one_unless_it_was_allowed() -> None:
    task = a_task({}, volumes=docker_volume(**BIND))
    (name,) = docker_options.made_volumes(task, host_access=False)
    assert docker_options.made_volumes(task, host_access=False) == {name: {}}
    assert docker_options.made_volumes(task, host_access=True) == {name: {"driver_opts": BIND}}


def test_the_options_of_a_start_come_from_the_command_and_the_environment() -> None:
    assert "--allow-host-access" in process.Options(host_access=True).arguments()
    assert "--allow-host-access" not in process.Options(docker=True).arguments()
    assert process.Options().with_environment({process.HOST_ACCESS: "1"}).host_access
    assert (
        not process.Options()
        .with_environment({process.HOST_ACCESS: "0", process.DOCKER: "1"})
        .host_access
    )
