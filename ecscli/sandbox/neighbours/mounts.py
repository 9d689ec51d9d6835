"""The EFS volumes of a task as EFS, EC2 and IAM see them: where each leads to, and what keeps the
task from mounting it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ecscli.sandbox import policies
from ecscli.sandbox.ecs.model import Mount, Task
from ecscli.sandbox.ecs.tasks import file_systems as words
from ecscli.sandbox.ecs.tasks.file_systems import Problem
from ecscli.sandbox.neighbours.firewall import End, Firewall, verdict
from ecscli.sandbox.neighbours.rights import Rights
from ecscli.sandbox.partitions import suffix_of
from ecscli.sandbox.shapes import Json

if TYPE_CHECKING:
    from moto.efs.models import AccessPoint, FileSystem, MountTarget

NFS = 2049
MOUNT, WRITE = "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"


class Mounts(Firewall, Rights):
    def unmountable(self, task: Task) -> str | None:
        """The stopped reason of a task that cannot mount one of its file systems."""
        for volume, efs in words.efs_volumes(task):
            problem = self._problem(task, efs)
            if problem is not None:
                return words.reason_of(task, volume, problem)
        return None

    def mounts(self, task: Task) -> tuple[Mount, ...]:
        """The EFS volumes of a task that can mount them."""
        return tuple(self._mount(task, volume, efs) for volume, efs in words.efs_volumes(task))

    def _mount(self, task: Task, volume: str, efs: Json) -> Mount:
        file_system = self._file_systems()[efs["fileSystemId"]]
        point = self._access_point(efs)
        directory = point.root_directory if point else {"Path": efs.get("rootDirectory")}
        info = directory.get("CreationInfo") or {}
        return Mount(
            volume,
            file_system.file_system_id,
            "/" + (directory.get("Path") or "/").strip("/"),
            read_only=not self._may(task, efs, file_system, WRITE),
            owner=(int(info["OwnerUid"]), int(info["OwnerGid"])) if info else None,
            permissions=int(info.get("Permissions") or "0", 8),
        )

    def _problem(self, task: Task, efs: Json) -> Problem | None:
        id_ = efs["fileSystemId"]
        file_system, target = self._file_systems().get(id_), self._target(task, id_)
        if file_system is None or target is None:
            return words.unresolved(f"{id_}.efs.{self.region}.{suffix_of(self.region)}")
        if not self._reaches(task, target):
            return Problem(words.TIMED_OUT)
        wanted, point = words.access_point_of(efs), self._access_point(efs)
        if wanted and (point is None or point.file_system_id != id_):
            return Problem(words.DENIED)
        return None if self._may(task, efs, file_system, MOUNT) else Problem(words.DENIED)

    def _file_systems(self) -> dict[str, FileSystem]:
        found: dict[str, FileSystem] = self.backend("efs").file_systems_by_id
        return found

    def _access_point(self, efs: Json) -> AccessPoint | None:
        return self.backend("efs").access_points.get(words.access_point_of(efs))

    def _target(self, task: Task, file_system: str) -> MountTarget | None:
        """The mount target in the task's VPC and zone, where the name of the file system leads."""
        start = self._end_of(task)
        for one in self.backend("efs").mount_targets_by_id.values():
            place = one.file_system_id, one.life_cycle_state, one.availability_zone_name
            is_near = place == (file_system, "available", task.zone)
            if is_near and start is not None and one.vpc_id == start.vpc:
                return one
        return None

    def _reaches(self, task: Task, target: MountTarget) -> bool:
        interface = self.backend("ec2").enis[target.network_interface_id]
        end = End(target.vpc_id, target.ip_address, tuple(interface.group_set))
        start = self._end_of(task)
        return start is not None and verdict(start, end, NFS).passes

    def _may(self, task: Task, efs: Json, file_system: FileSystem, action: str) -> bool:
        """Whether IAM lets the task do this: as its role, or as anybody. Without a policy of the
        file system everybody may."""
        if not file_system.file_system_policy:
            return True
        resource, arn = file_system.file_system_arn, self._role_arn(task, efs)
        principals = (arn,) if arn else ()
        policy = json.loads(file_system.file_system_policy)
        own = policies.for_principals(policy, principals, resource)
        judged = [own, *self._of_role(arn)]
        found = policies.decision(judged, action, resource, self._context(efs, arn))
        return found == policies.ALLOWED

    def _role_arn(self, task: Task, efs: Json) -> str | None:
        """The role as which a task mounts; None where it does so as nobody."""
        own = task.definition.document.get("taskRoleArn")
        arn: str | None = task.overrides.get("taskRoleArn") or own
        return arn if words.uses_role(efs) else None

    def _of_role(self, arn: str | None) -> list[Json]:
        """The policies of a role; one that was not made here may do everything."""
        if arn is None:
            return []
        role = self.role(arn)
        if role is None:
            return [{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}]
        from ecscli.sandbox.moto.repairs.identity.simulation import policies_of

        return list(policies_of(role))

    def _context(self, efs: Json, arn: str | None) -> dict[str, str]:
        """What conditions may ask of a mount."""
        found = {
            "aws:SecureTransport": str(words.is_encrypted(efs)),
            "elasticfilesystem:AccessedViaMountTarget": "true",
        }
        point = self._access_point(efs)
        if point is not None:
            found["elasticfilesystem:AccessPointArn"] = point.access_point_arn
        return {**found, "aws:PrincipalArn": arn} if arn else found
