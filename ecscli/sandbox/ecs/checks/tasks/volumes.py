"""What RegisterTaskDefinition refuses about volumes."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.sandbox.ecs.checks.rule import Rule
from ecscli.sandbox.shapes import Json

#: The members of a volume that each make it another kind of volume.
KINDS = (
    "dockerVolumeConfiguration",
    "efsVolumeConfiguration",
    "s3filesVolumeConfiguration",
    "fsxWindowsFileServerVolumeConfiguration",
)


def no_volume_name(document: Json) -> Iterator[str]:
    if any(not one.get("name") for one in document["volumes"]):
        yield "Volume.name should not be null or empty."


def repeated_volumes(document: Json) -> Iterator[str]:
    names = [one.get("name") for one in document["volumes"]]
    for name in sorted({str(name) for name in names if names.count(name) > 1}):
        yield f"Volume name '{name}' is not unique in the task definition."


def several_kinds(document: Json) -> Iterator[str]:
    for one in document["volumes"]:
        kinds = [name for name in KINDS if one.get(name)]
        has_path = bool((one.get("host") or {}).get("sourcePath"))
        if len(kinds) + has_path + bool(one.get("configuredAtLaunch")) > 1:
            yield f"Volume '{one.get('name')}' can have only one volume configuration."


def several_at_launch(document: Json) -> Iterator[str]:
    if sum(bool(one.get("configuredAtLaunch")) for one in document["volumes"]) > 1:
        yield "A task definition can have only one volume configured at launch."


def bad_efs(document: Json) -> Iterator[str]:
    for one in document["volumes"]:
        efs = one.get("efsVolumeConfiguration") or {}
        authorization = efs.get("authorizationConfig") or {}
        access_point, iam = authorization.get("accessPointId"), authorization.get("iam")
        if access_point and efs.get("rootDirectory") not in (None, "", "/"):
            yield "rootDirectory must be omitted or / when an EFS access point is specified."
        if (access_point or iam == "ENABLED") and efs.get("transitEncryption") != "ENABLED":
            yield "EFS IAM authorization and access points require transit encryption."


def bad_s3_files(document: Json) -> Iterator[str]:
    for one in document["volumes"]:
        files = one.get("s3filesVolumeConfiguration") or {}
        if files.get("accessPointArn") and files.get("rootDirectory") not in (None, "", "/"):
            yield "rootDirectory must be omitted or set to / when an access point is specified."


VOLUME_RULES: tuple[Rule[Json], ...] = (
    Rule(
        no_volume_name,
        ("Volume.name",),
        "When a volume is using the efsVolumeConfiguration , the name is required.",
    ),
    Rule(
        repeated_volumes,
        ("Volume.name",),
        "this name is referenced in the sourceVolume parameter of the mountPoints object",
    ),
    Rule(
        several_kinds,
        ("Volume.host", *(f"Volume.{name}" for name in KINDS)),
        "This parameter is specified when you use bind mount host volumes.",
    ),
    Rule(
        several_at_launch,
        ("Volume.configuredAtLaunch",),
        "Each task definition revision may only have one volume configured at launch in the volume"
        " configuration.",
    ),
    Rule(
        bad_efs,
        (
            "EFSVolumeConfiguration.rootDirectory",
            "EFSVolumeConfiguration.transitEncryption",
            "EFSAuthorizationConfig.accessPointId",
            "EFSAuthorizationConfig.iam",
        ),
        "Transit encryption must be turned on if Amazon EFS IAM authorization is used.",
    ),
    Rule(
        bad_s3_files,
        ("S3FilesVolumeConfiguration.rootDirectory", "S3FilesVolumeConfiguration.accessPointArn"),
        "the root directory parameter must either be omitted or set to /",
    ),
)
