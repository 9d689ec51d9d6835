"""PURE: the parts of a project's support stack <-> its template, and what two templates differ
in."""

from __future__ import annotations

import json

from ecscli.base.documents import Draft
from ecscli.base.errors import InputError
from ecscli.base.yaml import cfn
from ecscli.support.parts import Part

LARGEST = 51_200  # bytes of a template that is sent along with the call
MOST_RESOURCES = 500
VERSION = "2010-09-09"
DESCRIPTION = "What a project has on a cluster beside its services, made by ecscli"
DESCRIPTION_OF_ROLE = "The role with which ECS starts the tasks of a project, made by ecscli"
IAM = "AWS::IAM::"


def compact_body(whole: Part) -> str:
    """The template as JSON without spaces. Raises InputError where CloudFormation would not take
    it."""
    tree = cfn.long(_document(whole, DESCRIPTION))
    return _checked(json.dumps(tree, separators=(",", ":")), whole)


def readable_body(whole: Part) -> str:
    """The same as YAML, of a project that has a role alone."""
    return _checked(cfn.dump(_document(whole, DESCRIPTION_OF_ROLE)), whole)


def _document(whole: Part, description: str) -> Draft:
    return {
        "AWSTemplateFormatVersion": VERSION,
        "Description": description,
        "Resources": dict(whole.resources),
        "Outputs": dict(whole.outputs),
    }


def _checked(body: str, whole: Part) -> str:
    size, count = len(body.encode()), len(whole.resources)
    problem = ""
    if size > LARGEST:
        problem = f"{size} bytes, and CloudFormation takes {LARGEST}"
    elif count > MOST_RESOURCES:
        problem = f"{count} resources, and CloudFormation takes {MOST_RESOURCES}"
    if problem:
        message = f"the template of the support stack has {problem}"
        hint = "split the project, or name a role by task_definition.task_execution_role"
        raise InputError(message, hint=hint)
    return body


def part_of(body: str) -> Part:
    """What a template, JSON or YAML, has, in the long forms of JSON; nothing for no template."""
    if not body:
        return Part()
    tree = json.loads(body) if body.startswith("{") else cfn.long(cfn.parse(body))
    return Part(tree.get("Resources") or {}, tree.get("Outputs") or {})


def is_same(body: str, other: str) -> bool:
    """Whether two templates have the same resources and outputs, whatever their form."""
    return part_of(body) == part_of(other)


def capabilities(whole: Part) -> list[str]:
    """What CloudFormation wants to have acknowledged: that roles are made."""
    kinds = [str(one.get("Type")) for one in whole.resources.values()]
    return ["CAPABILITY_IAM"] if any(kind.startswith(IAM) for kind in kinds) else []
