"""READS: CloudFormation stacks: the list, one with its outputs, its resources, its events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AwsError, InputError
from ecscli.console.api import Api, needed
from ecscli.console.screens.clusters import tags_of
from ecscli.up.stack.live import is_absent

Query = Mapping[str, Any]
MOST_EVENTS = 200


def stacks(api: Api, query: Query) -> list[Draft]:
    """The stacks of the region, those that were deleted left out."""
    rows = api.aws.pages("cloudformation", "describe_stacks", "Stacks")
    return sorted((stack_document(row) for row in rows), key=lambda one: str(one["stackName"]))


def stack(api: Api, query: Query) -> Draft:
    """One stack with its parameters, outputs and tags. AWS hides parameters that are secrets."""
    name = needed(query, "stack")
    try:
        (row,) = api.aws.call("cloudformation", "describe_stacks", StackName=name)["Stacks"]
    except AwsError as error:
        if not is_absent(error):
            raise
        hint = "a cluster of its own stack is made with `ecscli up --capability-iam`"
        raise InputError(f"there is no stack {name}", hint=hint) from None
    return {
        **stack_document(row),
        "parameters": [
            {"name": one["ParameterKey"], "value": one.get("ParameterValue", "")}
            for one in row.get("Parameters") or ()
        ],
        "outputs": [
            {
                "name": one["OutputKey"],
                "value": one["OutputValue"],
                "description": one.get("Description"),
            }
            for one in row.get("Outputs") or ()
        ],
        "tags": tags_of(row.get("Tags")),
    }


def stack_document(row: Document) -> Draft:
    """A row of DescribeStacks."""
    return {
        "stackName": row["StackName"],
        "status": row["StackStatus"],
        "statusReason": row.get("StackStatusReason"),
        "description": row.get("Description"),
        "createdAt": row.get("CreationTime"),
        "updatedAt": row.get("LastUpdatedTime"),
    }


def resources(api: Api, query: Query) -> list[Draft]:
    """The resources of a stack."""
    rows = api.aws.pages(
        "cloudformation",
        "list_stack_resources",
        "StackResourceSummaries",
        StackName=needed(query, "stack"),
    )
    return [
        {
            "logicalId": row["LogicalResourceId"],
            "type": row["ResourceType"],
            "physicalId": row.get("PhysicalResourceId"),
            "status": row["ResourceStatus"],
            "statusReason": row.get("ResourceStatusReason"),
            "updatedAt": row.get("LastUpdatedTimestamp"),
        }
        for row in rows
    ]


def events(api: Api, query: Query) -> list[Draft]:
    """The newest events of a stack, the newest first."""
    found: list[Draft] = []
    for row in api.aws.pages(
        "cloudformation", "describe_stack_events", "StackEvents", StackName=needed(query, "stack")
    ):
        found.append(event_document(row))
        if len(found) == MOST_EVENTS:
            break
    return found


def event_document(row: Document) -> Draft:
    """A row of DescribeStackEvents."""
    return {
        "id": row["EventId"],
        "createdAt": row.get("Timestamp"),
        "logicalId": row.get("LogicalResourceId"),
        "type": row.get("ResourceType"),
        "status": row.get("ResourceStatus"),
        "statusReason": row.get("ResourceStatusReason"),
    }
