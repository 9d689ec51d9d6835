"""PURE: the volumes of a project that are kept in EFS -> their part of the support stack: file
systems, where they are reached, and an access point for each volume.

Sources: AWS::EFS::FileSystem, AWS::EFS::MountTarget and AWS::EFS::AccessPoint in the CloudFormation
reference; "Using IAM to control file system data access" in the EFS user guide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ecscli.base.documents import Document, Draft
from ecscli.base.records import field, record
from ecscli.support.names import stack_tags
from ecscli.support.parts import Part, joined, logical_ids

FILE_SYSTEM, ACCESS_POINT = "FileSystem", "AccessPoint"  # logical ids and outputs begin with them
MOUNT_TARGET, GROUP = "MountTarget", "Volumes"
KIND_OF_FILE_SYSTEM, KIND_OF_ACCESS_POINT = "AWS::EFS::FileSystem", "AWS::EFS::AccessPoint"
KIND_OF_MOUNT_TARGET = "AWS::EFS::MountTarget"
SECURITY_GROUP, INGRESS = "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress"
NFS = 2049
VOLUME_TAG = "ecscli:volume"  # of an access point, and of a file system of one volume
OF_PROJECT = ""  # name of the file system that volumes share
MOUNT, WRITE, AS_ROOT = (
    "elasticfilesystem:ClientMount",
    "elasticfilesystem:ClientWrite",
    "elasticfilesystem:ClientRootAccess",
)


@record
class Directory:
    """A volume as a directory of its file system, with an access point; what it is owned by when it
    is made, and `acts_as_owner`: whatever user a container has, it acts as that one."""

    volume: str
    path: str
    owner: tuple[int, int] = (0, 0)
    permissions: str = "0755"
    acts_as_owner: bool = False


@record
class WantedFileSystem:
    """A file system: `name` is OF_PROJECT, or that of the volume whose own it is. `given`: the id
    of one that is there and not in the stack. `subnets`: one for each zone, by the zone's name;
    `clients`: the security groups that may mount it, by a name for each; `roles`: names or ARNs of
    roles that files name, which its policy allows. `lifecycle` is days, as in `30d`, or none;
    `provisioned` MiB a second."""

    name: str = OF_PROJECT
    given: str = ""
    directories: tuple[Directory, ...] = ()
    subnets: Mapping[str, str] = field(default_factory=dict)
    clients: Mapping[str, object] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    throughput: str = "elastic"
    provisioned: int | None = None
    performance: str = "generalPurpose"
    backup: bool = True
    lifecycle: str = "30d"
    kms_key: str | None = None
    encrypted: bool = True


@record
class WantedStorage:
    """All of them, in one VPC."""

    project: str
    cluster: str
    vpc: str
    file_systems: tuple[WantedFileSystem, ...] = ()


def file_system_outputs(names: Iterable[str]) -> dict[str, str]:
    """The output with the id of each file system."""
    own = logical_ids(FILE_SYSTEM, (name for name in names if name))
    return {OF_PROJECT: FILE_SYSTEM, **own}


def access_point_outputs(volumes: Iterable[str]) -> dict[str, str]:
    """The output with the id of the access point of each volume."""
    return logical_ids(ACCESS_POINT, volumes)


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


def mount_target_ids(name: str, suffix: str, zones: Iterable[str]) -> dict[str, str]:
    """The logical id of the mount target in each zone, which has room for one alone."""
    return logical_ids(f"{MOUNT_TARGET}{suffix}", zones)


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


# ------------------------------------------------------------- rights of a task role


@record
class Mounting:
    """How a group mounts a volume: the outputs of its file system and access point, or the ids of
    existing ones; `given` is the id of the file system where it is not in the stack."""

    file_system: str
    access_point: str
    writes: bool
    as_root: bool = True
    given: str = ""


def mounting_statements(mountings: Iterable[Mounting]) -> Iterator[Document]:
    """What a task role needs to mount these."""
    for one in mountings:
        actions = [MOUNT]
        if one.writes:
            actions.append(WRITE)
        if one.as_root:
            actions.append(AS_ROOT)
        statement: Draft = {"Effect": "Allow", "Action": actions, "Resource": _file_system_arn(one)}
        point = _access_point_arn(one)
        if point:
            statement["Condition"] = {"StringEquals": {"elasticfilesystem:AccessPointArn": point}}
        yield statement


def _file_system_arn(one: Mounting) -> object:
    if one.given:
        return _arn(f"file-system/{one.given}")
    return {"Fn::GetAtt": [one.file_system, "Arn"]}


def _access_point_arn(one: Mounting) -> object:
    if one.access_point.startswith("fsap-"):
        return _arn(f"access-point/{one.access_point}")
    return {"Fn::GetAtt": [one.access_point, "Arn"]} if one.access_point else None


def _arn(resource: str) -> Document:
    place = "arn:${AWS::Partition}:elasticfilesystem:${AWS::Region}:${AWS::AccountId}"
    return {"Fn::Sub": f"{place}:{resource}"}


# ------------------------------------------------------------- what a template has


def kept_storage(whole: Part) -> Part:
    """The storage of a template without the rules of its security groups: it stays whatever the
    files have, as data must not go with a line of a file."""
    kinds = (KIND_OF_FILE_SYSTEM, KIND_OF_MOUNT_TARGET, KIND_OF_ACCESS_POINT)
    groups = _groups_of_targets(whole)
    resources = {
        id_: one
        for id_, one in whole.resources.items()
        if one.get("Type") in kinds or id_ in groups
    }
    if not resources:
        return Part()
    prefixes = (FILE_SYSTEM, ACCESS_POINT)
    outputs = {name: one for name, one in whole.outputs.items() if name.startswith(prefixes)}
    return Part(resources, outputs)


def _groups_of_targets(whole: Part) -> set[str]:
    """The logical ids of the security groups of mount targets."""
    found = set()
    for one in whole.resources.values():
        if one.get("Type") == KIND_OF_MOUNT_TARGET:
            for group in one["Properties"].get("SecurityGroups") or ():
                if isinstance(group, Mapping):
                    found.add(str(group["Fn::GetAtt"][0]))
    return found


def volumes_of(whole: Part) -> dict[str, str]:
    """The volumes of the access points of a template, by logical id."""
    found = {}
    for id_, one in whole.resources.items():
        if one.get("Type") == KIND_OF_ACCESS_POINT:
            rows = one["Properties"].get("AccessPointTags") or ()
            tags = {row["Key"]: str(row["Value"]) for row in rows}
            found[id_] = tags.get(VOLUME_TAG, id_.removeprefix(ACCESS_POINT))
    return found


def file_systems_by_volume(whole: Part) -> dict[str, object]:
    """What the template has for the file system of each volume."""
    return {
        volume: whole.resources[id_]["Properties"]["FileSystemId"]
        for id_, volume in volumes_of(whole).items()
    }


def path_of(whole: Part, id_: str) -> str:
    """The directory of an access point."""
    return str(whole.resources[id_]["Properties"]["RootDirectory"]["Path"])


def file_systems_of(whole: Part, outputs: Mapping[str, str]) -> dict[str, list[str]]:
    """The volumes of each file system of a template by its id; `outputs` are those of the stack."""
    found: dict[str, list[str]] = {}
    for id_, volume in volumes_of(whole).items():
        given = whole.resources[id_]["Properties"]["FileSystemId"]
        file_system = outputs.get(given["Ref"], "") if isinstance(given, Mapping) else str(given)
        found.setdefault(file_system, []).append(volume)
    return found


def fixed_changes(
    live: Document, wanted: WantedFileSystem, of_stack: bool
) -> Iterator[tuple[str, object]]:
    """The keys that EFS can never change and that differ, each with the value of the file system
    that is there: `live` are its properties in the stack, or, not `of_stack`, its description,
    which names the account's own key too."""
    if live.get("PerformanceMode") != wanted.performance:
        yield "performance", live.get("PerformanceMode")
    if bool(live.get("Encrypted")) != wanted.encrypted:
        yield "encrypted", str(bool(live.get("Encrypted"))).lower()
    key = str(live.get("KmsKeyId") or "")
    if of_stack and key != (wanted.kms_key or ""):
        yield "kms_key", key or "the account's own"
    elif not of_stack and wanted.kms_key and not _is_same_key(key, wanted.kms_key):
        yield "kms_key", key


def _is_same_key(arn: str, name: str) -> bool:
    """Whether an ARN is that of a key, as far as its name shows; an alias shows nothing."""
    return "alias/" in name or arn.rpartition("/")[2] == name.rpartition("/")[2]


def replaced_points(live: Part, wanted: Part) -> list[str]:
    """The logical ids of the access points that get another path, user or file system, for which
    there will be new ones."""
    found = []
    for id_, one in wanted.resources.items():
        there = live.resources.get(id_)
        if there is None or one.get("Type") != KIND_OF_ACCESS_POINT:
            continue
        if _fixed_of_point(there) != _fixed_of_point(one):
            found.append(id_)
    return found


def _fixed_of_point(resource: Document) -> Draft:
    properties = resource["Properties"]
    return {name: properties.get(name) for name in ("FileSystemId", "RootDirectory", "PosixUser")}
