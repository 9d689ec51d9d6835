"""Why there is nothing to read of a log: in words, once, so that no screen stays empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from ecscli.ops.logs.streams import Stream
from ecscli.ops.logs.window import Window
from ecscli.up.model import task_id

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

Say = Callable[[str], object]
Line = TypeVar("Line")


def silent(text: str) -> None:
    """Nobody listens."""


class Notes:
    """What there is to say about a log beside its lines, each once, in order."""

    def __init__(self) -> None:
        self._texts: dict[str, None] = {}

    def add(self, text: str) -> None:
        """Keep a text; an empty one says nothing."""
        if text:
            self._texts[text] = None

    def since(self, count: int) -> list[str]:
        """The texts after the first ones."""
        return list(self._texts)[count:]


def explained(
    lines: Iterable[Line | None], say: Say, waiting: Callable[[], str], nothing: Callable[[], str]
) -> Iterator[Line | None]:
    """The same lines. Where the first look brings none, `waiting` says for what is waited; where
    none has come at the end, `nothing` says so."""
    is_first, is_empty = True, True
    for line in lines:
        if line is None and is_first and is_empty:
            say(waiting())
        is_first = is_first and line is not None
        is_empty = is_empty and line is None
        yield line
    if is_empty:
        say(nothing())


def waiting_for(tasks: Sequence[TaskTypeDef], streams: Sequence[Stream]) -> str:
    """For what a command waits that follows logs: a task, its start, or its first line."""
    if tasks and not streams:
        return ""
    alive = [task for task in tasks if task.get("lastStatus") != "STOPPED"]
    if not alive:
        return "no task runs: waiting for one"
    starting = [task for task in alive if task.get("lastStatus") != "RUNNING"]
    if starting:
        return f"{_state(starting[0])}: waiting for its first line"
    groups = _groups(streams)
    return f"nothing is written to {groups} yet: waiting for the first line" if groups else ""


def nothing_in(tasks: Sequence[TaskTypeDef], streams: Iterable[Stream], window: Window) -> str:
    """Why there is no line: a task that has not started, or the window."""
    groups = _groups(streams)
    if not groups:
        return ""
    never = [task for task in tasks if not task.get("startedAt")]
    if never:
        reason = never[0].get("stoppedReason")
        why = f", {reason}" if reason else ""
        return f"no line: {_state(never[0])}, and never started{why}"
    return f"no line{_of_window(window)} in {groups}"


def _state(task: TaskTypeDef) -> str:
    return f"task {task_id(str(task.get('taskArn')))} is {task.get('lastStatus')}"


def _groups(streams: Iterable[Stream]) -> str:
    """The log groups, in words; empty for none."""
    names = list(dict.fromkeys(stream.group for stream in streams))
    if not names:
        return ""
    return f"log group{'s' if len(names) > 1 else ''} {', '.join(names)}"


def _of_window(window: Window) -> str:
    if window.pattern:
        return f" matches {window.pattern}"
    if window.start is not None or window.end is not None:
        return " of this time"
    return ""
