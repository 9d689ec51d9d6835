"""`ecscli up`: the cluster, made or changed in place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ecscli.base.documents import Draft
from ecscli.base.records import replace
from ecscli.commands.context import App
from ecscli.commands.infra import (
    PRECEDENCE,
    Infra,
    change_set_option,
    follow,
    infra_options,
    read_infra,
)
from ecscli.commands.options import MINUTES, EcsCommand, output_option

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from ecscli.aws.client import Aws
    from ecscli.up.model import Event
    from ecscli.up.stack.desired import Desired
    from ecscli.up.stack.model import ChangeSet, LiveCluster

Show = Callable[[Iterable["Event"]], None]
IGNORED_WHEN_EMPTY = (
    *(
        "--size",
        "--azs",
        "--security-group",
        "--cidr",
        "--port",
        "--subnets",
        "--vpc",
        "--instance-type",
    ),
    *(
        "--instance-role",
        "--image-id",
        "--keypair",
        "--spot-price",
        "--extra-user-data",
        "--capability-iam",
    ),
)
TIMEOUT = 30.0  # minutes


class Prepared(NamedTuple):
    """What is wanted and what is live, the ids looked up and every refusal behind us."""

    infra: Infra
    aws: Aws
    found: LiveCluster
    desired: Desired


@click.command("up", cls=EcsCommand, epilog=PRECEDENCE)
@infra_options
@click.option("--empty", "-e", is_flag=True, help="Only an ECS cluster: no network, no instances.")
@click.option(
    "--force",
    "-f",
    is_flag=True,
    help="Delete the stack first, where there is one, and make it anew.",
)
@click.option(
    "--upgrade", is_flag=True, help="Move a stack of the original ecs-cli to a launch template."
)
@click.option(
    "--refresh",
    is_flag=True,
    help="Afterwards replace the instances, a few at a time. Part of --upgrade.",
)
@click.option(
    "--dry-run", is_flag=True, help="Show what would change, as `ecscli plan` does, and stop."
)
@change_set_option
@click.option(
    "--yes", "-y", is_flag=True, help="Do not ask before something live is replaced or deleted."
)
@click.option("--no-wait", is_flag=True, help="Do not wait for the instances to join the cluster.")
@click.option(
    "--timeout",
    type=MINUTES,
    default=TIMEOUT,
    show_default=True,
    help="Minutes to wait for each step.",
)
@click.option("--verbose", "--debug", is_flag=True, help="Taken for granted: every event is shown.")
@output_option
@click.pass_obj
def command(app: App, /, given: Draft, output: str, **options: Any) -> None:
    """Make the ECS cluster with its network and instances, or change it in place.

    What is to be made stands in ecs-cluster.yml, in flags, or in both. A change set is made and
    shown; something live is replaced or deleted only after a yes. Run it again after any
    interruption: it goes on where it was.
    """
    if options["empty"]:
        _empty(app, given, options["force"])
        return
    if options["dry_run"]:
        from ecscli.commands.plan import show_plan

        show_plan(app, given, options["upgrade"], output, ask=options["change_set"])
        return
    _up(app, given, output, options)


def _empty(app: App, given: Draft, force: bool) -> None:
    from ecscli.base.errors import InputError
    from ecscli.commands.infra import open_aws
    from ecscli.up.stack import apply, live, plan

    for flag in IGNORED_WHEN_EMPTY:
        if given.get(flag):
            app.console.warn(f"{flag} has no meaning for an empty cluster and is ignored")
    if force:
        app.console.warn("--force has no meaning for an empty cluster and is ignored")
    kept = {flag: value for flag, value in given.items() if flag not in IGNORED_WHEN_EMPTY}
    infra = read_infra(app, kept)
    aws = open_aws(infra)
    found = live.read(aws, infra.stack, infra.spec.name)
    if found.stack and not found.stack.empty:
        raise InputError(
            f"stack {infra.stack} exists: cluster {infra.spec.name} is not empty",
            hint="leave --empty out",
        )
    for action in plan.cluster_actions(infra.spec, found):
        app.console.event(apply.run(aws, action))
    app.console.say(f"Cluster {infra.spec.name} is there: empty.", "done")


def _up(app: App, given: Draft, output: str, options: Draft) -> None:
    from ecscli.up.stack.operations import TURNS, Overtaken

    anew = options["force"]
    for turn in range(1, TURNS + 1):
        try:
            prepared, changed = _settle(app, given, options, anew)
            break
        except Overtaken as error:
            if turn == TURNS:
                raise
            app.console.warn(f"{error.message}; looking again")
            anew = False  # what is there now was made while this command ran
    infra, aws, found, _ = prepared
    with _follow(app, infra) as show:
        show(_finish(aws, infra, options))
    _report(app, aws, infra, output, new=found.stack is None or found.stack.empty, changed=changed)


def _settle(app: App, given: Draft, options: Draft, anew: bool) -> tuple[Prepared, bool]:
    """Look, and make the cluster as it is wanted; False where there was nothing to do.

    Raises Overtaken where somebody else changed the stack after it was looked at.
    """
    from ecscli.up.stack import apply, operations, plan

    prepared = prepare(app, given, upgrade=options["upgrade"], anew=anew, resume=True)
    infra, aws, found, _ = prepared
    limit = options["timeout"] * 60
    _agree_to_iam(app, infra, plan.without_stack(found) if anew else found)
    with _follow(app, infra) as show:
        if found.stack and (anew or found.stack.status == "ROLLBACK_COMPLETE"):
            show(apply.delete(aws, infra.stack, limit))
            prepared = prepared._replace(found=plan.without_stack(found))
        operations.refuse_stuck(prepared.found.stack)
        return prepared, _deploy(app, prepared, options["yes"], show, limit)


def _follow(app: App, infra: Infra) -> AbstractContextManager[Show]:
    again = f"run `ecscli up` again to follow it, `ecscli down` to remove cluster {infra.spec.name}"
    return follow(
        app, f"CloudFormation goes on with stack {infra.stack}; nothing is deleted.", again
    )


def _deploy(app: App, prepared: Prepared, yes: bool, show: Show, limit: float) -> bool:
    """The ECS cluster and its stack, made or changed; False where there was nothing to do."""
    from ecscli.up.stack import apply, change_sets, plan

    infra, aws, found, desired = prepared
    actions = plan.cluster_actions(infra.spec, found)
    if desired.stack is None:
        change_set = None
    elif found.stack is None:
        # nothing live can be lost: the cluster is made while CloudFormation reads
        asked, events = aws.together(
            partial(change_sets.ask, aws, desired.stack, None),
            lambda: [apply.run(aws, action) for action in actions],
        )
        show(events)
        change_set = change_sets.made(aws, asked)
    else:
        change_set = change_sets.prepare(aws, desired.stack, found.stack)
    _confirm(app, prepared, change_set, yes)
    if found.stack is not None or desired.stack is None:
        show(apply.run(aws, action) for action in actions)
    if change_set and change_set.changes:
        show(change_sets.execute(aws, change_set, limit))
        return True
    if change_set:
        change_sets.discard(aws, change_set)
    return bool(actions)


def prepare(
    app: App,
    given: Draft,
    *,
    upgrade: bool = False,
    anew: bool = False,
    resume: bool = False,
) -> Prepared:
    """Everything that is known before the first write; every refusal happens here.

    `anew`: the stack is to be deleted first, and its document counts no more. What this user began
    before, and what another `up` is at, is followed to its end with `resume`, and refused without
    it.
    """
    from ecscli.base.errors import EcsCliError, InputError
    from ecscli.commands.infra import open_aws
    from ecscli.up.stack import desired, live, operations, plan
    from ecscli.up.stack.preflight import check as preflight

    infra = read_infra(app, given)
    aws = open_aws(infra)
    found, checked = aws.together(
        lambda: live.read(aws, infra.stack, infra.spec.name),
        lambda: preflight.attempt(aws, infra.spec),
    )
    plan.refuse_foreign(found, upgrade or anew)
    base = None if infra.file or anew else plan.base_document(found) or plan.taken_over(found)
    if base is not None:
        infra = read_infra(app, given, base)
        checked = preflight.attempt(aws, infra.spec)
    if isinstance(checked, EcsCliError):
        raise checked
    if found.stack and found.stack.busy and resume:
        with _follow(app, infra) as show:
            show(operations.resume(aws, found.stack, others=True))
        return prepare(app, given, upgrade=upgrade, anew=anew, resume=resume)
    operations.refuse_busy(found.stack)
    if checked.full and found.stack is None and live.stack(aws, infra.stack) is None:
        # not made meanwhile
        raise InputError.of([checked.full])
    for notice in (*infra.spec.notices, *checked.notices):
        app.console.warn(notice)
    for fact in checked.facts:
        app.console.say(fact)
    wanted = desired.desired(checked.spec, infra.stack, checked.found)
    return Prepared(replace(infra, spec=checked.spec), aws, found, wanted)


def _agree_to_iam(app: App, infra: Infra, found: LiveCluster) -> None:
    """The original's rule: a new role needs a yes, by flag or on a terminal."""
    from ecscli.base.errors import InputError

    spec = infra.spec
    has_role = found.stack is not None and not found.stack.empty
    if spec.capacity is None or spec.capacity.instance_role or spec.capability_iam or has_role:
        return
    question = f"Stack {infra.stack} makes an IAM role for the instances of cluster {spec.name}."
    if not app.console.confirm(
        f"{question} Agree?", "--capability-iam, or name a role with --instance-role"
    ):
        raise InputError(
            "no role, no instances: nothing was made",
            hint="name your own role with --instance-role",
        )


