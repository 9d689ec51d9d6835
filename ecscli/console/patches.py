"""PURE: the state of a view as one JSON document, and the way from one state to the next as a JSON
merge patch (RFC 7396)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ecscli.base.documents import Draft
from ecscli.up.snapshot.model import Snapshot
from ecscli.watch.documents import document_of

State = dict[str, Any]


def state_of(snapshot: Snapshot) -> State:
    """A snapshot with its parts by name or id, so that a patch has only those that have changed. A
    null in a patch removes: members that are null are left out."""
    found = document_of(snapshot)
    parts = {
        "services": _by(found["services"], "serviceName"),
        "tasks": _by(found["tasks"], "id"),
        "instances": _by(found["instances"], "id"),
        "events": _by(found["events"], "id"),
    }
    state: State = without_nulls({**found, **parts})
    return state


def _by(rows: Iterable[Draft], name: str) -> dict[str, Draft]:
    return {str(row[name]): row for row in rows}


def without_nulls(value: Any) -> Any:
    """A document without the members that are null, and with times as text."""
    if isinstance(value, dict):
        return {key: without_nulls(part) for key, part in value.items() if part is not None}
    if isinstance(value, list):
        return [without_nulls(part) for part in value]
    return value.isoformat() if isinstance(value, datetime) else value


def patch(before: Mapping[str, Any], after: Mapping[str, Any]) -> State:
    """What has to be merged into `before` to have `after`."""
    found: State = dict.fromkeys(key for key in before if key not in after)
    for key, value in after.items():
        old = before.get(key)
        if key in before and old == value:
            continue
        nested = isinstance(old, dict) and isinstance(value, dict)
        found[key] = patch(old, value) if nested else value  # type: ignore[arg-type]
    return found


def merged(target: Mapping[str, Any], change: Mapping[str, Any]) -> State:
    """A state after a patch, as the page computes it."""
    found = dict(target)
    for key, value in change.items():
        if value is None:
            found.pop(key, None)
        elif isinstance(value, dict):
            old = found.get(key)
            found[key] = merged(old if isinstance(old, dict) else {}, value)
        else:
            found[key] = value
    return found
