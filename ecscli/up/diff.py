"""PURE: Plan -> the lines a person reads, and the same as data for `--output json`.

Lines start with `+` (will be), `-` (was) or `~` (both differ inside); what stays the same is not shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

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


def lines(plan: Plan) -> Iterator[str]:
    """The whole plan, one paragraph an action."""
    for action in plan.actions:
        yield f"{_sign(action)} {action.call.verb} {action.subject}"
        yield from (f"    {line}" for line in changes(*_sides(action)))


def document(plan: Plan) -> dict[str, Any]:
    """The plan as data: each call with its exact request; a value not known yet is `{"ref": label}`."""
    return {
        "changes": len(plan.actions),
        "actions": [
            {
                "service": action.call.service,
                "operation": "".join(word.capitalize() for word in action.call.operation.split("_")),
                "subject": action.subject,
                "request": _plain(action.request),
                **({"before": _plain(action.before)} if action.before else {}),
            }
            for action in plan.actions
        ],
        "notices": [finding.message for finding in plan.notices],
    }


def changes(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """What differs between two documents, one line a leaf: ``+ path: value``, ``- path: value``."""
    before, after = _named(before), _named(after)
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in _both(before, after):
            yield from changes(before.get(name), after.get(name), _path(path, str(name)))
        return
    if before == after:
        return
    yield from _leaves("-", path, before)
    yield from _leaves("+", path, after)


def _sides(action: Action) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What was and what will be, without what only says which thing is meant."""
    before: Mapping[str, Any] = action.before or {}
    after = action.request
    if isinstance(action, RegisterTaskDefinition):
        before, after = normalize(before) if before else {}, normalize(after)
    return _about(before), _about(after)


def _about(side: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in side.items() if name not in HIDDEN and value not in ("", [], {}, False)}


def _sign(action: Action) -> str:
    if action.call.operation.startswith(("delete", "stop")):
        return "-"
    return "~" if action.before is not None else "+"


def _leaves(sign: str, path: str, value: Any) -> Iterator[str]:
    if value is None or value in ("", [], {}):
        return
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _leaves(sign, _path(path, str(name)), _named(part))
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
    """A list of mappings as a mapping by name, so that its members are compared with their own kind."""
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        return value
    if not all(isinstance(item, Mapping) for item in value):
        return value
    key = next((name for name in NAMES if all(name in item for item in value)), None)
    names = [str(item[key]) if key else str(at) for at, item in enumerate(value)]
    if len(set(names)) < len(names):
        names = [str(at) for at in range(len(value))]
    return {f"[{name}]": _rest(item, key) for name, item in zip(names, value, strict=True)}


def _rest(item: Mapping[str, Any], key: str | None) -> Any:
    """A named pair is its value alone: ``environment.[DEBUG]: 1``."""
    rest = {name: part for name, part in item.items() if name != key}
    return rest.get("value", rest) if len(rest) == 1 else rest


def _both(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [*before, *(name for name in after if name not in before)]


def _plain(value: Any) -> Any:
    if isinstance(value, Ref):
        return {"ref": value.label}
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
