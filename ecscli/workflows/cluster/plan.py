"""What `up` would change in a cluster, found by reading alone, or with CloudFormation's verdict."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from ecscli.aws.errors import NO_CREDENTIALS
from ecscli.base.errors import AccessError, Finding
from ecscli.base.records import record
from ecscli.up.costs import costs_of_types
from ecscli.up.model import ClusterPlan, Event, ExecuteChangeSet
from ecscli.up.stack import change_sets, live, operations
from ecscli.up.stack.changes import show
from ecscli.up.stack.changes.preview import preview
from ecscli.up.stack.model import ChangeSet
from ecscli.up.stack.plan import plan_up
from ecscli.up.stack.removal.rules import refuse_loss
from ecscli.workflows.cluster.prepare import Prepared, PrepareRequest, prepare, read_files
from ecscli.workflows.events import warning


@record
class Planned:
    """The plan of a cluster, and what it is made from; no `change_set` where there is no stack to
    make."""

    prepared: Prepared
    change_set: ChangeSet | None
    plan: ClusterPlan

    @property
    def on_cluster(self) -> ClusterPlan:
        """The part of the plan that is not about the stack."""
        actions = self.plan.actions
        return ClusterPlan(
            tuple(action for action in actions if not isinstance(action, ExecuteChangeSet))
        )

    @property
    def count(self) -> int:
        """How many things change: in the cluster itself, and resources of the stack."""
        resources = self.change_set.changes if self.change_set else ()
        return len(self.on_cluster.actions) + len(resources)

    def document_lines(self) -> Iterator[str]:
        """What changes in the infra document."""
        yield from show.described(self.prepared.live, self.prepared.infra.spec)

    def stack_lines(self) -> Iterator[str]:
        """What changes in the infra document, what that changes in the stack, and what it costs."""
        yield from self.resource_lines()
        yield from self.cost_lines()

    def resource_lines(self) -> Iterator[str]:
        """What changes in the infra document, and what that changes in the stack."""
        if self.change_set and self.change_set.changes:
            yield from self.document_lines()
            yield from show.lines(self.change_set)

    def cost_lines(self) -> Iterator[str]:
        """About what is added to the bill, of what the tables of costs know."""
        changes = self.change_set.changes if self.change_set else ()
        added = [change.type for change in changes if change.action == "Add"]
        removed = [change.type for change in changes if change.action == "Remove"]
        costs = list(costs_of_types(removed, added, self.prepared.aws.region))
        if costs:
            yield "costs"
            yield from (f"    {line}" for line in costs)


def plan(request: PrepareRequest, *, verdict: bool = False) -> Generator[Event, None, Planned]:
    """Compare the live stack with the wanted one; with `verdict` by a change set of CloudFormation,
    which is deleted again. Nothing else is written.

    Without credentials everything is planned as for an account in which nothing exists, with a
    warning. Raises AccessError where AWS refuses the credentials.
    """
    try:
        prepared = yield from prepare(request)
    except AccessError as error:
        if verdict or error.code != NO_CREDENTIALS:
            raise
        yield warning(_uncompared(error))
        prepared = read_files(request)
    operations.need_usable(prepared.live.stack)
    change_set = _changes(prepared, verdict)
    need_no_loss(prepared, change_set)
    return planned(prepared, change_set)


def need_no_loss(prepared: Prepared, change_set: ChangeSet | None) -> None:
    """Raise InputError where projects would lose the load balancer that they share."""
    found = prepared.live.stack
    if found is not None and change_set is not None and not change_set.new:
        aws = prepared.aws
        refuse_loss(aws, change_set, lambda: live.resources(aws, found.name))


def _uncompared(error: AccessError) -> Finding:
    message = (
        "nothing was compared with AWS: this is the plan for an account in which neither the"
        f" cluster nor its stack exists ({error.message})"
    )
    return Finding(message, error.where, error.hint)


def planned(prepared: Prepared, change_set: ChangeSet | None) -> Planned:
    """The plan that carries out the change set, after what changes in the cluster itself."""
    actions = plan_up(prepared.infra.spec, prepared.live, change_set)
    return Planned(prepared, change_set, actions)


def _changes(prepared: Prepared, verdict: bool) -> ChangeSet | None:
    aws, stack = prepared.aws, prepared.desired.stack
    if stack is None:
        return None
    if verdict:
        return change_sets.rehearse(aws, stack, prepared.live.stack)
    return preview(aws, stack, prepared.live)
