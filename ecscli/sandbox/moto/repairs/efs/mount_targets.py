"""EFS's mount targets: one a zone, in one VPC, with security groups of that VPC, and there until
they have been deleted."""

from __future__ import annotations

import functools

from moto.ec2.exceptions import InvalidSubnetIdError
from moto.ec2.models.subnets import Subnet
from moto.efs.exceptions import (
    AccessPointNotFound,
    BadRequest,
    MountTargetNotFound,
    SecurityGroupLimitExceeded,
    SecurityGroupNotFound,
    SubnetNotFound,
)
from moto.efs.models import EFSBackend, MountTarget

from ecscli.sandbox.moto.repairs.efs import life
from ecscli.sandbox.moto.repairs.efs.errors import mount_target_not_available, other_zone
from ecscli.sandbox.shapes import Method

#: Security groups that an interface takes.
MOST_GROUPS = 5


def repair() -> None:
    if hasattr(EFSBackend.create_mount_target, "__wrapped__"):
        return
    EFSBackend.create_mount_target = checked(EFSBackend.create_mount_target)
    EFSBackend.delete_mount_target = slowly(EFSBackend.delete_mount_target)
    EFSBackend.describe_mount_targets = asked_once(EFSBackend.describe_mount_targets)
    EFSBackend.modify_mount_target_security_groups = of_available(
        EFSBackend.modify_mount_target_security_groups
    )


def checked(original: Method) -> Method:
    @functools.wraps(original)
    def create(
        self: EFSBackend,
        file_system_id: str,
        subnet_id: str,
        ip_address: str | None = None,
        security_groups: list[str] | None = None,
    ) -> MountTarget:
        file_system = life.available(self, file_system_id)
        subnet = subnet_of(self, subnet_id)
        only = file_system.availability_zone_name
        if only and only != subnet.availability_zone:
            raise other_zone(only)
        groups = security_groups or usual_group(self, subnet)
        check_groups(self, subnet, groups)
        before = dict(file_system._mount_targets)
        try:
            made: MountTarget = original(self, file_system_id, subnet_id, ip_address, groups)
        except Exception:
            file_system._mount_targets = before  # moto has added it before it looked at everything
            raise
        describe_interface(self, made)
        life.begin(made, "mount target is made")
        return made

    return create


def subnet_of(backend: EFSBackend, subnet_id: str) -> Subnet:
    try:
        return backend.ec2_backend.get_subnet(subnet_id)
    except InvalidSubnetIdError:
        raise SubnetNotFound(subnet_id) from None


def usual_group(backend: EFSBackend, subnet: Subnet) -> list[str]:
    """The default group of the VPC, where no other is named."""
    group = backend.ec2_backend.get_security_group_from_name("default", subnet.vpc_id)
    return [group.id] if group else []


def check_groups(backend: EFSBackend, subnet: Subnet, groups: list[str]) -> None:
    """The groups exist in the subnet's VPC, and are not too many."""
    if len(groups) > MOST_GROUPS:
        raise SecurityGroupLimitExceeded(
            "The maximum number of security groups per interface has been reached."
        )
    for name in groups:
        found = backend.ec2_backend.get_security_group_from_id(name)
        if found is None or found.vpc_id != subnet.vpc_id:
            raise SecurityGroupNotFound(name)


def describe_interface(backend: EFSBackend, made: MountTarget) -> None:
    interface = backend.ec2_backend.enis[made.network_interface_id]
    interface.description = f"EFS mount target for {made.file_system_id} ({made.mount_target_id})"
    interface.requester_managed = True


def slowly(original: Method) -> Method:
    @functools.wraps(original)
    def delete(self: EFSBackend, mount_target_id: str) -> None:
        found = target_of(self, mount_target_id)
        life.end(found, "mount target is deleted", original, self, mount_target_id)

    return delete


def target_of(backend: EFSBackend, mount_target_id: str) -> MountTarget:
    found = backend.mount_targets_by_id.get(mount_target_id)
    if found is None:
        raise MountTargetNotFound(mount_target_id)
    return found


def asked_once(original: Method) -> Method:
    """The targets of exactly one thing are asked for, which exists."""

    @functools.wraps(original)
    def describe(self: EFSBackend, **given: object) -> object:
        members = ("file_system_id", "mount_target_id", "access_point_id")
        if sum(bool(given[name]) for name in members) != 1:
            raise BadRequest("Must specify exactly one mutually exclusive parameter.")
        point = given["access_point_id"]
        if point and point not in self.access_points:
            raise AccessPointNotFound(point)
        return original(self, **given)

    return describe


def of_available(original: Method) -> Method:
    @functools.wraps(original)
    def modify(self: EFSBackend, mount_target_id: str, security_groups: list[str] | None) -> None:
        found = target_of(self, mount_target_id)
        if found.life_cycle_state != life.AVAILABLE:
            raise mount_target_not_available(mount_target_id)
        subnet = subnet_of(self, found.subnet_id)
        groups = security_groups or usual_group(self, subnet)
        check_groups(self, subnet, groups)
        original(self, mount_target_id, groups)

    return modify
