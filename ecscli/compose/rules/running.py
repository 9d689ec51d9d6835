"""Rules of run_params: where tasks run, which RunTask and CreateService would refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecscli.base.documents import Document
from ecscli.compose.ecs import limits
from ecscli.compose.rules.subject import Problem, Subject

Found = Iterator[Problem]
AWSVPC = "network_configuration.awsvpc_configuration"
IDS = (  # field, key of ecs-params, what an id begins with, how many there may be
    ("subnets", "subnets", "subnet", limits.MAX_SUBNETS),
    ("securityGroups", "security_groups", "sg", limits.MAX_SECURITY_GROUPS),
)
FIELDS = {  # placement strategy -> the fields that it takes; None: any
    "spread": None,
    "random": None,
    "binpack": ("cpu", "memory", "CPU", "MEMORY"),
}
CONSTRAINTS = ("memberOf", "distinctInstance")


def _awsvpc(subject: Subject) -> Document:
    found: Document = subject.params.network.get("awsvpcConfiguration", {})
    return found


def subnets(subject: Subject) -> Found:
    if subject.network_mode == "awsvpc" and not _awsvpc(subject).get("subnets"):
        hint = f"run_params.{AWSVPC}.subnets in ecs-params"
        message = "tasks in awsvpc need a subnet to run in"
        yield subject.of_run(AWSVPC, message, hint).as_warning()


def ids(subject: Subject) -> Found:
    for field, key, prefix, most in IDS:
        given = _awsvpc(subject).get(field) or ()
        for name in given:
            if not re.fullmatch(rf"{prefix}-\w+", str(name)):
                message = f'"{name}" is not an id'
                yield subject.of_run(f"{AWSVPC}.{key}", message, f"write {prefix}-...")
        if len(given) > most:
            yield subject.of_run(f"{AWSVPC}.{key}", f"{len(given)} of them; {most} at most")


def public_address(subject: Subject) -> Found:
    given = _awsvpc(subject).get("assignPublicIp")
    key = f"{AWSVPC}.assign_public_ip"
    if given and given not in ("ENABLED", "DISABLED"):
        yield subject.of_run(key, f'"{given}" is not a choice', "ENABLED or DISABLED")
    elif given == "ENABLED" and not subject.fargate:
        message = "tasks on instances get no public address"
        yield subject.of_run(key, message, "DISABLED, and a NAT gateway")


def placement_on_fargate(subject: Subject) -> Found:
    if subject.fargate and any(subject.params.placement.values()):
        yield subject.of_run("task_placement", "Fargate places tasks itself", "leave it out")


def strategies(subject: Subject) -> Found:
    given = subject.params.placement.get("placementStrategy") or ()
    key = "task_placement.strategy"
    if len(given) > limits.MAX_PLACEMENT_STRATEGIES:
        yield subject.of_run(key, f"more than {limits.MAX_PLACEMENT_STRATEGIES}")
    for strategy in given:
        kind, field = strategy.get("type"), strategy.get("field")
        if kind not in FIELDS:
            yield subject.of_run(key, f'no such type: "{kind}"', "spread, binpack or random")
            continue
        allowed = FIELDS[kind]
        if allowed and field not in allowed:
            yield subject.of_run(key, f'binpack has no field "{field}"', "cpu or memory")


def constraints(subject: Subject) -> Found:
    given = subject.params.placement.get("placementConstraints") or ()
    key = "task_placement.constraints"
    total = len(given) + len(subject.items("placementConstraints"))
    if total > limits.MAX_PLACEMENT_CONSTRAINTS:
        most = limits.MAX_PLACEMENT_CONSTRAINTS
        yield subject.of_run(key, f"{total} with those of the task; {most} at most")
    for constraint in given:
        kind, expression = constraint.get("type"), constraint.get("expression")
        if kind not in CONSTRAINTS:
            yield subject.of_run(key, f'no such type: "{kind}"', " or ".join(CONSTRAINTS))
        elif (kind == "memberOf") != bool(expression):
            message = "memberOf needs an expression, distinctInstance takes none"
            yield subject.of_run(key, message)


RULES = (subnets, ids, public_address, placement_on_fargate, strategies, constraints)
