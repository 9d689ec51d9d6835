"""PURE: a change set, AWS's or a preview -> the lines a person reads, the same as data, and what of
it hurts."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.documents import Document, Draft
from ecscli.cluster.model import ClusterSpec
from ecscli.up import diff
from ecscli.up.stack import plan
from ecscli.up.stack.model import Change, ChangeSet, LiveCluster

SIGNS = {"Add": "+", "Remove": "-", "Modify": "~", "Import": "+", "Dynamic": "?"}
AS_KNOWN = ", as far as known"
MOST_DETAILS = 12
LONGEST = 60


def lines(change_set: ChangeSet) -> Iterator[str]:
    """One line a resource, and below it the properties that change."""
    if not change_set.changes:
        return
    yield f"{'+' if change_set.new else '~'} stack {change_set.stack_name}"
    known = AS_KNOWN if change_set.compared else ""
    for change in change_set.changes:
        yield f"    {_sign(change)} {change.logical_id} ({change.type}){_fate(change, known)}"
        if change.action == "Modify":
            yield from (f"        {line}" for line in _details(change))


def described(live: LiveCluster, spec: ClusterSpec) -> Iterator[str]:
    """What changes in the document itself, against the one that the live stack was made from."""
    before = plan.base_document(live, with_sizes=True)
    if before is None:
        return
    sizes = spec.capacity is not None and spec.capacity.size.given
    yield from diff.changes(_comparable(before, sizes), _comparable(spec.document, sizes))


def _comparable(document: Document, sizes: bool) -> Draft:
    """The document without sizes that nobody gives and without the contents of user data."""
    capacity = dict(document.get("capacity") or {})
    if not sizes:
        capacity = {key: value for key, value in capacity.items() if key not in plan.SIZE_KEYS}
    for key in ("user-data",) if "user-data" in capacity else ():
        capacity[key] = [
            f"{entry.get('name', 'text')} ({len(entry['content'])} characters)"
            for entry in capacity[key]
        ]
    return {**document, "capacity": capacity}


def _sign(change: Change) -> str:
    return "!" if change.replaces else SIGNS.get(change.action, "?")


def _fate(change: Change, known: str) -> str:
    if change.action == "Remove":
        return f" will be DELETED: {change.physical_id}"
    if not change.replaces:
        return ""
    word = "will be" if change.replacement == "True" else "may be"
    return f" {word} REPLACED{known}: {change.physical_id}"


def _details(change: Change) -> Iterator[str]:
    for name, before, after in _shown(change)[:MOST_DETAILS]:
        if before is None and after is None:
            yield name
        else:
            yield f"{name}: {_short(before)} -> {_short(after)}"
    if len(change.details) > MOST_DETAILS:
        yield f"... and {len(change.details) - MOST_DETAILS} more"


def _shown(change: Change) -> list[tuple[str, str | None, str | None]]:
    """The details of a change, without the contents of user data, which may hold secrets."""
    return [
        (detail[0], None, None) if "UserData" in detail[0] else detail for detail in change.details
    ]


def _short(value: str | None) -> str:
    text = "(none)" if value is None else " ".join(value.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def losses(change_set: ChangeSet) -> str:
    """One sentence naming what is replaced or deleted; empty where nothing is."""
    hurt = [change for change in change_set.changes if change.hurts]
    if not hurt:
        return ""
    replaced = ", ".join(change.logical_id for change in hurt if change.replaces)
    removed = ", ".join(change.logical_id for change in hurt if not change.replaces)
    parts = [
        f"{names} {verb}" for names, verb in ((replaced, "replaced"), (removed, "deleted")) if names
    ]
    return f"This will have {' and '.join(parts)}."


def document(change_set: ChangeSet | None) -> Draft | None:
    """The change set as data; None where there is no stack to make."""
    if change_set is None:
        return None
    return {
        "name": change_set.stack_name,
        "new": change_set.new,
        "asFarAsKnown": change_set.compared,
        "changes": [
            {
                "action": change.action,
                "logicalId": change.logical_id,
                "type": change.type,
                "physicalId": change.physical_id or None,
                "replacement": change.replacement if change.action == "Modify" else None,
                "details": [
                    {"property": name, "before": before, "after": after}
                    for name, before, after in _shown(change)
                ],
            }
            for change in change_set.changes
        ],
    }
