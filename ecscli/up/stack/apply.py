"""WRITES only: single calls, stacks deployed and deleted, sizes changed. Progress comes out as
Events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecscli.aws.client import Aws
from ecscli.base.documents import Draft
from ecscli.base.errors import AwsError
from ecscli.cluster.model import StackSpec
from ecscli.up.model import Action, Event
from ecscli.up.stack import change_sets, live, operations, watch
from ecscli.up.stack.model import Stack

DONE = {
    "create_cluster": "Created cluster",
    "update_cluster": "Updated cluster",
    "delete_cluster": "Deleted cluster",
    "tag_resource": "Tagged",
}
GONE = "DELETE_COMPLETE"


def run(aws: Aws, action: Action) -> Event:
    """One action that is a single call."""
    aws.call(action.call.service, action.call.operation, **action.request)
    return Event(f"{DONE.get(action.call.operation, action.call.verb)} {action.subject}")


def deploy(aws: Aws, spec: StackSpec, limit: float | None = None) -> Iterator[Event]:
    """Create the stack or change it in place, and follow it to its end; nothing where nothing
    differs.

    What another `up` began meanwhile is followed first. Raises DeploymentError where the stack is
    busy otherwise, stuck, or does not reach its goal in `limit` seconds.
    """
    for turn in range(1, operations.TURNS + 1):
        try:
            yield from _deploy(aws, spec, limit)
            return
        except operations.Overtaken:
            if turn == operations.TURNS:
                raise


def _deploy(aws: Aws, spec: StackSpec, limit: float | None) -> Iterator[Event]:
    found = live.stack(aws, spec.name)
    if found and found.busy:
        yield from operations.resume(aws, found, limit, others=True)
        found = live.stack(aws, spec.name)
    operations.refuse_stuck(found)
    if found and found.status == "ROLLBACK_COMPLETE":
        yield from delete(aws, found.name)
        found = None
    change_set = change_sets.prepare(aws, spec, found)
    if change_set.changes:
        yield from change_sets.execute(aws, change_set, limit)
    else:
        change_sets.discard(aws, change_set)
        yield Event(f"stack {spec.name} is up to date")


def delete(aws: Aws, name: str, limit: float | None = None) -> Iterator[Event]:
    """Delete a stack and follow it to its end; nothing where there is none.

    Raises DeploymentError naming the resources that could not be deleted.
    """
    found = live.stack(aws, name)
    if found is None:
        return
    if found.busy and found.status != "DELETE_IN_PROGRESS":
        yield from ended(operations.resume(aws, found, limit))
    seen = live.event_ids(aws, found.id)
    # the end of a deletion by somebody else must not be among what was seen
    found = live.stack(aws, found.id)
    if found is None or found.status == GONE:
        return
    if found.status == "DELETE_IN_PROGRESS":
        seen = live.operation(aws, found).before
    else:
        aws.call(
            "cloudformation",
            "delete_stack",
            StackName=found.id,
            ClientRequestToken=operations.token(),
        )
    yield from watch.follow_stack(aws, found.id, seen, GONE, limit)


def ended(events: Iterator[Event]) -> Iterator[Event]:
    """The same events; that the operation failed does not matter to who deletes what it made."""
    try:
        yield from events
    except watch.Failed as error:
        yield Event(error.message)


def change_parameters(
    aws: Aws, stack: Stack | None, parameters: Mapping[str, str], limit: float | None = None
) -> Iterator[Event]:
    """Change parameters of a stack whose template and other parameters stay, and follow it to its
    end."""
    assert stack is not None
    operations.refuse_busy(stack)
    operations.refuse_stuck(stack)
    seen = live.event_ids(aws, stack.id) if parameters else frozenset[str]()
    if not parameters or not _update(aws, stack, parameters):
        yield Event(f"stack {stack.name} has these values already")
        return
    yield from watch.follow_stack(aws, stack.id, seen, "UPDATE_COMPLETE", limit)


def _update(aws: Aws, stack: Stack, parameters: Mapping[str, str]) -> bool:
    """UpdateStack; False where the stack is by now what it is to become."""
    mine = operations.token()
    try:
        aws.call(
            "cloudformation",
            "update_stack",
            **_update_request(stack, parameters),
            ClientRequestToken=mine,
        )
    except AwsError as error:
        if operations.begun(aws, stack.id, mine):
            return True
        if change_sets.is_nothing(error.message):
            return False
        raise operations.overtaken(error, stack.name) from error
    return True


def _update_request(stack: Stack, parameters: Mapping[str, str]) -> Draft:
    rows = [
        {"ParameterKey": key, "ParameterValue": parameters[key]}
        if key in parameters
        else {"ParameterKey": key, "UsePreviousValue": True}
        for key in (*stack.parameters, *(key for key in parameters if key not in stack.parameters))
    ]
    return {
        "StackName": stack.name,
        "UsePreviousTemplate": True,
        "Parameters": rows,
        "Capabilities": ["CAPABILITY_IAM"],
    }


def start_refresh(aws: Aws, group: str) -> Event:
    """Let the Auto Scaling group replace, a few at a time, the instances that do not match its
    launch template."""
    try:
        aws.call(
            "autoscaling",
            "start_instance_refresh",
            AutoScalingGroupName=group,
            Preferences={"SkipMatching": True},
        )
    except AwsError as error:
        if error.code != "InstanceRefreshInProgress":
            raise
    return Event(f"Replacing the instances of {group}, a few at a time")
