"""What a request of the registry API is on its way to an answer: the request itself, whose registry
it is for, and the store behind it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, Any

from ecscli.sandbox.registry import images
from ecscli.sandbox.registry.blobs import Blobs, Upload
from ecscli.sandbox.registry.images import Repository
from ecscli.sandbox.registry.tokens import Grant


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request; names of headers are in lower case, `body` ends where the request does."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: IO[bytes]


@dataclass(frozen=True, slots=True)
class Store:
    """The layers of one sandbox. `lock` is the world's, for what is ECR's; blobs are read and
    written without it."""

    lock: AbstractContextManager[Any]
    blobs: Blobs

    def collect(self) -> None:
        """Delete the layers that no image needs any more, nor one that is being pushed."""
        with self.lock:
            used = images.used_blobs() | self.blobs.young()
            images.forget_layers(used)
            self.blobs.keep(used)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request on its way to an answer; `parts` are those of its path."""

    store: Store
    request: Request
    grant: Grant
    parts: Mapping[str, str]

    @property
    def blobs(self) -> Blobs:
        return self.store.blobs

    def repository(self) -> Repository:
        """The repository that the path names; NAME_UNKNOWN without one."""
        with self.store.lock:
            return images.repository(self.grant, self.parts["name"])

    def upload(self) -> Upload:
        return self.blobs.upload(self.parts["upload"], self.repository().key)
