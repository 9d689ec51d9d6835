"""A RegisterTaskDefinition request, and how it is run -> everything in it that ECS would refuse,
found without AWS.

Each rule is one small function of a Subject; the tables below list them all. A rule looks at the
request alone, since that is what ECS sees, whatever file a value came from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ecscli.base.findings import MOST_FINDINGS
from ecscli.compose.rules import (
    container,
    health,
    network,
    ports,
    running,
    size,
    storage,
    task,
)
from ecscli.compose.rules.subject import Problem, Subject

TASK_RULES = (
    *(*task.RULES, *size.RULES, *health.RULES),
    *(*network.RULES, *ports.RULES, *storage.RULES),
)
CONTAINER_RULES = (
    *(*container.RULES, *health.CONTAINER_RULES),
    *(*network.CONTAINER_RULES, *ports.CONTAINER_RULES, *storage.CONTAINER_RULES),
)


def problems(subject: Subject) -> Iterator[Problem]:
    """What ECS would refuse in a task definition, with the place in the files that it came from;
    at most MOST_FINDINGS of each severity."""
    found = Counter[str]()
    for problem in _all_problems(subject):
        found[problem.severity] += 1
        if found[problem.severity] <= MOST_FINDINGS:
            yield problem


def _all_problems(subject: Subject) -> Iterator[Problem]:
    for rule in TASK_RULES:
        yield from rule(subject)
    for one in subject.containers:
        for container_rule in CONTAINER_RULES:
            yield from container_rule(subject, one)


def run_problems(subject: Subject) -> Iterator[Problem]:
    """What RunTask and CreateService would refuse in run_params beside that task definition."""
    for rule in running.RULES:
        yield from rule(subject)
