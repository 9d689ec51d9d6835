"""WRITES only: change sets made, executed and thrown away; stacks deleted. Progress comes out as Events."""

from __future__ import annotations

import hashlib
import platform
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ecscli.aws import STACKS, Aws
from ecscli.cluster.model import StackSpec
from ecscli.errors import AwsError, DeploymentError
from ecscli.up.model import Action, Event
from ecscli.up.stack import live, watch
from ecscli.up.stack.model import REVIEW, Change, ChangeSet, Stack

DISCARD_LIMIT = 30.0  # seconds; a stack without resources goes at once, or will have gone before it matters

LONGEST_NAME = 128 - len("-plan-01234567")  # CloudFormation takes 128 characters
NOTHING = ("didn't contain changes", "No updates are to be performed", "no changes")
DONE = {
    "create_cluster": "Created cluster",
    "update_cluster": "Updated cluster",
    "delete_cluster": "Deleted cluster",
    "tag_resource": "Tagged",
}
MAKING = 300.0  # seconds that a change set may take to be made


def run(aws: Aws, action: Action) -> Event:
    """One action that is a single call."""
    aws.call(action.call.service, action.call.operation, **action.request)
    return Event(f"{DONE.get(action.call.operation, action.call.verb)} {action.subject}")


def deploy(aws: Aws, spec: StackSpec, limit: float | None = None) -> Iterator[Event]:
    """Create the stack or change it in place, and follow it to its end; nothing where nothing differs.

    Raises DeploymentError where the stack is busy, stuck, or does not reach its goal in `limit` seconds.
    """
    found = live.stack(aws, spec.name)
    refuse_busy(found)
    refuse_stuck(found)
    if found and found.status == "ROLLBACK_COMPLETE":
        yield from delete(aws, found.name)
        found = None
    change_set = prepare(aws, spec, found)
    if not change_set.changes:
        discard(aws, change_set)
        yield Event(f"stack {spec.name} is up to date")
        return
    yield from execute(aws, change_set, limit)


def refuse_busy(stack: Stack | None) -> None:
    """Raise DeploymentError while CloudFormation works on the stack."""
    if stack and stack.busy:
        raise DeploymentError(
            f"somebody else is at work on stack {stack.name}: {stack.status}",
            hint="wait until that is done, then run the command again",
        )


def refuse_stuck(stack: Stack | None) -> None:
    """Raise DeploymentError where CloudFormation takes no change before the stack is repaired or deleted."""
    if stack and stack.stuck:
        raise DeploymentError(
            f"stack {stack.name} is in state {stack.status} and takes no changes",
            hint="`ecscli down --force` deletes it, `ecscli up --force` deletes it and starts anew",
            reasons=[stack.reason] if stack.reason else [],
        )


def resume(aws: Aws, stack: Stack, limit: float | None = None) -> Iterator[Event]:
    """Follow what this user began on this machine, to its end. Raises DeploymentError where somebody else began it."""
    begun = live.operation(aws, stack)
    if not begun.token.startswith(owner()):
        refuse_busy(stack)
    yield Event(f"Following what was begun before: {stack.status}")
    yield from watch.follow(aws, stack.id, begun.before, f"{begun.kind}_COMPLETE", limit)


def owner() -> str:
    """How the tokens of operations begin that this user begins on this machine."""
    whose = f"{platform.node()}:{Path.home()}"
    return f"ecscli-{hashlib.sha256(whose.encode()).hexdigest()[:16]}-"


def token() -> str:
    """A token for one operation, by which it is known again."""
    return owner() + uuid.uuid4().hex[:12]


def prepare(aws: Aws, spec: StackSpec, found: Stack | None) -> ChangeSet:
    """Make a change set, which changes nothing yet; without changes where there is nothing to do."""
    return made(aws, ask(aws, spec, found))


