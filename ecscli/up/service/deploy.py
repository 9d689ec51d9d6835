"""From Python: a service deployed, or one task run to its end, in one call each; Events come out on
the way."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.errors import DeploymentError
from ecscli.up.diagnosis.diagnose import diagnose
from ecscli.up.diagnosis.facts import placement_facts, service_facts, task_facts
from ecscli.up.discovery.live import read_discovery
from ecscli.up.discovery.plan import with_discovery
from ecscli.up.model import Event
from ecscli.up.service.apply import apply
from ecscli.up.service.deployments import is_settled
from ecscli.up.service.desired import WantedService, WantedTasks
from ecscli.up.service.live import read_service, read_tasks
from ecscli.up.service.plan import plan_service
from ecscli.up.service.watch import follow_service
from ecscli.up.tasks.overrides import exit_code
from ecscli.up.tasks.plan import plan_run
from ecscli.up.tasks.program import follow_program

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

Answer = Document


def deploy_service(
    aws: Aws, wanted: WantedService, minutes: float
) -> Generator[Event, None, Answer]:
    """Create or change the service and follow its deployment; the service as DescribeServices tells
    it at the end.

    Raises InputError for what ECS cannot change, DeploymentError with reasons where the deployment
    fails.
    """
    names = wanted.names
    live = read_service(aws, names, wanted.log_groups)
    plan = plan_service(wanted, live)
    discovery = read_discovery(aws, wanted, live.service, None)
    plan = with_discovery(plan, wanted, live.service, discovery, None)
    applied = yield from apply(aws, plan)
    service = applied.service or live.service or {}
    if not plan and is_settled(service):
        return service
    outcome = yield from follow_service(aws, names.cluster, service, minutes)
    if not outcome.ok:
        reasons = diagnose(service_facts(aws, names, outcome.service, outcome.deployment))
        told = f"service {names.service}: {outcome.trouble}"
        raise DeploymentError(told, reasons=[reason.text for reason in reasons])
    return outcome.service or service


def run_task(
    aws: Aws, wanted: WantedTasks, overrides: Document, main: str | None
) -> Generator[Event, None, int]:
    """Run one task to its end; the exit code of container `main`, else of an essential one that
    failed.

    Raises DeploymentError with reasons where the task cannot be placed or never runs.
    """
    names = wanted.names
    live = read_tasks(aws, names, wanted.log_groups, wanted.managed_tags)
    applied = yield from apply(aws, plan_run(wanted, live, overrides))
    if not applied.started:
        facts = placement_facts(
            aws, names.cluster, applied.failures, applied.values.get("taskDefinitionArn")
        )
        raise DeploymentError(
            f"no task of {names.project} could be placed",
            reasons=[one.text for one in diagnose(facts)],
        )
    ended = yield from follow_program(aws, names.cluster, applied.started[0], 0.0, ({}, _nowhere))
    code = exit_code(ended, wanted.definition, main) if ended else None
    if code is None:
        facts = task_facts(aws, names.cluster, [ended] if ended else [])
        raise DeploymentError(
            f"the task of {names.project} never ran", reasons=[one.text for one in diagnose(facts)]
        )
    return code


def _nowhere(line: str) -> None:
    """Log lines are read by who wants them; a program's log stays where it is."""
