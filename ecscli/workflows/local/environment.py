"""The variables that `up` adds to a container, without starting anything."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping

from ecscli.base.errors import InputError
from ecscli.base.nearest import did_you_mean
from ecscli.endpoint.variables import variables
from ecscli.local import environment_files, secrets
from ecscli.local.endpoint import state
from ecscli.local.endpoint.state import Place
from ecscli.local.engine import ADDRESS
from ecscli.local.overlay import owner_of
from ecscli.local.stack import Member, Stack
from ecscli.up.model import Event
from ecscli.workflows.local.up import UpRequest
from ecscli.workflows.project import Connect

PLAIN = re.compile(r"[\w@%+=:,./-]+")


def added(
    connect: Connect, request: UpRequest, stack: Stack, service: str, reveal: bool
) -> Generator[Event, None, dict[str, str | None]]:
    """The variables of a service by name; the values of secrets are None unless they are to be
    revealed. Raises InputError for a service that there is not."""
    yield from ()
    member = _member(stack, service)
    found: dict[str, str | None] = {}
    files = environment_files.read(connect(), [member]) if member.env_files else {}
    found |= {
        name: value for name, value in files.get(service, {}).items() if name not in member.own
    }
    region = request.settings.region.value
    if region:
        found |= {
            name: region for name in ("AWS_REGION", "AWS_DEFAULT_REGION") if name not in member.own
        }
    values = secrets.resolve(connect(), member.secrets) if reveal and member.secrets else {}
    found |= {one.name: values.get(one.variable) for one in member.secrets}
    return found | dict(_of_endpoint(request, stack, member, reveal))


def _member(stack: Stack, service: str) -> Member:
    names = [one.name for one in stack.members]
    for one in stack.members:
        if one.name == service:
            return one
    hint = did_you_mean(service, names) or f"its services are: {', '.join(names)}"
    raise InputError(f'there is no service "{service}"', None, hint)


def _of_endpoint(
    request: UpRequest, stack: Stack, member: Member, reveal: bool
) -> Mapping[str, str | None]:
    """Those of the endpoint that runs; none where none does."""
    place = Place(state.folder(request.environment), owner_of(stack))
    known = place.read() if place.is_alive() else {}
    keys = (known.get("keys") or {}).get(member.name)
    if not keys:
        return {}
    address = f"{ADDRESS}:{known['ports']['endpoint']}"
    found = variables(keys[0], False, address)
    return {name: value if reveal else None for name, value in found.items()}


def shell_word(text: str) -> str:
    """A value as a shell reads it."""
    if PLAIN.fullmatch(text):
        return text
    return "'" + text.replace("'", "'\\''") + "'"
