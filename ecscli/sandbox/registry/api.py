"""The Docker Registry HTTP API, version 2, as OCI's Distribution Specification has it: requests in,
answers out.

A client logs in with the password of GetAuthorizationToken, which decides whose registry it is. ECR
deletes images by its own API alone, and so does this.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from ecscli.sandbox.registry import layers, lists, manifests, uploads
from ecscli.sandbox.registry.answers import Answer, document
from ecscli.sandbox.registry.blobs import Blobs
from ecscli.sandbox.registry.errors import RegistryError
from ecscli.sandbox.registry.tokens import Grant, granted
from ecscli.sandbox.registry.visit import Request, Store, Visit

#: "The repository name must start with a letter and can only contain lowercase letters, numbers,
#: hyphens, underscores, periods and forward slashes" (CreateRepository).
PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
NAME = rf"(?P<name>{PART}(?:/{PART})*)"
Action = Callable[[Visit], Answer]
ROUTES: Iterable[tuple[re.Pattern[str], dict[str, Action]]] = [
    (re.compile(r"/v2/?"), {"GET": lists.version, "HEAD": lists.version}),
    (re.compile(r"/v2/_catalog"), {"GET": lists.catalog}),
    (re.compile(rf"/v2/{NAME}/tags/list"), {"GET": lists.tags}),
    (
        re.compile(rf"/v2/{NAME}/manifests/(?P<reference>[^/]+)"),
        {
            "GET": manifests.get_manifest,
            "HEAD": manifests.get_manifest,
            "PUT": manifests.put_manifest,
        },
    ),
    (re.compile(rf"/v2/{NAME}/blobs/uploads/?"), {"POST": uploads.begin}),
    (
        re.compile(rf"/v2/{NAME}/blobs/uploads/(?P<upload>[0-9a-f]{{32}})"),
        {
            "GET": uploads.status,
            "PATCH": uploads.append,
            "PUT": uploads.finish,
            "DELETE": uploads.cancel,
        },
    ),
    (
        re.compile(rf"/v2/{NAME}/blobs/(?P<digest>[^/]+)"),
        {"GET": layers.get_blob, "HEAD": layers.get_blob},
    ),
]


class Registry:
    """The registry of one sandbox: `lock` is the world's, the layers are in the directory."""

    def __init__(self, lock: AbstractContextManager[Any], directory: Path) -> None:
        self.store = Store(lock, Blobs(directory))

    def clear(self) -> None:
        self.store.blobs.clear()

    def answer(self, request: Request) -> Answer:
        """Answer one request; errors are answers too."""
        try:
            grant = granted(request.headers.get("authorization", ""))
            if grant is None:
                raise RegistryError("UNAUTHORIZED", "Not Authorized")
            return self._route(request, grant)
        except RegistryError as error:
            return refused(error)

    def _route(self, request: Request, grant: Grant) -> Answer:
        for pattern, methods in ROUTES:
            found = pattern.fullmatch(request.path)
            if found is not None:
                action = methods.get(request.method)
                if action is None:
                    raise RegistryError("UNSUPPORTED", f"{request.method} is not supported here")
                return action(Visit(self.store, request, grant, found.groupdict()))
        raise RegistryError("NAME_INVALID", "no such page, or no name of a repository")


def refused(error: RegistryError) -> Answer:
    made = document(error.status, error.document)
    if error.code == "UNAUTHORIZED":
        made.headers["WWW-Authenticate"] = 'Basic realm="ecscli sandbox"'
    return made
