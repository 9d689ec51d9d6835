"""PURE: the words and flags of `compose run` -> RunTask's overrides, and the exit code of the task
at its end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding
from ecscli.base.nearest import did_you_mean
from ecscli.base.records import record
from ecscli.compose.dialect import VERSION_2
from ecscli.compose.text.shell import split_command

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
Pairs = list[tuple[str, list[str]]]


@record
class Overrides:
    """What flags say: environment as NAME=VALUE, CPU units, MiB, role ARNs."""

    environment: tuple[str, ...] = ()
    cpu: int | None = None
    memory: int | None = None
    task_role: str | None = None
    execution_role: str | None = None


def read_overrides(
    words: Sequence[str], flags: Overrides, containers: Sequence[str], quoted: bool = True
) -> tuple[Draft, list[Finding], list[Finding]]:
    """The overrides, what is wrong, and what is strange. `containers` are those of the project.

    Without `quoted` the words are always one container and its command, never the original's pairs.
    """
    pairs, wrong, notices = commands(words, containers, quoted)
    environment = []
    for entry in flags.environment:
        name, equals, value = entry.partition("=")
        if equals and name:
            environment.append({"name": name, "value": value})
        else:
            wrong.append(Finding(f'--env: "{entry}" is not NAME=VALUE'))
    overrides: list[Draft] = [
        {"name": name, "command": command} for name, command in sorted(dict(pairs).items())
    ]
    if environment:
        targets = [name for name, _ in pairs] or _first_of(words, containers)
        overrides = [one for one in overrides if one["name"] not in targets]
        for name in targets:
            command = dict(pairs).get(name)
            overrides.append(
                {
                    "name": name,
                    **({"command": command} if command else {}),
                    "environment": environment,
                }
            )
    request: Draft = {"containerOverrides": sorted(overrides, key=lambda one: str(one["name"]))}
    return {**request, **_task_overrides(flags)}, wrong, notices


def _first_of(words: Sequence[str], containers: Sequence[str]) -> list[str]:
    """Where --env goes without a command: to the service named, else to all containers."""
    return [words[0]] if words else list(containers)


def _task_overrides(flags: Overrides) -> Draft:
    values = {
        "cpu": str(flags.cpu) if flags.cpu else None,
        "memory": str(flags.memory) if flags.memory else None,
        "taskRoleArn": flags.task_role,
        "executionRoleArn": flags.execution_role,
    }
    return {name: value for name, value in values.items() if value}


def commands(
    words: Sequence[str], containers: Sequence[str], quoted: bool
) -> tuple[Pairs, list[Finding], list[Finding]]:
    """``SERVICE CMD...`` or the original's ``CONTAINER "COMMAND ..."`` pairs -> the command of each
    container."""
    if not words:
        return [], [], []
    if not quoted or not _are_pairs(words, containers):
        found = [] if words[0] in containers else [_unknown(words[0], containers)]
        return [(words[0], list(words[1:]))] if len(words) > 1 else [], found, []
    pairs, wrong = _split(words)
    unknown = [_unknown(name, containers) for name in words[::2] if name not in containers]
    if any(name in containers for name in words[::2]):
        return pairs, wrong, unknown  # the original sends them, and ECS decides
    return pairs, [*wrong, *unknown], []


def _are_pairs(words: Sequence[str], containers: Sequence[str]) -> bool:
    """Pairs where every other word names a container; or at least could, and the first command is
    one quoted text."""
    if len(words) % 2:
        return False
    names = words[::2]
    quoted = any(char.isspace() for char in words[1])
    return all(name in containers for name in names) or (
        quoted and all(NAME.fullmatch(name) for name in names)
    )


def _split(words: Sequence[str]) -> tuple[Pairs, list[Finding]]:
    pairs: Pairs = []
    wrong = []
    for name, text in zip(words[::2], words[1::2], strict=True):
        try:
            pairs.append((name, split_command(text, VERSION_2).words))
        except ValueError as error:
            wrong.append(
                Finding(f"the command of {name} cannot be split: {error}", None, "check its quotes")
            )
    return pairs, wrong


def _unknown(name: str, containers: Sequence[str]) -> Finding:
    hint = did_you_mean(name, containers) or f"the project has {', '.join(containers)}"
    return Finding(f'the project has no container "{name}"', None, hint)


def exit_code(task: Document, definition: Document, main: str | None) -> int | None:
    """The exit code that stands for the task: of the container with the command, else of an
    essential one that failed.

    None where no container has one: the task never ran.
    """
    codes = {
        one["name"]: one["exitCode"]
        for one in task.get("containers", ())
        if one.get("exitCode") is not None
    }
    if main in codes:
        return int(codes[main])
    essential = [
        one["name"] for one in definition["containerDefinitions"] if one.get("essential", True)
    ]
    found = [int(codes[name]) for name in essential if name in codes]
    return next((code for code in found if code), 0) if found else None
