"""The attributes that a task definition needs and container instances of a cluster lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.base.errors import InputError
from ecscli.ops.attributes import Missing, check

if TYPE_CHECKING:
    from ecscli.aws.client import Aws
    from ecscli.workflows.project import Connect


def missing_attributes(
    connect: Connect, definition: str | None, instances: str | None
) -> tuple[Missing, ...] | None:
    """What each of the instances lacks, which are ids or ARNs with commas between, or all of the
    cluster; None where the definition requires nothing. Raises InputError without a definition."""
    if not definition:
        raise InputError("--task-def is needed", hint="for example --task-def web:3")
    aws: Aws = connect()
    return check(aws, definition, aws.settings.need_cluster(), _names(instances or ""))


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    return [name for name in names if name]
