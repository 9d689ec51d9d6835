"""What ECS adds to the containers of Compose files -> one more Compose file that comes after them.
Pure.

It holds no value of a secret and no key: those are variables, whose values only the environment of
Docker Compose has.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from ecscli.base.records import field, record
from ecscli.endpoint.variables import variables
from ecscli.local.definition.convert import NETWORK, TYPE_LABEL, VALUE_LABEL, escaped
from ecscli.local.definition.fields import ESSENTIAL_LABEL, Variable, file_variable, present
from ecscli.local.stack import Member, Stack

Json = dict[str, Any]
OWNER = "ecscli.local.owner"
DIRECTORY = "ecscli.local.directory"
ECS = "com.amazonaws.ecs."
LOCAL_DRIVERS = frozenset({"", "json-file", "local", "none", "journald", "syslog"})
CPU_UNITS, ENDPOINT_PORT = 1024, 80


@record
class Seat:
    """What a container has at the endpoint: a key that is its own, and the token that its
    credentials ask for; `role` is an ARN or empty."""

    key: str = field(repr=False)
    token: str = field(repr=False)
    role: str = ""


@record
class Surroundings:
    """What the containers find around them: `address` of the endpoint, empty without one;
    `relative`: it is the address that every SDK knows, so that no token is asked for."""

    owner: str
    network: str = NETWORK
    address: str = ""
    relative: bool = False
    region: str = ""
    account: str = ""
    task: str = ""
    aws: str = ""
    limits: bool = False
    processors: int = 1


def owner_of(stack: Stack) -> str:
    """The same for the same definition or project, in label values and file names."""
    text = "\n".join((stack.kind, stack.value, stack.directory))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def overlay(
    stack: Stack,
    seats: Mapping[str, Seat],
    around: Surroundings,
    files: Mapping[str, Mapping[str, str]],
) -> Json:
    """`seats` by the container's name, for those that may ask the endpoint; `files`: the variables
    of its environment files."""
    services = {
        one.name: present(
            {
                "environment": _environment(one, seats.get(one.name), around, files),
                "labels": _labels(stack, one, around),
                "logging": {} if one.log_driver in LOCAL_DRIVERS else {"driver": "json-file"},
                "networks": _networks(one),
                **(_limits(one, around) if around.limits else {}),
            }
        )
        for one in stack.members
    }
    found: Json = {"services": services}
    if any(one.has_network for one in stack.members):
        found["networks"] = {NETWORK: {"external": True, "name": around.network}}
    if stack.version:
        found["version"] = stack.version
    plain = escaped(found)
    assert isinstance(plain, dict)
    return plain


def _environment(
    one: Member, seat: Seat | None, around: Surroundings, files: Mapping[str, Mapping[str, str]]
) -> Json:
    found: Json = {
        name: Variable(f"${{{file_variable(one.name, name)}}}")
        for name in files.get(one.name, {})
        if name not in one.own
    }
    region = {"AWS_REGION": around.region, "AWS_DEFAULT_REGION": around.region}
    for name, value in {**region, "AWS_ENDPOINT_URL": around.aws}.items():
        if value and name not in one.own:
            found[name] = value
    for secret in one.secrets:
        found[secret.name] = Variable(f"${{{secret.variable}}}")
    if seat is not None:
        found |= {
            name: Variable(value) for name, value in _of_endpoint(one.name, seat, around).items()
        }
    return found


def _of_endpoint(name: str, seat: Seat, around: Surroundings) -> dict[str, str]:
    """The endpoint's variables, with key and token as variables of Docker Compose."""
    key, token = (f"${{{variable}}}" for variable in key_variables(name))
    found = variables(key, bool(seat.role), around.address, token)
    if seat.role and around.relative:
        for needless in ("FULL_URI", "AUTHORIZATION_TOKEN"):
            del found[f"AWS_CONTAINER_{'CREDENTIALS_' if needless == 'FULL_URI' else ''}{needless}"]
        found["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = f"/v2/credentials/{key}"
    return found


def external_secrets(stack: Stack) -> str:
    """A part of the file that replaces secrets which are kept in AWS: Docker Compose 2 refuses
    external ones. Version 1 leaves them out with a warning, and does not know the tag."""
    lines = (
        f"  {json.dumps(name)}: !override\n    environment: {variable}\n"
        for name, variable in stack.external.items()
    )
    return "secrets:\n" + "".join(lines) if stack.external else ""


def key_variables(container: str) -> tuple[str, str]:
    """The variables that have a container's key and token."""
    digest = hashlib.sha256(container.encode()).hexdigest()[:8]
    return f"ECSCLI_KEY_{digest}", f"ECSCLI_TOKEN_{digest}"


def _labels(stack: Stack, one: Member, around: Surroundings) -> Json:
    return {
        **({} if one.essential else {ESSENTIAL_LABEL: "false"}),
        OWNER: around.owner,
        DIRECTORY: stack.directory,
        TYPE_LABEL: stack.kind,
        VALUE_LABEL: stack.value,
        f"{ECS}cluster": "local",
        f"{ECS}container-name": one.name,
        f"{ECS}task-arn": around.task,
        f"{ECS}task-definition-family": one.family or "local",
        f"{ECS}task-definition-version": one.revision or "1",
    }


def _networks(one: Member) -> Json:
    """The ECS network beside those that the container has, which is `default` where it names
    none."""
    if not one.joins:
        return {}
    return {**dict.fromkeys(one.networks or ("default",)), NETWORK: None}


def _limits(one: Member, around: Surroundings) -> Json:
    """The size of the task as the most that one container gets."""
    cpus = min(one.cpu / CPU_UNITS, around.processors) if one.cpu else None
    return {"cpus": cpus, "mem_limit": f"{one.memory}m" if one.memory else None}


def child_variables(
    stack: Stack,
    seats: Mapping[str, Seat],
    values: Mapping[str, str],
    files: Mapping[str, Mapping[str, str]],
) -> dict[str, str]:
    """What Docker Compose puts in the place of variables: `values` of secrets by variable. Files of
    ecs-cli call a secret's variable CONTAINER_NAME."""
    found = dict(values)
    for secret in stack.secrets:
        found.setdefault(f"{secret.container}_{secret.name}", values.get(secret.variable, ""))
    for container, pairs in files.items():
        found |= {file_variable(container, name): value for name, value in pairs.items()}
    for container, seat in seats.items():
        key, token = key_variables(container)
        found |= {key: seat.key, token: seat.token}
    return found
