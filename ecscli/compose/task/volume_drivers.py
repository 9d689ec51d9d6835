"""A top-level volume -> the volume of the task definition that its driver means: EFS, FSx, EBS, a
Docker volume, or a plain one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecscli.base.documents import Document, Draft
from ecscli.base.findings import Findings
from ecscli.base.records import record
from ecscli.compose.params.read import Wire
from ecscli.compose.project.model import Volume

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
SWITCHES = ("transitEncryption", "iam")
SWITCH_WORDS = {"true": "ENABLED", "false": "DISABLED"}
EFS_DRIVERS = {"efs", "aws-efs", "amazon-efs"}
FSX_DRIVERS = {"fsx", "aws-fsx"}
EBS_DRIVERS = {"ebs", "aws-ebs"}
FILE_SYSTEM = "fs-"  # how the ids of EFS file systems begin


@record
class Declared:
    """A volume of the task definition, and the volumeConfiguration of the service or task that an
    EBS volume needs beside it."""

    volume: Draft
    managed: Wire | None = None


def declared(volume: Volume, findings: Findings) -> Declared | None:
    """What the driver of a volume means; None for a volume that only the task has."""
    name = volume.real_name or volume.name
    is_file_system = volume.external and name.startswith(FILE_SYSTEM)
    if volume.driver in EFS_DRIVERS or is_file_system:
        return Declared(_efs(volume, findings))
    if volume.driver in FSX_DRIVERS:
        return Declared(_fsx(volume, findings))
    if volume.driver in EBS_DRIVERS:
        return _ebs(volume, findings)
    docker = _docker(volume)
    if not docker:
        return None
    return Declared({"name": name, "dockerVolumeConfiguration": docker})


def _efs(volume: Volume, findings: Findings) -> Draft:
    values = _options(volume, EFS_OPTIONS, findings)
    real_name = volume.real_name or ""
    if real_name.startswith(FILE_SYSTEM):
        values.setdefault("fileSystemId", real_name)
    _check_needed(volume, values, ("fileSystemId",), EFS_OPTIONS, findings)
    access = _take(values, ("accessPointId", "iam"))
    if access:
        values.setdefault("transitEncryption", "ENABLED")
        values["authorizationConfig"] = access
    return {"name": volume.name, "efsVolumeConfiguration": values}


def _fsx(volume: Volume, findings: Findings) -> Draft:
    values = _options(volume, FSX_OPTIONS, findings)
    needed = ("fileSystemId", "rootDirectory", "credentialsParameter", "domain")
    _check_needed(volume, values, needed, FSX_OPTIONS, findings)
    values["authorizationConfig"] = _take(values, ("credentialsParameter", "domain"))
    return {"name": volume.name, "fsxWindowsFileServerVolumeConfiguration": values}


def _ebs(volume: Volume, findings: Findings) -> Declared:
    values = _options(volume, EBS_OPTIONS, findings)
    size = "snapshotId" if "snapshotId" in values else "sizeInGiB"
    _check_needed(volume, values, ("roleArn", size), EBS_OPTIONS, findings)
    managed = {"name": volume.name, "managedEBSVolume": values}
    return Declared({"name": volume.name, "configuredAtLaunch": True}, managed)


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


# ------------------------------------------------------------- driver_opts


def _options(volume: Volume, fields: Mapping[str, str], findings: Findings) -> Draft:
    """`driver_opts` under the names of the ECS API; unknown ones are left out with a warning."""
    values: Draft = {}
    for name, value in dict(volume.driver_opts).items():
        field = fields.get(name.replace("-", "_"))
        if field is not None:
            values[field] = _typed(field, value)
            continue
        findings.warning(
            f"is not known to the {volume.driver} driver",
            volume.mark,
            f"known: {', '.join(sorted(fields))}",
            key=f"volumes.{volume.name}.driver_opts.{name}",
        )
    return values


def _typed(field: str, value: str) -> str | int | bool:
    """The text of an option as the type that its field has."""
    if field in NUMBERS and value.isdecimal():
        return int(value)
    if field in SWITCHES:
        return SWITCH_WORDS.get(value.lower(), value.upper())
    if field == "encrypted":
        return value.lower() == "true"
    return value


def _check_needed(
    volume: Volume,
    values: Document,
    needed: Sequence[str],
    fields: Mapping[str, str],
    findings: Findings,
) -> None:
    """Refuse a volume without the options that ECS needs; `fields` has the options' names."""
    missing = [field for field in needed if field not in values]
    if not missing:
        return
    options = [_option_of(field, fields) for field in missing]
    findings.error(
        f"the driver {volume.driver or 'efs'} needs {' and '.join(options)}",
        volume.mark,
        f"add driver_opts: {{{options[0]}: ...}}",
        key=f"volumes.{volume.name}",
    )


def _option_of(field: str, fields: Mapping[str, str]) -> str:
    """The first option that gives a field."""
    return next(option for option, each in fields.items() if each == field)


def _take(values: Draft, names: Sequence[str]) -> Draft:
    """Move some values into a mapping of their own."""
    return {name: values.pop(name) for name in names if name in values}
