"""The stacks of service discovery carried out by the room of stacks; their outputs become values
for Refs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecscli.base.documents import Draft
from ecscli.base.errors import DeploymentError
from ecscli.cluster.model import StackSpec
from ecscli.up.discovery.desired import NAMESPACE_OUTPUT, SERVICE_OUTPUT
from ecscli.up.model import DeleteStack, DeployStack, Event
from ecscli.up.stack import apply as stack_apply
from ecscli.up.stack import live as stack_live

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

LIMIT = 25 * 60.0  # seconds; the original gave a stack 50 rounds of 30 seconds


def apply_stack(
    aws: Aws, action: DeployStack | DeleteStack, request: Draft, values: Draft
) -> Iterator[Event]:
    """Follow the stack to its end. Raises DeploymentError where it does not get there."""
    name = str(request["StackName"])
    if isinstance(action, DeleteStack):
        yield Event(f"Waiting for stack {name} to be deleted...", "progress")
        yield from stack_apply.delete(aws, name, LIMIT)
        return
    parameters = {row["ParameterKey"]: row["ParameterValue"] for row in request["Parameters"]}
    yield Event(f"Waiting for stack {name}...", "progress")
    yield from stack_apply.deploy(aws, StackSpec(name, request["TemplateBody"], parameters), LIMIT)
    found = stack_live.stack(aws, name)
    if found is None:
        raise DeploymentError(
            f"stack {name} is gone", hint="somebody deleted it meanwhile: run the command again"
        )
    outputs = found.outputs or dict(_from_resources(aws, name))
    values |= {f"{name}.{output}": value for output, value in outputs.items()}


def _from_resources(aws: Aws, name: str) -> Iterator[tuple[str, str]]:
    """What the outputs would say; moto shows none of a stack that was made by a change set."""
    for row in aws.call("cloudformation", "describe_stack_resources", StackName=name)[
        "StackResources"
    ]:
        if row["ResourceType"] == "AWS::ServiceDiscovery::PrivateDnsNamespace":
            yield NAMESPACE_OUTPUT, row["PhysicalResourceId"]
        if row["ResourceType"] == "AWS::ServiceDiscovery::Service":
            found = aws.call("servicediscovery", "get_service", Id=row["PhysicalResourceId"])
            yield SERVICE_OUTPUT, found["Service"]["Arn"]
