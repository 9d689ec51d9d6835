"""An action -> its call of AWS: Refs are replaced by what earlier calls of the plan returned."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from ecscli.base.documents import Draft
from ecscli.base.records import field, mutable
from ecscli.up.model import Action, RunTask, filled
from ecscli.up.support.spread import until_assumable

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import FailureTypeDef, ServiceTypeDef, TaskTypeDef

    from ecscli.aws.client import Aws

T = TypeVar("T")


@mutable
class Applied:
    """What the calls of a plan returned: `values` by the names that Refs use; the service and the
    tasks as AWS answered.

    Tasks are started with `started_by`, by which an invocation recognizes its own. `new_role`: a
    stack with a role was made or changed.
    """

    values: Draft = field(default_factory=dict)
    service: ServiceTypeDef | None = None
    started: list[TaskTypeDef] = field(default_factory=list)
    stopped: list[TaskTypeDef] = field(default_factory=list)
    failures: list[FailureTypeDef] = field(default_factory=list)
    started_by: str = ""
    new_role: bool = False


def call(aws: Aws, action: Action, done: Applied) -> Draft:
    """Call AWS; its answer. Raises AwsError."""
    service, operation, _ = action.call
    return sent(aws, lambda: aws.call(service, operation, **request_of(action, done)), done)


def sent(aws: Aws, send: Callable[[], T], done: Applied) -> T:
    """The answer of a call, which may have to wait for a role that was made a moment ago."""
    return until_assumable(aws, send, new_role=done.new_role)


def request_of(action: Action, done: Applied) -> Draft:
    """The request as it is sent, without Refs."""
    request: Draft = filled(action.request, lambda ref: done.values[ref.name])
    if isinstance(action, RunTask) and done.started_by:
        request["startedBy"] = done.started_by
    return request
