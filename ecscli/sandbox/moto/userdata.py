"""What user data sets for the ECS agent: a shell script, cloud-config or MIME archive in, its ECS_
variables out."""

from __future__ import annotations

import base64
import binascii
import email
import gzip
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message

from ecscli.sandbox.shapes import Json

VARIABLE = re.compile(
    r"""(ECS_[A-Z_]+)\s*=\s*(?:'([^']*)'|"((?:[^"\\]|\\.)*)"|(\{[^\n]*\}|[^\s'";>]+))"""
)
BOTTLEROCKET = re.compile(r"""^\s*cluster\s*=\s*["']([^"']+)["']""", re.M)


@dataclass(frozen=True, slots=True)
class AgentConfig:
    """The cluster to join (None when unset), custom attributes and tags of the container
    instance."""

    cluster: str | None = None
    attributes: dict[str, str | None] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    tags_from_ec2: bool = False


def read_user_data(text: str | bytes | None) -> AgentConfig:
    """The agent's configuration; what cannot be parsed sets nothing."""
    script = plain(text)
    found = {
        match[1]: next((one for one in match.groups()[1:] if one is not None), "")
        for match in VARIABLE.finditer(script)
    }
    bottlerocket = BOTTLEROCKET.search(script)
    return AgentConfig(
        cluster=found.get("ECS_CLUSTER") or (bottlerocket[1] if bottlerocket else None),
        attributes=mapping(found.get("ECS_INSTANCE_ATTRIBUTES")),
        tags=mapping(found.get("ECS_CONTAINER_INSTANCE_TAGS")),
        tags_from_ec2=found.get("ECS_CONTAINER_INSTANCE_PROPAGATE_TAGS_FROM") == "ec2_instance",
    )


def plain(text: str | bytes | None) -> str:
    """The scripts inside user data: base64, gzip and MIME taken off."""
    data = text.encode() if isinstance(text, str) else text or b""
    with suppress(binascii.Error, ValueError):
        data = base64.b64decode(data, validate=True)
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if re.match(rb"(?i)(content-type|mime-version):", data.lstrip()):
        data = b"\n".join(_texts(email.message_from_bytes(data.lstrip())))
    return data.decode("utf-8", "replace")


def mapping(text: str | None) -> Json:
    try:
        found = json.loads((text or "{}").replace('\\"', '"'))
    except ValueError:
        return {}
    return {str(key): value for key, value in found.items()} if isinstance(found, dict) else {}


def _texts(message: Message) -> Iterator[bytes]:
    """The parts of a MIME message that hold a text."""
    for part in message.walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield content
