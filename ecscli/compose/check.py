"""Project, ecs-params and launch target -> a report: each key with its place and what becomes of
it.

Pure: three sources meet here. The table of keys says what can be; the translation says what it
refused, dropped or changed; the rules say what ECS would refuse in the request. No AWS, no
credentials.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, pairwise
from typing import Any

from ecscli.base.documents import Draft
from ecscli.base.errors import Finding, InputError
from ecscli.base.limits import EC2
from ecscli.base.marks import Mark, dotted
from ecscli.base.records import record, replace
from ecscli.compose.ecs.support import (
    SKIPPING,
    Outcome,
    Seen,
    fate,
    is_off,
    is_set,
    row_of,
    seen_in,
)
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project
from ecscli.compose.task.definition import TaskSettings
from ecscli.compose.verdict import are_related, is_inside, judge

ERROR, WARNING, INFO = "error", "warning", "info"
NOT_SENT = {Outcome.UNSUPPORTED: "not sent", Outcome.REFUSED: "not possible on ECS"}


@record
class Entry:
    """One line of the report. `message` is empty where the outcome says it all."""

    where: Mark | None
    key: str
    outcome: Outcome | None  # None: it is not about one key
    severity: str = INFO
    field: str = ""
    message: str = ""
    hint: str = ""


@record
class Report:
    """All entries in the order of the files; without an error in it the project can be sent to
    AWS."""

    launch_type: str
    entries: tuple[Entry, ...]

    def count(self, severity: str) -> int:
        return sum(entry.severity == severity for entry in self.entries)


def check(project: Project, params: EcsParams, settings: TaskSettings) -> Report:
    """What becomes of each key of a project on the launch type of its settings."""
    definition, findings = judge(project, params, settings)
    launch_type = definition.launch.effective_launch_type
    warnings = (*project.warnings, *definition.warnings)
    # a file without services is no mistake until it is sent: `config` warns of it too
    is_empty = not project.services and not project.disabled
    errors = project.errors if is_empty else findings.errors.counted()
    found = [
        *(_entry(finding, ERROR) for finding in errors),
        *(_entry(finding, WARNING) for finding in warnings),
    ]
    return Report(launch_type, _merge(_keys(project, launch_type), found))


def examine(
    load: Callable[[], tuple[Project, EcsParams, TaskSettings]], launch_type: str | None
) -> Report:
    """Load and check; what is wrong with the files is an answer here, not a failure."""
    try:
        project, params, target = load()
    except InputError as error:
        return Report(
            launch_type or EC2, _sorted(_entry(finding, ERROR) for finding in error.findings)
        )
    return check(project, params, target)


# ------------------------------------------------------------------------------------------- keys o


def _keys(project: Project, launch_type: str) -> list[Entry]:
    """One entry for each key that was written; parts of a short form are one entry, parents give
    way to parts."""
    places: dict[tuple[Any, ...], list[Seen]] = {}  # an anchor brings one place to several services
    for seen in seen_in(project.tree):
        if seen.mark is not None and not is_off(seen.path, project):
            places.setdefault((seen.mark, *seen.path[:2]), []).append(seen)
    rows = (_row(group, launch_type, project) for group in places.values())
    return list(_without_parents(_without_parts(row for row in rows if row is not None)))


def _without_parts(entries: Iterable[Entry]) -> Iterator[Entry]:
    """What is left out takes its parts along, unless a part is worse."""
    above: Entry | None = None
    for entry in entries:
        if above is not None and is_inside(entry.key, above.key) and _worth(entry) <= _worth(above):
            continue
        if entry.severity != INFO or entry.outcome is Outcome.IGNORED:
            above = entry
        yield entry


def _without_parents(entries: Iterable[Entry]) -> Iterator[Entry]:
    """A parent says nothing that its parts do not say."""
    for entry, following in pairwise(chain(entries, [Entry(None, "", None)])):
        if entry.severity != INFO or not is_inside(following.key, entry.key):
            yield entry


def _row(group: list[Seen], launch_type: str, project: Project) -> Entry | None:
    """The entry for what stands at one place. A short form is one key; a part that cannot be sent
    decides."""
    judged = [(fate(seen.row, launch_type, project.dialect), seen) for seen in group]
    given = [
        (one, seen) for one, seen in judged if one.outcome.severity == INFO or is_set(seen.value)
    ]
    if not given:
        return None
    worst, seen = max(given, key=lambda pair: pair[0].outcome.worth)
    path = seen.path
    if worst.outcome.severity == INFO and len(group) > 1:
        path = _whole([one.path for one in group])
        row = row_of(path)
        worst = fate(row, launch_type, project.dialect) if row else worst
    said = NOT_SENT.get(worst.outcome, "")
    return Entry(
        seen.mark,
        dotted(path),
        worst.outcome,
        worst.outcome.severity,
        worst.field,
        said,
        worst.hint,
    )


def _whole(paths: list[tuple[str | int, ...]]) -> tuple[str | int, ...]:
    """What stands at one place: the innermost of keys that hold each other, else what all parts
    have in common."""
    longest = max(paths, key=len)
    shared = len(longest)
    for path in paths:
        if longest[: len(path)] != path:
            same = [one == other for one, other in zip(longest, path, strict=False)]
            shared = min(shared, same.index(False))
    return longest[:shared]


def _worth(entry: Entry) -> int:
    return entry.outcome.worth if entry.outcome else 0


# ------------------------------------------------------------------------------------------- what w


def _entry(finding: Finding, severity: str) -> Entry:
    """A finding as an entry: its message begins with the path of the key, where it is about one."""
    key, where = finding.key, finding.where if isinstance(finding.where, Mark) else None
    outcome = Outcome.REFUSED if severity == ERROR and key else None
    hint = finding.hint or ""
    return Entry(where, key, outcome, severity, message=finding.statement, hint=hint)


def _merge(keys: Iterable[Entry], found: Iterable[Entry]) -> tuple[Entry, ...]:
    """What was found at a place replaces what the table says of it, and keeps the field that is
    still sent."""
    rows: dict[Mark | None, list[Entry]] = {}
    for row in keys:
        rows.setdefault(row.where, []).append(row)
    entries = [_beside(entry, rows.get(entry.where, ())) for entry in dict.fromkeys(found)]
    told: dict[Mark | None, list[str]] = {}
    for entry in entries:
        told.setdefault(entry.where, []).append(entry.key)
    kept = (
        row
        for place, group in rows.items()
        for row in group
        if not any(are_related(key, row.key) for key in told.get(place, ()))
    )
    return _sorted([*kept, *entries])


def _beside(entry: Entry, rows: Iterable[Entry]) -> Entry:
    row = next((row for row in rows if are_related(entry.key, row.key)), None)
    if row is None:
        return entry
    key = row.key if row.key.startswith(entry.key) else entry.key
    if entry.severity == ERROR:
        return replace(entry, key=key, outcome=Outcome.REFUSED)
    if entry.message.startswith(SKIPPING):
        return row if row.severity == WARNING else entry
    return replace(entry, key=key, outcome=row.outcome, field=row.field)


def _sorted(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=_order))


def _order(entry: Entry) -> tuple[bool, Any]:
    return entry.where is None, entry.where or ("", 0, 0)


def lines(report: Report) -> Iterator[str]:
    """The report as people read it: place, outcome, key, where it goes, and the hint."""
    for entry in report.entries:
        place = f"{entry.where}" if entry.where else "-"
        word = (
            entry.severity
            if entry.severity != INFO or entry.outcome is None
            else entry.outcome.value
        )
        goes = f" -> {entry.field}" if entry.field else ""
        said = f": {entry.message}" if entry.message and entry.key else entry.message
        hint = f"  ({entry.hint})" if entry.hint else ""
        yield f"{place}  {word}  {entry.key}{goes}{said}{hint}"


def summary(report: Report, strict: bool = False) -> str:
    """One line: how many keys, and how many problems."""
    errors, warnings = report.count(ERROR), report.count(WARNING)
    told = ", ".join(
        f"{number} {outcome.value}"
        for outcome in Outcome
        if (
            number := sum(
                entry.outcome is outcome and entry.severity == INFO for entry in report.entries
            )
        )
    )
    verdict = f"{_many(errors, 'error')}, {_many(warnings, 'warning')}"
    if strict and warnings:
        verdict += " (--strict: warnings are errors)"
    return f"{report.launch_type}: {verdict}" + (f"; keys: {told}" if told else "")


def _many(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"


def as_data(report: Report, strict: bool = False) -> Draft:
    """The report as JSON; `file`, `line` and `column` are null where a finding has no place."""
    return {
        "launch_type": report.launch_type,
        "ok": passed(report, strict),
        "errors": report.count(ERROR),
        "warnings": report.count(WARNING),
        "findings": [
            {
                "file": entry.where.file if entry.where else None,
                "line": entry.where.line if entry.where else None,
                "column": entry.where.column if entry.where else None,
                "key": entry.key or None,
                "outcome": entry.outcome.value if entry.outcome else None,
                "severity": entry.severity,
                "field": entry.field or None,
                "message": entry.message or None,
                "hint": entry.hint or None,
            }
            for entry in report.entries
        ],
    }


def passed(report: Report, strict: bool) -> bool:
    """Whether the project can be sent; `strict` lets warnings fail it too."""
    return not report.count(ERROR) and not (strict and report.count(WARNING))
