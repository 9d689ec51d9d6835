"""READS only: who began what CloudFormation does with a stack, known by tokens, and the way beside
one another."""

from __future__ import annotations

import hashlib
import platform
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

from ecscli.aws.client import Aws
from ecscli.base.errors import AwsError, DeploymentError, EcsCliError
from ecscli.up.model import Event
from ecscli.up.stack import live, watch
from ecscli.up.stack.model import Operation, Stack

PREFIX = "ecscli-"
TURNS = 5  # how often a command begins again because somebody else was faster
WHO = {"CREATE": "another `up`", "UPDATE": "another `up` or `scale`", "DELETE": "a `down`"}

# what CloudFormation answers where a stack or change set is not any more what it was a moment ago
CONFLICTS = frozenset(
    {
        *("AlreadyExistsException", "TokenAlreadyExistsException", "OperationInProgressException"),
        *("ChangeSetNotFound", "ChangeSetNotFoundException", "InvalidChangeSetStatus"),
        *("InvalidChangeSetStatusException",),
    }
)
CONFLICT = re.compile(
    r"Stack\b.*(?:already exists|does not exist|can ?not be (?:updated|deleted))", re.DOTALL
)


class Overtaken(DeploymentError):
    """Somebody else changed the stack between two calls of this command: look again, and begin
    again."""


def overtaken(error: AwsError, name: str) -> AwsError | Overtaken:
    """The error itself, or, where it only means that somebody else was faster, one that explains
    it."""
    if error.code not in CONFLICTS and not (
        error.code == "ValidationError" and CONFLICT.match(error.message)
    ):
        return error
    message = f"somebody else changed stack {name} at the same time"
    return Overtaken(message, hint="run the command again", reasons=[error.message])


def owner() -> str:
    """How the tokens of operations begin that this user begins on this machine."""
    whose = f"{platform.node()}:{Path.home()}"
    return f"{PREFIX}{hashlib.sha256(whose.encode()).hexdigest()[:16]}-"


def token() -> str:
    """A token for one operation, by which it is known again."""
    return owner() + uuid.uuid4().hex[:12]


def begun(aws: Aws, stack_id: str, known: str) -> bool:
    """Whether the stack's newest operation is the one of that token: the call was carried out, its
    answer lost."""
    try:
        found = live.stack(aws, stack_id)
        return found is not None and live.operation(aws, found).token == known
    except EcsCliError:
        return False


def need_idle(stack: Stack | None) -> None:
    """Raise DeploymentError while CloudFormation works on the stack."""
    if stack and stack.busy:
        raise DeploymentError(
            f"somebody else is at work on stack {stack.name}: {stack.status}",
            hint="wait until that is done, then run the command again",
        )


def need_usable(stack: Stack | None) -> None:
    """Raise DeploymentError where CloudFormation takes no change before the stack is repaired or
    deleted."""
    if stack and stack.stuck:
        raise DeploymentError(
            f"stack {stack.name} is in state {stack.status} and takes no changes",
            hint="`ecscli down --force` deletes it, `ecscli up --force` deletes it and starts anew",
            reasons=[stack.reason] if stack.reason else [],
        )


def resume(
    aws: Aws, stack: Stack, limit: float | None = None, *, others: bool = False
) -> Iterator[Event]:
    """Follow what this user began on this machine, to its end; with `others` also what another `up`
    began elsewhere.

    Raises DeploymentError where somebody else is at work.
    """
    operation = live.operation(aws, stack)
    if not _is_followed(operation, others):
        need_idle(stack)
    who = WHO.get(operation.kind, "another command")
    yield Event(
        f"{who[:1].upper()}{who[1:]} is under way on stack {stack.name}, or was interrupted."
    )
    yield Event(f"Following what was begun before: {stack.status}")
    yield from watch.follow_stack(
        aws, stack.id, operation.before, f"{operation.kind}_COMPLETE", limit
    )


def _is_followed(operation: Operation, others: bool) -> bool:
    """Whether this user began it on this machine, or, with `others`, an `up` elsewhere."""
    if operation.token.startswith(owner()):
        return True
    return others and operation.token.startswith(PREFIX) and operation.kind != "DELETE"