def ask(aws: Aws, spec: StackSpec, found: Stack | None) -> ChangeSet:
    """Ask for a change set; what is in it is not known before `made`."""
    new = found is None or found.empty
    answer, seen = aws.together(
        lambda: aws.call("cloudformation", "create_change_set", **request(spec, found, new)),
        lambda: frozenset() if found is None else live.event_ids(aws, found.id),
    )
    return ChangeSet(answer["Id"], answer["StackId"], spec.name, new, (), seen, fresh=found is None)


def made(aws: Aws, asked: ChangeSet) -> ChangeSet:
    """The change set with its changes, once CloudFormation has made it."""
    rows = _described(aws, asked.id).get("Changes", ())
    return replace(asked, changes=tuple(_change(row["ResourceChange"]) for row in rows if "ResourceChange" in row))


def rehearse(aws: Aws, spec: StackSpec, found: Stack | None) -> ChangeSet:
    """CloudFormation's own verdict: the change set that `prepare` would make, with nothing left behind.

    A stack that does not exist, or has nothing in it, is rehearsed under a name that nobody else uses: to make and
    delete its record under the real one could take it away from an `up` at work.
    """
    if found is None or found.empty:
        name = f"{spec.name[:LONGEST_NAME]}-plan-{uuid.uuid4().hex[:8]}"
        asked = ask(aws, replace(spec, name=name), None)
    else:
        asked = ask(aws, spec, found)
    try:
        rehearsed = made(aws, asked)
    finally:
        discard(aws, asked)
    return replace(rehearsed, stack_name=spec.name)


def request(spec: StackSpec, found: Stack | None, new: bool) -> dict[str, Any]:
    """CreateChangeSet's request; `found` says which parameters can keep their values."""
    kept = spec.keep & set(found.parameters) if found and not new else frozenset[str]()
    body: dict[str, Any] = {
        "StackName": spec.name,
        "ChangeSetName": f"ecscli-{uuid.uuid4().hex[:12]}",
        "ChangeSetType": "CREATE" if new else "UPDATE",
        "TemplateBody": spec.template_body,
        "Parameters": [
            {"ParameterKey": key, "UsePreviousValue": True} if key in kept else
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in spec.parameters.items()
        ],
        "Capabilities": list(spec.capabilities),
    }  # fmt: skip
    if spec.tags:
        body["Tags"] = [{"Key": key, "Value": value} for key, value in spec.tags]
    return body


def _described(aws: Aws, change_set: str) -> dict[str, Any]:
    """The change set once it is made; one that failed for want of changes has none."""

    def fetch() -> dict[str, Any]:
        return aws.call("cloudformation", "describe_change_set", ChangeSetName=change_set, IncludePropertyValues=True)

    *_, answer = aws.poll(fetch, _is_made, STACKS, MAKING)
    if answer["Status"] == "FAILED" and any(text in answer.get("StatusReason", "") for text in NOTHING):
        return {**answer, "Changes": []}
    if answer["Status"] != "CREATE_COMPLETE":
        aws.call("cloudformation", "delete_change_set", ChangeSetName=change_set)
        raise DeploymentError("CloudFormation refused the change set", reasons=[answer.get("StatusReason", "")])
    if answer.get("NextToken"):
        pages = aws.pages(
            "cloudformation", "describe_change_set", "Changes", ChangeSetName=change_set, IncludePropertyValues=True
        )
        answer["Changes"] = list(pages)
    return answer


def _is_made(answer: Mapping[str, Any]) -> bool:
    return not str(answer["Status"]).endswith(("PENDING", "IN_PROGRESS"))


def _change(row: Mapping[str, Any]) -> Change:
    details = tuple(
        (".".join(part for part in (target.get("Attribute"), target.get("Name")) if part), target.get("BeforeValue"),
         target.get("AfterValue"))
        for target in (detail.get("Target") or {} for detail in row.get("Details", ()))
    )  # fmt: skip
    return Change(
        row["Action"],
        row["LogicalResourceId"],
        row["ResourceType"],
        row.get("PhysicalResourceId", ""),
        row.get("Replacement", "False"),
        tuple(dict.fromkeys(details)),
    )


