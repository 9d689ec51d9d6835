"""The rows of the volumes of a task definition, and of the EBS volumes that a task or a service
gets when it starts."""

from __future__ import annotations

from ecscli.base.limits import EXTERNAL
from ecscli.compose.ecs.requests.checks import Between, OneOf, Refused
from ecscli.compose.ecs.requests.container import NAME, ON_FARGATE, ON_OR_OFF, ONLY_ON_INSTANCES
from ecscli.compose.ecs.requests.parts import TAG
from ecscli.compose.ecs.requests.rows import Row, Shape, checked, never, never_set, passed

ANYWHERE_GUIDE = "Developer guide, Amazon ECS clusters for external instances"
FSX_GUIDE = "Developer guide, Use FSx for Windows File Server volumes with Amazon ECS"

EFS_ACCESS = Shape(
    "EFSAuthorizationConfig",
    (
        checked("accessPointId", rules=("storage.efs",), key="access_point"),
        checked("iam", ON_OR_OFF, rules=("storage.efs",)),
    ),
)
EFS = Shape(
    "EFSVolumeConfiguration",
    (
        checked("fileSystemId", required=True, key="filesystem_id"),
        checked("rootDirectory", rules=("storage.efs",)),
        checked("transitEncryption", ON_OR_OFF, rules=("storage.efs",)),
        passed("transitEncryptionPort"),
        passed("authorizationConfig", of=EFS_ACCESS, key=""),
    ),
)
FSX_ACCESS = Shape(
    "FSxWindowsFileServerAuthorizationConfig",
    (checked("credentialsParameter", required=True), checked("domain", required=True)),
)
FSX = Shape(
    "FSxWindowsFileServerVolumeConfiguration",
    (
        checked("fileSystemId", required=True, key="filesystem_id"),
        checked("rootDirectory", required=True),
        checked("authorizationConfig", of=FSX_ACCESS, required=True, key=""),
    ),
)
S3_FILES = Shape(
    "S3FilesVolumeConfiguration",
    (
        checked("fileSystemArn", required=True),
        checked("rootDirectory", rules=("storage.s3_files",)),
        passed("transitEncryptionPort"),
        passed("accessPointArn"),
    ),
)
DOCKER = Shape(
    "DockerVolumeConfiguration",
    (
        checked("scope", OneOf(("task", "shared"))),
        passed("autoprovision"),
        passed("driver"),
        passed("driverOpts"),
        passed("labels"),
    ),
)
HOST = Shape(
    "HostVolumeProperties", (checked("sourcePath", rules=("storage.volumes_on_fargate",), key=""),)
)
VOLUME = Shape(
    "Volume",
    (
        checked("name", NAME, required=True, rules=("storage.volumes",), key=""),
        passed("host", of=HOST, key=""),
        checked(
            "dockerVolumeConfiguration", of=DOCKER, rules=("storage.volumes_on_fargate",), key=""
        ),
        checked(
            "efsVolumeConfiguration",
            Refused((EXTERNAL,), "use launch type EC2 or Fargate"),
            of=EFS,
            key="",
            source=ANYWHERE_GUIDE,
        ),
        passed("s3filesVolumeConfiguration", of=S3_FILES, key=""),
        checked(
            "fsxWindowsFileServerVolumeConfiguration",
            ONLY_ON_INSTANCES,
            of=FSX,
            key="",
            source=FSX_GUIDE,
        ),
        checked("configuredAtLaunch", rules=("storage.at_launch",), key=""),
    ),
)

EBS_TAGS = never_set(
    "EBSTagSpecification",
    "volumes get the tags that ECS gives them",
    "resourceType",
    "propagateTags",
    tags=TAG,
)


def _managed_volume(*more: Row) -> tuple[Row, ...]:
    """The members of an EBS volume, which are the same for a task and for a service."""
    return (
        passed("encrypted"),
        passed("kmsKeyId"),
        checked(
            "volumeType",
            OneOf(("gp2", "gp3", "io1", "io2", "st1", "sc1", "standard")),
            OneOf(("gp2", "gp3", "io1", "io2", "st1", "sc1"), ON_FARGATE),
        ),
        checked("sizeInGiB", rules=("storage.ebs",), key="size"),
        checked("snapshotId", rules=("storage.ebs",)),
        never("volumeInitializationRate", "ecs-params has no key for it"),
        checked("iops", rules=("storage.ebs",)),
        checked("throughput", Between(1, 1000, "MiB/s"), rules=("storage.ebs",)),
        never("tagSpecifications", "volumes get the tags that ECS gives them", EBS_TAGS),
        checked("roleArn", required=True),
        *more,
    )


TASK_EBS = Shape(
    "TaskManagedEBSVolumeConfiguration",
    _managed_volume(
        never(
            "terminationPolicy",
            "volumes go with their tasks, which is the default",
            never_set(
                "TaskManagedEBSVolumeTerminationPolicy",
                "volumes go with their tasks, which is the default",
                "deleteOnTermination",
            ),
        ),
        checked("filesystemType", OneOf(("ext3", "ext4", "xfs", "ntfs"))),
    ),
)
SERVICE_EBS = Shape(
    "ServiceManagedEBSVolumeConfiguration",
    _managed_volume(checked("filesystemType", OneOf(("ext3", "ext4", "xfs", "ntfs")))),
)
TASK_VOLUME = Shape(
    "TaskVolumeConfiguration",
    (checked("name", required=True), passed("managedEBSVolume", of=TASK_EBS, key="")),
)
SERVICE_VOLUME = Shape(
    "ServiceVolumeConfiguration",
    (checked("name", required=True), passed("managedEBSVolume", of=SERVICE_EBS, key="")),
)
