"""What the CloudFormation API shows of stacks, their resources, events, templates and exports."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.change_sets import check_capabilities, find_change_set
from ecscli.sandbox.stacks.model import Resource, Stack
from ecscli.sandbox.stacks.order import check_references, ordered
from ecscli.sandbox.stacks.state import Stacks
from ecscli.sandbox.stacks.template import parse, validation

PAGE = 100


def moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def shown(stack: Stack) -> Json:
    document: Json = {
        "StackId": stack.id,
        "StackName": stack.name,
        "Description": stack.document.get("Description"),
        "Parameters": [value.shown() for value in stack.values.values()],
        "CreationTime": moment(stack.created_at),
        "LastUpdatedTime": moment(stack.updated_at),
        "DeletionTime": moment(stack.deleted_at),
        "RollbackConfiguration": {},
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason,
        "DisableRollback": stack.disable_rollback,
        "NotificationARNs": [],
        "Capabilities": stack.capabilities,
        "Outputs": stack.outputs,
        "Tags": stack.tags,
        "EnableTerminationProtection": stack.protected,
        "RoleARN": stack.role,
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
    }
    return {name: value for name, value in document.items() if value is not None}


def describe(stacks: Stacks, request: Json) -> Json:
    name = request.get("StackName")
    found = [stacks.get(name)] if name else list(stacks.by_name.values())
    return paged("Stacks", [shown(one) for one in found], request)


def listed(stacks: Stacks, request: Json) -> Json:
    wanted = request.get("StackStatusFilter") or []
    found = [
        {name: value for name, value in shown(one).items() if name in SUMMARY}
        for one in [*stacks.by_name.values(), *stacks.buried]
        if not wanted or one.status in wanted
    ]
    return paged("StackSummaries", found, request)


SUMMARY = (
    "StackId",
    "StackName",
    "CreationTime",
    "LastUpdatedTime",
    "DeletionTime",
    "StackStatus",
    "StackStatusReason",
    "DriftInformation",
)


def events(stacks: Stacks, request: Json) -> Json:
    stack = stacks.get(request["StackName"])
    shown_events = [{**one, "Timestamp": moment(one["Timestamp"])} for one in stack.events]
    return paged("StackEvents", shown_events, request)


def paged(member: str, items: list[Json], request: Json) -> Json:
    start = int(request.get("NextToken") or 0)
    more = {"NextToken": str(start + PAGE)} if start + PAGE < len(items) else {}
    return {member: items[start : start + PAGE], **more}


def shown_resource(stack: Stack, one: Resource, time: str) -> Json:
    document = {
        "StackName": stack.name,
        "StackId": stack.id,
        "LogicalResourceId": one.logical_id,
        "PhysicalResourceId": one.physical_id or None,
        "ResourceType": one.type,
        time: moment(one.updated_at),
        "ResourceStatus": one.status,
        "ResourceStatusReason": one.reason,
        "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"},
    }
    return {name: value for name, value in document.items() if value is not None}


def resources(stacks: Stacks, request: Json) -> Json:
    stack = stacks.get(request["StackName"])
    wanted = request.get("LogicalResourceId")
    found = [one for one in stack.resources.values() if wanted in (None, one.logical_id)]
    return {"StackResources": [shown_resource(stack, one, "Timestamp") for one in found]}


def resource(stacks: Stacks, request: Json) -> Json:
    stack, name = stacks.get(request["StackName"]), request["LogicalResourceId"]
    if name not in stack.resources:
        raise validation(f"Resource {name} does not exist for stack {stack.name}")
    return {
        "StackResourceDetail": shown_resource(stack, stack.resources[name], "LastUpdatedTimestamp")
    }


def list_resources(stacks: Stacks, request: Json) -> Json:
    stack = stacks.get(request["StackName"])
    found = [shown_resource(stack, one, "LastUpdatedTimestamp") for one in stack.resources.values()]
    return paged("StackResourceSummaries", found, request)


def template(stacks: Stacks, request: Json) -> Json:
    stack = stacks.get(request["StackName"])
    text = stack.text
    if request.get("ChangeSetName"):
        text = find_change_set(stacks, request).text
    return {"TemplateBody": text, "StagesAvailable": ["Original", "Processed"]}


def summary(stacks: Stacks, request: Json) -> Json:
    if request.get("StackName"):
        document = stacks.get(request["StackName"]).document
    else:
        document = parse(request.get("TemplateBody") or "")
    return {
        "Parameters": [
            shown_parameter(key, one) for key, one in document.get("Parameters", {}).items()
        ],
        "Description": document.get("Description"),
        "ResourceTypes": sorted({one["Type"] for one in document["Resources"].values()}),
        "Version": document.get("AWSTemplateFormatVersion"),
        "Capabilities": needed_capabilities(document),
    }


def needed_capabilities(document: Json) -> list[str]:
    try:
        check_capabilities(document, [])
    except ApiError as error:
        return re.findall(r"CAPABILITY_\w+", error.message)
    return []


def shown_parameter(key: str, one: Json) -> Json:
    document = {
        "ParameterKey": key,
        "ParameterType": one.get("Type", "String"),
        "NoEcho": bool(one.get("NoEcho", False)),
        "Description": one.get("Description"),
        "DefaultValue": None if "Default" not in one else str(one["Default"]),
    }
    return {name: value for name, value in document.items() if value is not None}


def validate(stacks: Stacks, request: Json) -> Json:
    document = parse(request.get("TemplateBody") or "")
    check_references(document, set(document.get("Parameters", {})))
    ordered(document["Resources"])
    return {
        "Parameters": [
            {
                name: value
                for name, value in shown_parameter(key, one).items()
                if name != "ParameterType"
            }
            for key, one in document.get("Parameters", {}).items()
        ],
        "Description": document.get("Description"),
        "Capabilities": needed_capabilities(document),
    }


def exports(stacks: Stacks, request: Json) -> Json:
    found = [
        {"ExportingStackId": stack.id, "Name": output["ExportName"], "Value": output["OutputValue"]}
        for stack in stacks.by_name.values()
        for output in stack.outputs
        if "ExportName" in output
    ]
    return paged("Exports", found, request)


ACTIONS: dict[str, Callable[[Stacks, Json], Json]] = {
    "DescribeStacks": describe,
    "ListStacks": listed,
    "DescribeStackEvents": events,
    "DescribeStackResources": resources,
    "DescribeStackResource": resource,
    "ListStackResources": list_resources,
    "GetTemplate": template,
    "GetTemplateSummary": summary,
    "ValidateTemplate": validate,
    "ListExports": exports,
}
