"""Rules of how tasks run, which RunTask and CreateService share: network and placement."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.documents import Document
from ecscli.base.marks import Mark, where
from ecscli.compose.rules.places import of_run_member
from ecscli.compose.rules.subject import Problem, Subject, section

Found = Iterator[Problem]
AWSVPC = ("networkConfiguration", "awsvpcConfiguration")
SUBNETS = "run_params.network_configuration.awsvpc_configuration.subnets"
BINPACKED = ("cpu", "memory", "CPU", "MEMORY")
MOST_CONSTRAINTS = 10  # of a task, those of its definition included


def subnets(subject: Subject) -> Found:
    """A task in network mode awsvpc needs a subnet."""
    if subject.network_mode != "awsvpc" or not subject.run.in_own_network:
        return
    if not _awsvpc(subject).get("subnets"):
        message = "network mode awsvpc needs at least one subnet"
        hint = "set run_params.network_configuration.awsvpc_configuration.subnets in ecs-params.yml"
        problem = Problem(SUBNETS, message, _place_of_mode(subject), hint)
        yield problem.as_fatal()


def _awsvpc(subject: Subject) -> Document:
    """The awsvpcConfiguration that tasks run with."""
    return (subject.run.fields.get(AWSVPC[0]) or {}).get(AWSVPC[1]) or {}


def _place_of_mode(subject: Subject) -> Mark | None:
    """Where the files ask for network mode awsvpc; None where the launch type alone does."""
    run = section(subject.params.tree, "run_params")
    task = section(subject.params.tree, "task_definition")
    if "network_configuration" in run:
        return where(run, "network_configuration")
    if "ecs_network_mode" in task:
        return where(task, "ecs_network_mode")
    modes = [one.where("network_mode") for one in subject.project.services if one.network_mode]
    return next(iter(modes), None)


def public_address(subject: Subject) -> Found:
    """A task on an instance gets no public address."""
    if _awsvpc(subject).get("assignPublicIp") == "ENABLED" and not subject.fargate:
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


RULES = (subnets, public_address, placement)
