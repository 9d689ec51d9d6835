"""A report -> its JSON document, for editors and programs."""

from __future__ import annotations

from ecscli.base.documents import Draft
from ecscli.base.passwords import hidden_in
from ecscli.compose.check import ERROR, WARNING, Entry, Report, passed


def as_data(report: Report, strict: bool = False) -> Draft:
    """The whole report; `file`, `line` and `column` are null where a finding has no place."""
    return {
        **_layout(report),
        "launchType": report.launch_type,
        "launchTypeAssumed": bool(report.assumed),
        "ok": passed(report, strict),
        "errors": report.count(ERROR),
        "warnings": report.count(WARNING),
        "findings": [hidden_in(_finding(entry)) for entry in report.entries],
    }


def _layout(report: Report) -> Draft:
    """The groups of layout services, in the order in which they start."""
    if report.arrangement is None:
        return {}
    groups = {group.name: group for group in report.arrangement.groups}
    waves = report.arrangement.waves
    return {
        "layout": "services",
        "groups": [
            {
                "name": name,
                "wave": number,
                "job": groups[name].is_job,
                "discovery": report.discovery.of(name).mode,
                "services": list(groups[name].services),
            }
            for number, wave in enumerate(waves, 1)
            for name in wave
        ],
    }


def _finding(entry: Entry) -> Draft:
    file, line, column = entry.where or (None, None, None)
    return {
        "file": file,
        "line": line,
        "column": column,
        "key": entry.key or None,
        "outcome": entry.outcome.value if entry.outcome else None,
        "severity": entry.severity,
        "field": entry.field or None,
        "message": entry.message or None,
        "hint": entry.hint or None,
    }
