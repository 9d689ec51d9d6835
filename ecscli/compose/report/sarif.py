"""A report -> a SARIF log, which code scanners and editors read.

Source: Static Analysis Results Interchange Format (SARIF) Version 2.1.0, OASIS.
"""

from __future__ import annotations

import os
from urllib.parse import quote

from ecscli.base.documents import Draft
from ecscli.base.passwords import without_passwords
from ecscli.base.version import __version__
from ecscli.compose.check import ERROR, INFO, WARNING, Entry, Report

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {ERROR: "error", WARNING: "warning", INFO: "note"}
RULES = {
    ERROR: "ECS would refuse it, or the file cannot be read.",
    WARNING: "It is not sent, or not as it was written.",
    INFO: "What becomes of a key.",
}


def as_sarif(report: Report, everything: bool) -> Draft:
    """A log with one run: a result for each error and warning; with `everything` for each key."""
    driver = {
        "name": "ecscli",
        "version": __version__,
        "rules": [
            {
                "id": severity,
                "shortDescription": {"text": text},
                "defaultConfiguration": {"level": LEVELS[severity]},
            }
            for severity, text in RULES.items()
        ],
    }
    results = [_result(entry) for entry in report.entries if everything or entry.severity != INFO]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(entry: Entry) -> Draft:
    result: Draft = {
        "ruleId": entry.severity,
        "level": LEVELS[entry.severity],
        "message": {"text": without_passwords(_text(entry))},
    }
    location = _location(entry)
    return {**result, "locations": [location]} if location else result


def _text(entry: Entry) -> str:
    """Key, message and hint as sentences of one line."""
    outcome = entry.outcome.value if entry.outcome else ""
    message = entry.message or " ".join(part for part in (outcome, entry.field) if part)
    text = ": ".join(part for part in (entry.key, message) if part)
    return f"{text} ({entry.hint})" if entry.hint else text


def _location(entry: Entry) -> Draft:
    """Where it is in a file, and which key it is about; empty for neither."""
    location: Draft = {}
    if entry.where:
        file, line, column = entry.where
        location["physicalLocation"] = {
            "artifactLocation": {"uri": _uri(file)},
            "region": {"startLine": line, "startColumn": column},
        }
    if entry.key:
        location["logicalLocations"] = [{"fullyQualifiedName": entry.key}]
    return location


def _uri(file: str) -> str:
    """A file as a URI, relative to the working directory where it is named so."""
    path = quote(os.fsencode(file))
    return f"file://{path}" if os.path.isabs(file) else path
