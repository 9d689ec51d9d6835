"""A RegisterTaskDefinition request, and how it is run -> everything in it that ECS would refuse,
found without AWS.

Each rule is one small function of a Subject; the tables below list them all. A rule looks at the
request alone, since that is what ECS sees, whatever file a value came from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from ecscli.base.documents import Document
from ecscli.base.findings import MOST_FINDINGS
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project
from ecscli.compose.rules import container, network, running, storage, task
from ecscli.compose.rules.subject import Problem, Subject

__all__ = ["Problem", "problems", "run_problems"]

TASK_RULES = (*task.RULES, *network.RULES, *storage.RULES)
CONTAINER_RULES = (*container.RULES, *network.CONTAINER_RULES, *storage.CONTAINER_RULES)


def problems(
    definition: Document,
    launch_type: str,
    project: Project,
    params: EcsParams | None = None,
) -> Iterator[Problem]:
    """What ECS would refuse in a task definition, with the place in the files that it came from.

    `definition` has the shape of RegisterTaskDefinition, `params` is the side file that it came
    from.
    """
    subject = Subject.of(definition, launch_type, project, params)
    found = chain(
        (problem for rule in TASK_RULES for problem in rule(subject)),
        (
            problem
            for one in subject.containers
            for check in CONTAINER_RULES
            for problem in check(subject, one)
        ),
    )
    many = Counter[str]()
    for problem in found:
        many[problem.severity] += 1
        if many[problem.severity] <= MOST_FINDINGS:
            yield problem


def run_problems(
    definition: Document,
    launch_type: str,
    project: Project,
    params: EcsParams | None = None,
) -> Iterator[Problem]:
    """What RunTask and CreateService would refuse in run_params beside that task definition."""
    subject = Subject.of(definition, launch_type, project, params)
    for rule in running.RULES:
        yield from rule(subject)
