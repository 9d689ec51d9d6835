"""PURE: two templates of a support stack -> what of a load balancer would be replaced between them,
and cannot be while services use it."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.errors import Finding
from ecscli.support.balancer.kinds import DIGITS, PREFIX
from ecscli.support.balancer.transition.renewal import balancer_ids
from ecscli.support.balancer.transition.steps import group_of
from ecscli.support.parts import Part

PATH = "HealthCheckPath"
ANEW = "take the load balancer out by load_balancer: false, run up, and ask for it again"


def replacements(live: Part, wanted: Part) -> Iterator[Finding]:
    """Everything that keeps the wanted template from being made of the live one."""
    before, after = balancer_ids(live.resources), balancer_ids(wanted.resources)
    for id_ in set(before.values()) & set(after.values()):
        had, has = _property(live, id_, "Scheme"), _property(wanted, id_, "Scheme")
        if had != has:
            yield Finding(f"a load balancer cannot change from {had} to {has}", None, ANEW)
    for output in wanted.outputs:
        had_id, has_id = group_of(live, output), group_of(wanted, output)
        if output.startswith(PREFIX) and had_id and had_id != has_id:
            had, has = _property(live, had_id, "VpcId"), _property(wanted, has_id, "VpcId")
            if had != has:
                message = f"a target group cannot move from {had} to {has}"
                yield Finding(f"{output}: {message}", None, ANEW)


def new_checks(live: Part, wanted: Part) -> Iterator[Finding]:
    """Pages that target groups are about to ask for instead of others, at once and of all tasks."""
    for id_ in wanted.resources:
        had, has = _property(live, id_, PATH), _property(wanted, id_, PATH)
        if had and has and had != has:
            service = id_.removeprefix(PREFIX)[:-DIGITS]
            message = f"health of {service}: {has} is asked for instead of {had}, at once"
            hint = (
                "tasks that run and do not have it are stopped: deploy a version that answers both"
                " first"
            )
            yield Finding(message, None, hint)


def _property(part: Part, id_: str, name: str) -> str:
    resource = part.resources.get(id_) or {}
    return str((resource.get("Properties") or {}).get(name) or "")
