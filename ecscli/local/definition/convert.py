"""A task definition -> the Compose file that runs its containers here, and the file that overrides
it. Pure.

All containers are in one network of this machine. Those of `awsvpc` share one network namespace, as
on ECS: the first that can owns its ports, and answers to the names of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ecscli.base.records import record
from ecscli.local.definition.fields import (
    ESSENTIAL_LABEL,
    Json,
    Subject,
    Variable,
    present,
    service,
)

NETWORK = "ecs-local-network"
EXTENSION = "x-ecs-local"
TYPE_LABEL = "ecs-local.task-definition-input.type"
VALUE_LABEL = "ecs-local.task-definition-input.value"
VOLUME_LABEL = "ecs-local.volume"
FILE, REMOTE = "local", "remote"
ELSEWHERE = {
    "efsVolumeConfiguration": "EFS",
    "fsxWindowsFileServerVolumeConfiguration": "FSx",
    "s3filesVolumeConfiguration": "S3 Files",
    "configuredAtLaunch": "EBS",
}
#: Holds the network of a task whose containers all wait for others, or may end before it.
HOLDER = "ecs-local-network-holder"
HOLDER_IMAGE = "public.ecr.aws/docker/library/busybox:stable"
WAITING = ["tail", "-f", "/dev/null"]
#: What only the owner of a network namespace can have.
OF_NAMESPACE = ("ports", "dns", "dns_search", "extra_hosts", "sysctls", "hostname", "links")


@record
class Origin:
    """Where a definition comes from: `kind` is `local` or `remote`, `value` the absolute path of
    the file or the name as it was typed."""

    kind: str
    value: str

    @property
    def labels(self) -> Mapping[str, str]:
        return {TYPE_LABEL: self.kind, VALUE_LABEL: self.value}


@record
class Converted:
    """The two Compose files, as plain data, and what is to be told about them."""

    base: Json
    override: Json
    notices: tuple[str, ...]


def convert(task: Json, origin: Origin) -> Converted:
    """`task`: as `definition` reads it."""
    volumes = {
        one["name"]: _volume(one, task) for one in task.get("volumes") or [] if "name" in one
    }
    mounted = {name: mount for name, (mount, _) in volumes.items()}
    containers = task["containerDefinitions"]
    services = {
        one["name"]: service(Subject(one, task, mounted, origin.labels)) for one in containers
    }
    notices = [*_notices(task), *_place(services, task)]
    if HOLDER in services:
        services[HOLDER]["labels"] = {ESSENTIAL_LABEL: "false", **origin.labels}
    kept = {
        mount["source"]: volume for mount, volume in volumes.values() if mount["type"] == "volume"
    }
    base: Json = {
        EXTENSION: _extension(task),
        "services": services,
        "networks": {NETWORK: {"external": True}},
        "volumes": kept,
    }
    override = {name: {"logging": {"driver": "json-file"}} for name in services}
    return Converted(_escaped(present(base)), {"services": override}, tuple(notices))


def _extension(task: Json) -> Json:
    """What `up` needs of the task and no service has."""
    names = ("family", "revision", "taskRoleArn", "networkMode", "cpu", "memory")
    return present({name: task.get(name) for name in names})


# ----------------------------------------------------------------------------- network


def _place(services: dict[str, Json], task: Json) -> Iterator[str]:
    """Put the services into the network; what they lose by that."""
    connected = [name for name, one in services.items() if one.get("network_mode") != "none"]
    owner = ""
    if task.get("networkMode") == "awsvpc" and len(connected) > 1:
        owner = owner_of(task["containerDefinitions"], connected)
        services.setdefault(owner, {"command": WAITING, "image": HOLDER_IMAGE, "init": True})
    for name in connected:
        if not owner or name == owner:
            services[name]["networks"] = {NETWORK: None}
        else:
            yield from _share(services[name], services[owner], name, owner)
    if owner:
        services[owner]["networks"] = {NETWORK: {"aliases": connected}}


def owner_of(containers: Sequence[Json], connected: Sequence[str]) -> str:
    """The container that owns the network of all: the first that lasts as long as the task and
    waits for no other; a container of its own where there is none."""
    lasting = (
        str(one["name"])
        for one in containers
        if one["name"] in connected
        and one.get("essential") is not False
        and not one.get("dependsOn")
    )
    return next(lasting, HOLDER)


def _share(one: Json, owner: Json, name: str, owner_name: str) -> Iterator[str]:
    one["network_mode"] = f"service:{owner_name}"
    for key in OF_NAMESPACE:
        given = one.pop(key, None)
        if key in ("hostname", "links") and given:
            yield f"container {name}: {key} is left out: awsvpc has one network for all containers"
        elif given:
            more = [value for value in given if value not in owner.get(key, [])]
            owner[key] = [*owner.get(key, []), *more]


# ----------------------------------------------------------------------------- volumes


def _volume(one: Json, task: Json) -> tuple[Json, Json]:
    """The mount of an ECS volume, without its target, and the Compose volume that it needs."""
    source = (one.get("host") or {}).get("sourcePath")
    if source:
        return {"type": "bind", "source": source}, {}
    docker = one.get("dockerVolumeConfiguration") or {}
    name = f"ecs-local_{task.get('family') or 'task'}_{one['name']}"
    labels = {**(docker.get("labels") or {}), VOLUME_LABEL: one["name"]}
    if docker.get("scope") == "shared":
        name = one["name"]
        if not docker.get("autoprovision"):
            return {"type": "volume", "source": name}, {"name": name, "external": True}
    volume = {
        "name": name,
        "driver": docker.get("driver"),
        "driver_opts": docker.get("driverOpts"),
        "labels": labels,
    }
    return {"type": "volume", "source": name}, present(volume)


# ----------------------------------------------------------------------------- notices


def _notices(task: Json) -> Iterator[str]:
    """What has no counterpart here, in ecs-cli's words where it had some."""
    if task.get("networkMode") not in (None, "", "awsvpc"):
        yield (
            "Task Definition network mode is ignored when running containers locally. Tasks will be"
            f" run in the {NETWORK}."
        )
    if task.get("pidMode") not in (None, "", "host"):
        yield "PID mode can only be set to 'host' when running tasks locally."
    if task.get("ipcMode") not in (None, "", "host", "none"):
        yield "IPC mode can only be set to 'host' or 'none' when running tasks locally."
    for one in task.get("volumes") or []:
        for member, kind in ELSEWHERE.items():
            if one.get(member):
                yield f"volume {one['name']}: {kind} is not mounted; it is an empty volume here"
    for one in task["containerDefinitions"]:
        yield from _notices_of(one)


def _notices_of(one: Json) -> Iterator[str]:
    name = one["name"]
    driver = (one.get("logConfiguration") or {}).get("logDriver")
    if one.get("firelensConfiguration"):
        yield f"container {name}: a log router gets no output here; it runs as any other container"
    elif driver not in (None, "json-file"):
        yield (
            f"container {name}: {driver} log driver is ignored when running locally. Tasks will"
            " default to json-file instead. This can be changed in your compose override file."
        )
    for other in one.get("dependsOn") or []:
        if other.get("condition") == "COMPLETE":
            yield (
                f"container {name}: waits until {other['containerName']} ends with success; Docker"
                " Compose cannot wait for any end"
            )
    for need in one.get("resourceRequirements") or []:
        if need.get("type") != "GPU":
            yield f"container {name}: {need.get('type')} is left out: this machine has none"


# ---------------------------------------------------------------------------- escaping


def _escaped(value: object) -> Json:
    found = escaped(value)
    assert isinstance(found, dict)
    return found


def escaped(value: object) -> object:
    """Plain data in which Docker Compose interpolates nothing but variables of ours."""
    if isinstance(value, Variable):
        return str(value)
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, Mapping):
        return {str(key): escaped(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [escaped(one) for one in value]
    return value
