"""Project, ecs-params and launch target -> a report: each key with its place and what becomes of
it.

Pure: three sources meet here. The table of keys says what can be; the translation says what it
refused, dropped or changed; the rules say what ECS would refuse in the request. No AWS, no
credentials.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, pairwise

from ecscli.base.errors import Finding, InputError
from ecscli.base.findings import FindingList
from ecscli.base.limits import EC2
from ecscli.base.marks import Mark, dotted
from ecscli.base.records import record, replace
from ecscli.compose.balancing.balance import BalancingOptions
from ecscli.compose.balancing.conflicts import perhaps_without_tls
from ecscli.compose.balancing.unbalanced import unbalanced_ports
from ecscli.compose.ecs.support import (
    SKIPPING,
    Fate,
    Outcome,
    Path,
    Seen,
    fate,
    is_missed,
    is_off,
    row_of,
    seen_in,
)
from ecscli.compose.layout.arrangement.model import Arrangement
from ecscli.compose.layout.discovery.model import Discovery
from ecscli.compose.layout.judge import judge_groups
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
    AWS. `arrangement` and `discovery`: those of layout services. `assumed`: the cluster whose stack
    decides the launch type, which nothing here names; empty where something does."""

    launch_type: str
    entries: tuple[Entry, ...]
    arrangement: Arrangement | None = None
    discovery: Discovery = Discovery()
    assumed: str = ""

    def count(self, severity: str) -> int:
        return sum(entry.severity == severity for entry in self.entries)


def check(project: Project, params: EcsParams, settings: TaskSettings) -> Report:
    """What becomes of each key of a project on the launch type of its settings."""
    definition, findings = judge(project, params, settings)
    launch_type = definition.launch.effective_launch_type
    doubts = perhaps_without_tls(definition.balancing)
    warnings = (*project.warnings, *definition.warnings, *doubts)
    modes = dict.fromkeys((one.name for one in project.services), definition.launch.network_mode)
    notes = unbalanced_ports(project, params, BalancingOptions(modes, settings.balance))
    entries = _entries(_keys(project, launch_type), findings.errors, warnings, notes)
    return Report(launch_type, entries)


def check_groups(
    arrangement: Arrangement, params: EcsParams, settings: TaskSettings, cluster: str = ""
) -> Report:
    """The same of a project whose groups are services of their own, on a `cluster` where one is
    known."""
    judged = judge_groups(arrangement, params, settings, cluster)
    types = [one.definition.launch.effective_launch_type for one in judged.groups]
    projects = [one.group.project for one in judged.groups]
    keys = chain.from_iterable(map(_keys, projects, types))
    doubts = perhaps_without_tls(judged.balancing)
    warnings = (*arrangement.project.warnings, *judged.findings.warnings.counted(), *doubts)
    notes = unbalanced_ports(arrangement.project, params, judged.options)
    entries = _entries(dict.fromkeys(keys), judged.findings.errors, warnings, notes)
    launch_types = ", ".join(dict.fromkeys(types)) or settings.launch.launch_type or EC2
    return Report(launch_types, entries, arrangement, judged.discovery)


def _entries(
    keys: Iterable[Entry],
    errors: FindingList,
    warnings: Iterable[Finding],
    notes: Iterable[Finding],
) -> tuple[Entry, ...]:
    """The entries of keys, and of what was found about them and about the whole; `notes` stand
    beside the entries of their keys."""
    found = [
        *(_entry(finding, ERROR) for finding in errors.counted()),
        *(_entry(finding, WARNING) for finding in warnings),
    ]
    merged = _merge(_without_known(keys, errors), found)
    return _sorted((*merged, *(_entry(note, INFO) for note in notes)))


def examine(examined: Callable[[], Report], launch_type: str | None) -> Report:
    """Load and check; what is wrong with the files is an answer here, not a failure."""
    try:
        return examined()
    except InputError as error:
        return Report(
            launch_type or EC2, _sorted(_entry(finding, ERROR) for finding in error.findings)
        )


# ------------------------------------------------------------- keys of the files


