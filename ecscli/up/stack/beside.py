"""WRITES: the stacks beside a service or tasks, of service discovery and of the project; their
outputs become values for Refs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import DeploymentError
from ecscli.cluster.model import StackSpec
from ecscli.up.discovery.desired import NAMESPACE_OUTPUT, SERVICE_OUTPUT
from ecscli.up.model import DeleteStack, DeployStack, Event
from ecscli.up.stack import deploy as stack_deploy
from ecscli.up.stack import live as stack_live
from ecscli.up.stack import reasons, watch

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

LIMIT = 25 * 60.0  # seconds; ecs-cli gave a stack 50 rounds of 30 seconds
RELEASED = 10.0  # seconds in which what used a resource a moment ago lets go of it


def apply_stack(
    aws: Aws, action: DeployStack | DeleteStack, request: Draft, values: Draft
) -> Iterator[Event]:
    """Follow the stack to its end. Raises DeploymentError where it does not get there."""
    name = action.subject
    if isinstance(action, DeleteStack):
        yield Event(f"Waiting for stack {name} to be deleted...", "progress")
        yield from advised(name, _delete(aws, name))
        return
    yield Event(f"Waiting for stack {name}...", "progress")
    yield from advised(name, stack_deploy.deploy(aws, _spec(request), LIMIT))
    outputs = _outputs(aws, name)
    values |= {f"{name}.{output}": value for output, value in outputs.items()}


def _delete(aws: Aws, name: str) -> Iterator[Event]:
    """Delete the stack; once more where a resource was still in use, as network interfaces and
    entries in Cloud Map outlive their tasks for a moment."""
    try:
        yield from stack_deploy.delete(aws, name, LIMIT)
    except watch.Failed as error:
        if not any(reasons.is_in_use(reason) for reason in error.reasons):
            raise
        yield Event(f"Deleting stack {name} once more, as something still used it...", "progress")
        aws.sleep(RELEASED)
        yield from stack_deploy.delete(aws, name, LIMIT)


def advised(name: str, events: Iterator[Event]) -> Iterator[Event]:
    """The events; the hint of a failure names what repairs a stack of a project, not a cluster."""
    try:
        yield from events
    except DeploymentError as error:
        if "ecscli up" not in (error.hint or "") and "ecscli down" not in (error.hint or ""):
            raise
        remedies = [reasons.remedy(reason) for reason in error.reasons]
        again = f"delete stack {name} if it stays so, and run the command again"
        hint = "; ".join(dict.fromkeys([*filter(None, remedies), again]))
        raise DeploymentError(error.message, error.where, hint, error.reasons) from error


def _spec(request: Document) -> StackSpec:
    parameters = {row["ParameterKey"]: row["ParameterValue"] for row in request["Parameters"]}
    return StackSpec(
        str(request["StackName"]),
        request["TemplateBody"],
        parameters,
        tuple(request.get("Capabilities", ())),
        tuple((row["Key"], row["Value"]) for row in request.get("Tags", ())),
    )


def _outputs(aws: Aws, name: str) -> dict[str, str]:
    found = stack_live.stack(aws, name)
    if found is None:
        hint = "somebody deleted it meanwhile: run the command again"
        raise DeploymentError(f"stack {name} is gone", hint=hint)
    return dict(found.outputs) or dict(_outputs_of_resources(aws, name))


def _outputs_of_resources(aws: Aws, name: str) -> Iterator[tuple[str, str]]:
    """The same from the resources; moto lists no outputs of a stack that was made by a change
    set."""
    answer = aws.call("cloudformation", "describe_stack_resources", StackName=name)
    for row in answer["StackResources"]:
        id_ = row["PhysicalResourceId"]
        if row["ResourceType"] == "AWS::ServiceDiscovery::PrivateDnsNamespace":
            yield NAMESPACE_OUTPUT, id_
        if row["ResourceType"] == "AWS::ServiceDiscovery::Service":
            found = aws.call("servicediscovery", "get_service", Id=id_)
            yield SERVICE_OUTPUT, found["Service"]["Arn"]
