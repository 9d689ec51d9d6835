"""Services of a project that were changed, followed together to their goal; and one error of all
that did not get there."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import DeploymentError, Finding
from ecscli.base.records import record
from ecscli.up.deployment.followed import Goal
from ecscli.up.deployment.watch import follow_services
from ecscli.up.model import Event
from ecscli.up.service.names import Names
from ecscli.workflows.diagnosis import failed_deployment
from ecscli.workflows.events import interruptible, warning
from ecscli.workflows.project import compose_command
from ecscli.workflows.service.deployment import Deployed, Waiting

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws

NOT_WAITED_FOR = "Timeout was specified as zero. The services may not have settled yet."
INTERRUPTED = "Interrupted: the changes of %s go on at AWS."
TO_GO_ON = "run the command again to go on"


@record
class Change:
    """A service as the call that changed it answered; `changed` False: it is only waited for."""

    names: Names
    service: ServiceTypeDef
    changed: bool = True


def until_arrived(
    aws: Aws, changes: Sequence[Change], waiting: Waiting, goal: Goal
) -> Generator[Event, None, tuple[Deployed, ...]]:
    """Follow the services of one cluster to a goal; each comes to an end of its own."""
    if waiting.no_wait or not changes:
        return _as_they_are(changes)
    if not waiting.timeout:
        yield warning(Finding(NOT_WAITED_FOR))
        return _as_they_are(changes)
    cluster = changes[0].names.cluster
    firsts = [one.service for one in changes]
    names = ", ".join(one.names.service for one in changes)
    with interruptible(INTERRUPTED % names, TO_GO_ON):
        outcomes = yield from follow_services(aws, cluster, firsts, waiting.timeout, goal)
    done = []
    for one in changes:
        outcome = outcomes[one.names.service]
        error = None if outcome.ok else failed_deployment(aws, one.names, outcome)
        done.append(Deployed(one.names, outcome.service or one.service, one.changed, error))
    return tuple(done)


def _as_they_are(changes: Sequence[Change]) -> tuple[Deployed, ...]:
    return tuple(Deployed(one.names, one.service, one.changed) for one in changes)


def joined(
    project: Names, errors: Sequence[DeploymentError], rest: str = ""
) -> DeploymentError | None:
    """One error of several, the reasons of each behind its message; `rest`: what was not done."""
    if not errors:
        return None
    hint = f"see what runs with `{compose_command(project, 'ps')}`"
    if len(errors) == 1:
        first = errors[0]
        return DeploymentError(f"{first.message}{rest}", first.where, hint, first.reasons)
    reasons = [line for one in errors for line in (one.message, *one.reasons)]
    message = f"{len(errors)} of the services and jobs did not end well{rest}"
    return DeploymentError(message, None, hint, reasons)
