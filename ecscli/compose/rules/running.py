"""Rules of run_params: where tasks run, which RunTask and CreateService would refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecscli.compose.ecs import limits
from ecscli.compose.rules.subject import Problem, Subject

Found = Iterator[Problem]
AWSVPC = "network_configuration.awsvpc_configuration"
SUBNET = re.compile(r"subnet-\w+")
GROUP = re.compile(r"sg-\w+")
FIELDS = {
    "spread": None,
    "random": None,
    "binpack": ("cpu", "memory", "CPU", "MEMORY"),
}  # strategy -> fields it takes


def network(subject: Subject) -> Found:
    given = subject.params.network.get("awsvpcConfiguration", {})
    subnets, groups = given.get("subnets") or (), given.get("securityGroups") or ()
    if subject.network_mode == "awsvpc" and not subnets:
        hint = f"run_params.{AWSVPC}.subnets in ecs-params"
        yield subject.of_run(AWSVPC, "tasks in awsvpc need a subnet to run in", hint)._replace(
            severity="warning"
        )
    for key, ids, form, most in (
        ("subnets", subnets, SUBNET, limits.MAX_SUBNETS),
        ("security_groups", groups, GROUP, limits.MAX_SECURITY_GROUPS),
    ):
        for name in ids:
            if not form.fullmatch(str(name)):
                yield subject.of_run(
                    f"{AWSVPC}.{key}",
                    f'"{name}" is no id',
                    f"write {form.pattern.split('-')[0]}-...",
                )
        if len(ids) > most:
            yield subject.of_run(f"{AWSVPC}.{key}", f"{len(ids)} of them; {most} at most")
    public = given.get("assignPublicIp")
    if public and public not in ("ENABLED", "DISABLED"):
        yield subject.of_run(
            f"{AWSVPC}.assign_public_ip", f'"{public}" is no choice', "ENABLED or DISABLED"
        )
    elif public == "ENABLED" and not subject.fargate:
        yield subject.of_run(
            f"{AWSVPC}.assign_public_ip",
            "tasks on instances get no public address",
            "DISABLED, and a NAT gateway",
        )


def placement(subject: Subject) -> Found:
    strategies = subject.params.placement.get("placementStrategy") or ()
    constraints = subject.params.placement.get("placementConstraints") or ()
    if subject.fargate and (strategies or constraints):
        yield subject.of_run("task_placement", "Fargate places tasks itself", "leave it out")
    if len(strategies) > limits.MAX_PLACEMENT_STRATEGIES:
        yield subject.of_run(
            "task_placement.strategy", f"more than {limits.MAX_PLACEMENT_STRATEGIES}"
        )
    for strategy in strategies:
        kind, field = strategy.get("type"), strategy.get("field")
        if kind not in FIELDS:
            yield subject.of_run(
                "task_placement.strategy", f'no such type: "{kind}"', "spread, binpack or random"
            )
        elif FIELDS[kind] and field not in (FIELDS[kind] or ()):
            yield subject.of_run(
                "task_placement.strategy", f'binpack knows no field "{field}"', "cpu or memory"
            )
    total = len(constraints) + len(subject.definition.get("placementConstraints") or ())
    if total > limits.MAX_PLACEMENT_CONSTRAINTS:
        yield subject.of_run(
            "task_placement.constraints",
            f"{total} with those of the task; {limits.MAX_PLACEMENT_CONSTRAINTS} at most",
        )
    for constraint in constraints:
        kind, expression = constraint.get("type"), constraint.get("expression")
        if kind not in ("memberOf", "distinctInstance"):
            yield subject.of_run(
                "task_placement.constraints",
                f'no such type: "{kind}"',
                "memberOf or distinctInstance",
            )
        elif (kind == "memberOf") != bool(expression):
            yield subject.of_run(
                "task_placement.constraints",
                "memberOf needs an expression, distinctInstance takes none",
            )


RULES = (network, placement)
