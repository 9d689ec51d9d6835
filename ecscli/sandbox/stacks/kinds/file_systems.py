"""EFS in templates: file systems, their mount targets and access points; what CloudFormation's
schemas call createOnly makes another one."""

from __future__ import annotations

import json
import secrets

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.kinds.kind import Kind, Made, Site

THROUGHPUT = ("ThroughputMode", "ProvisionedThroughputInMibps")
#: The members of CreateFileSystem that a template names alike.
CREATED = (
    *THROUGHPUT,
    "AvailabilityZoneName",
    "Encrypted",
    "KmsKeyId",
    "PerformanceMode",
)


def picked(properties: Json, names: tuple[str, ...]) -> Json:
    return {name: properties[name] for name in names if name in properties}


def token_of(site: Site) -> str:
    """What makes a creation one that was not made before."""
    return f"{site.stack}-{site.logical_id}"[:51] + f"-{secrets.token_hex(6)}"


def create_file_system(site: Site, properties: Json) -> Made:
    found = site.client("efs").create_file_system(
        CreationToken=token_of(site),
        Tags=tags_of(site, properties, "FileSystemTags"),
        **picked(properties, CREATED),
    )
    attributes = {"Arn": found["FileSystemArn"], "FileSystemId": found["FileSystemId"]}
    return Made(found["FileSystemId"], attributes)


def update_file_system(site: Site, made: Made, old: Json, new: Json) -> Made:
    if picked(old, THROUGHPUT) != picked(new, THROUGHPUT):
        usual = {"ThroughputMode": "bursting"}
        site.client("efs").update_file_system(
            FileSystemId=made.id, **{**usual, **picked(new, THROUGHPUT)}
        )
    retag(site, made, old, new, "FileSystemTags")
    return made


def stable_file_system(site: Site, made: Made, properties: Json) -> Made | None:
    """A file system once it is available, with its policies, which only then can be set."""
    efs = site.client("efs")
    (found,) = efs.describe_file_systems(FileSystemId=made.id)["FileSystems"]
    if found["LifeCycleState"] != "available":
        return None
    lifecycle = properties.get("LifecyclePolicies") or []
    efs.put_lifecycle_configuration(FileSystemId=made.id, LifecyclePolicies=lifecycle)
    backup = properties.get("BackupPolicy") or {"Status": "DISABLED"}
    efs.put_backup_policy(FileSystemId=made.id, BackupPolicy=backup)
    set_policy(site, made, properties.get("FileSystemPolicy"))
    return made


def set_policy(site: Site, made: Made, policy: Json | None) -> None:
    if policy:
        site.client("efs").put_file_system_policy(FileSystemId=made.id, Policy=json.dumps(policy))
    else:
        site.client("efs").delete_file_system_policy(FileSystemId=made.id)


def delete_file_system(site: Site, made: Made, properties: Json) -> None:
    site.client("efs").delete_file_system(FileSystemId=made.id)


def left_file_system(site: Site, made: Made) -> bool:
    efs = site.client("efs")
    try:
        efs.describe_file_systems(FileSystemId=made.id)
    except efs.exceptions.FileSystemNotFound:
        return True
    return False


def tags_of(site: Site, properties: Json, member: str) -> list[Json]:
    return site.all_tags({"Tags": properties.get(member)})


def retag(site: Site, made: Made, old: Json, new: Json, member: str) -> None:
    """Bring the tags of a file system or an access point from the old to the new properties."""
    efs = site.client("efs")
    before, after = tags_of(site, old, member), tags_of(site, new, member)
    removed = {one["Key"] for one in before} - {one["Key"] for one in after}
    if removed:
        efs.untag_resource(ResourceId=made.id, TagKeys=sorted(removed))
    if after:
        efs.tag_resource(ResourceId=made.id, Tags=after)


def create_mount_target(site: Site, properties: Json) -> Made:
    members = ("FileSystemId", "SubnetId", "IpAddress", "SecurityGroups")
    found = site.client("efs").create_mount_target(**picked(properties, members))
    attributes = {"Id": found["MountTargetId"], "IpAddress": found["IpAddress"]}
    return Made(found["MountTargetId"], attributes)


def update_mount_target(site: Site, made: Made, old: Json, new: Json) -> Made:
    site.client("efs").modify_mount_target_security_groups(
        MountTargetId=made.id, SecurityGroups=new["SecurityGroups"]
    )
    return made


def stable_mount_target(site: Site, made: Made, properties: Json) -> Made | None:
    (found,) = site.client("efs").describe_mount_targets(MountTargetId=made.id)["MountTargets"]
    return made if found["LifeCycleState"] == "available" else None


def delete_mount_target(site: Site, made: Made, properties: Json) -> None:
    site.client("efs").delete_mount_target(MountTargetId=made.id)


def left_mount_target(site: Site, made: Made) -> bool:
    efs = site.client("efs")
    try:
        efs.describe_mount_targets(MountTargetId=made.id)
    except efs.exceptions.MountTargetNotFound:
        return True
    return False


def create_access_point(site: Site, properties: Json) -> Made:
    token = (
        properties.get("ClientToken") or f"{site.stack}-{site.logical_id}-{secrets.token_hex(6)}"
    )
    found = site.client("efs").create_access_point(
        ClientToken=token,
        Tags=tags_of(site, properties, "AccessPointTags"),
        **picked(properties, ("FileSystemId", "PosixUser", "RootDirectory")),
    )
    attributes = {"Arn": found["AccessPointArn"], "AccessPointId": found["AccessPointId"]}
    return Made(found["AccessPointId"], attributes)


def update_access_point(site: Site, made: Made, old: Json, new: Json) -> Made:
    retag(site, made, old, new, "AccessPointTags")
    return made


def stable_access_point(site: Site, made: Made, properties: Json) -> Made | None:
    (found,) = site.client("efs").describe_access_points(AccessPointId=made.id)["AccessPoints"]
    return made if found["LifeCycleState"] == "available" else None


def delete_access_point(site: Site, made: Made, properties: Json) -> None:
    site.client("efs").delete_access_point(AccessPointId=made.id)


KINDS = (
    Kind(
        "AWS::EFS::FileSystem",
        create_file_system,
        delete_file_system,
        update_file_system,
        frozenset({"AvailabilityZoneName", "Encrypted", "KmsKeyId", "PerformanceMode"}),
        stable=stable_file_system,
        left=left_file_system,
    ),
    Kind(
        "AWS::EFS::MountTarget",
        create_mount_target,
        delete_mount_target,
        update_mount_target,
        frozenset({"FileSystemId", "IpAddress", "IpAddressType", "Ipv6Address", "SubnetId"}),
        stable=stable_mount_target,
        left=left_mount_target,
    ),
    Kind(
        "AWS::EFS::AccessPoint",
        create_access_point,
        delete_access_point,
        update_access_point,
        frozenset({"ClientToken", "FileSystemId", "PosixUser", "RootDirectory"}),
        stable=stable_access_point,
    ),
)
