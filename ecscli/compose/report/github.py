"""A report -> workflow commands of GitHub Actions, which show each finding at its line of the file.

Source: "Workflow commands for GitHub Actions"; the escapes are those of its toolkit.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.compose.check import ERROR, INFO, WARNING, Entry, Report

COMMANDS = {ERROR: "error", WARNING: "warning", INFO: "notice"}
IN_TEXT = {"%": "%25", "\r": "%0D", "\n": "%0A"}
IN_PROPERTY = {**IN_TEXT, ":": "%3A", ",": "%2C"}


def commands(report: Report, everything: bool) -> Iterator[str]:
    """A command for each error and warning; with `everything` for each key."""
    for entry in report.entries:
        if everything or entry.severity != INFO:
            yield _command(entry)


def _command(entry: Entry) -> str:
    properties = {"title": entry.key or "ecscli compose check"}
    if entry.where:
        file, line, column = entry.where
        properties |= {"file": file, "line": str(line), "col": str(column)}
    written = ",".join(f"{name}={_escaped(text, IN_PROPERTY)}" for name, text in properties.items())
    return f"::{COMMANDS[entry.severity]} {written}::{_escaped(_text(entry), IN_TEXT)}"


def _text(entry: Entry) -> str:
    """The message and the hint; of a key that is sent, where it goes."""
    outcome = entry.outcome.value if entry.outcome else ""
    text = entry.message or " ".join(part for part in (outcome, entry.field) if part)
    return f"{text} ({entry.hint})" if entry.hint else text


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(character, character) for character in text)
