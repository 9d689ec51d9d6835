"""Files for containers: configs, and secrets with a path as target, written by a small container
that starts first.

ECS mounts no files, so a volume of the task stands in for the directory of each file; what the
image has in that directory is hidden by it.
"""

from __future__ import annotations

import shlex
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ecscli.base.documents import Draft
from ecscli.base.findings import Findings
from ecscli.base.records import field, mutable, record
from ecscli.base.system.files import Unreadable, read_file
from ecscli.compose.ecs.limits import MAX_TASK_DEFINITION_BYTES
from ecscli.compose.find.files import shown_path
from ecscli.compose.mounts.development import built_from
from ecscli.compose.mounts.hidden import hides_image
from ecscli.compose.text import withheld
from ecscli.compose.text.withheld import HINT, Withheld

if TYPE_CHECKING:
    from ecscli.compose.project.model import FileGrant, FileSource, Project, Service
    from ecscli.compose.secrets.stored import Part

NAME = "compose-files"
IMAGE = "public.ecr.aws/docker/library/busybox:stable"
MEMORY = 32  # MiB
DEFAULT_MODE = 0o444  # as Docker Compose mounts configs and secrets
SECRETS = "/run/secrets"  # where Docker Compose mounts them
LARGEST_FILE = MAX_TASK_DEFINITION_BYTES * 3 // 4  # in base64 it fills the task definition


@record
class Delivered:
    """One file: `value` is its content in base64, or what `secrets[].valueFrom` has for it."""

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

    def add(self, service: Service, grant: FileGrant, source: FileSource) -> None:
        """Take up a config whose content is part of the project."""
        path = PurePosixPath(grant.target or f"/{grant.source}")
        place = f"services.{service.name}.configs"
        if not self._may_be_written(service, place, grant, path):
            return
        if self.size > MAX_TASK_DEFINITION_BYTES:
            return  # the first file too many has an error
        value = self._value(place, grant, source)
        if value is not None and self._fits(place, grant, value):
            self._take(service, grant, path, value, secret=False)
            self._note_hidden(place, path, grant)

    def add_stored(self, service: Service, key: str, grant: FileGrant, part: Part) -> None:
        """Take up a value in SSM or Secrets Manager that a service wants as a file; one key of it
        is a file of that name below the target."""
        top = SECRETS if key == "secrets" else ""
        whole = PurePosixPath(top, grant.target or grant.source)
        path = whole / part.key if part.key else whole
        place = f"services.{service.name}.{key}"
        if not self._may_be_written(service, place, grant, path):
            return
        is_new = key == "secrets" and not self.project.dialect.reproduces_ecs_cli
        if is_new and self._hides_image(service, path):
            self._refuse_hiding(place, path, grant)
            return
        self._take(service, grant, path, part.value_from, secret=True)
        if path.is_relative_to(SECRETS):
            message = f"{grant.source} arrives as the file {path}, which {NAME} writes"
            self.findings.notice(message, grant.mark, key=place)
        else:
            self._note_hidden(place, path, grant)

    def _hides_image(self, service: Service, path: PurePosixPath) -> bool:
        """Whether the volume of a file would hide what the image has beside it."""
        built = built_from(service, self.project.within)
        return hides_image(service, str(path.parent), built)

    def _may_be_written(
        self, service: Service, place: str, grant: FileGrant, path: PurePosixPath
    ) -> bool:
        """Whether a file can be at a path; where it cannot, that is an error."""
        problem = target_problem(grant.target or "", path)
        if problem:
            hint = f"write target: /etc/{service.name}/{grant.source}"
            self.findings.error(f"the file {path} {problem}", grant.mark, hint, place)
        return problem is None

    def _take(
        self, service: Service, grant: FileGrant, path: PurePosixPath, value: str, *, secret: bool
    ) -> None:
        mode, owner = _mode(grant), owner_of(grant)
        self.files.append(Delivered(service.name, path, value, secret, mode, owner))

    def _refuse_hiding(self, place: str, path: PurePosixPath, grant: FileGrant) -> None:
        self.findings.error(
            f"the file {path} would hide what the image has in {path.parent}, as ECS mounts"
            " directories only",
            grant.mark,
            f"leave target out: it is then {SECRETS}/{grant.source}; or name a directory of its"
            f" own, such as /secrets/{path.name}",
            place,
        )

    def _note_hidden(self, place: str, path: PurePosixPath, grant: FileGrant) -> None:
        self.findings.notice(
            f"{path} is written by the container {NAME}; what the image has in"
            f" {path.parent} is hidden",
            grant.mark,
            key=place,
        )

    def _fits(self, place: str, grant: FileGrant, value: str) -> bool:
        """Count a content; whether all of them still fit into a task definition."""
        self.size += len(value)
        if self.size <= MAX_TASK_DEFINITION_BYTES:
            return True
        self.findings.error(
            f"the files of all services come to more than {MAX_TASK_DEFINITION_BYTES} bytes",
            grant.mark,
            "ECS takes no larger task definition; put them into an image, or on a volume",
            place,
        )
        return False

    def _value(self, place: str, grant: FileGrant, source: FileSource) -> str | None:
        """The content in base64; None, with an error, where it cannot be read."""
        if source.file is not None:
            return self._file(place, grant, source, source.file)
        text = self._text(place, grant, source)
        return None if text is None else b64encode(text.encode()).decode()

    def _text(self, place: str, grant: FileGrant, source: FileSource) -> str | None:
        """The content that the project has, or a variable; None, with an error, where it is not
        set or withheld."""
        if source.content is not None:
            return source.content
        text = self.project.variables.get(source.environment or "")
        if text is None:
            message = f'the variable "{source.environment}" of {source.name} is not set'
            self.findings.error(message, grant.mark, key=place)
            return None
        if isinstance(text, Withheld):
            message = withheld.problem(source.environment or "")
            at = source.mark or grant.mark
            self.findings.error(message, at, HINT, f"configs.{source.name}")
            return None
        return text

    def _file(self, place: str, grant: FileGrant, source: FileSource, path: str) -> str | None:
        name = shown_path(path, self.project.directory)
        try:
            return b64encode(read_file(path, name, LARGEST_FILE, self.project.within)).decode()
        except Unreadable as error:
            at = source.mark or grant.mark
            self.findings.error(f"{source.name}: {error.message}", at, error.hint, place)
            return None

    def deliver(self, request: Draft) -> None:
        """Add the container, its volumes, and their mounts in the containers that wait for it."""
        if not self.files:
            return
        containers = {container["name"]: container for container in request["containerDefinitions"]}
        volumes = _volumes(self.files)
        for (service, directory), volume in volumes.items():
            _mount(containers[service], volume, directory)
        request["containerDefinitions"].append(_writer(self.files, volumes, self.image))
        added = [{"name": name} for name in volumes.values()]
        request["volumes"] = [*request.get("volumes", ()), *added]