def _confirm(app: App, prepared: Prepared, change_set: ChangeSet | None, yes: bool) -> None:
    """Show what will change; ask where something live goes away."""
    from ecscli.base.errors import InputError, Interrupted
    from ecscli.up.stack import change_sets
    from ecscli.up.stack.changes import show

    if change_set is None or not change_set.changes:
        return
    aws, spec = prepared.aws, prepared.infra.spec
    for line in (*show.described(prepared.found, spec), *show.lines(change_set)):
        app.console.say(line)
    hurt = show.losses(change_set)
    if not hurt or yes:
        return
    try:
        agreed = app.console.confirm(f"{hurt} Go on?", "--yes")
    except KeyboardInterrupt:
        change_sets.discard(aws, change_set)
        raise Interrupted(
            "Interrupted. Nothing was changed.", hint="run `ecscli up` again"
        ) from None
    except InputError:
        change_sets.discard(aws, change_set)
        raise
    if not agreed:
        change_sets.discard(aws, change_set)
        raise InputError("nothing was changed", hint="say yes, or change the infra file")


def _finish(aws: Aws, infra: Infra, options: Draft) -> Iterator[Event]:
    """What follows the stack: instances replaced where that was asked for, and instances
    joining."""
    from ecscli.up.stack import apply, live, watch

    group = live.group_name(aws, infra.stack) if infra.spec.capacity else None
    if group is None:
        return
    limit = options["timeout"] * 60
    if options["refresh"] or options["upgrade"]:
        yield apply.start_refresh(aws, group)
        if not options["no_wait"]:
            yield from watch.refreshed(aws, group, limit)
    if not options["no_wait"]:
        yield from watch.joined(aws, infra.spec.name, group, limit)


def _report(app: App, aws: Aws, infra: Infra, output: str, *, new: bool, changed: bool) -> None:
    from ecscli.up.stack import live

    stack = live.stack(aws, infra.stack)
    outputs = dict(stack.outputs) if stack else {}
    if output == "json":
        facts = {"cluster": infra.spec.name, "region": aws.region, "stack": infra.stack}
        app.console.data({**facts, "new": new, "changed": changed, "outputs": outputs})
    else:
        for label, key in (
            ("VPC", "VpcId"),
            ("Security Group", "SecurityGroupIds"),
            ("Subnet", "SubnetIds"),
        ):
            for value in filter(None, outputs.get(key, "").split(",")):
                app.console.line(f"{label}{' created' if new else ''}: {value}")
        done = "Cluster creation succeeded." if new else "Cluster update succeeded."
        app.console.line(
            done
            if changed
            else f"Cluster {infra.spec.name} is as it should be; nothing was changed."
        )
    app.console.say(f"Next: ecscli compose service up --cluster {infra.spec.name}", "hint")
