"""The Compose files that are started -> the containers in them, and what each needs of ECS. Pure.

Files of `local create` say it in labels and in `x-ecs-local`; those that ecs-cli wrote, in labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ecscli.base.records import field, record
from ecscli.local.definition.convert import EXTENSION, NETWORK
from ecscli.local.definition.fields import (
    ESSENTIAL_LABEL,
    FILE_LABEL,
    SECRET_LABEL,
    secret_variable,
)
from ecscli.local.secrets import Wanted

Json = dict[str, Any]


@record
class Member:
    """One container. `own`: the names of its variables; `has_network`: it can reach the endpoint;
    `joins`: the ECS network is not among its networks yet; `networks`: those that it has by
    itself."""

    name: str
    secrets: tuple[Wanted, ...] = ()
    env_files: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()
    essential: bool = True
    has_network: bool = True
    joins: bool = False
    shares_network: bool = False
    networks: tuple[str, ...] = ()
    role: str = ""
    family: str = ""
    revision: str = ""
    cpu: int = 0
    memory: int = 0
    log_driver: str = ""


@record
class Stack:
    """What is started: Compose files, their containers, and the task that they are. `version`: that
    of the first file, which Docker Compose 1 wants in all. `external`: secrets of the files that
    are kept in AWS, and the variables that have their values. `notices` are told at a start;
    credentials of `accounts` are lent without a question."""

    kind: str
    value: str
    directory: str
    files: tuple[str, ...]
    members: tuple[Member, ...]
    version: str = ""
    external: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()

    @property
    def secrets(self) -> tuple[Wanted, ...]:
        return tuple(secret for one in self.members for secret in one.secrets)


def is_made_here(trees: Iterable[Mapping[str, Any]]) -> bool:
    """Whether Compose files are those of `local create`, or of ecs-cli."""
    return any(
        EXTENSION in tree or NETWORK in (tree.get("networks") or {})
        for tree in trees
        if isinstance(tree, Mapping)
    )


def members_of(trees: Iterable[Mapping[str, Any]]) -> tuple[Member, ...]:
    """The containers of Compose files of `local create`, which may be changed by others."""
    services: dict[str, Json] = {}
    task: Json = {}
    for tree in trees:
        task |= tree.get(EXTENSION) or {}
        for name, one in (tree.get("services") or {}).items():
            merged = services.setdefault(name, {"labels": {}, "environment": {}})
            given = dict(one or {})
            merged["labels"] |= pairs(given.pop("labels", None))
            merged["environment"] |= pairs(given.pop("environment", None))
            merged |= given
    return tuple(_member(name, one, task) for name, one in services.items())


def _member(name: str, one: Json, task: Json) -> Member:
    labels, mode = one["labels"], str(one.get("network_mode") or "")
    secrets = {
        label.removeprefix(SECRET_LABEL): reference
        for label, reference in labels.items()
        if label.startswith(SECRET_LABEL)
    }
    return Member(
        name,
        tuple(
            Wanted(name, secret, secret_variable(name, secret), str(reference))
            for secret, reference in secrets.items()
        ),
        tuple(str(file) for label, file in labels.items() if label.startswith(FILE_LABEL)),
        frozenset(one["environment"]),
        labels.get(ESSENTIAL_LABEL) != "false",
        has_network=mode != "none",
        joins=not mode and NETWORK not in (one.get("networks") or ()),
        shares_network=bool(mode),
        networks=tuple(one.get("networks") or ()),
        role=str(task.get("taskRoleArn") or ""),
        family=str(task.get("family") or ""),
        revision=str(task.get("revision") or ""),
        cpu=units(task.get("cpu")),
        memory=mebibytes(task.get("memory")),
    )


def pairs(given: object) -> Json:
    """A mapping, or a list of `NAME=VALUE`."""
    if isinstance(given, Mapping):
        return {str(key): value for key, value in given.items()}
    if not isinstance(given, list):
        return {}
    split = (str(item).partition("=") for item in given)
    return {key: value for key, _, value in split}


def units(given: object) -> int:
    """CPU of a task: `256`, or `.25 vCPU`; 0 where that is neither."""
    return _scaled(given, "vcpu", 1024)


def mebibytes(given: object) -> int:
    """Memory of a task: `512`, or `0.5 GB`."""
    return _scaled(given, "gb", 1024)


def _scaled(given: object, unit: str, factor: int) -> int:
    text = str(given or "").strip().lower()
    number = text.removesuffix(unit).strip()
    try:
        return int(float(number) * factor) if number != text else int(number)
    except (ValueError, OverflowError):
        return 0
