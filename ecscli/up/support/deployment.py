"""PURE: what the support stack of a project is to have -> the action that makes or changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.base.documents import Draft
from ecscli.base.errors import InputError
from ecscli.support.names import owner, stack_name, stack_tags
from ecscli.support.parts import Part
from ecscli.support.template import capabilities
from ecscli.up.model import DeployStack
from ecscli.up.service.names import Names

if TYPE_CHECKING:
    from ecscli.up.stack.model import Stack


def deployment(
    names: Names, whole: Part, body: str, before: str = "", phase: str = ""
) -> DeployStack:
    """Deploy `body`, the template of `whole`; `before` is the template that the stack has then, and
    `phase` the word for when this is done."""
    request: Draft = {
        "StackName": stack_name(names.cluster, names.project),
        "TemplateBody": body,
        "Parameters": [],
        "Capabilities": capabilities(whole),
        "Tags": [
            {"Key": key, "Value": value}
            for key, value in stack_tags(names.cluster, names.project).items()
        ],
    }
    return DeployStack(request, {"TemplateBody": before} if before else None, phase)


def foreign(names: Names, stack: Stack) -> InputError:
    """The error of a stack that has the name and belongs to somebody else."""
    return InputError(
        f"stack {stack.name} {owner(stack.tags)}, not to project {names.project} on cluster"
        f" {names.cluster}",
        stack.id,
        "choose another --project-name, or name a role by task_definition.task_execution_role",
    )
