"""PURE: Plan -> the lines a person reads, and the same as data for `--output json`.

Lines start with `+` (will be), `-` (was) or `~` (both differ inside); what stays the same is not
shown. Values that may be secrets are not shown unless asked for: plans go to the logs of CI and
into pull requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecscli.base.documents import Document, Draft
from ecscli.up.model import Action, Plan, Ref, RegisterTaskDefinition, shown
from ecscli.up.normalize import normalize

# How the members of a list are told apart: by these keys, in this order, where all members have one
NAMES = ("name", "key", "containerName", "ParameterKey", "containerPath", "type")
# What names the subject, which the first line says already
HIDDEN = frozenset(
    {
        "cluster",
        "service",
        "serviceName",
        "family",
        "task",
        "StackName",
        "TemplateBody",
        "resourceArn",
        "count",
        "logGroupName",
        "force",
    }
)
# Members whose values may be secrets, wherever they stand in a request
SECRET = frozenset(
    {"environment", "secrets", "options", "secretOptions", "driverOpts", "repositoryCredentials"}
)
OPEN = ("awslogs-",)  # options of the log driver that are none
ADDED, REMOVED, CHANGED, UNCHANGED = "(added)", "(removed)", "(changed)", "(unchanged)"
EMPTY: tuple[Any, ...] = (None, "", [], {})


def lines(plan: Plan, values: bool = False) -> Iterator[str]:
    """The whole plan, one paragraph an action; with `values` those that may be secrets too."""
    for action in plan.actions:
        yield f"{_sign(action)} {action.call.verb} {action.subject}"
        yield from (
            f"    {line}" for line in changes(*_sides(action), hidden=None if values else False)
        )


def document(plan: Plan, values: bool = False) -> Draft:
    """The plan as data: each call with its request; a value not known yet is `{"ref": label}`.

    Without `values` those that may be secrets are replaced by a word that says whether they change.
    """
    return {
        "changes": len(plan.actions),
        "actions": [
            {
                "service": action.call.service,
                "operation": "".join(
                    word.capitalize() for word in action.call.operation.split("_")
                ),
                "subject": action.subject,
                "request": _plain(action.request, action.before, ADDED, None if values else False),
                **_before(action, values),
            }
            for action in plan.actions
        ],
        "notices": [finding.message for finding in plan.notices],
    }


def changes(before: Any, after: Any, path: str = "", hidden: bool | None = None) -> Iterator[str]:
    """What differs between two documents, one line a leaf: ``+ path: value``, ``- path: value``.

    `hidden`: whether the values here may be secrets, which only their names are shown of; None
    shows everything.
    """
    before, after = _named(before), _named(after)
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in _both(before, after):
            yield from changes(
                before.get(name), after.get(name), _path(path, str(name)), _hides(hidden, name)
            )
        return
    if before == after:
        return
    if hidden and not any(side in EMPTY or isinstance(side, Mapping) for side in (before, after)):
        yield f"~ {path}: {CHANGED}"
        return
    yield from _leaves("-", path, before, hidden)
    yield from _leaves("+", path, after, hidden)


def _hides(hidden: bool | None, name: str) -> bool | None:
    """Whether the values below the member `name` are hidden."""
    if hidden is None:
        return None
    return (hidden or name in SECRET) and not name.startswith(OPEN)


def _before(action: Action, values: bool) -> Draft:
    if not action.before:
        return {}
    return {"before": _plain(action.before, action.request, REMOVED, None if values else False)}


def _sides(action: Action) -> tuple[Document, Document]:
    """What was and what will be, without what only says which thing is meant."""
    before: Document = action.before or {}
    after = action.request
    if isinstance(action, RegisterTaskDefinition):
        before, after = normalize(before) if before else {}, normalize(after)
    return _about(before), _about(after)


def _about(side: Document) -> Document:
    return {
        name: value
        for name, value in side.items()
        if name not in HIDDEN and value not in ("", [], {}, False)
    }


def _sign(action: Action) -> str:
    if action.call.operation.startswith(("delete", "stop")):
        return "-"
    return "~" if action.before is not None else "+"


def _leaves(sign: str, path: str, value: Any, hidden: bool | None) -> Iterator[str]:
    if value in EMPTY:
        return
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _leaves(
                sign, _path(path, str(name)), _named(part), _hides(hidden, str(name))
            )
    elif hidden:
        yield f"{sign} {path}: {ADDED if sign == '+' else REMOVED}"
    else:
        yield f"{sign} {path}: {_text(value)}"


def _path(path: str, name: str) -> str:
    return f"{path}{'' if name.startswith('[') or not path else '.'}{name}"


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_text(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return shown(value)


def _named(value: Any) -> Any:
    """A list of mappings as a mapping by name, so that its members are compared with their own
    kind."""
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        return value
    if not all(isinstance(item, Mapping) for item in value):
        return value
    key = _key(value)
    return {
        f"[{name}]": _rest(item, key) for name, item in zip(_names(value, key), value, strict=True)
    }


def _key(items: Sequence[Document]) -> str | None:
    """The key by which the members of a list are told apart, if there is one."""
    return next((name for name in NAMES if all(name in item for item in items)), None)


def _names(items: Sequence[Document], key: str | None) -> list[str]:
    """A name for each member of a list; their positions where they have none."""
    names = [str(item[key]) if key else str(at) for at, item in enumerate(items)]
    return names if len(set(names)) == len(names) else [str(at) for at in range(len(items))]


def _rest(item: Document, key: str | None) -> Any:
    """A named pair is its value alone: ``environment.[DEBUG]: 1``."""
    rest = {name: part for name, part in item.items() if name != key}
    return rest.get("value", rest) if len(rest) == 1 else rest


def _both(before: Document, after: Document) -> list[str]:
    return [*before, *(name for name in after if name not in before)]


def _plain(value: Any, other: Any, alone: str, hidden: bool | None) -> Any:
    """A side of an action as data; `other` is its other side, `alone` the word for what is on this
    side only."""
    if isinstance(value, Ref):
        return {"ref": value.label}
    if isinstance(value, Mapping):
        others = other if isinstance(other, Mapping) else {}
        kept = NAMES if hidden else ()
        return {
            name: part
            if name in kept
            else _plain(part, others.get(name), alone, _hides(hidden, name))
            for name, part in value.items()
        }
    if isinstance(value, list | tuple):
        partners = _partners(value, other)
        return [
            _plain(part, partner, alone, hidden)
            for part, partner in zip(value, partners, strict=True)
        ]
    if not hidden or value in EMPTY:
        return value
    if other is None:
        return alone
    return UNCHANGED if other == value else CHANGED


def _partners(items: Sequence[Any], others: Any) -> list[Any]:
    """For each member of a list its counterpart in the other list, by name or by position; None
    where there is none."""
    found = list(others) if isinstance(others, list | tuple) else []
    if not all(isinstance(item, Mapping) for item in (*items, *found)) or not items:
        return [found[at] if at < len(found) else None for at in range(len(items))]
    key = _key([*items, *found])
    by_name = dict(zip(_names(found, key), found, strict=True))
    return [by_name.get(name) for name in _names(items, key)]
