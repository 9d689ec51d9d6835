"""The deployment of a service, followed to its end; and the service deleted, likewise."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from ecscli.base.errors import DeploymentError, Finding
from ecscli.base.records import record
from ecscli.up.deployment.followed import Goal
from ecscli.up.deployment.watch import follow_service
from ecscli.up.model import Event
from ecscli.up.service.names import Names
from ecscli.up.support.plan import SupportStack
from ecscli.up.tasks.addresses import Address
from ecscli.workflows.diagnosis import failed_deployment
from ecscli.workflows.events import interruptible, warning
from ecscli.workflows.project import compose_command

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws


@record
class Waiting:
    """How a change is followed: minutes without progress, 0 not to wait; or not at all.

    `count_only`: the number of tasks is what was asked for, and what is judged.
    """

    timeout: float
    no_wait: bool
    count_only: bool = False


@record
class SwitchDone:
    """One layout in the place of the other, whose `ended` services are gone."""

    origin: str
    target: str
    ended: tuple[str, ...]


@record
class Deployed:
    """The service at the end of a job; `error` where its deployment failed. `addresses`: where `up`
    has found its published ports; `support`: the stack that has its execution role; `switch`: the
    layout whose place it has taken."""

    names: Names
    service: ServiceTypeDef
    changed: bool
    error: DeploymentError | None = None
    addresses: tuple[Address, ...] = ()
    support: SupportStack | None = None
    switch: SwitchDone | None = None


def until_deployed(
    aws: Aws, names: Names, service: ServiceTypeDef, changed: bool, waiting: Waiting
) -> Generator[Event, None, Deployed]:
    """Follow the deployment of a change's own answer to its end, or only its number of tasks."""
    if waiting.no_wait:
        return Deployed(names, service, changed)
    if not waiting.timeout:
        message = "Timeout was specified as zero."
        yield warning(Finding(f"{message} Your service deployment may not have completed yet."))
        return Deployed(names, service, changed)
    with _interruptible(names):
        goal = Goal.COUNTED if waiting.count_only else Goal.DEPLOYED
        outcome = yield from follow_service(aws, names.cluster, service, waiting.timeout, goal)
        error = None if outcome.ok else failed_deployment(aws, names, outcome)
    return Deployed(names, outcome.service or service, changed, error)


def _interruptible(names: Names) -> AbstractContextManager[None]:
    """Ctrl-C in the block explains that the deployment goes on."""
    wait, back = (compose_command(names, f"service {verb}") for verb in ("wait", "rollback"))
    return interruptible(
        f"Interrupted: the deployment of service {names.service} goes on at AWS.",
        f"follow it with `{wait}`, go back with `{back}`",
    )


def until_deleted(
    aws: Aws, names: Names, service: ServiceTypeDef, minutes: float
) -> Generator[Event, None, ServiceTypeDef]:
    """Follow a deleted service until its tasks have stopped. Raises DeploymentError where they do
    not."""
    if not minutes:
        message = "Timeout was specified as zero."
        yield warning(Finding(f"{message} The tasks of the service may not have stopped yet."))
        return service
    with interruptible(
        f"Interrupted: service {names.service} is being deleted at AWS.",
        f"follow it with `{compose_command(names, 'service rm')}`",
    ):
        outcome = yield from follow_service(aws, names.cluster, service, minutes, Goal.GONE)
    if not outcome.ok:
        raise failed_deployment(aws, names, outcome)
    return outcome.service or service
