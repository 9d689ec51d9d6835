"""Where a task definition comes from -> the definition: a file, standard input, or ECS."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from ecscli.base.errors import AwsError, InputError
from ecscli.base.system.files import Confinement, read_file
from ecscli.base.yaml.composer import LIMITS
from ecscli.local.definition.convert import FILE, REMOTE, Origin
from ecscli.local.definition.read import Json, parse, read

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

ARN = re.compile(r"arn:[\w-]+:ecs:(?P<region>[\w-]+):\d{12}:task-definition/\S+")
DEFAULT_FILE = "task-definition.json"
STDIN = "-"
UNKNOWN = "ClientException"


def from_file(directory: str, name: str, within: Confinement) -> tuple[Json, Origin]:
    """The definition in a file; its origin is the absolute path."""
    path = os.path.abspath(os.path.join(directory, name))
    text = read_file(path, name, LIMITS.size, within, named=True)
    return parse(text, name), Origin(FILE, path)


def from_text(text: str) -> tuple[Json, Origin]:
    """The definition that came on standard input."""
    return parse(text, "<stdin>"), Origin(FILE, STDIN)


def from_ecs(aws: Aws, name: str) -> tuple[Json, Origin]:
    """A registered definition: an ARN, whose region counts, `family:revision` or a family. Raises
    InputError where there is none."""
    found = ARN.fullmatch(name)
    there = aws.elsewhere(found["region"] if found else None)
    try:
        answer = there.call("ecs", "describe_task_definition", taskDefinition=name)
    except AwsError as error:
        if error.code != UNKNOWN:
            raise
        message = f'there is no task definition "{name}" in {there.region}'
        hint = "see `aws ecs list-task-definitions`, and check --region"
        raise InputError(message, None, hint) from None
    definition = answer["taskDefinition"]
    title = f"{definition.get('family')}:{definition.get('revision')}"
    return read(definition, title), Origin(REMOTE, name)
