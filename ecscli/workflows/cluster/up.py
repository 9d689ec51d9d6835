"""A cluster made, or changed in place: prepared, planned, agreed to, carried out and waited for."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from functools import partial

from ecscli.aws.client import Aws
from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record, replace
from ecscli.up.model import Event, Part
from ecscli.up.stack import change_sets, deploy, live, operations, watch
from ecscli.up.stack.apply import apply, start_refresh
from ecscli.up.stack.plan import plan_cluster, plan_stack, without_stack
from ecscli.up.stack.removal import in_use
from ecscli.workflows.cluster.agreement import Agree, agree_to_losses, agree_to_role
from ecscli.workflows.cluster.infra import Infra, InfraRequest, read_infra
from ecscli.workflows.cluster.plan import Planned, need_no_loss, planned
from ecscli.workflows.cluster.prepare import Prepared, PrepareRequest, prepare, resumable
from ecscli.workflows.events import warning

MEANINGLESS_WHEN_EMPTY = (
    "--size",
    "--azs",
    "--security-group",
    "--no-security-group",
    "--cidr",
    "--port",
    "--subnets",
    "--vpc",
    "--instance-type",
    "--instance-role",
    "--image-id",
    "--keypair",
    "--spot-price",
    "--extra-user-data",
    "--capability-iam",
)


@record
class UpRequest:
    """`force`: delete the stack first. `upgrade`: change a stack of ecs-cli too. `refresh`: replace
    the instances afterwards. `yes`: replace and delete without asking. `timeout`: minutes for each
    step."""

    infra: InfraRequest
    force: bool = False
    upgrade: bool = False
    refresh: bool = False
    yes: bool = False
    no_wait: bool = False
    timeout: float = 30.0

    @property
    def limit(self) -> float:
        """Seconds for each step."""
        return self.timeout * 60


@record
class ClusterMade:
    """The cluster at the end. `new`: its stack was created; `changed`: not everything was there
    before. `outputs` are those of the stack."""

    infra: Infra
    region: str | None
    new: bool
    changed: bool
    outputs: Mapping[str, str]


def up(request: UpRequest, agree: Agree) -> Generator[Event, None, ClusterMade]:
    """Make the cluster with its stack, or change it in place.

    `agree` is asked before a role is made and before something live is replaced or deleted. Raises
    InputError before anything is written; DeploymentError where the stack or the instances do not
    get ready; Interrupted at Ctrl-C.
    """
    prepared, changed = yield from _settle(request, agree)
    infra, aws, before = prepared.infra, prepared.aws, prepared.live.stack
    new = before is None or before.empty
    with resumable(infra):
        group, stack = aws.together(
            lambda: live.group_name(aws, infra.stack) if infra.spec.capacity else None,
            lambda: live.stack(aws, infra.stack),
        )
        # the instances of a new stack are new
        again = replace(request, refresh=request.refresh and not new)
        yield from _instances(aws, infra, again, group)
    return ClusterMade(
        infra,
        aws.region,
        new=new,
        changed=changed,
        outputs=stack.outputs if stack else {},
    )


def _settle(request: UpRequest, agree: Agree) -> Generator[Event, None, tuple[Prepared, bool]]:
    """Look and change, again where somebody else changed the stack in between; False: nothing to
    do."""
    for _ in range(1, operations.TURNS):
        try:
            return (yield from _settle_once(request, agree))
        except operations.Overtaken as error:
            yield warning(Finding(f"{error.message}; looking again"))
            # what is there now was made while this ran, and must not be deleted
            request = replace(request, force=False)
    return (yield from _settle_once(request, agree))


def _settle_once(request: UpRequest, agree: Agree) -> Generator[Event, None, tuple[Prepared, bool]]:
    prepared = yield from prepare(
        PrepareRequest(request.infra, request.upgrade, anew=request.force, resume=True)
    )
    infra, stack = prepared.infra, prepared.live.stack
    without = replace(prepared, live=without_stack(prepared.live))
    if request.force and stack:
        _need_unused(prepared.aws, infra)
    agree_to_role(infra, (without if request.force else prepared).live, agree)
    with resumable(infra):
        if stack and (request.force or stack.status == "ROLLBACK_COMPLETE"):
            yield from deploy.delete(prepared.aws, infra.stack, request.limit)
            prepared = without
        operations.need_usable(prepared.live.stack)
        changed = yield from _change(prepared, request, agree)
    return prepared, changed


def _need_unused(aws: Aws, infra: Infra) -> None:
    """Raise InputError where services of the cluster, or others, use what the stack made: its
    deletion would fail half-way."""
    blocking = in_use.blocking(aws, infra.spec.name, infra.stack)
    if blocking:
        hint = (
            "`ecscli compose service rm` deletes a service; `ecscli down` the cluster with all of"
            " its services, and `ecscli up` makes it anew; without --force `up` changes the stack"
            " in place"
        )
        message = f"stack {infra.stack} cannot be deleted, since it is in use"
        raise InputError.of([Finding(f"{message}: {one}", hint=hint) for one in blocking])


def _change(prepared: Prepared, request: UpRequest, agree: Agree) -> Generator[Event, None, bool]:
    """Make the cluster and its stack, or change them; False where there was nothing to do."""
    aws, wanted, found = prepared.aws, prepared.desired.stack, prepared.live.stack
    if wanted is not None and found is None:
        return (yield from _create(prepared, request))
    change_set = change_sets.prepare(aws, wanted, found) if wanted else None
    try:
        need_no_loss(prepared, change_set)
    except InputError:
        assert change_set is not None, "what is lost is in it"
        change_sets.discard(aws, change_set)
        raise
    work = planned(prepared, change_set)
    yield from (Event(line) for line in work.stack_lines())
    agree_to_losses(work, request.yes, agree)
    yield from apply(aws, work.plan, request.limit)
    if change_set and not change_set.changes:
        change_sets.discard(aws, change_set)
    return bool(work.plan)


def _create(prepared: Prepared, request: UpRequest) -> Generator[Event, None, bool]:
    """Create the cluster while CloudFormation reads the template, and then the stack: nothing live
    can be lost."""
    aws, stack = prepared.aws, prepared.desired.stack
    assert stack is not None
    on_cluster = plan_cluster(prepared.infra.spec, prepared.live)
    asked, events = aws.together(
        partial(change_sets.ask, aws, stack, None),
        lambda: list(apply(aws, on_cluster, request.limit)),
    )
    yield from events
    change_set = change_sets.made(aws, asked)
    work = Planned(prepared, change_set, plan_stack(change_set))
    yield from map(_of_new_stack, work.resource_lines())
    yield from map(Event, work.cost_lines())
    yield from apply(aws, work.plan, request.limit)
    return True


def _of_new_stack(line: str) -> Event:
    """A line of the plan of a new stack; each of its resources is seen again when it is made."""
    return Event(line, part=Part(line.strip()) if line.startswith("    + ") else None)


def _instances(aws: Aws, infra: Infra, request: UpRequest, group: str | None) -> Iterator[Event]:
    """What follows the stack: instances replaced, where that was asked for, and instances that
    join."""
    if group is None:
        return
    if request.refresh or request.upgrade:
        yield start_refresh(aws, group, every=request.refresh)
        if not request.no_wait:
            yield from watch.refreshed(aws, group, request.limit)
    if not request.no_wait:
        yield from watch.joined(aws, infra.spec.name, group, request.limit)


def up_empty(request: UpRequest) -> Generator[Event, None, ClusterMade]:
    """Make the ECS cluster alone, without network and instances, or change its settings."""
    flags = request.infra.flags
    yield from _warn_of_meaningless(request)
    kept = {flag: flags[flag] for flag in flags if flag not in MEANINGLESS_WHEN_EMPTY}
    infra = read_infra(replace(request.infra, flags=kept), empty=True)
    aws = request.infra.connect(infra.settings)
    found = live.read(aws, infra.stack, infra.spec.name)
    if found.stack and not found.stack.empty:
        raise InputError(
            f"stack {infra.stack} exists: cluster {infra.spec.name} is not empty",
            hint="leave --empty out",
        )
    plan = plan_cluster(infra.spec, found)
    yield from apply(aws, plan, request.limit)
    return ClusterMade(infra, aws.region, False, bool(plan), {})


def _warn_of_meaningless(request: UpRequest) -> Iterator[Event]:
    given = [flag for flag in MEANINGLESS_WHEN_EMPTY if request.infra.flags.get(flag)]
    if request.force:
        given.append("--force")
    for flag in given:
        yield warning(Finding(f"{flag} has no meaning for an empty cluster and is ignored"))
