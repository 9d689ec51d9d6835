"""PURE: the state of a view as one JSON document, and the way from one state to the next as a JSON
merge patch (RFC 7396)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from ecscli.base.documents import Draft
from ecscli.base.records import replace
from ecscli.up.snapshot.model import Snapshot
from ecscli.watch.documents import document_of

State = dict[str, Any]
KEPT = 10_000  # parts of states


def state_of(snapshot: Snapshot) -> State:
    """A snapshot with its parts by name or id, so that a patch has only those that have changed. A
    null in a patch removes: members that are null are left out."""
    parts = {
        "services": {one.name: _part(one) for one in snapshot.services},
        "tasks": {one.id: _part(one) for one in snapshot.tasks},
        "instances": {one.id: _part(one) for one in snapshot.instances},
        "events": {one.id: _part(one) for one in snapshot.events},
    }
    rest = replace(snapshot, services=(), tasks=(), instances=(), events=())
    state: State = {**without_nulls(document_of(rest)), **parts}
    return state


@lru_cache(KEPT)
def _part(one: object) -> Draft:
    """A service, task, instance or event as data. Most are the same in the next state, which then
    has the same object."""
    found: Draft = without_nulls(document_of(one))
    return found


def without_nulls(value: Any) -> Any:
    """A document without the members that are null, and with times as text."""
    if isinstance(value, str):
        return value
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
