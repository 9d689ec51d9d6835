"""PURE: the words and flags of `compose run` -> RunTask's overrides, and the exit code of the task
at its end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding
from ecscli.base.nearest import did_you_mean
from ecscli.base.records import record
from ecscli.compose.dialect import VERSION_2
from ecscli.compose.text.shell import split_command

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
MOST_CHARACTERS = 8192
STOPPED_BY_ECS = (137, 143)  # exit codes of SIGKILL and SIGTERM
Pairs = list[tuple[str, list[str]]]  # container -> its command


@record
class Overrides:
    """The values of flags: environment as NAME=VALUE, CPU units, MiB, role ARNs."""

    environment: tuple[str, ...] = ()
    cpu: int | None = None
    memory: int | None = None
    task_role: str | None = None
    execution_role: str | None = None


def read_overrides(
    words: Sequence[str], flags: Overrides, containers: Sequence[str], quoted: bool = True
) -> tuple[Draft, list[Finding]]:
    """The overrides, and what is wrong with them. `containers` are those of the project.

    Without `quoted` the words are always one container and its command, never ecs-cli's pairs.
    """
    pairs, errors = commands(words, containers, quoted)
    environment, wrong_entries = _environment(flags.environment)
    targets = _targets(words, pairs, containers) if environment else []
    ordered = _container_overrides(pairs, targets, environment)
    request = {"containerOverrides": ordered, **_task_overrides(flags)}
    return request, [*errors, *wrong_entries, *_too_long(request)]


def _container_overrides(
    pairs: Pairs, targets: Sequence[str], environment: Sequence[Document]
) -> list[Draft]:
    """The command and the environment of each container, ordered by their names."""
    overrides: dict[str, Draft] = {
        name: {"name": name, "command": command} for name, command in pairs
    }
    for name in targets:
        overrides.setdefault(name, {"name": name})["environment"] = environment
    return [overrides[name] for name in sorted(overrides)]


def _too_long(request: Document) -> Iterator[Finding]:
    """ECS counts the characters of the JSON (RunTask, "overrides")."""
    length = len(json.dumps(request, separators=(",", ":"), ensure_ascii=False))
    if length > MOST_CHARACTERS:
        hint = "shorten the command, or move variables into the Compose file"
        message = f"command and variables have {length} characters, and ECS takes {MOST_CHARACTERS}"
        yield Finding(message, None, hint)


def _environment(entries: Sequence[str]) -> tuple[list[Draft], list[Finding]]:
    pairs: list[Draft] = []
    findings: list[Finding] = []
    for entry in entries:
        name, equals, value = entry.partition("=")
        if equals and name:
            pairs.append({"name": name, "value": value})
        else:
            findings.append(Finding(f'--env: "{entry}" is not NAME=VALUE'))
    return pairs, findings


def _targets(words: Sequence[str], pairs: Pairs, containers: Sequence[str]) -> list[str]:
    """Where --env goes: to the containers with a command, else to the one named, else to all."""
    if pairs:
        return [name for name, _ in pairs]
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
) -> tuple[Pairs, list[Finding]]:
    """``SERVICE CMD...`` or ecs-cli's ``CONTAINER "COMMAND ..."`` pairs -> the command of each
    container, and errors."""
    if quoted and words and _are_pairs(words, containers):
        return _pairs(words, containers)
    if not words:
        return [], []
    name, *command = words
    errors = [] if name in containers else [unknown_container(name, containers)]
    return [(name, command)] if command else [], errors


def names_in_pairs(words: Sequence[str], containers: Sequence[str]) -> tuple[str, ...]:
    """The containers that ecs-cli's pairs name, known or not; none where the words are no pairs."""
    return tuple(words[::2]) if words and _are_pairs(words, containers) else ()


def _are_pairs(words: Sequence[str], containers: Sequence[str]) -> bool:
    """Pairs where every other word names a container; or at least could, and the first command is
    one quoted text."""
    if len(words) % 2:
        return False
    names = words[::2]
    if all(name in containers for name in names):
        return True
    is_quoted = any(char.isspace() for char in words[1])
    return is_quoted and all(NAME.fullmatch(name) for name in names)


def _pairs(words: Sequence[str], containers: Sequence[str]) -> tuple[Pairs, list[Finding]]:
    """ECS refuses an unknown container as well, but only after the task definition is
    registered."""
    pairs, errors = _split(words)
    unknown = [unknown_container(name, containers) for name in words[::2] if name not in containers]
    return pairs, [*errors, *unknown]


def _split(words: Sequence[str]) -> tuple[Pairs, list[Finding]]:
    pairs: Pairs = []
    findings: list[Finding] = []
    for name, text in zip(words[::2], words[1::2], strict=True):
        try:
            pairs.append((name, split_command(text, VERSION_2).words))
        except ValueError as error:
            message = f"the command of {name} cannot be split: {error}"
            findings.append(Finding(message, None, "check its quotes"))
    return pairs, findings


def unknown_container(name: str, containers: Sequence[str]) -> Finding:
    hint = did_you_mean(name, containers) or f"the project has {', '.join(containers)}"
    return Finding(f'the project has no container "{name}"', None, hint)


def exit_code(task: TaskTypeDef, definition: Document, main: str | None) -> int | None:
    """The exit code of the task: that of the container with the command, else of an essential one
    that failed.

    None where no container has one: the task never ran. A program that another essential container
    cut short has not succeeded, whatever its own code.
    """
    codes = _exit_codes(task)
    if main in codes:
        ended_by = cut_short_by(task, definition, main)
        return codes[ended_by] if ended_by else codes[main]
    containers = definition["containerDefinitions"]
    essential = [one["name"] for one in containers if one.get("essential", True)]
    ended = [codes[name] for name in essential if name in codes]
    if not ended:
        return None
    return next((code for code in ended if code), 0)


def cut_short_by(task: TaskTypeDef, definition: Document, main: str | None) -> str | None:
    """The essential container that failed and so ended the task, where `main` ended with 0.

    The codes of the signals by which ECS stops the containers beside one that has ended are no
    failure of theirs.
    """
    codes = _exit_codes(task)
    if main is None or codes.get(main) != 0:
        return None
    for container in definition["containerDefinitions"]:
        name = container["name"]
        is_other = name != main and container.get("essential", True)
        if is_other and codes.get(name, 0) not in (0, *STOPPED_BY_ECS):
            return str(name)
    return None


def _exit_codes(task: TaskTypeDef) -> dict[str | None, int]:
    codes: dict[str | None, int] = {}
    for container in task.get("containers", ()):
        code = container.get("exitCode")
        if code is not None:
            codes[container["name"]] = code
    return codes