def execute(aws: Aws, change_set: ChangeSet, limit: float | None = None) -> Iterator[Event]:
    """Execute a change set and follow the stack to its end, `limit` seconds at most."""
    aws.call("cloudformation", "execute_change_set", ChangeSetName=change_set.id, ClientRequestToken=token())
    goal = "CREATE_COMPLETE" if change_set.new else "UPDATE_COMPLETE"
    yield from watch.follow(aws, change_set.stack_id, change_set.seen, goal, limit)


def discard(aws: Aws, change_set: ChangeSet) -> None:
    """Delete a change set, and the empty stack that it made, until that is gone, unless somebody else uses that."""
    aws.call("cloudformation", "delete_change_set", ChangeSetName=change_set.id)
    if not change_set.fresh or not _unused(aws, change_set.stack_id):
        return
    aws.call("cloudformation", "delete_stack", StackName=change_set.stack_id)
    name = change_set.stack_name
    for _ in aws.poll(lambda: live.stack(aws, name), lambda found: found is None, STACKS, DISCARD_LIMIT):
        pass  # an `up` right afterwards must not meet it


def _unused(aws: Aws, stack_id: str) -> bool:
    """True for a stack that never was more than a record, without a change set that somebody could execute."""
    found = live.stack(aws, stack_id)
    return found is not None and found.status == REVIEW and not live.change_sets(aws, stack_id)


def delete(aws: Aws, name: str, limit: float | None = None) -> Iterator[Event]:
    """Delete a stack and follow it to its end; nothing where there is none.

    Raises DeploymentError naming the resources that could not be deleted.
    """
    found = live.stack(aws, name)
    if found is None:
        return
    if found.status == "DELETE_IN_PROGRESS":
        seen = live.operation(aws, found).before
    else:
        if found.busy:
            yield from ended(resume(aws, found, limit))
        seen = live.event_ids(aws, found.id)
        aws.call("cloudformation", "delete_stack", StackName=found.id, ClientRequestToken=token())
    yield from watch.follow(aws, found.id, seen, "DELETE_COMPLETE", limit)


def ended(events: Iterator[Event]) -> Iterator[Event]:
    """The same events; that the operation failed does not matter to who deletes what it made."""
    try:
        yield from events
    except watch.Failed as error:
        yield Event(error.message)


def change_parameters(
    aws: Aws, stack: Stack | None, parameters: Mapping[str, str], limit: float | None = None
) -> Iterator[Event]:
    """Change parameters of a stack whose template and other parameters stay, and follow it to its end."""
    assert stack is not None
    refuse_busy(stack)
    refuse_stuck(stack)
    if not parameters:
        yield Event(f"stack {stack.name} has these values already")
        return
    seen = live.event_ids(aws, stack.id)
    rows = [
        {"ParameterKey": key, "ParameterValue": parameters[key]}
        if key in parameters
        else {"ParameterKey": key, "UsePreviousValue": True}
        for key in (*stack.parameters, *(key for key in parameters if key not in stack.parameters))
    ]
    aws.call(
        "cloudformation",
        "update_stack",
        StackName=stack.name,
        UsePreviousTemplate=True,
        Parameters=rows,
        Capabilities=["CAPABILITY_IAM"],
        ClientRequestToken=token(),
    )
    yield from watch.follow(aws, stack.id, seen, "UPDATE_COMPLETE", limit)


def start_refresh(aws: Aws, group: str) -> Event:
    """Let the Auto Scaling group replace, a few at a time, the instances that do not match its launch template."""
    try:
        aws.call(
            "autoscaling", "start_instance_refresh", AutoScalingGroupName=group, Preferences={"SkipMatching": True}
        )
    except AwsError as error:
        if error.code != "InstanceRefreshInProgress":
            raise
    return Event(f"Replacing the instances of {group}, a few at a time")