def _mode(grant: FileGrant) -> int:
    return DEFAULT_MODE if grant.mode is None else grant.mode


def owner_of(grant: FileGrant) -> str:
    """`uid:gid` as chown takes it; empty where the file keeps its owner."""
    if not (grant.uid or grant.gid):
        return ""
    return f"{grant.uid or ''}:{grant.gid or ''}"


def _mount(container: Draft, volume: str, directory: str) -> None:
    """Let a container wait for the files, and mount the volume that has them."""
    mount = {**_mount_point(volume, directory), "readOnly": True}
    container.setdefault("mountPoints", []).append(mount)
    wait_for(container, NAME)


def wait_for(container: Draft, writer: str) -> None:
    """Let a container start when another one has ended well."""
    waits = {"containerName": writer, "condition": "SUCCESS"}
    edges = container.setdefault("dependsOn", [])
    if waits not in edges:
        edges.append(waits)


def target_problem(written: str, path: PurePosixPath) -> str | None:
    """Why a file cannot be written at a path; None where it can."""
    if len(path.parts) < 3:
        without_directory = "has no directory of its own, and ECS mounts directories only"
        return path_problem(written, path) or without_directory
    return path_problem(written, path)


def path_problem(written: str, path: PurePosixPath) -> str | None:
    """Why a path is that of no file, in whichever way it comes there."""
    if ".." in path.parts:
        return "must not have .. in its path"
    if written.endswith("/"):
        return "is a directory: its path ends with /"
    if any(not character.isprintable() for character in written):
        return "has control characters in its path"
    if not path.is_absolute():
        return "has no directory of its own, and ECS mounts directories only"
    return None


def _volumes(files: Sequence[Delivered]) -> dict[tuple[str, str], str]:
    """(service, directory) -> volume, numbered per service. A directory below another one is part
    of its volume: no container mounts a volume inside of one that is read-only."""
    asked = dict.fromkeys((file.service, file.path.parent) for file in files)
    found: dict[tuple[str, str], str] = {}
    for service, directory in asked:
        if any((service, above) in asked for above in directory.parents):
            continue
        number = sum(other == service for other, _ in found)
        found[service, str(directory)] = f"files-{service}-{number}"
    return found


def _in_volume(file: Delivered, volumes: Mapping[tuple[str, str], str]) -> PurePosixPath:
    """Where the writer finds the place of a file."""
    for directory in (file.path.parent, *file.path.parent.parents):
        volume = volumes.get((file.service, str(directory)))
        if volume:
            return PurePosixPath(f"/{volume}") / file.path.relative_to(directory)
    raise AssertionError("each file has a volume")


def _writer(
    files: Sequence[Delivered], volumes: Mapping[tuple[str, str], str], image: str
) -> Draft:
    """The container that writes all files and ends; each content comes in a variable of its own."""
    variables = {f"FILE_{number}": file for number, file in enumerate(files)}
    contents = {name: file.value for name, file in variables.items() if not file.secret}
    secrets = {name: file.value for name, file in variables.items() if file.secret}
    writer: Draft = {
        "name": NAME,
        "image": image,
        "essential": False,
        "memory": MEMORY,
        "command": ["sh", "-c", _script(variables, volumes)],
        "environment": [{"name": name, "value": value} for name, value in contents.items()],
        "secrets": [{"name": name, "valueFrom": value} for name, value in secrets.items()],
        "mountPoints": [_mount_point(name, f"/{name}") for name in volumes.values()],
    }
    return {name: value for name, value in writer.items() if value != []}


def _script(variables: Mapping[str, Delivered], volumes: Mapping[tuple[str, str], str]) -> str:
    lines = ["set -e"]
    for name, file in variables.items():
        target = _in_volume(file, volumes)
        if (file.service, str(file.path.parent)) not in volumes:
            lines.append(f"mkdir -p {shlex.quote(str(target.parent))}")
        lines += _commands(file, name, shlex.quote(str(target)))
    return "\n".join(lines)


def _mount_point(volume: str, directory: str) -> Draft:
    return {"sourceVolume": volume, "containerPath": directory}


def _commands(file: Delivered, variable: str, target: str) -> Iterator[str]:
    """The shell commands that write one file."""
    decode = "" if file.secret else " | base64 -d"
    yield f'printf %s "${variable}"{decode} > {target}'
    if file.owner:
        yield f"chown {shlex.quote(file.owner)} {target}"
    yield f"chmod {file.mode:04o} {target}"
