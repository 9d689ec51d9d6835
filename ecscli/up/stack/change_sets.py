"""WRITES only: change sets made, executed and thrown away, beside others who do the same."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from typing import NoReturn

from ecscli.aws.client import STACKS, Aws
from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AwsError, DeploymentError
from ecscli.base.records import replace
from ecscli.cluster.model import StackSpec
from ecscli.up.model import Event
from ecscli.up.stack import live, operations, watch
from ecscli.up.stack.model import REVIEW, Change, ChangeSet, Stack

# seconds; a stack without resources goes at once, or will have gone before it matters
DISCARD_LIMIT = 30.0
LONGEST_NAME = 128 - len("-plan-01234567")  # CloudFormation takes 128 characters
MAKING = 300.0  # seconds that a change set may take to be made
NOTHING = ("didn't contain changes", "No updates are to be performed", "no changes")


def prepare(aws: Aws, spec: StackSpec, found: Stack | None) -> ChangeSet:
    """Make a change set, which changes nothing yet; without changes where there is nothing to
    do."""
    return made(aws, ask(aws, spec, found))


def ask(aws: Aws, spec: StackSpec, found: Stack | None) -> ChangeSet:
    """Ask for a change set; what is in it is not known before `made`. Raises Overtaken where others
    were faster."""
    new = found is None or found.empty
    answer, seen = aws.together(
        lambda: _created(aws, request(spec, found, new)),
        lambda: frozenset() if found is None else live.event_ids(aws, found.id),
    )
    return ChangeSet(answer["Id"], answer["StackId"], spec.name, new, (), seen, fresh=found is None)


def _created(aws: Aws, body: Document) -> Document:
    """CreateChangeSet's answer; where that was lost, the change set that the first attempt made."""
    name, stack = body["ChangeSetName"], body["StackName"]
    try:
        return aws.call("cloudformation", "create_change_set", **body)
    except AwsError as error:
        if error.code != "AlreadyExistsException":
            raise operations.overtaken(error, stack) from error
    found = aws.call("cloudformation", "describe_change_set", ChangeSetName=name, StackName=stack)
    return {"Id": found["ChangeSetId"], "StackId": found["StackId"]}


def made(aws: Aws, asked: ChangeSet) -> ChangeSet:
    """The change set with its changes, once CloudFormation has made it."""
    try:
        rows = _described(aws, asked.id).get("Changes", ())
    except AwsError as error:
        raise operations.overtaken(error, asked.stack_name) from error
    return replace(
        asked,
        changes=tuple(_change(row["ResourceChange"]) for row in rows if "ResourceChange" in row),
    )


def rehearse(aws: Aws, spec: StackSpec, found: Stack | None) -> ChangeSet:
    """CloudFormation's own verdict: the change set that `prepare` would make, with nothing left
    behind.

    A stack that does not exist, or has nothing in it, is rehearsed under a name that nobody else
    uses: to make and delete its record under the real one could take it away from an `up` at work.
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


def request(spec: StackSpec, found: Stack | None, new: bool) -> Draft:
    """CreateChangeSet's request; parameters of `found` can keep their values."""
    known = found.parameters if found and not new else {}
    name = f"{operations.PREFIX}{uuid.uuid4().hex[:12]}"
    body: Draft = {
        "StackName": spec.name,
        "ChangeSetName": name,
        "ClientToken": name,
        "ChangeSetType": "CREATE" if new else "UPDATE",
        "TemplateBody": spec.template_body,
        "Parameters": _parameters(spec, known),
        "Capabilities": list(spec.capabilities),
    }
    if spec.tags:
        body["Tags"] = [{"Key": key, "Value": value} for key, value in spec.tags]
    return body


def _parameters(spec: StackSpec, known: Collection[str]) -> list[Document]:
    """The parameters; one to be kept that the stack has already goes without its value."""
    rows: list[Document] = []
    for key, value in spec.parameters.items():
        if key in spec.keep and key in known:
            rows.append({"ParameterKey": key, "UsePreviousValue": True})
        else:
            rows.append({"ParameterKey": key, "ParameterValue": value})
    return rows


def _described(aws: Aws, change_set: str) -> Draft:
    """The change set once it is made; one that failed for want of changes has none."""
    query: Document = {"ChangeSetName": change_set, "IncludePropertyValues": True}

    def fetch() -> Draft:
        return aws.call("cloudformation", "describe_change_set", **query)

    *_, answer = aws.poll(fetch, _is_made, STACKS, MAKING)
    reason = answer.get("StatusReason", "")
    if answer["Status"] == "FAILED" and is_nothing(reason):
        return {**answer, "Changes": []}
    if answer["Status"] != "CREATE_COMPLETE":
        _refuse(aws, change_set, reason)
    if answer.get("NextToken"):
        pages = aws.pages("cloudformation", "describe_change_set", "Changes", **query)
        answer["Changes"] = list(pages)
    return answer


def _refuse(aws: Aws, change_set: str, reason: str) -> NoReturn:
    aws.call("cloudformation", "delete_change_set", ChangeSetName=change_set)
    raise DeploymentError("CloudFormation refused the change set", reasons=[reason])


def is_nothing(reason: str) -> bool:
    """True where CloudFormation has nothing to do."""
    return any(text in reason for text in NOTHING)


def _is_made(answer: Document) -> bool:
    return not str(answer["Status"]).endswith(("PENDING", "IN_PROGRESS"))


def _change(row: Document) -> Change:
    details = tuple(
        (
            ".".join(part for part in (target.get("Attribute"), target.get("Name")) if part),
            target.get("BeforeValue"),
            target.get("AfterValue"),
        )
        for target in (detail.get("Target") or {} for detail in row.get("Details", ()))
    )
    return Change(
        row["Action"],
        row["LogicalResourceId"],
        row["ResourceType"],
        row.get("PhysicalResourceId", ""),
        row.get("Replacement", "False"),
        tuple(dict.fromkeys(details)),
    )


def execute(aws: Aws, change_set: ChangeSet, limit: float | None = None) -> Iterator[Event]:
    """Execute a change set and follow the stack to its end, `limit` seconds at most.

    Raises Overtaken where somebody else executed another one, or deleted the stack, first.
    """
    mine = operations.token()
    try:
        aws.call(
            "cloudformation",
            "execute_change_set",
            ChangeSetName=change_set.id,
            ClientRequestToken=mine,
        )
    except AwsError as error:
        if not operations.begun(aws, change_set.stack_id, mine):
            raise operations.overtaken(error, change_set.stack_name) from error
    goal = "CREATE_COMPLETE" if change_set.new else "UPDATE_COMPLETE"
    yield from watch.follow_stack(aws, change_set.stack_id, change_set.seen, goal, limit)


def discard(aws: Aws, change_set: ChangeSet) -> None:
    """Delete a change set, and the empty stack that it made, until that is gone, unless somebody
    else uses that."""
    aws.call("cloudformation", "delete_change_set", ChangeSetName=change_set.id)
    if not change_set.fresh or not _unused(aws, change_set.stack_id):
        return
    aws.call("cloudformation", "delete_stack", StackName=change_set.stack_id)
    name = change_set.stack_name
    for _ in aws.poll(
        lambda: live.stack(aws, name), lambda found: found is None, STACKS, DISCARD_LIMIT
    ):
        pass  # an `up` right afterwards must not meet it


def _unused(aws: Aws, stack_id: str) -> bool:
    """True for a stack that never was more than a record, without a change set that somebody could
    execute."""
    found = live.stack(aws, stack_id)
    return found is not None and found.status == REVIEW and not live.change_sets(aws, stack_id)
