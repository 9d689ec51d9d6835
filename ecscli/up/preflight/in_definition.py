"""PURE: the request for a task definition -> the things on AWS that it names, one function a
kind."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.documents import Document
from ecscli.up.model import Ref

SECRETS_MANAGER = ":secretsmanager:"
S3 = "s3"
LogGroup = tuple[str, str | None]  # name, region
FileSystem = tuple[str, str | None]  # id, access point


def roles(definition: Document) -> Iterator[str]:
    """The roles of the task and of the agent, but for one that is made before."""
    for name in ("taskRoleArn", "executionRoleArn"):
        role = definition.get(name)
        if role and not isinstance(role, Ref):
            yield str(role)


def images(definition: Document) -> Iterator[str]:
    """The images of the containers."""
    for container in _containers(definition):
        yield str(container["image"])


def log_groups(definition: Document) -> Iterator[LogGroup]:
    """The groups that containers write to, but for those that the agent makes."""
    for container in _containers(definition):
        logging = container.get("logConfiguration") or {}
        options = logging.get("options") or {}
        group, is_made = options.get("awslogs-group"), options.get("awslogs-create-group")
        if logging.get("logDriver") == "awslogs" and group and is_made != "true":
            yield str(group), options.get("awslogs-region")


def secrets(definition: Document) -> Iterator[str]:
    """Secrets of Secrets Manager by ARN; the logins of registries by name too."""
    for name in _stored_values(definition):
        if SECRETS_MANAGER in name:
            yield name
    for container in _containers(definition):
        login = container.get("repositoryCredentials") or {}
        if login.get("credentialsParameter"):
            yield str(login["credentialsParameter"])


def parameters(definition: Document) -> Iterator[str]:
    """The names and ARNs in SSM's Parameter Store."""
    for name in _stored_values(definition):
        if SECRETS_MANAGER not in name:
            yield name
    for arn in _credential_specs(definition):
        if _service_of(arn) == "ssm":
            yield arn


def objects(definition: Document) -> Iterator[str]:
    """The ARNs of objects in S3: files of variables and credential specs."""
    for container in _containers(definition):
        for entry in container.get("environmentFiles") or ():
            yield str(entry["value"])
    for arn in _credential_specs(definition):
        if _service_of(arn) == S3:
            yield arn


def file_systems(definition: Document) -> Iterator[FileSystem]:
    """EFS file systems, with their access points; not those that are yet to be made."""
    for volume in definition.get("volumes") or ():
        efs = volume.get("efsVolumeConfiguration") or {}
        id_ = efs.get("fileSystemId")
        point = (efs.get("authorizationConfig") or {}).get("accessPointId")
        if id_ and not isinstance(id_, Ref):
            yield str(id_), None if isinstance(point, Ref) else point


def windows_file_systems(definition: Document) -> Iterator[str]:
    """FSx for Windows file systems."""
    for volume in definition.get("volumes") or ():
        fsx = volume.get("fsxWindowsFileServerVolumeConfiguration")
        if fsx:
            yield str(fsx["fileSystemId"])


def _containers(definition: Document) -> list[Document]:
    return list(definition.get("containerDefinitions") or ())


def _stored_values(definition: Document) -> Iterator[str]:
    """What ECS reads for containers before they start, by names or ARNs."""
    for container in _containers(definition):
        logging = container.get("logConfiguration") or {}
        for entry in (*(container.get("secrets") or ()), *(logging.get("secretOptions") or ())):
            yield str(entry["valueFrom"])
    for volume in definition.get("volumes") or ():
        fsx = volume.get("fsxWindowsFileServerVolumeConfiguration") or {}
        access = fsx.get("authorizationConfig") or {}
        if access.get("credentialsParameter"):
            yield str(access["credentialsParameter"])


def _credential_specs(definition: Document) -> Iterator[str]:
    for container in _containers(definition):
        for spec in container.get("credentialSpecs") or ():
            yield str(spec).partition(":")[2]


def _service_of(arn: str) -> str:
    return arn.split(":")[2] if arn.startswith("arn:") else ""
