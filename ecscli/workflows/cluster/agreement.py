"""What somebody has to agree to before a cluster is made or changed: a role, and losses."""

from __future__ import annotations

from collections.abc import Callable

from ecscli.base.errors import InputError, Interrupted
from ecscli.base.records import record
from ecscli.up.stack import change_sets
from ecscli.up.stack.changes import show
from ecscli.up.stack.model import LiveCluster
from ecscli.workflows.cluster.infra import Infra
from ecscli.workflows.cluster.plan import Planned


@record
class Question:
    """What a person has to agree to, and the flag that agrees ahead."""

    text: str
    flag: str


Agree = Callable[[Question], bool]


def agree_to_role(infra: Infra, found: LiveCluster, agree: Agree) -> None:
    """A new role needs a yes, as in ecs-cli: by flag or on a terminal."""
    spec, has_stack = infra.spec, found.stack is not None and not found.stack.empty
    if spec.capacity is None or spec.capacity.instance_role or spec.capability_iam or has_stack:
        return
    question = Question(
        f"Create an IAM role for the instances of cluster {spec.name}, in stack {infra.stack}?",
        "--capability-iam, or name a role with --instance-role",
    )
    if not agree(question):
        raise InputError(
            "instances need a role, and none may be created: nothing was made",
            hint="name your own role with --instance-role",
        )


def agree_to_losses(work: Planned, yes: bool, agree: Agree) -> None:
    """Ask where something live goes away; the change set goes where the answer is no."""
    change_set = work.change_set
    losses = show.losses(change_set) if change_set else ""
    if change_set is None or not losses or yes:
        return
    agreed = False
    try:
        agreed = agree(Question(f"{losses} Continue?", "--yes"))
    except KeyboardInterrupt:
        hint = "run `ecscli up` again"
        raise Interrupted("Interrupted. Nothing was changed.", hint=hint) from None
    finally:
        if not agreed:
            change_sets.discard(work.prepared.aws, change_set)
    if not agreed:
        raise InputError("nothing was changed", hint="answer yes, or change ecs-cluster.yml")
