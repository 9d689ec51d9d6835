"""File systems of EFS on the engine: a volume each, kept until the file system is deleted, and a
volume for each directory of it that tasks mount, which is a bind of that part of the first.

Two access points with the same path are so the same directory.
"""

from __future__ import annotations

import io
import tarfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ecscli.sandbox.docker.machine import OWNER, Machine
from ecscli.sandbox.docker.options import SharedVolume
from ecscli.sandbox.ecs.model import Mount

if TYPE_CHECKING:
    from docker.models.containers import Container as EngineContainer
    from docker.models.volumes import Volume

#: The label of all volumes of a file system, with its id.
FILE_SYSTEM = "ecscli.sandbox.file-system"
#: Where a file system is in the container that makes its directories.
PLACE = "/efs"
#: Permissions of the directories above the one of an access point.
ABOVE = 0o755


class NoDirectory(Exception):
    """The directory of a file system is not there, and nothing says whose it would be."""

    def __init__(self, mount: Mount) -> None:
        super().__init__(mount.path)
        self.mount = mount


class Storage:
    """The volumes of file systems; `image` gives an image for containers that never start."""

    def __init__(self, machine: Machine, image: Callable[[], str]) -> None:
        self.machine, self.engine, self.image = machine, machine.engine, image
        self._lock = threading.Lock()

    def volumes(self, mounts: Iterable[Mount]) -> dict[str, SharedVolume]:
        """The engine's volume for each volume of a task; NoDirectory where one cannot be
        mounted."""
        return {one.volume: SharedVolume(self._name(one), one.read_only) for one in mounts}

    def _name(self, mount: Mount) -> str:
        with self._lock:
            whole = self._volume(mount.file_system, "/")
            if mount.path == "/":
                return str(whole.name)
            self._make_directory(whole, mount)
            place = f"{whole.attrs['Mountpoint']}{mount.path}"
            return str(self._volume(mount.file_system, mount.path, place).name)

    def _volume(self, file_system: str, path: str, place: str = "") -> Volume:
        """The volume of a directory, which is this place of the engine's machine."""
        bind = {"driver_opts": {"type": "none", "o": "bind", "device": place}} if place else {}
        labels = {**self.machine.labels, FILE_SYSTEM: file_system}
        name = volume_name(self.machine.owner, file_system, path)
        return self.engine.volumes.create(name, labels=labels, **bind)

    def _make_directory(self, whole: Volume, mount: Mount) -> None:
        """Make the directory of a mount, with those above it, unless it is there."""
        with self._opened(whole) as container:
            paths = [mount.path, *map(str, PurePosixPath(mount.path).parents)][:-1]
            missing = [one for one in paths if not self._has(container, one)]
            if missing and mount.owner is None:
                raise NoDirectory(mount)
            for path in reversed(missing):
                self._add(container, path, mount)

    @contextmanager
    def _opened(self, whole: Volume) -> Iterator[EngineContainer]:
        """A container that has the file system, and never starts."""
        made = self.engine.containers.create(
            self.image(), labels=self.machine.labels, volumes=[f"{whole.name}:{PLACE}:rw,nocopy"]
        )
        try:
            yield made
        finally:
            with suppress(Exception):
                made.remove(force=True)

    def _has(self, container: EngineContainer, path: str) -> bool:
        api = self.engine.api
        address = f"{api.base_url}/v{api.api_version}/containers/{container.id}/archive"
        answered = api.head(address, params={"path": f"{PLACE}{path}"})
        return bool(answered.status_code == 200)

    def _add(self, container: EngineContainer, path: str, mount: Mount) -> None:
        directory = PurePosixPath(path)
        is_last = path == mount.path
        permissions = mount.permissions if is_last else ABOVE
        owner = mount.owner if is_last and mount.owner else (0, 0)
        archive = one_directory(directory.name, permissions, owner)
        container.put_archive(f"{PLACE}{directory.parent}", archive)

    def discard(self, file_system: str) -> None:
        """Remove the volumes of a file system that was deleted."""
        labels = [f"{FILE_SYSTEM}={file_system}", f"{OWNER}={self.machine.owner}"]
        with self._lock:
            for one in self.engine.volumes.list(filters={"label": labels}):
                with suppress(Exception):
                    one.remove(force=True)


def volume_name(owner: str, file_system: str, path: str) -> str:
    whole = f"ecscli-sandbox-{owner}-{file_system}"
    return whole if path == "/" else f"{whole}-{sha256(path.encode()).hexdigest()[:16]}"


def one_directory(name: str, permissions: int, owner: tuple[int, int]) -> bytes:
    """An archive with an empty directory."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as tar:
        entry = tarfile.TarInfo(name)
        entry.type, entry.mode = tarfile.DIRTYPE, permissions
        entry.uid, entry.gid = owner
        tar.addfile(entry)
    return written.getvalue()
