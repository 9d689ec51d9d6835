"""Why services and jobs of a project do not work: the ranked reasons of each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.compose.layout.arrangement.model import Group
from ecscli.config.settings import Settings
from ecscli.up.diagnosis.condition import Condition
from ecscli.workflows.diagnosis import Diagnosis, diagnosis_of, diagnosis_of_job
from ecscli.workflows.project import Connect, ProjectRequest
from ecscli.workflows.services.members import load_arrangement, meant_groups
from ecscli.workflows.services.request import names_of

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


def why(connect: Connect, request: ProjectRequest, services: Sequence[str]) -> dict[str, Diagnosis]:
    """The diagnosis of each of these services and jobs, or of all, by name; they are looked at side
    by side."""
    groups = meant_groups(load_arrangement(request), services)
    aws = connect()
    found = aws.together(*(partial(_look, aws, group, request.settings) for group in groups))
    return {
        group.name: one or _nothing_there(group.name, group.is_job)
        for group, one in zip(groups, found, strict=True)
    }


def _look(aws: Aws, group: Group, settings: Settings) -> Diagnosis | None:
    names = names_of(group, settings)
    return diagnosis_of_job(aws, names) if group.is_job else diagnosis_of(aws, names)


def _nothing_there(name: str, is_job: bool) -> Diagnosis:
    """ECS forgets stopped tasks after an hour, so that nothing need be amiss with a job."""
    if is_job:
        return Diagnosis((), (), Condition(f"job {name} has not run lately", True))
    return Diagnosis((), (), Condition(f"there is no service {name}; start it with up", False))
