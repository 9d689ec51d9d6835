"""The text of a task definition -> the members that the conversion reads, each checked.

JSON or YAML, with or without the `taskDefinition` around it that `describe-task-definition` prints.
Keys are taken in any case, and unknown ones are ignored, as ecs-cli does. Raises InputError with
every value of a wrong kind and its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from ecscli.base.errors import Finding, InputError
from ecscli.base.marks import Mark, dotted, where
from ecscli.base.yaml import yamlio
from ecscli.local.definition.shapes import TASK, TEXT, Items, Mapped, Scalar, Shape

WRAPPER = "taskdefinition"
NAME = re.compile(r"[a-zA-Z0-9_-]{1,255}")
Json = dict[str, Any]


def parse(text: str | bytes, file: str) -> Json:
    """The task definition in a file, which messages call `file`."""
    return read(yamlio.parse(text, file), file)


def read(tree: object, file: str) -> Json:
    """The task definition of a tree, as AWS answers it or a file has it."""
    start = where(tree) or Mark(file, 1, 1)
    if not isinstance(tree, Mapping):
        hint = "write an object with family and containerDefinitions"
        raise InputError("a task definition is an object", start, hint)
    tree = _unwrapped(tree)
    findings: list[Finding] = []
    found: Json = _taken(tree, TASK, (), findings)
    findings = findings or list(_problems(found, tree))
    if findings:
        raise InputError.of([one._replace(where=one.where or start) for one in findings])
    return found


def _unwrapped(tree: Mapping[str, object]) -> Mapping[str, object]:
    """What is inside of `taskDefinition`, where the tree has that and no containers."""
    by_name = {str(key).lower(): value for key, value in tree.items()}
    inner = by_name.get(WRAPPER)
    return inner if isinstance(inner, Mapping) and "containerdefinitions" not in by_name else tree


def _taken(value: object, shape: Shape, path: tuple[str | int, ...], out: list[Finding]) -> Any:
    """The value as the shape has it; what is wrong goes to `out`."""
    match shape:
        case Scalar():
            return _scalar(value, shape, path, out)
        case Items():
            if not isinstance(value, Sequence) or isinstance(value, str):
                return _wrong(value, "a list", path, out)
            return [
                _in_tree(value, at, _taken(one, shape.of, (*path, at), out), out, (*path, at))
                for at, one in enumerate(value)
            ]
        case Mapped():
            if not isinstance(value, Mapping):
                return _wrong(value, "an object", path, out)
            return {
                str(key): _in_tree(
                    value, key, _scalar(one, TEXT, (*path, str(key)), out), out, (*path, str(key))
                )
                for key, one in value.items()
                if one is not None
            }
    if not isinstance(value, Mapping):
        return _wrong(value, "an object", path, out)
    return _members(value, shape, path, out)


def _members(
    value: Mapping[str, object],
    shape: Mapping[str, Shape],
    path: tuple[str | int, ...],
    out: list[Finding],
) -> Json:
    by_name = {name.lower(): name for name in shape}
    found: Json = {}
    for key, one in value.items():
        name = by_name.get(str(key).lower())
        if name is not None and one is not None:
            here = (*path, name)
            found[name] = _in_tree(value, key, _taken(one, shape[name], here, out), out, here)
    return found


def _in_tree(
    tree: object, step: str | int, taken: Any, out: list[Finding], path: tuple[str | int, ...]
) -> Any:
    """The same, with the place of the value in the finding about it."""
    if out and out[-1].key == dotted(path) and out[-1].where is None:
        out[-1] = out[-1]._replace(where=where(tree, step))
    return taken


def _scalar(value: object, shape: Scalar, path: tuple[str | int, ...], out: list[Finding]) -> Any:
    is_truth = isinstance(value, bool)
    if is_truth != (shape.kinds == (bool,)) or not isinstance(value, shape.kinds):
        return _wrong(value, shape.name, path, out)
    return value


def _wrong(value: object, wanted: str, path: tuple[str | int, ...], out: list[Finding]) -> None:
    """Note a value of another kind; it is not quoted, since it may be a secret."""
    out.append(Finding.about(dotted(path), f"not {wanted}", None, f"write {wanted}"))


def _problems(found: Json, tree: object) -> Iterator[Finding]:
    """What no conversion can do without."""
    containers = found.get("containerDefinitions") or []
    system = str((found.get("runtimePlatform") or {}).get("operatingSystemFamily", "LINUX"))
    if system.upper().startswith("WINDOWS"):
        key = "runtimePlatform.operatingSystemFamily"
        place = where(tree, "runtimePlatform", "operatingSystemFamily")
        yield Finding.about(key, "containers of Windows do not run here", place)
    if not containers:
        message = "task definition must include at least one container definition"
        yield Finding(message, where(tree, "containerDefinitions"), key="containerDefinitions")
    wrong = [
        finding
        for at in range(len(containers))
        for finding in _container_problems(containers, at, tree)
    ]
    yield from wrong or _relations(found, tree)


def _relations(found: Json, tree: object) -> Iterator[Finding]:
    """What is wrong between containers, each of which is right by itself."""
    containers = found.get("containerDefinitions") or []
    wrong = [
        finding
        for at, one in enumerate(containers)
        for finding in _references(one, at, found, tree)
    ]
    yield from wrong or _cycle(containers, tree)


def _container_problems(containers: Sequence[Json], at: int, tree: object) -> Iterator[Finding]:
    key, place = f"containerDefinitions[{at}]", where(tree, "containerDefinitions", at)
    one, names = containers[at], [other.get("name") for other in containers]
    name = one.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        hint = "1 to 255 letters, digits, dashes and underscores"
        yield Finding.about(f"{key}.name", "each container needs a name", place, hint)
    elif names.index(name) < at:
        yield Finding.about(f"{key}.name", f'"{name}" is the name of another container', place)
    if not one.get("image"):
        yield Finding.about(f"{key}.image", "each container needs an image", place)


def _references(one: Json, at: int, found: Json, tree: object) -> Iterator[Finding]:
    """Names of containers and volumes that there are not."""
    known = {
        "dependsOn": ("containerName", "container", found["containerDefinitions"]),
        "volumesFrom": ("sourceContainer", "container", found["containerDefinitions"]),
        "mountPoints": ("sourceVolume", "volume", found.get("volumes") or []),
    }
    for field, (member, kind, things) in known.items():
        names = [thing.get("name") for thing in things]
        for index, other in enumerate(one.get(field) or []):
            if other.get(member) not in names:
                key = f"containerDefinitions[{at}].{field}[{index}].{member}"
                place = where(tree, "containerDefinitions", at, field, index, member)
                yield Finding.about(key, f'there is no {kind} "{other.get(member)}"', place)


def _cycle(containers: Sequence[Json], tree: object) -> Iterator[Finding]:
    graph = {
        one["name"]: [other["containerName"] for other in one.get("dependsOn") or []]
        for one in containers
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        message = f"containers wait for each other: {' -> '.join(reversed(error.args[1]))}"
        key = "containerDefinitions.dependsOn"
        yield Finding.about(key, message, where(tree, "containerDefinitions"))
