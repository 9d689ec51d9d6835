"""PURE: a service whose target group has to become another one, as what is fixed about it changes
-> the part of the stack while both are there.

Requests go to one group alone: a balancer does not fail over from an empty group to the other one
of a rule. The new group joins the rule with weight 0, which attaches it to the balancer, as ECS
demands before a service has it; the rule moves once the new group has healthy targets.

Source: "Weighted target groups" in the guide of Application Load Balancers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ecscli.base.documents import Document, Draft
from ecscli.base.records import record
from ecscli.support.balancer.kinds import DIGITS, LISTENER, PREFIX, RULE
from ecscli.support.parts import Part

BEFORE = "Before"  # behind the name of an output: that of the group which is left


@record
class Move:
    """From the target group with the logical id `old`, a `resource` of the live template, to that
    with the id `new`, which the `output` has. `moved`: requests go to the new one already."""

    output: str
    old: str
    new: str
    resource: Document
    moved: bool = False


def group_of(part: Part, output: str) -> str:
    """The logical id of the target group that an output of a template has; empty for none."""
    value = part.outputs.get(output, {}).get("Value") or {}
    return str(value.get("Ref", ""))


def serving_group(part: Part, output: str) -> str:
    """The logical id of the group of an output that gets requests; empty where none does."""
    for resource in part.resources.values():
        for action in _actions(resource):
            for id_, weight in _weights(action):
                if weight and _is_of(id_, output):
                    return id_
    return ""


def fixed(part: Part, id_: str) -> Mapping[str, object]:
    """The properties of a target group of a template."""
    resource = part.resources.get(id_) or {}
    return resource.get("Properties") or {}


def with_moves(part: Part, moves: Iterable[Move]) -> Part:
    """The part with both groups of each move, in all rules that send to the new one."""
    for move in moves:
        resources = {id_: _with_both(one, move) for id_, one in part.resources.items()}
        resources[move.old] = move.resource
        before = {f"{move.output}{BEFORE}": {"Value": {"Ref": move.old}}}
        part = Part(resources, {**part.outputs, **before})
    return part


def _is_of(id_: str, output: str) -> bool:
    return id_.startswith(PREFIX) and id_[:-DIGITS] == output


def _actions(resource: Document) -> Iterator[Document]:
    properties = resource.get("Properties") or {}
    if resource.get("Type") == LISTENER:
        yield from properties.get("DefaultActions") or ()
    elif resource.get("Type") == RULE:
        yield from properties.get("Actions") or ()


def _weights(action: Document) -> Iterator[tuple[str, int]]:
    """The target groups of an action, with their weights."""
    one = action.get("TargetGroupArn")
    if isinstance(one, Mapping):
        yield str(one.get("Ref", "")), 1
    for row in (action.get("ForwardConfig") or {}).get("TargetGroups") or ():
        arn = row.get("TargetGroupArn")
        if isinstance(arn, Mapping):
            yield str(arn.get("Ref", "")), int(row.get("Weight", 1))


def _with_both(resource: Document, move: Move) -> Document:
    """A listener or rule that sends to the new group, with both."""
    name = {LISTENER: "DefaultActions", RULE: "Actions"}.get(str(resource.get("Type")), "")
    if not name:
        return resource
    properties = resource["Properties"]
    actions = [_both(action, move) for action in properties.get(name) or ()]
    return {**resource, "Properties": {**properties, name: actions}}


def _both(action: Document, move: Move) -> Document:
    if action.get("TargetGroupArn") != {"Ref": move.new}:
        return action
    rows: list[Draft] = [
        {"TargetGroupArn": {"Ref": move.old}, "Weight": 0 if move.moved else 1},
        {"TargetGroupArn": {"Ref": move.new}, "Weight": 1 if move.moved else 0},
    ]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": rows}}
