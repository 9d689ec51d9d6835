"""PURE: the wanted cluster and what was looked up for it -> the wanted stack."""

from __future__ import annotations

from ecscli.base.errors import InputError
from ecscli.base.records import record
from ecscli.cluster.model import ClusterSpec, Existing, StackSpec
from ecscli.cluster.template import build

LARGEST = 51_200  # bytes of a template that is sent along with the call


@record
class Desired:
    """The cluster, and its stack where there is anything to make."""

    spec: ClusterSpec
    stack: StackSpec | None


def desired(spec: ClusterSpec, stack_name: str, found: Existing) -> Desired:
    """What `up` wants to exist. Raises InputError for a template that CloudFormation would not
    take."""
    if not build.needs_stack(spec):
        return Desired(spec, None)
    stack = build.stack_spec(spec, stack_name, found)
    size = len(stack.template_body.encode())
    if size > LARGEST:
        raise InputError(
            f"the template has {size} bytes, and CloudFormation takes {LARGEST}",
            spec.place("capacity", "user-data"),
            "shorten the user data: fetch the larger part from S3 at the start of an instance",
        )
    return Desired(spec, stack)
