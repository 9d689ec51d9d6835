"""Why services and jobs of a project do not work: the ranked reasons of each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ecscli.up.diagnosis.condition import Condition
from ecscli.workflows.diagnosis import Diagnosis, diagnosis_of
from ecscli.workflows.project import Connect, ProjectRequest
from ecscli.workflows.services.members import load_arrangement, meant_groups
from ecscli.workflows.services.request import names_of


def why(connect: Connect, request: ProjectRequest, services: Sequence[str]) -> dict[str, Diagnosis]:
    """The diagnosis of each of these services and jobs, or of all, by name; they are looked at side
    by side."""
    groups = meant_groups(load_arrangement(request), services)
    names = {group.name: names_of(group, request.settings) for group in groups}
    aws = connect()
    found = aws.together(*(partial(diagnosis_of, aws, one) for one in names.values()))
    diagnoses = dict(zip(names, found, strict=True))
    jobs = {group.name for group in groups if group.is_job}
    return {name: one or _nothing_there(name, name in jobs) for name, one in diagnoses.items()}


def _nothing_there(name: str, is_job: bool) -> Diagnosis:
    """ECS forgets stopped tasks after an hour, so that nothing need be amiss with a job."""
    if is_job:
        return Diagnosis((), (), Condition(f"job {name} has not run lately", True))
    return Diagnosis((), (), Condition(f"there is no service {name}; start it with up", False))
