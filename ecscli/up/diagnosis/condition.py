"""PURE: facts -> how many tasks run of which revision, in one sentence, and whether that is as it
should be."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from ecscli.up.deployment.state import is_settled, primary, revision_of
from ecscli.up.diagnosis.model import Facts
from ecscli.up.model import short
from ecscli.up.service.names import Names

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef


class Condition(NamedTuple):
    """What was seen, for people; `good` where nothing is missing."""

    text: str
    good: bool
    is_of_service: bool = False


def condition(names: Names, facts: Facts) -> Condition:
    """The condition of the service, or of the tasks of a project that has none."""
    if facts.service is not None:
        return _of_service(facts.service)
    revisions = Counter(short(task.get("taskDefinitionArn", "")) for task in facts.running)
    rows = [f"{_tasks(count)} of {name}" for name, count in sorted(revisions.items())]
    if not rows:
        return Condition(f"no task of {names.project} runs", False)
    return Condition(f"{', '.join(rows)} in the status {_statuses(facts)}", True)


def _of_service(service: ServiceTypeDef) -> Condition:
    settled = is_settled(service)
    end = "" if settled else "; the deployment is under way"
    return Condition(
        f"{service.get('serviceName')}: {_counts(service)}{end}", settled, is_of_service=True
    )


def _counts(service: ServiceTypeDef) -> str:
    """How many tasks run of which revision; beside other deployments, how many in all too."""
    current = primary(service) or {}
    running, desired = service.get("runningCount", 0), service.get("desiredCount", 0)
    revision = revision_of(current) or short(service.get("taskDefinition", ""))
    if len(service.get("deployments") or ()) < 2:
        return f"{running} of {desired} run {revision}"
    ours = f"{current.get('runningCount', 0)} of {current.get('desiredCount', 0)}"
    return f"{ours} run {revision}, {running} run in all"


def _tasks(count: int) -> str:
    return "1 task" if count == 1 else f"{count} tasks"


def _statuses(facts: Facts) -> str:
    return ", ".join(sorted({task.get("lastStatus", "") for task in facts.running}))
