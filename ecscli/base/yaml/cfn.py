"""CloudFormation YAML -> a tree in which short forms such as !Ref stay Tagged values, and back to
text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import yaml

from ecscli.base.documents import Draft
from ecscli.base.marks import Tagged
from ecscli.base.yaml import yamlio

SHORT_FORMS = tuple(
    f"!{name}"
    for name in (
        *(
            "Ref",
            "Sub",
            "GetAtt",
            "If",
            "Equals",
            "Not",
            "And",
            "Or",
            "Condition",
            "Join",
            "Select",
            "Split",
        ),
        *("FindInMap", "GetAZs", "Base64", "Cidr", "ImportValue"),
    )
)
LINE = 90


def parse(text: str) -> Draft:
    """A template, JSON or YAML, as plain dicts and lists with Tagged values in them."""
    found = _plain(yamlio.parse(text, "template", tags=SHORT_FORMS, duplicates=[]))
    return found if isinstance(found, dict) else {}


def dump(tree: Draft) -> str:
    """The tree as YAML text, short forms kept."""
    return yaml.dump(
        tree,
        Dumper=_Dumper,
        sort_keys=False,
        default_flow_style=False,
        allow_unicode=True,
        width=1_000_000,
    )


def ref(name: str) -> Tagged:
    """``!Ref name``"""
    return Tagged("!Ref", name)


def replaced(tree: object, change: Callable[[str], str]) -> object:
    """A copy of the tree with every text in it, keys apart, put through `change`."""
    if isinstance(tree, Tagged):
        return Tagged(tree.tag, replaced(tree.value, change))
    if isinstance(tree, dict):
        return {key: replaced(value, change) for key, value in tree.items()}
    if isinstance(tree, list):
        return [replaced(value, change) for value in tree]
    return change(tree) if isinstance(tree, str) else tree


def long(tree: Any) -> Any:
    """A copy of the tree with every short form as JSON has it: `!Ref x` as ``{"Ref": "x"}``."""
    if isinstance(tree, Tagged):
        return _long_form(tree)
    if isinstance(tree, dict):
        return {key: long(value) for key, value in tree.items()}
    return [long(value) for value in tree] if isinstance(tree, list) else tree


def _long_form(short: Tagged) -> Draft:
    name, value = short.tag.removeprefix("!"), long(short.value)
    if name in ("Ref", "Condition"):
        return {name: value}
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{name}": value}


def swap(tree: object, old: Sequence[object], new: Sequence[object]) -> None:
    """Put `new` into every list that equals `old`, in place."""
    if isinstance(tree, list) and tree == old:
        tree[:] = new
        return
    for child in _children(tree):
        swap(child, old, new)


def _children(tree: object) -> list[object]:
    if isinstance(tree, Tagged):
        return [tree.value]
    if isinstance(tree, dict):
        return list(tree.values())
    return list(tree) if isinstance(tree, list) else []


def _plain(tree: object) -> object:
    if isinstance(tree, Tagged):
        return Tagged(tree.tag, _plain(tree.value))
    if isinstance(tree, dict):
        return {key: _plain(value) for key, value in tree.items()}
    return [_plain(value) for value in tree] if isinstance(tree, list) else tree


class _Dumper(yamlio.Dumper):
    """Writes Tagged values as short forms, and short lists on one line."""

    event: Any  # the emitter's own
    analysis: Any

    def choose_scalar_style(self) -> str:
        style = super().choose_scalar_style()
        is_short_form = (self.event.tag or "").startswith("!")
        may_be_plain = is_short_form and style == "'" and self.analysis.allow_flow_plain
        return "" if may_be_plain else style


def _represent(dumper: yaml.SafeDumper, data: Tagged) -> yaml.Node:
    node = dumper.represent_data(data.value)
    node.tag = data.tag
    if isinstance(node, yaml.SequenceNode):
        node.flow_style = _width(node) <= LINE
    return node


def _represent_list(dumper: yaml.SafeDumper, data: list[object]) -> yaml.Node:
    node = dumper.represent_list(data)
    node.flow_style = bool(data) and isinstance(data[0], Tagged) and _width(node) <= LINE
    return node


def _width(node: yaml.Node) -> int:
    """About how many columns a node takes on one line; mappings and blocks of text never fit."""
    if isinstance(node, yaml.SequenceNode):
        return sum(_width(child) + 2 for child in node.value)
    if isinstance(node, yaml.ScalarNode) and "\n" not in node.value:
        return len(node.value) + (len(node.tag) + 1 if node.tag.startswith("!") else 0)
    return 10 * LINE


_Dumper.add_representer(Tagged, _represent)
_Dumper.add_representer(list, _represent_list)
