"""WRITES only: a stack deployed, updated or deleted, and followed to its end; Events come out."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.aws.client import Aws
from ecscli.base.errors import AwsError
from ecscli.cluster.model import StackSpec
from ecscli.up.model import Event, UpdateStack
from ecscli.up.stack import change_sets, live, operations, watch
from ecscli.up.stack.model import Stack

DELETED = "DELETE_COMPLETE"


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
    operations.need_usable(found)
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
        yield from _whatever_the_end(operations.resume(aws, found, limit))
    seen = live.event_ids(aws, found.id)
    # the end of a deletion by somebody else must not be among what was seen
    found = live.stack(aws, found.id)
    if found is None or found.status == DELETED:
        return
    if found.status == "DELETE_IN_PROGRESS":
        seen = live.operation(aws, found).before
    else:
        _start_deletion(aws, found)
    yield from watch.follow_stack(aws, found.id, seen, DELETED, limit)


def _start_deletion(aws: Aws, stack: Stack) -> None:
    aws.call(
        "cloudformation",
        "delete_stack",
        StackName=stack.id,
        ClientRequestToken=operations.token(),
    )


def _whatever_the_end(events: Iterator[Event]) -> Iterator[Event]:
    """The same events; a failed operation does not matter to whoever deletes its results."""
    try:
        yield from events
    except watch.Failed as error:
        yield Event(error.message)


def update(aws: Aws, action: UpdateStack, limit: float | None = None) -> Iterator[Event]:
    """Change parameters of a stack, and follow it to its end."""
    seen = live.event_ids(aws, action.stack_id)
    if _update(aws, action):
        yield from watch.follow_stack(aws, action.stack_id, seen, "UPDATE_COMPLETE", limit)
    else:
        yield unchanged(action.subject)


def unchanged(stack_name: str) -> Event:
    """The event of a stack that has the parameters already."""
    return Event(f"stack {stack_name} has these values already")


def _update(aws: Aws, action: UpdateStack) -> bool:
    """UpdateStack; False where the stack has the values by now."""
    mine = operations.token()
    try:
        aws.call("cloudformation", "update_stack", **action.request, ClientRequestToken=mine)
    except AwsError as error:
        if operations.begun(aws, action.stack_id, mine):
            return True
        if change_sets.is_nothing(error.message):
            return False
        raise operations.overtaken(error, action.subject) from error
    return True
