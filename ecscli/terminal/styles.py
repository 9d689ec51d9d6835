"""What a colour means: words of states, signs of a plan, severities of a report -> the name of a
style. No meaning is in a colour alone: the word or the sign says the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

# As rich names colours
STYLES: Mapping[str, str] = {
    "error": "red",
    "warning": "yellow",
    "info": "",
    "done": "green",
    "progress": "cyan",
    "hint": "dim",
    "label": "dim",
    "good": "green",
    "moving": "yellow",
    "bad": "red",
    "over": "dim",
    "added": "green",
    "removed": "red",
    "changed": "yellow",
}
SIGNS: Mapping[str, str] = {"+": "added", "-": "removed", "~": "changed", "!": "changed"}
# The columns that have a state, and the words that states begin with
STATE_COLUMNS = frozenset({"state", "status", "health", "agent"})
WORDS: Mapping[str, tuple[str, ...]] = {
    "good": ("RUNNING", "ACTIVE", "HEALTHY", "same"),
    "moving": (
        "PROVISIONING",
        "PENDING",
        "ACTIVATING",
        "DEACTIVATING",
        "STOPPING",
        "DEPROVISIONING",
        "DRAINING",
        "REGISTERING",
        "DEREGISTERING",
        "differs",
        "missing",
    ),
    "bad": ("UNHEALTHY", "REGISTRATION_FAILED"),
    "over": ("STOPPED", "INACTIVE"),
}
STATES = {word: style for style, words in WORDS.items() for word in words}


class Span(NamedTuple):
    """A part of a line, and the name of its style."""

    text: str
    style: str = ""


def style_of_cell(column: str, cell: str) -> str:
    """The style of a cell of a table: that of its state, where its column has states."""
    if column.casefold() not in STATE_COLUMNS:
        return ""
    first, _, rest = cell.partition(" ")
    if "DISCONNECTED" in rest or (rest.startswith("ExitCode: ") and not _ended_well(rest)):
        return "bad"
    return STATES.get(first, "")


def _ended_well(rest: str) -> bool:
    return rest.split()[1] == "0"


def style_of_change(line: str) -> str:
    """The style of a line of a plan: that of the sign it begins with."""
    sign, _, rest = line.lstrip().partition(" ")
    return SIGNS.get(sign, "") if rest else ""
