"""Mounts and volumes of a project -> mountPoints of each container and the volumes of the task
definition."""

from __future__ import annotations

import re
from itertools import chain, count

from ecscli.base.documents import Document, Draft
from ecscli.base.findings import Findings
from ecscli.base.marks import Mark
from ecscli.base.records import field, mutable
from ecscli.compose.ecs.limits import NAME
from ecscli.compose.params.read import EcsParams, Wire
from ecscli.compose.project.model import Mount, Project, Service, Volume
from ecscli.compose.storage.model import Storage, configuration
from ecscli.compose.task.volume_drivers import declared

NOT_ON_ECS = ("image", "cluster")  # types of mounts


@mutable
class Volumes:
    """The volumes of one task definition while its containers are built."""

    project: Project
    findings: Findings
    storage: Storage = field(default_factory=Storage)  # the volumes that are kept in EFS
    named: dict[str, Draft] = field(default_factory=dict)  # Compose name -> volume
    hosts: dict[str, str] = field(default_factory=dict)  # path on the instance -> volume name
    anonymous: list[str] = field(default_factory=list)
    managed: list[Wire] = field(default_factory=list)  # volumeConfigurations of the service or task

    def declare(self, params: EcsParams) -> None:
        """Take up the top-level volumes, and the managed ones of ecs-params."""
        for name, volume in sorted(self.project.volumes.items()):
            kept = self._kept(volume)
            if kept:
                self.named[name] = {"name": self._name_in_task(volume), **kept}
                continue
            found = declared(volume, self.findings)
            if found is None:
                self.named[name] = {"name": self._name_in_task(volume)}
                continue
            self.named[name] = found.volume
            if found.managed is not None:
                self.managed.append(found.managed)
        self.managed.extend(params.managed_volumes)

    def _kept(self, volume: Volume) -> Draft:
        """What a volume is that `efs`, `ebs` or `s3files` of its settings asks for; empty for
        none."""
        storage, name = self.storage, volume.name
        if name in storage.volumes:
            return {"efsVolumeConfiguration": configuration(storage.volumes[name])}
        if name in storage.s3_files:
            return {"s3filesVolumeConfiguration": {"fileSystemArn": storage.s3_files[name]}}
        if name in storage.disks:
            disk = dict(storage.disks[name])
            self.managed.append({"name": self._name_in_task(volume), "managedEBSVolume": disk})
            return {"configuredAtLaunch": True}
        return {}

    def mount_points(self, service: Service) -> list[Draft]:
        """The mounts of a container; tmpfs mounts are not among them."""
        points = []
        for mount in service.volumes:
            name = None if mount.type == "tmpfs" else self._source(service, mount)
            if name is not None:
                point = {"sourceVolume": name, "containerPath": mount.target}
                points.append({**point, "readOnly": mount.read_only})
        return points

    def request(self, params: EcsParams) -> list[Draft]:
        """The `volumes` of the task definition: host paths first, then the rest; those of
        ecs-params replace one of the same name."""
        hosts = [{"name": name, "host": {"sourcePath": path}} for path, name in self.hosts.items()]
        rest = {volume["name"]: volume for volume in self.named.values()}
        rest |= {name: {"name": name} for name in self.anonymous}
        rest |= {volume["name"]: dict(volume) for volume in params.volumes}
        return [*hosts, *rest.values()]

    # ------------------------------------------------------------- mounts

    def _source(self, service: Service, mount: Mount) -> str | None:
        """The volume that a mount shows; None, with an error, where ECS has none like it."""
        if mount.type in NOT_ON_ECS:
            message = f"ECS has no {mount.type} mounts"
            self.findings.error(
                message, mount.mark, "use a volume or EFS", key=f"services.{service.name}.volumes"
            )
            return None
        if mount.source is None:
            name = self._next()
            self.anonymous.append(name)
            return name
        if mount.type in ("bind", "npipe"):
            return self._host(service, mount.source, mount.mark)
        return self._named(service, mount, mount.source)

    def _next(self) -> str:
        """A name as ecs-cli gave it: numbered by the volumes so far, declared ones included."""
        return f"volume-{len(self.hosts) + len(self.named) + len(self.anonymous)}"

    def _host(self, service: Service, path: str, mark: Mark | None) -> str:
        if path not in self.hosts:
            self.hosts[path] = self._next()
            if self._is_on_this_machine(path):
                self.findings.warning(
                    f"{path} is on this machine; an instance mounts what it has there",
                    mark,
                    "bake the files into the image, or use a named volume",
                    key=f"services.{service.name}.volumes",
                )
        return self.hosts[path]

    def _is_on_this_machine(self, path: str) -> bool:
        inside = f"{path}/".startswith(f"{self.project.directory.rstrip('/')}/")
        return path.startswith((".", "~")) or inside

    def _named(self, service: Service, mount: Mount, source: str) -> str | None:
        volume = self.named.get(source)
        if volume is None:
            self.findings.error(
                f'named volume "{source}" is not declared',
                mount.mark,
                f"declare {source} under the top-level volumes:",
                key=f"services.{service.name}.volumes",
            )
            return None
        if mount.subpath:
            return self._subpath(service, mount, volume, mount.subpath.strip("/"))
        return str(volume["name"])

    def _subpath(self, service: Service, mount: Mount, volume: Document, part: str) -> str | None:
        """A part of an EFS volume is a volume of its own; Docker volumes on ECS cannot be mounted
        in part."""
        kept = self.storage.volumes.get(f"{mount.source}/{part}")
        if kept is not None:
            name = f"{volume['name']}-{part.replace('/', '-')}"
            own = configuration(kept)
            self.named[kept.name] = {"name": name, "efsVolumeConfiguration": own}
            return name
        efs = volume.get("efsVolumeConfiguration")
        if efs is None or "accessPointId" in efs.get("authorizationConfig", {}):
            message = "only an EFS volume without an access point can have a subpath"
            self.findings.error(message, mount.mark, key=f"services.{service.name}.volumes")
            return None
        name = f"{volume['name']}-{part.replace('/', '-')}"
        root = f"{efs.get('rootDirectory', '').rstrip('/')}/{part}"
        part_of_efs = {"name": name, "efsVolumeConfiguration": {**efs, "rootDirectory": root}}
        self.named[f"{mount.source}/{part}"] = part_of_efs
        return name

    # ------------------------------------------------------------- names

    def _name_in_task(self, volume: Volume) -> str:
        """The name of a volume that only the task has, without the characters that ECS refuses."""
        if self.project.dialect.reproduces_ecs_cli or NAME.fullmatch(volume.name):
            return volume.name
        name = self._free_name(re.sub(r"[^A-Za-z0-9_-]", "-", volume.name))
        message = f"is named {name} in the task, as ECS takes no dots"
        self.findings.warning(message, volume.mark, key=f"volumes.{volume.name}")
        return name

    def _free_name(self, stem: str) -> str:
        """The stem itself, or with the first number behind it that no other volume has."""
        taken = {*self.project.volumes, *(str(each["name"]) for each in self.named.values())}
        candidates = chain([stem], (f"{stem}-{number}" for number in count(2)))
        return next(each for each in candidates if each not in taken)
