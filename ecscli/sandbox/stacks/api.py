"""The CloudFormation API: one table of all operations; here those that create, update and delete
stacks."""

from __future__ import annotations

from collections.abc import Callable

from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.change_sets import ACTIONS as CHANGE_SETS
from ecscli.sandbox.stacks.change_sets import changes_of, check_capabilities
from ecscli.sandbox.stacks.describe import ACTIONS as DESCRIPTIONS
from ecscli.sandbox.stacks.model import Stack
from ecscli.sandbox.stacks.operation import Creation, Deletion, Update
from ecscli.sandbox.stacks.prepare import need_idle, new_stack, prepared
from ecscli.sandbox.stacks.state import Stacks
from ecscli.sandbox.stacks.template import validation


def create(stacks: Stacks, request: Json) -> Json:
    name = request["StackName"]
    old = stacks.by_name.get(name)
    if old is not None and old.status != "REVIEW_IN_PROGRESS":
        raise ApiError("AlreadyExistsException", f"Stack [{name}] already exists")
    made = prepared(stacks, None, request)
    check_capabilities(made.document, request.get("Capabilities") or [])
    stack = new_stack(stacks, name, request)
    stack.document, stack.text, stack.values = made.document, made.text, made.values
    stacks.by_name[name] = stack
    keep = (
        "DO_NOTHING" if request.get("DisableRollback") else request.get("OnFailure") or "ROLLBACK"
    )
    Creation(stacks, stack, keep).begin()
    return {"StackId": stack.id}


def update(stacks: Stacks, request: Json) -> Json:
    stack = stacks.get(request["StackName"])
    need_idle(stack)
    made = prepared(stacks, stack, request)
    check_capabilities(made.document, request.get("Capabilities") or [])
    tags = request.get("Tags")
    if (
        not changes_of(stacks, stack, made)
        and (tags is None or tags == stack.tags)
        and same_outputs(stack, made.document)
    ):
        raise validation("No updates are to be performed.")
    stack.tags = stack.tags if tags is None else tags
    stack.token = request.get("ClientRequestToken")
    Update(stacks, stack, made.document, made.text, made.values).begin()
    return {"StackId": stack.id}


def same_outputs(stack: Stack, document: Json) -> bool:
    return bool(stack.document.get("Outputs") == document.get("Outputs"))


def delete(stacks: Stacks, request: Json) -> Json:
    stack = stacks.find(request["StackName"])
    if stack is None or stack.status in ("DELETE_COMPLETE", "DELETE_IN_PROGRESS"):
        return {}
    if stack.protected:
        raise validation(
            f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
        )
    stack.token = request.get("ClientRequestToken")
    if stack.doing is not None:
        if stack.status.startswith("UPDATE"):
            raise validation(f"Stack [{stack.id}] cannot be deleted while in status {stack.status}")
        stack.doing.abandon()
    Deletion(stacks, stack, request.get("RetainResources") or []).begin()
    return {}


def cancel(stacks: Stacks, request: Json) -> Json:
    stack = stacks.get(request["StackName"])
    if stack.status != "UPDATE_IN_PROGRESS":
        raise validation("CancelUpdateStack cannot be called from current stack status")
    stack.doing.cancelled = True
    return {}


def resume_rollback(stacks: Stacks, request: Json) -> Json:
    stack = stacks.get(request["StackName"])
    if stack.status != "UPDATE_ROLLBACK_FAILED":
        raise validation(
            f"Stack:{stack.id} is in {stack.status} state and can not continue rollback."
        )
    stack.note(stacks.timeline.now, None, "UPDATE_ROLLBACK_COMPLETE")
    return {}


def protect(stacks: Stacks, request: Json) -> Json:
    stack = stacks.get(request["StackName"])
    stack.protected = request["EnableTerminationProtection"]
    return {"StackId": stack.id}


ACTIONS: dict[str, Callable[[Stacks, Json], Json]] = {
    "CreateStack": create,
    "UpdateStack": update,
    "DeleteStack": delete,
    "CancelUpdateStack": cancel,
    "ContinueUpdateRollback": resume_rollback,
    "UpdateTerminationProtection": protect,
    **CHANGE_SETS,
    **DESCRIPTIONS,
}


def answer(stacks: Stacks, operation: str, request: Json) -> Json:
    """The response of one call; ApiError as AWS would refuse it."""
    action = ACTIONS.get(operation)
    if action is None:
        raise ApiError(
            "UnsupportedOperation",
            f"The sandbox does not know the operation {operation} of CloudFormation.",
        )
    return action(stacks, request)
