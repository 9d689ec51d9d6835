"""What RunTask and StartTask refuse beyond what services are refused as well."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ecscli.sandbox.ecs.checks.launches.capacity import CAPACITY_RULES
from ecscli.sandbox.ecs.checks.launches.ebs import EBS_RULES
from ecscli.sandbox.ecs.checks.launches.launching import Launching
from ecscli.sandbox.ecs.checks.launches.network import NETWORK_RULES
from ecscli.sandbox.ecs.checks.launches.placement import PLACEMENT_RULES
from ecscli.sandbox.ecs.checks.rule import Rule, complaints
from ecscli.sandbox.ecs.checks.sizes import cpu_units, is_size, mebibytes
from ecscli.sandbox.ecs.checks.tasks.definition import above_task
from ecscli.sandbox.shapes import Json

MOST_CHARACTERS = 8192


def refusals(launching: Launching) -> Iterator[str]:
    """Everything that RunTask and StartTask refuse, in the order of the tables."""
    for rules in (CAPACITY_RULES, NETWORK_RULES, PLACEMENT_RULES, TASK_RULES, EBS_RULES):
        yield from complaints(rules, launching)


def overrides_of(launching: Launching) -> Json:
    overrides: Json = launching.request.get("overrides") or {}
    return overrides


def long_overrides(launching: Launching) -> Iterator[str]:
    length = len(json.dumps(overrides_of(launching), separators=(",", ":")))
    if length > MOST_CHARACTERS:
        yield f"Container Overrides length must be at most {MOST_CHARACTERS}"


def unknown_override(launching: Launching) -> Iterator[str]:
    for one in overrides_of(launching).get("containerOverrides") or []:
        if launching.container(one.get("name")) is None:
            yield (
                f"Override for container named {one.get('name')} is not a container in the"
                " TaskDefinition."
            )


def container_above_task(launching: Launching) -> Iterator[str]:
    overrides = overrides_of(launching)
    task = overrides.get("memory") or launching.definition.document.get("memory")
    for one in overrides.get("containerOverrides") or []:
        if task and (one.get("memory") or 0) > mebibytes(str(task)):
            yield above_task(one)


def bad_task_size(launching: Launching) -> Iterator[str]:
    overrides, document = overrides_of(launching), launching.definition.document
    if not launching.on_fargate or not (overrides.get("cpu") or overrides.get("memory")):
        return
    cpu = cpu_units(str(overrides.get("cpu") or document["cpu"]))
    memory = mebibytes(str(overrides.get("memory") or document["memory"]))
    if not is_size(cpu, memory):
        yield f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory."


def service_tags(launching: Launching) -> Iterator[str]:
    if launching.request.get("propagateTags") == "SERVICE":
        yield "The propagateTags value SERVICE is not supported when running a task."


def no_role_for_exec(launching: Launching) -> Iterator[str]:
    role = overrides_of(launching).get("taskRoleArn") or launching.definition.document.get(
        "taskRoleArn"
    )
    if launching.request.get("enableExecuteCommand") and not role:
        yield (
            "The task couldn't be run because a valid taskRoleArn is not being used. Specify a"
            " valid task role in your task definition and try again."
        )


def storage_on_ec2(launching: Launching) -> Iterator[str]:
    if overrides_of(launching).get("ephemeralStorage") and not launching.on_fargate:
        yield "The ephemeralStorage override is only supported for tasks hosted on Fargate."


TASK_RULES: tuple[Rule[Launching], ...] = (
    Rule(
        long_overrides,
        ("RunTaskRequest.overrides", "StartTaskRequest.overrides"),
        "A total of 8192 characters are allowed for overrides.",
    ),
    Rule(
        unknown_override,
        ("ContainerOverride.name",),
        "The name of the container that receives the override.",
    ),
    Rule(
        container_above_task,
        ("ContainerOverride.memory",),
        "The hard limit (in MiB) of memory to present to the container",
    ),
    Rule(
        bad_task_size,
        ("TaskOverride.cpu", "TaskOverride.memory"),
        "The CPU override for the task.",
    ),
    Rule(
        service_tags,
        ("RunTaskRequest.propagateTags",),
        "An error will be received if you specify the SERVICE option when running a task.",
    ),
    Rule(
        no_role_for_exec,
        ("RunTaskRequest.enableExecuteCommand", "TaskOverride.taskRoleArn"),
        "If true , then the task definition must have a task role, or you must provide one as an"
        " override.",
    ),
    Rule(
        storage_on_ec2,
        ("TaskOverride.ephemeralStorage",),
        "This parameter is only supported for tasks hosted on Fargate",
    ),
)
