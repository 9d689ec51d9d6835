"""Cluster name, tags and extra files -> the user data of an instance: a MIME archive in plain
ASCII.

The boundary comes from the contents, so that the same input gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import textwrap
from collections.abc import Iterable, Sequence
from email import message_from_string
from email.message import Message
from typing import NamedTuple

from ecscli.cluster import dynamic
from ecscli.cluster.model import Extra

# tasks with an interface of their own cannot take the instance's role
BLOCKED = "ECS_AWSVPC_BLOCK_IMDS"
LIMIT = 16 * 1024  # bytes of user data that EC2 takes, before Base64

# cloud-init chooses by the first line where a part does not say what it is
KINDS = (
    ("#!", "text/x-shellscript"),
    ("#cloud-config", "text/cloud-config"),
    ("#cloud-boothook", "text/cloud-boothook"),
    ("#include", "text/x-include-url"),
    ("#upstart-job", "text/upstart-job"),
    ("#part-handler", "text/part-handler"),
    ("## template: jinja", "text/jinja2"),
)


class Part(NamedTuple):
    """One part of the archive: headers in the order they are written, and the body."""

    headers: tuple[tuple[str, str], ...]
    body: str


class BrokenUserData(ValueError):
    """Extra user data that claims to be a MIME archive and is none; the text says why."""


def build(
    cluster: str,
    extras: Iterable[Extra] = (),
    tags: Sequence[tuple[str, str]] = (),
    spot: bool = False,
) -> str:
    """The archive: the extra parts in their order, then the script by which the instance joins the
    cluster."""
    parts = [part for extra in extras for part in parts_of(extra.text)]
    parts.append(_part(joining_script(cluster, tags, spot)))
    boundary = "==" + hashlib.sha256(repr(parts).encode()).hexdigest()[:40] + "=="
    lines = [f'Content-Type: multipart/mixed; boundary="{boundary}"', "MIME-Version: 1.0", ""]
    for part in parts:
        lines += [
            f"--{boundary}",
            *(f"{name}: {value}" for name, value in part.headers),
            "",
            part.body,
        ]
    return "\n".join([*lines, f"--{boundary}--", ""])


def joining_script(cluster: str, tags: Sequence[tuple[str, str]] = (), spot: bool = False) -> str:
    """The shell script that writes the ECS agent's configuration."""
    settings = {"ECS_CLUSTER": cluster, BLOCKED: "true"}
    if tags:
        settings["ECS_CONTAINER_INSTANCE_TAGS"] = json.dumps(
            dict(tags), sort_keys=True, separators=(",", ":")
        )
    if spot:
        settings["ECS_ENABLE_SPOT_INSTANCE_DRAINING"] = "true"
    lines = [
        f"echo {_shell(f'{name}={value}')} >> /etc/ecs/ecs.config"
        for name, value in settings.items()
    ]
    return "\n".join(["#!/bin/bash", *lines, ""])


def parts_of(text: str) -> list[Part]:
    """The parts of one extra file: those of a MIME archive, else the file itself. Raises Broken."""
    text = text.replace("\r\n", "\n")
    message = message_from_string(text)
    if message.get_content_maintype() != "multipart" or "content-type" not in message:
        return [_part(text)]
    if message.defects or not message.is_multipart():
        reason = type(message.defects[0]).__doc__ if message.defects else "it has no parts"
        raise BrokenUserData(f"not a whole MIME archive: {reason}".rstrip("."))
    return [
        _copied(leaf)
        for part in message.get_payload()
        if isinstance(part, Message)
        for leaf in _leaves(part)
    ]


def _leaves(part: Message) -> list[Message]:
    """The part itself; of an inner archive that CloudFormation must not read its parts, to be
    encoded one by one."""
    if part.is_multipart() and dynamic.has_reference(part.as_string()):
        return [leaf for leaf in part.walk() if not leaf.is_multipart()]
    return [part]


def extra_parts(archive: str) -> list[str]:
    """The texts of an archive's parts but the last, which is the tool's own script."""
    message = message_from_string(archive)
    parts = (
        [part for part in message.walk() if not part.is_multipart()]
        if message.is_multipart()
        else []
    )
    return [str(part.get_payload()) for part in parts[:-1]]


def _copied(part: Message) -> Part:
    headers = tuple((name, " ".join(str(value).split())) for name, value in part.items())
    if any(dynamic.has_reference(f"{name}: {value}") for name, value in headers):
        raise BrokenUserData(
            f"a header has {dynamic.REFERENCE}...}}}}, which CloudFormation would carry out"
        )
    if part.is_multipart():
        return Part(headers, part.as_string().partition("\n\n")[2])
    body = str(part.get_payload())
    if _is_plain(body):
        return Part(headers, body)
    return Part((*headers, ("Content-Transfer-Encoding", "base64")), _encoded(body))


def _part(text: str) -> Part:
    kind = next(
        (kind for start, kind in KINDS if text.lstrip("\n").startswith(start)), "text/plain"
    )
    headers = (("Content-Type", f'{kind}; charset="utf-8"'), ("MIME-Version", "1.0"))
    if _is_plain(text):
        return Part(headers, text)
    return Part((*headers, ("Content-Transfer-Encoding", "base64")), _encoded(text))


def _is_plain(text: str) -> bool:
    """True for what may stand in a template as it is: ASCII that CloudFormation does not touch."""
    return text.isascii() and not dynamic.has_reference(text)


def _encoded(text: str) -> str:
    return "\n".join(textwrap.wrap(base64.b64encode(text.encode()).decode(), 76)) + "\n"


def _shell(word: str) -> str:
    """A word as a shell reads it back; a name and a plain value need no quotes."""
    if re.fullmatch(r"[A-Za-z0-9_./=-]+", word):
        return word
    return "'" + word.replace("'", "'\"'\"'") + "'"
