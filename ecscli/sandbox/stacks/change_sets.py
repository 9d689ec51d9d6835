"""Change sets: made, described, executed, deleted."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.partitions import partition_of
from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.changes import Preview, changes
from ecscli.sandbox.stacks.evaluate import scope_of
from ecscli.sandbox.stacks.model import ChangeSet, Stack
from ecscli.sandbox.stacks.operation import Creation, Update
from ecscli.sandbox.stacks.prepare import Prepared, need_idle, new_stack, prepared
from ecscli.sandbox.stacks.state import Stacks
from ecscli.sandbox.stacks.template import validation

NO_CHANGES = (
    "The submitted information didn't contain changes. Submit different information to create a"
    " change set."
)
NAMES = ("RoleName", "InstanceProfileName", "UserName", "GroupName", "ManagedPolicyName")


def check_capabilities(document: Json, given: list[str]) -> None:
    """IAM resources need CAPABILITY_IAM, named ones CAPABILITY_NAMED_IAM."""
    iam = [one for one in document["Resources"].values() if one["Type"].startswith("AWS::IAM::")]
    named = any(name in one.get("Properties", {}) for one in iam for name in NAMES)
    needed = "CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM"
    if iam and needed not in given and "CAPABILITY_NAMED_IAM" not in given:
        raise ApiError("InsufficientCapabilitiesException", f"Requires capabilities : [{needed}]")


def changes_of(stacks: Stacks, stack: Stack, made: Prepared) -> list[Json]:
    preview = Preview(stack)
    scope = scope_of(stacks, stack, made.document, made.values, preview)
    return changes(stack, scope, preview)


def create(stacks: Stacks, request: Json) -> Json:
    kind_of_set, name = request.get("ChangeSetType") or "UPDATE", request["ChangeSetName"]
    stack = target(stacks, request, kind_of_set)
    if name in stack.change_sets:
        raise ApiError(
            "AlreadyExistsException",
            f"ChangeSet {name} cannot be created due to a mismatch with existing attribute",
        )
    made = prepared(stacks, stack if kind_of_set == "UPDATE" else None, request)
    check_capabilities(made.document, request.get("Capabilities") or [])
    found = new_change_set(stacks, stack, request, made)
    stacks.by_name.setdefault(stack.name, stack)
    stack.change_sets[name] = found
    if kind_of_set == "CREATE" and not stack.events:
        stack.note(stacks.timeline.now, None, "REVIEW_IN_PROGRESS", "User Initiated")
    stacks.timeline.paced("change set is made", compute, stacks, stack, found)
    return {"Id": found.arn, "StackId": stack.id}


def new_change_set(stacks: Stacks, stack: Stack, request: Json, made: Prepared) -> ChangeSet:
    """The change set of a request, before its changes are known."""
    name = request["ChangeSetName"]
    where = f"{partition_of(stacks.region)}:cloudformation:{stacks.region}:{stacks.account}"
    return ChangeSet(
        name=name,
        arn=f"arn:{where}:changeSet/{name}/{uuid.uuid4()}",
        kind=request.get("ChangeSetType") or "UPDATE",
        text=made.text,
        document=made.document,
        values=made.values,
        tags=stack.tags if request.get("Tags") is None else request["Tags"],
        created_at=stacks.timeline.now,
        capabilities=request.get("Capabilities") or [],
        description=request.get("Description") or "",
        on_failure=request.get("OnStackFailure") or "ROLLBACK",
    )


def target(stacks: Stacks, request: Json, kind_of_set: str) -> Stack:
    """The stack that a change set is for; one of type CREATE brings its own into review."""
    stack = stacks.find(request["StackName"])
    if kind_of_set == "CREATE":
        if stack is not None and stack.status != "REVIEW_IN_PROGRESS":
            raise validation(
                f"Stack [{stack.name}] already exists and cannot be created again "
                f"with the changeSet [{request['ChangeSetName']}]."
            )
        return stack or new_stack(stacks, request["StackName"], request)
    if stack is None:
        raise validation(f"Stack [{request['StackName']}] does not exist")
    need_idle(stack)
    return stack


def compute(stacks: Stacks, stack: Stack, one: ChangeSet) -> None:
    """The answer that AWS takes a moment for."""
    if one.status != "CREATE_PENDING":
        return
    try:
        one.changes = changes_of(stacks, stack, Prepared(one.text, one.document, one.values))
    except ApiError as error:
        one.status, one.reason = "FAILED", error.message
        return
    outputs = stack.document.get("Outputs") != one.document.get("Outputs") or stack.tags != one.tags
    if one.changes or (outputs and one.kind == "UPDATE"):
        one.status, one.execution = "CREATE_COMPLETE", "AVAILABLE"
    else:
        one.status, one.reason = "FAILED", NO_CHANGES


def find_change_set(stacks: Stacks, request: Json) -> ChangeSet:
    return locate(stacks, request)[1]


def locate(stacks: Stacks, request: Json) -> tuple[Stack, ChangeSet]:
    name = request["ChangeSetName"]
    candidates = (
        [stacks.get(request["StackName"])] if request.get("StackName") else stacks.by_name.values()
    )
    for stack in candidates:
        for one in stack.change_sets.values():
            if name in (one.name, one.arn):
                return stack, one
    raise ApiError("ChangeSetNotFound", f"ChangeSet [{name}] does not exist", 404)


def shown(stack: Stack, one: ChangeSet) -> Json:
    document = {
        "ChangeSetName": one.name,
        "ChangeSetId": one.arn,
        "StackId": stack.id,
        "StackName": stack.name,
        "Description": one.description or None,
        "Parameters": [value.shown() for value in one.values.values()],
        "CreationTime": datetime.fromtimestamp(one.created_at, UTC),
        "ExecutionStatus": one.execution,
        "Status": one.status,
        "StatusReason": one.reason or None,
        "Capabilities": one.capabilities,
        "Tags": one.tags,
        "OnStackFailure": one.on_failure,
        "IncludeNestedStacks": False,
    }
    return {name: value for name, value in document.items() if value is not None}


def describe(stacks: Stacks, request: Json) -> Json:
    stack, one = locate(stacks, request)
    start = int(request.get("NextToken") or 0)
    more = {"NextToken": str(start + 100)} if start + 100 < len(one.changes) else {}
    return {**shown(stack, one), "Changes": one.changes[start : start + 100], **more}


def listed(stacks: Stacks, request: Json) -> Json:
    stack = stacks.get(request["StackName"])
    return {"Summaries": [shown(stack, one) for one in stack.change_sets.values()]}


def execute(stacks: Stacks, request: Json) -> Json:
    stack, one = locate(stacks, request)
    if one.execution != "AVAILABLE":
        raise ApiError(
            "InvalidChangeSetStatus",
            f"ChangeSet [{one.arn}] cannot be executed in its current status of [{one.status}]",
        )
    if one.kind == "UPDATE":
        need_idle(stack)
    one.execution = "EXECUTE_COMPLETE"
    stack.change_sets.clear()
    stack.tags, stack.capabilities = one.tags, one.capabilities
    stack.token = request.get("ClientRequestToken")
    if one.kind == "CREATE":
        stack.document, stack.text, stack.values = one.document, one.text, one.values
        keep = "DO_NOTHING" if request.get("DisableRollback") else one.on_failure
        Creation(stacks, stack, keep).begin()
    else:
        Update(stacks, stack, one.document, one.text, one.values).begin()
    return {}


def delete(stacks: Stacks, request: Json) -> Json:
    try:
        stack, one = locate(stacks, request)
    except ApiError as error:
        if error.code == "ChangeSetNotFound":
            return {}
        raise
    del stack.change_sets[one.name]
    return {}


ACTIONS: dict[str, Callable[[Stacks, Json], Json]] = {
    "CreateChangeSet": create,
    "DescribeChangeSet": describe,
    "ListChangeSets": listed,
    "ExecuteChangeSet": execute,
    "DeleteChangeSet": delete,
}
