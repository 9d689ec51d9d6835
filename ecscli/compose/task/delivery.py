"""Files for containers: configs, and secrets with a path as target, written by a small container
that starts first.

ECS mounts no files, so a volume of the task stands in for the directory of each file; what the
image has in that directory is hidden by it.
"""

from __future__ import annotations

import shlex
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from ecscli.base.documents import Draft
from ecscli.base.findings import Findings
from ecscli.base.records import field, mutable, record
from ecscli.base.system.files import Unreadable, read_file
from ecscli.compose.ecs.limits import MAX_TASK_DEFINITION_BYTES
from ecscli.compose.find.files import shown_path
from ecscli.compose.project.model import FileGrant, FileSource, Project, Service
from ecscli.compose.text import withheld
from ecscli.compose.text.withheld import HINT, Withheld

NAME = "compose-files"
IMAGE = "public.ecr.aws/docker/library/busybox:stable"
MEMORY = 32  # MiB
DEFAULT_MODE = 0o444  # as Docker Compose mounts configs and secrets
LARGEST_FILE = MAX_TASK_DEFINITION_BYTES * 3 // 4  # in base64 it fills the task definition


@record
class Delivered:
    """One file: `value` is its content in base64, or what `secrets[].valueFrom` says of it."""

    service: str
    path: PurePosixPath
    value: str
    secret: bool
    mode: int = DEFAULT_MODE
    owner: str = ""


@mutable
class Deliveries:
    """The files that the services of a project ask for."""

    project: Project
    findings: Findings
    image: str = IMAGE
    files: list[Delivered] = field(default_factory=list)
    size: int = 0  # characters that the contents take in the request

    def add(self, service: Service, key: str, grant: FileGrant, source: FileSource) -> None:
        """Take up a config, or an external secret, that a service wants as a file."""
        path = PurePosixPath(grant.target or f"/{grant.source}")
        place = f"services.{service.name}.{key}"
        problem = target_problem(grant.target or "", path)
        if problem:
            hint = f"say target: /etc/{service.name}/{grant.source}"
            self.findings.error(f"{place}: the file {path} {problem}", grant.mark, hint)
            return
        if self.size > MAX_TASK_DEFINITION_BYTES:
            return  # which was said of the first that was too much
        value = (
            (source.real_name or source.name)
            if source.external
            else self._content(place, grant, source)
        )
        if value is None:
            return
        self.size += len(value)
        if self.size > MAX_TASK_DEFINITION_BYTES:
            problem = (
                f"the files of all services come to more than {MAX_TASK_DEFINITION_BYTES} bytes"
            )
            hint = "ECS takes no larger task definition; put them into an image, or on a volume"
            self.findings.error(f"{place}: {problem}", grant.mark, hint)
            return
        owner = (
            ":".join(part or "" for part in (grant.uid, grant.gid))
            if grant.uid or grant.gid
            else ""
        )
        mode = DEFAULT_MODE if grant.mode is None else grant.mode
        self.files.append(Delivered(service.name, path, value, source.external, mode, owner))
        self.findings.notice(
            f"{place}: {path} is written by the container {NAME}; what the image has in"
            f" {path.parent} is hidden",
            grant.mark,
        )

    def _content(self, place: str, grant: FileGrant, source: FileSource) -> str | None:
        if source.file is not None:
            return self._file(place, grant, source, source.file)
        text = source.content
        if text is None:
            text = self.project.variables.get(source.environment or "")
        if text is None:
            self.findings.error(
                f'{place}: the variable "{source.environment}" of {source.name} is not set',
                grant.mark,
            )
        elif isinstance(text, Withheld):
            at = source.mark or grant.mark
            self.findings.error(
                f"configs.{source.name}: {withheld.problem(source.environment or '')}", at, HINT
            )
        else:
            return b64encode(text.encode()).decode()
        return None

    def _file(self, place: str, grant: FileGrant, source: FileSource, path: str) -> str | None:
        name = shown_path(path, self.project.directory)
        try:
            return b64encode(read_file(path, name, LARGEST_FILE, self.project.within)).decode()
        except Unreadable as error:
            at = source.mark or grant.mark
            self.findings.error(f"{place}: {source.name}: {error.message}", at, error.hint)
            return None

    def deliver(self, request: Draft) -> None:
        """Add the container, its volumes, and their mounts in the containers that wait for it."""
        if not self.files:
            return
        containers = {container["name"]: container for container in request["containerDefinitions"]}
        volumes = _volumes(self.files)
        for (service, directory), volume in volumes.items():
            container = containers[service]
            mount = {"sourceVolume": volume, "containerPath": directory, "readOnly": True}
            container.setdefault("mountPoints", []).append(mount)
            waits = {"containerName": NAME, "condition": "SUCCESS"}
            if waits not in container.setdefault("dependsOn", []):
                container["dependsOn"].append(waits)
        request["containerDefinitions"].append(_writer(self.files, volumes, self.image))
        request["volumes"] = [
            *request.get("volumes", ()),
            *({"name": name} for name in volumes.values()),
        ]


def target_problem(written: str, path: PurePosixPath) -> str | None:
    """Why a file cannot be written at a path; None where it can."""
    if ".." in path.parts:
        return "must not have .. in its path"
    if written.endswith("/"):
        return "is a directory: its path ends with /"
    if any(not character.isprintable() for character in written):
        return "has control characters in its path"
    if len(path.parts) < 3 or not path.is_absolute():
        return "has no directory of its own, and ECS mounts directories only"
    return None


def _volumes(files: Sequence[Delivered]) -> dict[tuple[str, str], str]:
    """(service, directory) -> volume, numbered per service."""
    found: dict[tuple[str, str], str] = {}
    for file in files:
        key = (file.service, str(file.path.parent))
        number = sum(service == file.service for service, _ in found)
        found.setdefault(key, f"files-{file.service}-{number}")
    return found


def _writer(
    files: Sequence[Delivered], volumes: Mapping[tuple[str, str], str], image: str
) -> Draft:
    """The container that writes all files and ends; each content comes in a variable of its own."""
    lines = ["set -e"]
    values: dict[bool, list[dict[str, str]]] = {False: [], True: []}
    for number, file in enumerate(files):
        name = f"FILE_{number}"
        target = shlex.quote(f"/{volumes[file.service, str(file.path.parent)]}/{file.path.name}")
        decode = "" if file.secret else " | base64 -d"
        lines.append(f'printf %s "${name}"{decode} > {target}')
        lines += [f"chown {shlex.quote(file.owner)} {target}"] if file.owner else []
        lines.append(f"chmod {file.mode:04o} {target}")
        values[file.secret].append(
            {"name": name, "valueFrom" if file.secret else "value": file.value}
        )
    writer: Draft = {
        "name": NAME,
        "image": image,
        "essential": False,
        "memory": MEMORY,
        "command": ["sh", "-c", "\n".join(lines)],
        "environment": values[False],
        "secrets": values[True],
        "mountPoints": [
            {"sourceVolume": name, "containerPath": f"/{name}"} for name in volumes.values()
        ],
    }
    return {name: value for name, value in writer.items() if value != []}
