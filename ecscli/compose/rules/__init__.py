"""A RegisterTaskDefinition request, and how it is run -> everything in it that ECS would refuse, found without AWS.

Each rule is one small function of a Subject; the tables below list them all. A rule looks at the request alone,
since that is what ECS sees, whatever file a value came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ecscli.compose.model import Project
from ecscli.compose.params import EcsParams
from ecscli.compose.rules import container, network, running, storage, task
from ecscli.compose.rules.subject import Problem, Subject

__all__ = ["Problem", "problems", "run_problems"]

TASK_RULES = (*task.RULES, *network.RULES, *storage.RULES)
CONTAINER_RULES = (*container.RULES, *network.CONTAINER_RULES, *storage.CONTAINER_RULES)


def problems(
    definition: Mapping[str, Any], launch_type: str, project: Project, params: EcsParams | None = None
) -> Iterator[Problem]:
    """What ECS would refuse in a task definition, with the place in the files that it came from.

    `definition` has the shape of RegisterTaskDefinition, `params` is the side file that it came from.
    """
    subject = Subject.of(definition, launch_type, project, params)
    for rule in TASK_RULES:
        yield from rule(subject)
    for one in subject.containers:
        for check in CONTAINER_RULES:
            yield from check(subject, one)


def run_problems(
    definition: Mapping[str, Any], launch_type: str, project: Project, params: EcsParams | None = None
) -> Iterator[Problem]:
    """What RunTask and CreateService would refuse in run_params beside that task definition."""
    subject = Subject.of(definition, launch_type, project, params)
    for rule in running.RULES:
        yield from rule(subject)
