"""A RegisterTaskDefinition request, and how it is run -> everything in it that ECS would refuse,
found without AWS.

Each rule is one small function of a Subject; the tables below list them all. A rule looks at the
request alone, since that is what ECS sees, whatever file a value came from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ecscli.base.documents import Document, Draft
from ecscli.base.findings import MOST_FINDINGS
from ecscli.compose.ecs.requests.create_service import CREATE_SERVICE
from ecscli.compose.ecs.requests.task_definition import REGISTER_TASK_DEFINITION
from ecscli.compose.params.read import EcsParams
from ecscli.compose.rules import (
    container,
    health,
    names,
    network,
    places,
    ports,
    running,
    service,
    size,
    storage,
    task,
)
from ecscli.compose.rules.members import broken_members
from ecscli.compose.rules.subject import Problem, Subject

TASK_RULES = (
    *(*task.RULES, *size.RULES, *health.RULES),
    *(*network.RULES, *ports.RULES, *storage.RULES, *container.TASK_RULES),
)
CONTAINER_RULES = (
    *(*container.RULES, *health.CONTAINER_RULES, *names.CONTAINER_RULES),
    *(*network.CONTAINER_RULES, *ports.CONTAINER_RULES, *storage.CONTAINER_RULES),
)


RUN_RULES = (*running.RULES, *service.RULES, *storage.RUN_RULES)


def problems(subject: Subject) -> Iterator[Problem]:
    """What ECS would refuse in a task definition, with the place in the files that it came from;
    at most MOST_FINDINGS of each severity."""
    found = Counter[str]()
    for problem in _all_problems(subject):
        found[problem.severity] += 1
        if found[problem.severity] <= MOST_FINDINGS:
            yield problem


def _all_problems(subject: Subject) -> Iterator[Problem]:
    for broken in broken_members(REGISTER_TASK_DEFINITION, subject.definition, subject.launch_type):
        yield places.of_definition(subject, broken)
    for rule in TASK_RULES:
        yield from rule(subject)
    for one in subject.containers:
        for container_rule in CONTAINER_RULES:
            yield from container_rule(subject, one)


def run_problems(subject: Subject) -> Iterator[Problem]:
    """What RunTask and CreateService would refuse in the subject's `run` beside its task
    definition."""
    for broken in broken_members(CREATE_SERVICE, subject.run.fields, subject.launch_type):
        if broken.steps.wire:  # what CreateService needs besides is given when it is called
            yield places.of_run(subject, broken)
    for rule in RUN_RULES:
        yield from rule(subject)


def run_fields(
    params: EcsParams, composed: Document | None = None, managed: Sequence[Document] = ()
) -> Draft:
    """The fields of CreateService that files alone give: `composed` by the Compose file, `managed`
    the volumes that are made for each task."""
    below = composed or {}
    fields = {**below, **params.service, **params.placement}
    deployment = {
        **below.get("deploymentConfiguration", {}),
        **params.service.get("deploymentConfiguration", {}),
    }
    more = {
        "deploymentConfiguration": deployment,
        "networkConfiguration": params.network,
        "volumeConfigurations": [dict(volume) for volume in managed or params.managed_volumes],
    }
    return {**fields, **{name: value for name, value in more.items() if value}}
