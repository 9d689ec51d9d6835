"""Blobs on disk, by their digests: uploads in any number of parts, verified before they count, and
never more than a bound.

    DIRECTORY/sha256/<64 hex digits>    what was verified
    DIRECTORY/uploads/<32 hex digits>   what is being uploaded

No name of a client becomes a path: both are matched against a pattern first.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import threading
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from ecscli.sandbox.registry.errors import RegistryError

DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
#: The folders, and the names of our files in them: others may be anybody's.
FOLDERS = {"sha256": re.compile(r"[0-9a-f]{64}"), "uploads": re.compile(r"[0-9a-f]{32}")}
GIBIBYTE = 1024**3
#: Bytes of all layers and uploads together.
LIMIT = 20 * GIBIBYTE
#: How many uploads may be open, and for how many seconds one may rest.
UPLOADS, RESTING = 500, 3600.0
CHUNK = 256 * 1024
FULL = "the sandbox keeps at most {} GiB of images; delete some, or run `ecscli sandbox reset`"


@dataclass(slots=True, eq=False)
class Upload:
    """An upload that is not complete: the repository it is for, its file, and what it has so
    far."""

    id: str
    owner: object
    path: Path
    size: int = 0
    hash: Any = field(default_factory=hashlib.sha256)
    lock: threading.Lock = field(default_factory=threading.Lock)
    touched: float = field(default_factory=time.monotonic)
    ended: bool = False


class Blobs:
    """The blobs of one sandbox. All methods may be called from any thread."""

    def __init__(self, directory: Path, limit: int = LIMIT) -> None:
        self.directory, self.limit = directory, limit
        self._lock = threading.Lock()
        self._sizes: dict[str, int] = {}
        self._arrived: dict[str, float] = {}
        self._uploads: dict[str, Upload] = {}
        self._taken = 0
        self.clear()

    def clear(self) -> None:
        """Forget and delete everything."""
        with self._lock:
            for upload in self._uploads.values():
                upload.ended = True
            self._sizes.clear()
            self._arrived.clear()
            self._uploads.clear()
            self._taken = 0
            for name, pattern in FOLDERS.items():
                emptied(self.directory / name, pattern)

    # ------------------------------------------------------------------------------------- reading

    def size(self, digest: str) -> int | None:
        """The bytes of a blob, or None where there is none. Whoever asks may need it soon, so it
        counts as one that has just arrived."""
        with self._lock:
            if digest in self._sizes:
                self._arrived[digest] = time.monotonic()
            return self._sizes.get(digest)

    def read(self, digest: str, start: int, length: int) -> Iterator[bytes]:
        """A part of a blob, which is open from now on: deleting it meanwhile takes nothing away."""
        try:
            file = self._path(digest).open("rb")
        except FileNotFoundError:
            raise RegistryError("BLOB_UNKNOWN", f"no layer {digest}") from None
        file.seek(start)
        return chunks(file, length)

    def _path(self, digest: str) -> Path:
        found = DIGEST.fullmatch(digest)
        if found is None:
            raise RegistryError("DIGEST_INVALID", f"{digest[:100]} is no sha256 digest")
        return self.directory / "sha256" / found[1]

    # ----------------------------------------------------------------------------------- uploading

    def begin(self, owner: object) -> Upload:
        """A new upload for a repository."""
        with self._lock:
            self._forget_resting()
            if len(self._uploads) >= UPLOADS:
                raise RegistryError("TOOMANYREQUESTS", "too many uploads are open")
            name = secrets.token_hex(16)
            made = Upload(name, owner, self.directory / "uploads" / name)
            self._uploads[name] = made
        made.path.touch(mode=0o600)
        return made

    def upload(self, name: str, owner: object) -> Upload:
        """An open upload of a repository."""
        with self._lock:
            found = self._uploads.get(name)
        if found is None or found.owner != owner:
            raise RegistryError("BLOB_UPLOAD_UNKNOWN", "no such upload")
        return found

    def append(self, upload: Upload, source: IO[bytes], start: int | None = None) -> int:
        """Add what can be read to an upload; its size then. `start` is where the client believes
        that this part belongs."""
        with upload.lock:
            if start is not None and start != upload.size:
                raise RegistryError("RANGE_INVALID", f"the next byte is {upload.size}")
            try:
                with upload.path.open("ab") as file:
                    for chunk in parts(source):
                        self._take(upload, len(chunk))
                        file.write(chunk)
                        upload.hash.update(chunk)
            except OSError as error:
                self._broken(upload, error)
            upload.touched = time.monotonic()
            return upload.size

    def _take(self, upload: Upload, length: int) -> None:
        """Count bytes that are about to be written, unless there would be too many."""
        with self._lock:
            if upload.ended:
                raise RegistryError("BLOB_UPLOAD_UNKNOWN", "the upload was cancelled")
            if self._taken + length > self.limit:
                raise RegistryError("DENIED", FULL.format(self.limit // GIBIBYTE))
            self._taken += length
            upload.size += length

    def _broken(self, upload: Upload, error: OSError) -> None:
        """What could not be written ends the upload: what its file has is not known."""
        self.cancel(upload)
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        reason = "the disk of the sandbox is full" if full else str(error.strerror)
        raise RegistryError("DENIED" if full else "BLOB_UPLOAD_INVALID", reason) from error

    def finish(self, upload: Upload, digest: str) -> int:
        """The upload becomes a blob of this digest, if it has it; the bytes of the blob."""
        target = self._path(digest)
        with upload.lock:
            if f"sha256:{upload.hash.hexdigest()}" != digest:
                self.cancel(upload)
                raise RegistryError("DIGEST_INVALID", f"what was uploaded has not {digest}")
            with self._lock:
                if upload.ended:
                    raise RegistryError("BLOB_UPLOAD_UNKNOWN", "the upload was cancelled")
                os.replace(upload.path, target)
                if digest in self._sizes:
                    self._taken -= upload.size
                self._sizes[digest] = upload.size
                self._arrived[digest] = time.monotonic()
                self._uploads.pop(upload.id)
                upload.ended = True
        return upload.size

    def cancel(self, upload: Upload) -> None:
        with self._lock:
            self._end(upload)

    def _end(self, upload: Upload) -> None:
        if not upload.ended:
            upload.ended = True
            self._uploads.pop(upload.id, None)
            self._taken -= upload.size
            upload.path.unlink(missing_ok=True)

    def _forget_resting(self) -> None:
        oldest = time.monotonic() - RESTING
        for upload in list(self._uploads.values()):
            if upload.touched < oldest and not upload.lock.locked():
                self._end(upload)

    # ------------------------------------------------------------------------------------ deleting

    def is_crowded(self) -> bool:
        """Whether so much is taken that deleting something is worth its while."""
        return self._taken > self.limit // 2

    def young(self) -> set[str]:
        """The blobs whose image may still be on its way."""
        oldest = time.monotonic() - RESTING
        with self._lock:
            return {digest for digest, moment in self._arrived.items() if moment > oldest}

    def keep(self, digests: Collection[str]) -> None:
        """Delete all blobs but these."""
        with self._lock:
            for digest in [one for one in self._sizes if one not in digests]:
                self._taken -= self._sizes.pop(digest)
                self._arrived.pop(digest, None)
                self._path(digest).unlink(missing_ok=True)


def emptied(folder: Path, pattern: re.Pattern[str]) -> None:
    """Make a folder, or delete the files in it that have such a name; no link is followed."""
    for place in (folder.parent, folder):
        if place.is_symlink():
            place.unlink()
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in folder.iterdir():
        if pattern.fullmatch(path.name) and not path.is_dir():
            path.unlink(missing_ok=True)


def parts(source: IO[bytes]) -> Iterator[bytes]:
    """What arrives until the end, or until the client is gone: it may go on from there."""
    while True:
        try:
            chunk = source.read(CHUNK)
        except OSError:
            return
        if not chunk:
            return
        yield chunk


def chunks(file: IO[bytes], length: int) -> Iterator[bytes]:
    """The next bytes of a file, which is closed at their end."""
    with file:
        while length > 0:
            chunk = file.read(min(CHUNK, length))
            if not chunk:
                return
            length -= len(chunk)
            yield chunk
