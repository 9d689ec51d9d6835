"""Rules of the task as a whole: its containers, tags and length."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ecscli.compose.ecs import limits
from ecscli.compose.rules.places import of_member
from ecscli.compose.rules.subject import Problem, Subject, listed

Found = Iterator[Problem]


def proxy(subject: Subject) -> Found:
    """The proxy is a container of the task."""
    name = (subject.definition.get("proxyConfiguration") or {}).get("containerName")
    if name and name not in subject.names:
        hint = f"there are {listed(subject.names)}"
        yield of_member(
            subject, ("proxyConfiguration", "containerName"), f"no such container: {name}", hint
        )


def tags(subject: Subject) -> Found:
    """Names of tags that begin with aws: belong to AWS."""
    for at, tag in enumerate(subject.items("tags")):
        key = str(tag.get("key") or "")
        if key.lower().startswith(limits.RESERVED_TAG_PREFIX):
            message = "names in aws: belong to AWS"
            yield of_member(subject, ("tags", at, "key"), message, "choose another name")


def length(subject: Subject) -> Found:
    """A task definition has 64 KiB at most."""
    text = json.dumps(subject.definition, ensure_ascii=False, separators=(",", ":"), default=str)
    written = len(text.encode(errors="surrogatepass"))
    if written > limits.MAX_TASK_DEFINITION_BYTES:
        yield subject.of_project(
            f"the task definition has {written} bytes; {limits.MAX_TASK_DEFINITION_BYTES} at most",
            "move long values out of environment, to a file in S3 or to SSM parameters",
        )


RULES = (proxy, tags, length)
