"""Any text -> the same text with nothing in it that acts: what terminals, CI systems and YAML or
JSON readers obey.

Control characters, bidirectional controls, invisible characters and lone surrogates become escapes
such as ``\\x1b`` and ``\\u202e``, which JSON and double-quoted YAML read back as the same
characters. The words by which a CI system takes a line of a log for a command lose their first
character in the same way.
"""

from __future__ import annotations

import re

C0_BUT_TAB_AND_BREAK = "\x00-\x08\x0b-\x1f"
REST = (
    "\x7f-\x9f"  # DEL and C1, with NEL
    # bidi, invisible
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
    "\u2028\u2029"  # line and paragraph separator
    "\ud800-\udfff\ufffe\uffff"  # lone surrogates, no characters
)
IN_LINES = re.compile(f"[{C0_BUT_TAB_AND_BREAK}{REST}]")
IN_LINE = re.compile(f"[\x00-\x1f{REST}]")
# `::error` and `##[error]` (GitHub), `##vso[` (Azure Pipelines), `##teamcity[`; some are obeyed
# anywhere in a line
AT_START = re.compile(r"(?m)^([^\S\n]*):(?=:)")
ANYWHERE = re.compile(r"#(?=#(?:vso|teamcity)?\[[A-Za-z]{2})")
COLOURS = re.compile(r"(\x1b\[[0-9;:]*m)")
PLAIN_COLOURS = "\x1b[0m"
SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
LAST_BYTE, FIRST_BYTE = "\udcff", "\udc80"  # how Python keeps bytes that are not UTF-8 in a text


def line(text: str) -> str:
    """One line: line breaks and tabs are shown as well."""
    shown = text if text.isprintable() else IN_LINE.sub(_escaped, text)
    return _without_commands(shown)


def lines(text: str) -> str:
    """A text of several lines that was written by us: its line breaks and tabs stay."""
    return _without_commands(IN_LINES.sub(_escaped, text))


def command(text: str) -> str:
    """One line that a CI system is meant to obey: the command that it begins with, and no other."""
    return ANYWHERE.sub(r"\\x23", IN_LINE.sub(_escaped, text))


def coloured(text: str) -> str:
    """A line of a log for a terminal: its colours stay and end with it, the rest is shown."""
    parts = COLOURS.split(text)  # what is between two colours, a colour, and so on in turn
    parts[::2] = [IN_LINES.sub(_escaped, part) for part in parts[::2]]
    shown = "".join(parts)
    return shown + PLAIN_COLOURS if len(parts) > 1 else shown


def colourless(text: str) -> str:
    """A text without its colours."""
    return COLOURS.sub("", text)


def json(text: str) -> str:
    """A JSON document, equal when it is read."""
    return ANYWHERE.sub(r"\\u0023", IN_LINES.sub(_json_escaped, text))


def obeyed(text: str) -> bool:
    """Whether a CI system could take a part of the text for a command."""
    return AT_START.search(text) is not None or ANYWHERE.search(text) is not None


def is_plain(text: str) -> bool:
    """Whether the text is shown as it is on one line."""
    return line(text) == text


def _without_commands(text: str) -> str:
    if ":" in text:
        text = AT_START.sub(r"\1\\x3a", text)
    return ANYWHERE.sub(r"\\x23", text) if "##" in text else text


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    if character in SHORT:
        return SHORT[character]
    if FIRST_BYTE <= character <= LAST_BYTE:
        return f"\\x{ord(character) - 0xDC00:02x}"
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    if number < 0x10000:
        return f"\\u{number:04x}"
    return f"\\U{number:08x}"


def _json_escaped(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
