"""docs/requests.md from the rows of requests: what is checked of each member, with its source."""

from __future__ import annotations

import importlib

from ecscli.base.limits import LAUNCH_TYPES
from ecscli.compose.ecs.requests.checks import Check
from ecscli.compose.ecs.requests.rows import Kind, Row, Shape, members
from ecscli.compose.ecs.requests.table import REQUESTS

HEAD = """# What ECS takes

This page is made from the rows that the checks read, by `make docs`: the members of
RegisterTaskDefinition, RunTask, CreateService and UpdateService that are checked before anything is
sent, by the shapes of the ECS API reference. A limit that AWS does not document is not checked. In
files that ecs-cli read, what is found here is a warning.

"""
NEVER_HEAD = """
## Members that are never set

| shape | member | why |
|---|---|---|
"""


def page() -> str:
    """What ECS takes in requests, by the shapes of its API reference."""
    shapes = {
        shape.name: shape for request in REQUESTS.values() for _, shape, _ in members(request)
    }
    checked_shapes = "\n".join(_shape_section(shape) for shape in shapes.values())
    unset = "\n".join(
        f"| {shape.name} | `{row.name}` | {row.reason} |"
        for shape in shapes.values()
        for row in shape.rows
        if row.kind is Kind.NEVER
    )
    return f"{HEAD}{checked_shapes}{NEVER_HEAD}{unset}\n"


def _shape_section(shape: Shape) -> str:
    """The checked members of a shape as a table; empty without any."""
    rows = [_row(row) for row in shape.rows if row.kind is Kind.CHECKED]
    if not rows:
        return ""
    head = f"## {shape.name.removesuffix('Request')}\n\nSource: {shape.source}."
    return f"{head}\n\n| member | what is checked |\n|---|---|\n" + "\n".join(rows) + "\n"


def _row(row: Row) -> str:
    facts = [_fact(check) for check in row.checks]
    if row.required:
        facts.insert(0, "required")
    if row.most is not None:
        facts.append(f"{row.most} at most")
    facts += [_sentence(rule) for rule in row.rules]
    if row.source:
        facts.append(f"({row.source})")
    return f"| `{row.name}` | {'; '.join(facts)} |"


def _fact(check: Check) -> str:
    """A constraint in words, with the launch types that it is about."""
    where = "" if check.on == LAUNCH_TYPES else f" on {' and '.join(check.on)}"
    return f"{check.about()}{where}"


def _sentence(name: str) -> str:
    """What a rule says, in the words of its docstring."""
    room, _, function = name.partition(".")
    rule = getattr(importlib.import_module(f"ecscli.compose.rules.{room}"), function)
    return " ".join(str(rule.__doc__).split()).rstrip(".")
