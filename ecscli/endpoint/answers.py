"""A request of a container -> status and document: which page it asks for, and what is on it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from ecscli.endpoint.facts import ContainerFacts, Credentials, FactSource, Json, TaskFacts
from ecscli.endpoint.metadata import container_document, moment, task_document

KEY = r"(?P<key>[A-Za-z0-9-]{1,64})"
PATHS = {
    "metadata": re.compile(rf"/v(?P<version>[34])/{KEY}(?P<page>(?:/[a-zA-Z]+)*)"),
    "credentials": re.compile(rf"/v2/credentials/{KEY}"),
    "protection": re.compile(rf"/api/{KEY}/task-protection/v1/state"),
}


class Reply(NamedTuple):
    """An HTTP status and the JSON document of the body."""

    status: int
    document: Json


NOT_FOUND = Reply(404, {"code": "NotFound", "message": "no container has this address"})


@dataclass(frozen=True, slots=True)
class Page:
    """What a page of the metadata is made of."""

    source: FactSource
    task: TaskFacts
    container: ContainerFacts
    version: int

    def statistics(self) -> Json:
        return self.source.statistics(self.container.docker_id) or {}

    def statistics_of_all(self) -> Json:
        started = [one.docker_id for one in self.task.containers if one.docker_id]
        return {one: self.source.statistics(one) for one in started}


PAGES: dict[str, Callable[[Page], Json]] = {
    "": lambda page: container_document(page.container, page.version),
    "/task": lambda page: task_document(page.task, page.version),
    "/taskWithTags": lambda page: task_document(page.task, page.version, tags=True),
    "/stats": Page.statistics,
    "/task/stats": Page.statistics_of_all,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: its method, its body, and the token of its header `Authorization`."""

    method: str = "GET"
    body: bytes = b""
    token: str = ""


def answer(source: FactSource, path: str, asked: Asked) -> Reply:
    """Answer one request; whoever has no key learns nothing, not even whether a page exists."""
    for name, pattern in PATHS.items():
        found = pattern.fullmatch(path.partition("?")[0])
        if found is not None:
            return KINDS[name](source, found, asked)
    return NOT_FOUND


def metadata(source: FactSource, found: re.Match[str], asked: Asked) -> Reply:
    described, page = source.described(found["key"]), PAGES.get(found["page"])
    if described is None or page is None:
        return NOT_FOUND
    if asked.method != "GET":
        return Reply(405, {"code": "MethodNotAllowed", "message": f"no {asked.method} here"})
    return Reply(200, page(Page(source, *described, int(found["version"]))))


def credentials(source: FactSource, found: re.Match[str], asked: Asked) -> Reply:
    granted = source.credentials(found["key"], asked.token)
    if granted is None or asked.method != "GET":
        return NOT_FOUND
    return Reply(200, credentials_document(granted))


def credentials_document(granted: Credentials) -> Json:
    """In the form that SDKs read; the time has no fractions there."""
    expiration = moment(int(granted.expiration)) or ""
    return {
        "RoleArn": granted.role_arn,
        "AccessKeyId": granted.access_key,
        "SecretAccessKey": granted.secret_key,
        "Token": granted.token,
        "Expiration": expiration.replace(".000000", ""),
    }


def protection(source: FactSource, found: re.Match[str], asked: Asked) -> Reply:
    """GetTaskProtection with GET, UpdateTaskProtection of the container's own task with PUT."""
    wanted: Json | None = None
    if asked.method == "PUT":
        wanted = read(asked.body)
        if wanted is None or not isinstance(wanted.get("ProtectionEnabled"), bool):
            message = "ProtectionEnabled must be true or false"
            return Reply(400, {"error": {"Code": "InvalidParameterException", "Message": message}})
    state = source.protection(found["key"], wanted)
    return NOT_FOUND if state is None else Reply(200, state)


def read(body: bytes) -> Json | None:
    """The JSON object of a body, or None."""
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


KINDS: dict[str, Callable[[FactSource, re.Match[str], Asked], Reply]] = {
    "metadata": metadata,
    "credentials": credentials,
    "protection": protection,
}
