"""Rules of how tasks run, which RunTask and CreateService share: network and placement."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.compose.rules.places import of_run_member
from ecscli.compose.rules.subject import Problem, Subject

Found = Iterator[Problem]
AWSVPC = ("networkConfiguration", "awsvpcConfiguration")
BINPACKED = ("cpu", "memory", "CPU", "MEMORY")
MOST_CONSTRAINTS = 10  # of a task, those of its definition included


def public_address(subject: Subject) -> Found:
    """A task on an instance gets no public address."""
    network = (subject.run.fields.get(AWSVPC[0]) or {}).get(AWSVPC[1]) or {}
    if network.get("assignPublicIp") == "ENABLED" and not subject.fargate:
        yield of_run_member(
            subject,
            (*AWSVPC, "assignPublicIp"),
            "tasks on instances get no public address",
            "DISABLED, and a NAT gateway",
        )


def placement(subject: Subject) -> Found:
    """Binpack is by cpu or memory; memberOf has an expression and distinctInstance none; a task has
    10 constraints at most, those of its definition included."""
    for at, strategy in enumerate(subject.run.fields.get("placementStrategy") or ()):
        field = strategy.get("field")
        if strategy.get("type") == "binpack" and field not in BINPACKED:
            message = f'binpack has no field "{field}"'
            member = ("placementStrategy", at, "field")
            yield of_run_member(subject, member, message, "cpu or memory")
    constraints = subject.run.fields.get("placementConstraints") or ()
    total = len(constraints) + len(subject.items("placementConstraints"))
    if constraints and total > MOST_CONSTRAINTS:
        message = f"{total} with those of the task; {MOST_CONSTRAINTS} at most"
        yield of_run_member(subject, ("placementConstraints",), message)
    for at, constraint in enumerate(constraints):
        wrong = _expression(constraint.get("type"), bool(constraint.get("expression")))
        if wrong:
            yield of_run_member(subject, ("placementConstraints", at, "expression"), wrong)


def _expression(kind: object, given: bool) -> str | None:
    if kind == "memberOf" and not given:
        return "memberOf needs an expression"
    if kind == "distinctInstance" and given:
        return "distinctInstance takes no expression"
    return None


RULES = (public_address, placement)