def _keys(project: Project, launch_type: str) -> list[Entry]:
    """One entry for each key that was written; parts of a short form are one entry, parents give
    way to parts."""
    # an anchor brings one place to several services
    places: dict[tuple[Mark, Path], list[Seen]] = {}
    for seen in seen_in(project.tree):
        if seen.mark is not None and not is_off(seen.path, project):
            places.setdefault((seen.mark, seen.path[:2]), []).append(seen)
    rows = (_row(group, launch_type, project) for group in places.values())
    return list(_without_parents(_without_parts(row for row in rows if row is not None)))


def _without_known(rows: Iterable[Entry], errors: Iterable[Finding]) -> Iterator[Entry]:
    """The rows but for refusals of keys that have an error, which may be at another place."""
    wrong = {error.key for error in errors if error.key}
    above = {parent for key in wrong for parent in _with_parents(key)}
    for row in rows:
        has_error = row.key in above or not wrong.isdisjoint(_with_parents(row.key))
        if row.severity != ERROR or not has_error:
            yield row


def _with_parents(key: str) -> Iterator[str]:
    """A key, and each one that holds it."""
    yield key
    for at, character in enumerate(key):
        if character in ".[":
            yield key[:at]


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
    given = [(one, seen) for one, seen in judged if _counts(one, seen)]
    if not given:
        return None
    worst, seen = max(given, key=lambda pair: pair[0].outcome.worth)
    if worst.outcome.severity != INFO or len(group) == 1:
        return _row_entry(seen, seen.path, worst)
    path = _whole([one.path for one in group])
    row = row_of(path)
    return _row_entry(seen, path, fate(row, launch_type, project.dialect) if row else worst)


def _counts(one: Fate, seen: Seen) -> bool:
    """A value that is off is not missed where it cannot be sent."""
    return one.outcome.severity == INFO or is_missed(seen.path, seen.value)


def _row_entry(seen: Seen, path: Path, becomes: Fate) -> Entry:
    outcome, field, hint = becomes
    message = NOT_SENT.get(outcome, "")
    return Entry(seen.mark, dotted(path), outcome, outcome.severity, field, message, hint)


def _whole(paths: list[Path]) -> Path:
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


# ------------------------------------------------------------- what was found


def _entry(finding: Finding, severity: str) -> Entry:
    """A finding as an entry: its message begins with the path of the key, where it is about one."""
    key, where = finding.key, finding.where if isinstance(finding.where, Mark) else None
    outcome = Outcome.REFUSED if severity == ERROR and key else None
    hint = finding.hint or ""
    return Entry(where, key, outcome, severity, message=finding.statement, hint=hint)


def _merge(keys: Iterable[Entry], found: Iterable[Entry]) -> tuple[Entry, ...]:
    """What was found at a place replaces what the table says of it, and keeps the field that is
    still sent."""
    rows = _by_place(keys)
    entries = [_beside(entry, rows.get(entry.where, ())) for entry in dict.fromkeys(found)]
    found_at = _by_place(entries)
    kept: list[Entry] = []
    for place, group in rows.items():
        kept += _without_related(group, found_at.get(place, ()))
    return _sorted([*kept, *entries])


def _by_place(entries: Iterable[Entry]) -> dict[Mark | None, list[Entry]]:
    places: dict[Mark | None, list[Entry]] = {}
    for entry in entries:
        places.setdefault(entry.where, []).append(entry)
    return places


def _without_related(rows: Iterable[Entry], found: Iterable[Entry]) -> Iterator[Entry]:
    """The rows whose keys nothing was found about."""
    for row in rows:
        if not any(are_related(entry.key, row.key) for entry in found):
            yield row


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


def _order(entry: Entry) -> tuple[bool, tuple[str, int, int]]:
    return entry.where is None, entry.where or ("", 0, 0)


def passed(report: Report, strict: bool) -> bool:
    """Whether the project can be sent; `strict` lets warnings fail it too."""
    return not report.count(ERROR) and not (strict and report.count(WARNING))
