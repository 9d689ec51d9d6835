"""A plan -> the same plan, once everything that its calls name was looked up; a plan without calls
needs no look."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from ecscli.base.errors import InputError
from ecscli.base.records import replace
from ecscli.up.model import BuildImage, Plan
from ecscli.up.service.desired import WantedService, WantedTasks
from ecscli.up.service.live import LiveProject

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


def checked(
    aws: Aws,
    plan: Plan,
    wanted: WantedTasks | WantedService,
    live: LiveProject,
    namespaces: Collection[str] = (),
) -> Plan:
    """The plan, with notices of what is worth knowing or could not be looked up. `namespaces` are
    there before the plan is carried out.

    Raises InputError with everything that does not exist; for files whose meaning is ecs-cli's that
    is a notice too, and AWS decides.
    """
    if not plan:
        return plan
    from ecscli.up.preflight.check import check
    from ecscli.up.preflight.named import named_by

    named = named_by(plan, wanted, live)
    future = {one.image for one in plan.actions if isinstance(one, BuildImage)}
    images = tuple(one for one in named.images if one not in future)
    connect = tuple(one for one in named.connect if one not in namespaces)
    named = replace(named, images=images, connect=connect)
    looked = check(aws, named)
    if looked.absent and not wanted.as_ecs_cli:
        raise InputError.of(looked.absent)
    return replace(plan, notices=(*plan.notices, *looked.absent, *looked.remarks, *looked.unread))
