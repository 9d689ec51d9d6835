"""PURE: the volumes of a project that are kept in EFS -> their part of the support stack: file
systems, where they are reached, and an access point for each volume.

Sources: AWS::EFS::FileSystem, AWS::EFS::MountTarget and AWS::EFS::AccessPoint in the CloudFormation
reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecscli.base.documents import Document, Draft
from ecscli.support.names import stack_tags
from ecscli.support.parts import Part, joined, logical_ids
from ecscli.support.storage.model import (
    AS_ROOT,
    FILE_SYSTEM,
    GROUP,
    INGRESS,
    KIND_OF_ACCESS_POINT,
    KIND_OF_FILE_SYSTEM,
    KIND_OF_MOUNT_TARGET,
    LONGEST_TAG,
    MOUNT,
    NFS,
    SECURITY_GROUP,
    VOLUME_TAG,
    VOLUMES_TAG,
    WRITE,
    Directory,
    WantedFileSystem,
    WantedStorage,
    access_point_outputs,
    file_system_outputs,
    mount_target_ids,
)


def storage_part(wanted: WantedStorage) -> Part:
    """The file systems with all that belongs to them, and outputs with the ids of file systems and
    access points."""
    names = [one.name for one in wanted.file_systems]
    ids = file_system_outputs(names)
    volumes = [each.volume for one in wanted.file_systems for each in one.directories]
    points = access_point_outputs(volumes)
    return joined(_of_one(wanted, one, ids[one.name], points) for one in wanted.file_systems)


def _of_one(
    wanted: WantedStorage, one: WantedFileSystem, id_: str, points: Mapping[str, str]
) -> Part:
    reference: object = one.given or {"Ref": id_}
    suffix = id_.removeprefix(FILE_SYSTEM)
    parts = [
        Part({}, {id_: {"Value": reference}}),
        _reached(wanted, one, reference, suffix),
        *(_directory(wanted, each, reference, points[each.volume]) for each in one.directories),
    ]
    if not one.given:
        parts.insert(0, Part({id_: _file_system(wanted, one)}))
    return joined(parts)


# ------------------------------------------------------------- file systems


def _file_system(wanted: WantedStorage, one: WantedFileSystem) -> Document:
    tags = stack_tags(wanted.cluster, wanted.project)
    name = f"{wanted.project}-{one.name}" if one.name else wanted.project
    tags["Name"] = name
    if one.name:
        tags[VOLUME_TAG] = one.name
    elif one.volumes:
        tags[VOLUMES_TAG] = _names_in_tag(one.volumes)
    properties: Draft = {
        "Encrypted": one.encrypted,
        "PerformanceMode": one.performance,
        "ThroughputMode": one.throughput,
        "BackupPolicy": {"Status": "ENABLED" if one.backup else "DISABLED"},
        "FileSystemTags": _tags(tags),
        "FileSystemPolicy": _policy(one.roles),
    }
    if one.provisioned is not None:
        properties["ProvisionedThroughputInMibps"] = one.provisioned
    if one.kms_key:
        properties["KmsKeyId"] = one.kms_key
    days = one.lifecycle.removesuffix("d")
    if days.isdecimal():
        unit = "DAY" if days == "1" else "DAYS"
        properties["LifecyclePolicies"] = [{"TransitionToIA": f"AFTER_{days}_{unit}"}]
    return {
        "Type": KIND_OF_FILE_SYSTEM,
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
        "Properties": properties,
    }


def _names_in_tag(volumes: Sequence[str]) -> str:
    """As many of the names as a tag has room for."""
    found = ""
    for name in volumes:
        longer = f"{found} {name}".strip()
        if len(longer) <= LONGEST_TAG:
            found = longer
    return found


def _policy(roles: Sequence[str]) -> Document:
    """Nobody without TLS; beside that the roles that files name, as others have the right
    themselves."""
    everyone = {"AWS": "*"}
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    statements: list[Document] = [
        {"Effect": "Deny", "Principal": everyone, "Action": "*", "Condition": plain}
    ]
    if roles:
        statements.append(
            {
                "Effect": "Allow",
                "Principal": {"AWS": [_arn_of_role(role) for role in roles]},
                "Action": [MOUNT, WRITE, AS_ROOT],
                "Condition": {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}},
            }
        )
    return {"Version": "2012-10-17", "Statement": statements}


def _arn_of_role(role: str) -> object:
    if role.startswith("arn:"):
        return role
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{role}"}


def _tags(tags: Mapping[str, str]) -> list[Document]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


# ------------------------------------------------------------- where it is reached


def _reached(
    wanted: WantedStorage, one: WantedFileSystem, file_system: object, suffix: str
) -> Part:
    """A mount target in each zone, and the security group that they share."""
    group = GROUP + suffix
    of_group = {"Fn::GetAtt": [group, "GroupId"]}
    what = f"volume {one.name}" if one.name else "the volumes"
    resources: dict[str, Document] = {
        group: {
            "Type": SECURITY_GROUP,
            "Properties": {
                "GroupDescription": f"File system of {what} of project {wanted.project}",
                "VpcId": wanted.vpc,
            },
        }
    }
    rules = logical_ids(f"Mounts{suffix}From", one.clients)
    for name, client in one.clients.items():
        properties = {
            "GroupId": of_group,
            "IpProtocol": "tcp",
            "FromPort": NFS,
            "ToPort": NFS,
            "SourceSecurityGroupId": client,
        }
        resources[rules[name]] = {"Type": INGRESS, "Properties": properties}
    targets = mount_target_ids(one.name, suffix, one.subnets)
    for zone, subnet in one.subnets.items():
        properties = {
            "FileSystemId": file_system,
            "SubnetId": subnet,
            "SecurityGroups": [of_group],
        }
        resources[targets[zone]] = {"Type": KIND_OF_MOUNT_TARGET, "Properties": properties}
    return Part(resources)


# ------------------------------------------------------------- access points


def _directory(wanted: WantedStorage, one: Directory, file_system: object, id_: str) -> Part:
    uid, gid = (str(number) for number in one.owner)
    properties: Draft = {
        "FileSystemId": file_system,
        "RootDirectory": {
            "Path": one.path,
            # a path that does not exist yet is made with these, and cannot be mounted without
            "CreationInfo": {"OwnerUid": uid, "OwnerGid": gid, "Permissions": one.permissions},
        },
        "AccessPointTags": _tags(
            {"Name": f"{wanted.project}-{one.volume}", VOLUME_TAG: one.volume}
        ),
    }
    if one.acts_as_owner:
        properties["PosixUser"] = {"Uid": uid, "Gid": gid}
    resource = {"Type": KIND_OF_ACCESS_POINT, "Properties": properties}
    return Part({id_: resource}, {id_: {"Value": {"Ref": id_}}})
