"""PURE: the support stack of a project that goes, and who else uses it -> the plan that deletes
it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.base.errors import Finding
from ecscli.up.model import DeleteStack, Plan

if TYPE_CHECKING:
    from ecscli.up.stack.model import Stack


def plan_stack_removal(stack: Stack | None, user: str) -> Plan:
    """Delete the stack, unless a `user` stays, in words."""
    if stack is None:
        return Plan()
    if user:
        return Plan((), (Finding(f"stack {stack.name} stays: {user}"),))
    return Plan((DeleteStack({"StackName": stack.name}),))
