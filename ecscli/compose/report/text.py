"""A report -> the lines that people read: place, outcome, key, where it goes, and the hint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ecscli.compose.check import ERROR, INFO, WARNING, Entry, Report
from ecscli.compose.ecs.support import Outcome


def lines(report: Report, everything: bool) -> Iterator[str]:
    """The errors and warnings; with `everything` a line for each key."""
    for found in parts(report, everything):
        yield "".join(found)


def parts(report: Report, everything: bool) -> Iterator[tuple[str, str, str]]:
    """The lines in three parts: the place, the severity or outcome, the rest."""
    for entry in report.entries:
        if everything or entry.severity != INFO:
            yield _parts(entry)


def _parts(entry: Entry) -> tuple[str, str, str]:
    place = str(entry.where) if entry.where else "-"
    word = entry.severity
    if entry.severity == INFO and entry.outcome is not None:
        word = entry.outcome.value
    goes = f" -> {entry.field}" if entry.field else ""
    message = f": {entry.message}" if entry.message and entry.key else entry.message
    hint = f"  ({entry.hint})" if entry.hint else ""
    return f"{place}  ", word, f"  {entry.key}{goes}{message}{hint}"


def summary(report: Report, strict: bool = False) -> str:
    """One line: how many problems, and what becomes of the other keys."""
    errors, warnings = report.count(ERROR), report.count(WARNING)
    verdict = f"{_many(errors, 'error')}, {_many(warnings, 'warning')}"
    if strict and warnings:
        verdict += " (--strict: warnings are errors)"
    keys = _keys(report)
    where = report.launch_type
    if report.assumed:
        where += f", unless cluster {report.assumed} is for Fargate (--launch-type)"
    if report.arrangement is not None:
        where = f"layout services: {report.arrangement.summary} on {where}"
    return f"{where}: {verdict}" + (f"; keys: {keys}" if keys else "")


def _keys(report: Report) -> str:
    """How many keys have each outcome."""
    numbers = Counter(entry.outcome for entry in report.entries if entry.severity == INFO)
    return ", ".join(f"{numbers[one]} {one.value}" for one in Outcome if numbers[one])


def _many(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
