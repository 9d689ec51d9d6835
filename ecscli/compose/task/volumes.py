"""Mounts and volumes of a project -> mountPoints of each container and the volumes of the task
definition."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain, count
from typing import Any

from ecscli.base.documents import Document, Draft
from ecscli.base.findings import Findings
from ecscli.base.marks import Mark
from ecscli.base.records import field, mutable
from ecscli.compose.ecs import limits
from ecscli.compose.params.read import EcsParams, Wire
from ecscli.compose.project.model import Mount, Project, Service, Volume

EFS_OPTIONS = {  # driver_opts of `driver: efs` -> efsVolumeConfiguration
    "filesystem_id": "fileSystemId",
    "file_system_id": "fileSystemId",
    "root_directory": "rootDirectory",
    "transit_encryption": "transitEncryption",
    "transit_encryption_port": "transitEncryptionPort",
    "access_point": "accessPointId",
    "iam": "iam",
}
FSX_OPTIONS = {
    "filesystem_id": "fileSystemId",
    "file_system_id": "fileSystemId",
    "root_directory": "rootDirectory",
    "credentials_parameter": "credentialsParameter",
    "domain": "domain",
}
EBS_OPTIONS = {
    "size": "sizeInGiB",
    "volume_type": "volumeType",
    "iops": "iops",
    "throughput": "throughput",
    "filesystem_type": "filesystemType",
    "snapshot_id": "snapshotId",
    "encrypted": "encrypted",
    "kms_key_id": "kmsKeyId",
    "role_arn": "roleArn",
}
NUMBERS = {"transitEncryptionPort", "sizeInGiB", "iops", "throughput"}
EFS_DRIVERS, FSX_DRIVERS, EBS_DRIVERS = (
    {"efs", "aws-efs", "amazon-efs"},
    {"fsx", "aws-fsx"},
    {"ebs", "aws-ebs"},
)


@mutable
class Volumes:
    """The volumes of one task definition while its containers are built."""

    project: Project
    findings: Findings
    named: dict[str, Draft] = field(default_factory=dict)  # Compose name -> volume
    hosts: dict[str, str] = field(default_factory=dict)  # path on the instance -> volume name
    anonymous: list[str] = field(default_factory=list)
    managed: list[Wire] = field(default_factory=list)  # volumeConfigurations of the service or task
    # volume name -> where it was written
    marks: dict[str, Mark | None] = field(default_factory=dict)

    def mount_points(self, service: Service) -> list[Draft]:
        """The mounts of a container; tmpfs mounts are not among them."""
        points = [
            (mount, self._name(service, mount))
            for mount in service.volumes
            if mount.type != "tmpfs"
        ]
        return [
            {"sourceVolume": name, "containerPath": mount.target, "readOnly": mount.read_only}
            for mount, name in points
            if name is not None
        ]

    def _name(self, service: Service, mount: Mount) -> str | None:
        if mount.type in ("image", "cluster"):
            self.findings.error(
                f"services.{service.name}.volumes: ECS has no {mount.type} mounts",
                mount.mark,
                "use a volume or EFS",
            )
            return None
        if mount.source is None:
            return self._anonymous(mount)
        if mount.type in ("bind", "npipe"):
            return self._host(service, mount.source, mount.mark)
        return self._named(service, mount, mount.source)

    def _next(self) -> str:
        """The original's rule: numbered by the volumes there are so far, declared ones included."""
        return f"volume-{len(self.hosts) + len(self.named) + len(self.anonymous)}"

    def _anonymous(self, mount: Mount) -> str:
        name = self._next()
        self.anonymous.append(name)
        self.marks[name] = mount.mark
        return name

    def _host(self, service: Service, path: str, mark: Mark | None) -> str:
        if path not in self.hosts:
            self.hosts[path] = name = self._next()
            self.marks[name] = mark
            if path.startswith((".", "~")) or f"{path}/".startswith(
                f"{self.project.directory.rstrip('/')}/"
            ):
                self.findings.warning(
                    f"services.{service.name}.volumes: {path} is on this machine; an instance"
                    " mounts what it has there",
                    mark,
                    "bake the files into the image, or use a named volume",
                )
        return self.hosts[path]

    def _named(self, service: Service, mount: Mount, source: str) -> str | None:
        volume = self.named.get(source)
        if volume is None:
            self.findings.error(
                f'services.{service.name}.volumes: named volume "{source}" is not declared',
                mount.mark,
                f"declare {source} under the top-level volumes:",
            )
            return None
        return self._subpath(service, mount, volume) if mount.subpath else str(volume["name"])

    def _subpath(self, service: Service, mount: Mount, volume: Document) -> str | None:
        """A part of an EFS volume is a volume of its own; Docker volumes on ECS cannot be mounted
        in part."""
        efs = volume.get("efsVolumeConfiguration")
        if efs is None or "accessPointId" in efs.get("authorizationConfig", {}):
            what = (
                f"services.{service.name}.volumes: only an EFS volume without an access point can"
                " have a subpath"
            )
            self.findings.error(what, mount.mark)
            return None
        part = str(mount.subpath).strip("/")
        name = f"{volume['name']}-{part.replace('/', '-')}"
        root = f"{efs.get('rootDirectory', '').rstrip('/')}/{part}"
        self.named[f"{mount.source}/{part}"] = {
            "name": name,
            "efsVolumeConfiguration": {**efs, "rootDirectory": root},
        }
        return name

    def declare(self, params: EcsParams) -> None:
        """The top-level volumes, then those of ecs-params, which replace one of the same name."""
        for name, volume in sorted(self.project.volumes.items()):
            self.named[name] = self._declared(volume)
            self.marks[self.named[name]["name"]] = volume.mark
        for extra in params.volumes:
            self.marks[extra["name"]] = params.where("task_definition")
        self.managed.extend(params.managed_volumes)

    def request(self, params: EcsParams) -> list[Draft]:
        """The `volumes` of the task definition: host paths first, then the rest."""
        hosts = [{"name": name, "host": {"sourcePath": path}} for path, name in self.hosts.items()]
        rest = {volume["name"]: volume for volume in self.named.values()}
        rest |= {name: {"name": name} for name in self.anonymous}
        rest |= {volume["name"]: dict(volume) for volume in params.volumes}
        return [*hosts, *rest.values()]

    def _declared(self, volume: Volume) -> Draft:
        name = volume.real_name or volume.name
        options = dict(volume.driver_opts)
        if volume.driver in EFS_DRIVERS or (volume.external and name.startswith("fs-")):
            return self._efs(volume, options)
        if volume.driver in FSX_DRIVERS:
            values = self._options(volume, options, FSX_OPTIONS)
            self._need(
                volume,
                values,
                ("fileSystemId", "rootDirectory", "credentialsParameter", "domain"),
                FSX_OPTIONS,
            )
            access = _take(values, ("credentialsParameter", "domain"))
            return {
                "name": volume.name,
                "fsxWindowsFileServerVolumeConfiguration": {
                    **values,
                    "authorizationConfig": access,
                },
            }
        if volume.driver in EBS_DRIVERS:
            values = self._options(volume, options, EBS_OPTIONS)
            size = ("snapshotId",) if "snapshotId" in values else ("sizeInGiB",)
            self._need(volume, values, ("roleArn", *size), EBS_OPTIONS)
            self.managed.append({"name": volume.name, "managedEBSVolume": values})
            return {"name": volume.name, "configuredAtLaunch": True}
        docker = _docker(volume)
        return (
            {"name": name, "dockerVolumeConfiguration": docker}
            if docker
            else {"name": self._safe(volume)}
        )

    def _safe(self, volume: Volume) -> str:
        """The name within the task of a volume that Docker knows by no name, where ECS takes fewer
        characters."""
        if self.project.dialect.reproduces_ecs_cli or limits.NAME.fullmatch(volume.name):
            return volume.name
        taken = {*self.project.volumes, *(str(each["name"]) for each in self.named.values())}
        stem = re.sub(r"[^A-Za-z0-9_-]", "-", volume.name)
        names = chain([stem], (f"{stem}-{number}" for number in count(2)))
        name = next(each for each in names if each not in taken)
        self.findings.warning(
            f"volumes.{volume.name}: is named {name} in the task, as ECS takes no dots", volume.mark
        )
        return name

    def _efs(self, volume: Volume, options: dict[str, str]) -> Draft:
        values = self._options(volume, options, EFS_OPTIONS)
        real = volume.real_name or ""
        if "fileSystemId" not in values and real.startswith("fs-"):
            values["fileSystemId"] = real
        self._need(volume, values, ("fileSystemId",), EFS_OPTIONS)
        access = _take(values, ("accessPointId", "iam"))
        if access:
            values.setdefault("transitEncryption", "ENABLED")
            values["authorizationConfig"] = access
        return {"name": volume.name, "efsVolumeConfiguration": values}

    def _need(
        self,
        volume: Volume,
        values: Document,
        fields: Sequence[str],
        known: Mapping[str, str],
    ) -> None:
        """Refuse a volume that ECS could not make: `known` has the options' names."""
        names = [
            next(name for name, wire in known.items() if wire == field)
            for field in fields
            if field not in values
        ]
        if names:
            self.findings.error(
                f"volumes.{volume.name}: the driver {volume.driver or 'efs'} needs"
                f" {' and '.join(names)}",
                volume.mark,
                f"say driver_opts: {{{names[0]}: ...}}",
            )

    def _options(
        self, volume: Volume, options: Mapping[str, str], known: Mapping[str, str]
    ) -> Draft:
        values: Draft = {}
        for name, value in options.items():
            wire = known.get(name.replace("-", "_"))
            if wire is None:
                self.findings.warning(
                    f"volumes.{volume.name}.driver_opts.{name}: is not known to the {volume.driver}"
                    " driver",
                    volume.mark,
                    f"known: {', '.join(sorted(known))}",
                )
            else:
                values[wire] = _typed(wire, value)
        return values


def _typed(wire: str, value: str) -> Any:
    if wire in NUMBERS and value.isdecimal():
        return int(value)
    if wire in ("transitEncryption", "iam"):
        return {"true": "ENABLED", "false": "DISABLED"}.get(value.lower(), value.upper())
    return value.lower() == "true" if wire == "encrypted" else value


def _take(values: Draft, names: Sequence[str]) -> Draft:
    return {name: values.pop(name) for name in names if name in values}


def _docker(volume: Volume) -> Draft:
    """Docker keeps a named volume beyond its container, which on ECS is the scope `shared`."""
    if volume.external:
        return {"scope": "shared", "autoprovision": False}
    if not (volume.driver or volume.driver_opts or volume.labels or volume.real_name):
        return {}
    configuration: Draft = {
        "scope": "shared",
        "autoprovision": True,
        "driver": volume.driver or "local",
    }
    if volume.driver_opts:
        configuration["driverOpts"] = dict(volume.driver_opts)
    if volume.labels:
        configuration["labels"] = dict(volume.labels)
    return configuration
