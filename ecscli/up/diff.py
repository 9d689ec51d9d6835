"""PURE: Plan -> the lines a person reads, and the same as data for `--output json`.

Lines start with `+` (will be), `-` (was) or `~` (both differ inside); what stays the same is left
out. Values that may be secrets are left out unless asked for: plans go to the logs of CI and into
pull requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from ecscli.base.documents import Document, Draft
from ecscli.documents.failure import finding_document
from ecscli.up.model import (
    Action,
    Block,
    ClusterAction,
    ClusterPlan,
    DeleteFileSystem,
    DeleteRepository,
    DeleteSecret,
    DeleteStack,
    DeployStack,
    Plan,
    Ref,
    RegisterTaskDefinition,
    WriteSecret,
    label_of,
)
from ecscli.up.normalize import normalize

# The keys that identify the members of a list: the first one that all members have
NAMES = ("name", "key", "containerName", "ParameterKey", "containerPath", "type")
# What names the subject, which is in the first line already
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
# Actions whose title has all that there is to know of them
LABELLED = (WriteSecret, DeleteSecret, DeleteRepository, DeleteFileSystem)
OPEN = ("awslogs-",)  # options of the log driver that are none
ADDED, REMOVED, CHANGED, UNCHANGED = "(added)", "(removed)", "(changed)", "(unchanged)"
EMPTY: tuple[object, ...] = (None, "", [], {})


def lines(plan: Plan | ClusterPlan, values: bool = False) -> Iterator[str]:
    """The whole plan, one paragraph an action; with `values` those that may be secrets too."""
    for action in plan.actions:
        yield f"{_sign(action)} {_title(action)}"
        before, after = _sides(action)
        for line in changes(before, after, hidden=_at_top(values)):
            yield f"    {line}"
        for id_ in _replaced(action):
            yield f"    ! {id_} is replaced"
    for block in _blocks(plan):
        yield block.title
        for line in block.lines:
            yield f"    {line}"


def _blocks(plan: Plan | ClusterPlan) -> tuple[Block, ...]:
    return plan.blocks if isinstance(plan, Plan) else ()


def document(plan: Plan | ClusterPlan, values: bool = False) -> Draft:
    """The plan as data: each call with its request; a value not known yet is `{"ref": label}`.

    Without `values` those that may be secrets are replaced by a word for whether they change.
    `document` and `stack` are of plans of a cluster, `switch` is of those that change the layout.
    """
    return {
        "changes": len(plan.actions),
        "actions": [_action(action, _at_top(values)) for action in plan.actions],
        "notices": [finding_document(finding) for finding in plan.notices],
        "blocks": [{"title": block.title, "lines": list(block.lines)} for block in _blocks(plan)],
        "document": [],
        "stack": None,
        "switch": None,
    }


def _action(action: Action | ClusterAction, hidden: bool | None) -> Draft:
    operation = "".join(word.capitalize() for word in action.call.operation.split("_"))
    found: Draft = {
        "service": action.call.service,
        "operation": operation,
        "subject": action.subject,
        "request": _plain(action.request, action.before, ADDED, hidden),
    }
    if isinstance(action, DeployStack | DeleteStack) and action.phase:
        found["phase"] = action.phase
    if action.before:
        found["before"] = _plain(action.before, action.request, REMOVED, hidden)
    return found


def _title(action: Action | ClusterAction) -> str:
    title = f"{action.call.verb} {action.subject}"
    if isinstance(action, LABELLED):
        return f"{title} ({action.label})"
    if isinstance(action, DeployStack | DeleteStack) and action.phase:
        return f"{title} ({action.phase})"
    return title


def _sign(action: Action | ClusterAction) -> str:
    if action.call.operation.startswith(("delete", "stop")):
        return "-"
    return "~" if action.before is not None else "+"


def _sides(action: Action | ClusterAction) -> tuple[Document, Document]:
    """What was and what will be, without what only identifies the subject."""
    before: Document = action.before or {}
    after = action.request
    if isinstance(action, LABELLED):
        return {}, {}  # the title has it all
    if isinstance(action, RegisterTaskDefinition):
        before, after = normalize(before) if before else {}, normalize(after)
    if isinstance(action, DeployStack) and action.phase:
        return _parts(before, after), _parts(after, before)
    if isinstance(action, DeployStack) and after.get("Capabilities"):
        return _roles(before), _roles(after)
    return _about(before), _about(after)


def _roles(side: Document) -> Document:
    """What the roles of a stack may do."""
    # few plans have such a stack
    from ecscli.support.role import roles_of

    return roles_of(str(side.get("TemplateBody") or ""))


def _parts(side: Document, other: Document) -> Document:
    """What a support stack has on one side."""
    # few plans have such a stack
    from ecscli.support.summary import summary

    return summary(str(side.get("TemplateBody") or ""), str(other.get("TemplateBody") or ""))


def _replaced(action: Action | ClusterAction) -> list[str]:
    """The resources of a support stack for which there will be new ones."""
    if not (isinstance(action, DeployStack) and action.phase and action.before):
        return []
    # few plans have such a stack
    from ecscli.up.support.replaced import replaced

    return replaced(str(action.before["TemplateBody"]), str(action.request["TemplateBody"]))


def _about(side: Document) -> Document:
    given = {name: value for name, value in side.items() if value not in ("", [], {}, False)}
    return {name: value for name, value in given.items() if name not in HIDDEN}


# ---------------------------------------------------------------------------- secret values


def _at_top(values: bool) -> bool | None:
    """`hidden` for the top of a request: None where every value may be printed."""
    return None if values else False


@overload
def hides(hidden: bool, name: str) -> bool: ...
@overload
def hides(hidden: bool | None, name: str) -> bool | None: ...
def hides(hidden: bool | None, name: str) -> bool | None:
    """Whether the values below the member `name` are hidden."""
    if hidden is None:
        return None
    return (hidden or name in SECRET) and not name.startswith(OPEN)


# -------------------------------------------------------------------------- differing lines


def changes(
    before: object, after: object, path: str = "", hidden: bool | None = None
) -> Iterator[str]:
    """What differs between two documents, one line a leaf: ``+ path: value``, ``- path: value``.

    `hidden`: whether the values here may be secrets, of which only the names are printed; None
    prints everything.
    """
    before, after = _named(before), _named(after)
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in {**before, **after}:
            below = hides(hidden, name)
            yield from changes(before.get(name), after.get(name), _path(path, str(name)), below)
    elif before == after:
        return
    elif hidden and _is_value(before) and _is_value(after):
        yield f"~ {path}: {CHANGED}"
    else:
        yield from _leaves("-", path, before, hidden)
        yield from _leaves("+", path, after, hidden)


def _is_value(side: object) -> bool:
    return side not in EMPTY and not isinstance(side, Mapping)


def _leaves(sign: str, path: str, value: object, hidden: bool | None) -> Iterator[str]:
    if value in EMPTY:
        return
    if isinstance(value, Mapping):
        for name, part in value.items():
            below = hides(hidden, str(name))
            yield from _leaves(sign, _path(path, str(name)), _named(part), below)
    elif hidden:
        yield f"{sign} {path}: {ADDED if sign == '+' else REMOVED}"
    else:
        yield f"{sign} {path}: {_text(value)}"


def _path(path: str, name: str) -> str:
    joint = "" if name.startswith("[") or not path else "."
    return f"{path}{joint}{name}"


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_text(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return label_of(value)


# ----------------------------------------------------------------- lists by name


def _named(value: object) -> object:
    """A list of mappings as a mapping by name, so that its members are compared with their own
    kind."""
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        return value
    if not all(isinstance(item, Mapping) for item in value):
        return value
    key = _key(value)
    names = _names(value, key)
    return {f"[{name}]": _rest(item, key) for name, item in zip(names, value, strict=True)}


def _key(items: Sequence[Document]) -> str | None:
    """The key that identifies the members of a list, if there is one."""
    return next((name for name in NAMES if all(name in item for item in items)), None)


def _names(items: Sequence[Document], key: str | None) -> list[str]:
    """A name for each member of a list; their positions where they have none."""
    positions = [str(at) for at in range(len(items))]
    if key is None:
        return positions
    names = [str(item[key]) for item in items]
    return names if len(set(names)) == len(names) else positions


def _rest(item: Document, key: str | None) -> object:
    """A named pair is its value alone: ``environment.[DEBUG]: 1``."""
    rest = {name: part for name, part in item.items() if name != key}
    return rest.get("value", rest) if len(rest) == 1 else rest


# --------------------------------------------------------------------------- sides as data


def _plain(value: object, other: object, alone: str, hidden: bool | None) -> object:
    """A side of an action as data; `other` is its other side, `alone` the word for what is on this
    side only."""
    if isinstance(value, Ref):
        return {"ref": value.label}
    if isinstance(value, Mapping):
        return _plain_members(value, other, alone, hidden)
    if isinstance(value, list | tuple):
        pairs = zip(value, _partners(value, other), strict=True)
        return [_plain(part, partner, alone, hidden) for part, partner in pairs]
    if not hidden or value in EMPTY:
        return value
    if other is None:
        return alone
    return UNCHANGED if other == value else CHANGED


def _plain_members(value: Document, other: object, alone: str, hidden: bool | None) -> Draft:
    others = other if isinstance(other, Mapping) else {}
    members: Draft = {}
    for name, part in value.items():
        if hidden and name in NAMES:
            members[name] = part
        else:
            members[name] = _plain(part, others.get(name), alone, hides(hidden, name))
    return members


def _partners(items: Sequence[object], others: object) -> list[object]:
    """For each member of a list its counterpart in the other list, by name or by position; None
    where there is none."""
    found = list(others) if isinstance(others, list | tuple) else []
    named = [item for item in items if isinstance(item, Mapping)]
    if not named or len(named) < len(items) or not _are_mappings(found):
        return [found[at] if at < len(found) else None for at in range(len(items))]
    key = _key([*named, *found])
    by_name = dict(zip(_names(found, key), found, strict=True))
    return [by_name.get(name) for name in _names(named, key)]


def _are_mappings(items: Sequence[object]) -> bool:
    return all(isinstance(item, Mapping) for item in items)
