"""`volumes` of ecs-params.yml, of `x-ecs` at the top of a Compose file, and `x-ecs` under a
top-level volume: THE table of their keys.

Sources: AWS::EFS::FileSystem and AWS::EFS::AccessPoint in the CloudFormation reference; "Managing
EFS throughput" and "Lifecycle management" in the EFS user guide.
"""

from __future__ import annotations

import re

from ecscli.base.keys.kinds import BOOLEAN, INTEGER, TEXT, Kind, choice, text_of, whole
from ecscli.base.keys.shapes import AnyName, Either, Key, Keys
from ecscli.base.marks import Raw

ELASTIC, BURSTING, PROVISIONED = THROUGHPUTS = ("elastic", "bursting", "provisioned")
GENERAL, MAX_IO = PERFORMANCES = ("generalPurpose", "maxIO")
NO_LIFECYCLE = "none"
LIFECYCLES = ("1d", "7d", "14d", "30d", "60d", "90d", "180d", "270d", "365d", NO_LIFECYCLE)
MOST_MEBIBYTES = 3414  # a second, of provisioned throughput
LONGEST_PATH, MOST_STEPS = 100, 4  # of an access point
LARGEST_ID = 4_294_967_295  # of a POSIX user or group


def _permissions(value: Raw) -> str:
    """YAML reads 0755 as a number in octal or in decimal form, so that text alone is exact."""
    text = text_of(value)
    if not re.fullmatch(r"0?[0-7]{3}", text):
        raise ValueError('must be permissions in octal form, in quotes: "0755"')
    return text.rjust(4, "0")


def _path(value: Raw) -> str:
    text = text_of(value)
    steps = [step for step in text.split("/") if step]
    is_path = text.startswith("/") and bool(steps) and ".." not in steps
    if not is_path or len(text) > LONGEST_PATH or len(steps) > MOST_STEPS:
        raise ValueError(
            f"must be a path such as /uploads, of {MOST_STEPS} names and {LONGEST_PATH} characters"
            " at most"
        )
    return "/" + "/".join(steps)


def _kms_key(value: Raw) -> str:
    text = text_of(value)
    if not re.fullmatch(r"alias/\S+|arn:\S+|[0-9a-f-]{36}|mrk-[0-9a-f]{32}", text):
        raise ValueError("must be the id, the ARN or the alias (alias/NAME) of a KMS key")
    return text


def _id(prefix: str) -> Kind:
    """The id of something of EFS."""
    form = rf"{prefix}-[0-9a-f]{{8,40}}"

    def read(value: Raw) -> str:
        text = text_of(value)
        if not re.fullmatch(form, text):
            raise ValueError(f"must be an id such as {prefix}-0123456789abcdef0")
        return text

    return Kind(read, {"type": "string", "pattern": f"^{form}$"})


def _s3_files(value: Raw) -> str:
    text = text_of(value)
    if not re.fullmatch(r"arn:[a-z-]+:s3files:\S+", text):
        raise ValueError("must be the ARN of a file system: arn:aws:s3files:...")
    return text


TEXT_SCHEMA = {"type": "string"}
EFS: Keys = {
    "file_system": Key(
        "file_system", _id("fs"), "Id of a file system that exists, which stays as it is."
    ),
    "access_point": Key("access_point", _id("fsap"), "Id of an access point of that file system."),
    "iam": Key(
        "iam",
        BOOLEAN,
        "Whether tasks mount an existing file system with their task role; true by default.",
    ),
    "own": Key(
        "own",
        BOOLEAN,
        "Whether the volume gets a file system of its own, instead of that of the project.",
    ),
    "path": Key(
        "path", Kind(_path, TEXT_SCHEMA), "Directory of the file system; /VOLUME by default."
    ),
    "uid": Key(
        "uid",
        whole(0, LARGEST_ID),
        "User who owns the directory, and as whom all users of a container then act; needs gid.",
    ),
    "gid": Key("gid", whole(0, LARGEST_ID), "Group of the directory; needs uid."),
    "permissions": Key(
        "permissions",
        Kind(_permissions, {"type": ["string", "integer"]}),
        'Permissions of the directory when it is made, in quotes; "0755" by default.',
    ),
    "throughput": Key(
        "throughput", choice(*THROUGHPUTS), "elastic (the default), bursting or provisioned."
    ),
    "provisioned_throughput": Key(
        "provisioned_throughput",
        whole(1, MOST_MEBIBYTES),
        "MiB a second, for throughput: provisioned.",
    ),
    "performance": Key(
        "performance",
        choice(*PERFORMANCES),
        "generalPurpose (the default), or maxIO; cannot be changed later.",
    ),
    "backup": Key("backup", BOOLEAN, "Whether AWS Backup copies it each day; true by default."),
    "lifecycle": Key(
        "lifecycle",
        choice(*LIFECYCLES),
        "Time after which files that nobody reads move to a cheaper storage class; 30d by default.",
    ),
    "kms_key": Key(
        "kms_key",
        Kind(_kms_key, TEXT_SCHEMA),
        "KMS key that encrypts it; that of the AWS account by default. Cannot be changed later.",
    ),
    "encrypted": Key(
        "encrypted",
        BOOLEAN,
        "Whether it is encrypted at rest; true by default. Cannot be changed later.",
    ),
}
EBS: Keys = {
    "size": Key("sizeInGiB", INTEGER, "Size in GiB; needed without a snapshot."),
    "volume_type": Key("volumeType", TEXT, "gp3, gp2, io2, io1, st1, sc1 or standard."),
    "iops": Key("iops", INTEGER, "I/O operations per second."),
    "throughput": Key("throughput", INTEGER, "MiB per second, for gp3."),
    "filesystem_type": Key("filesystemType", TEXT, "xfs, ext4, ext3 or ntfs."),
    "snapshot_id": Key("snapshotId", TEXT, "Snapshot to start from."),
    "encrypted": Key("encrypted", BOOLEAN, "Encrypt the volume."),
    "kms_key_id": Key("kmsKeyId", TEXT, "KMS key for encryption."),
    "role_arn": Key("roleArn", TEXT, "Role with which ECS makes the volume.", required=True),
}
VOLUME: Keys = {
    "efs": Key(
        "efs",
        Either((BOOLEAN, EFS)),
        "Keep the volume in Amazon EFS, so that its data outlives tasks: true, or a mapping.",
    ),
    "ebs": Key(
        "ebs",
        EBS,
        "A disk that ECS makes for each task and deletes with it, as in ebs_volumes: no place for"
        " data.",
    ),
    "s3files": Key(
        "s3files",
        Kind(_s3_files, TEXT_SCHEMA),
        "ARN of a file system of S3 Files that exists; needs a task role.",
    ),
}
VOLUMES = AnyName(VOLUME)
#: Keys that volumes on one file system share
OF_FILE_SYSTEM = (
    *("throughput", "provisioned_throughput", "performance", "backup", "lifecycle", "kms_key"),
    "encrypted",
)
