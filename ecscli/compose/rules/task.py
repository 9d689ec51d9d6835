"""Rules of the task as a whole: its name, number of containers, modes, placement, tags and
length."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ecscli.base.documents import Document
from ecscli.base.marks import where
from ecscli.compose.ecs import limits
from ecscli.compose.rules.subject import Problem, Subject

Found = Iterator[Problem]
NAMESPACES = (  # field, key of ecs-params, key of a service, what each launch type allows
    ("pidMode", "pid_mode", "pid", limits.PID_MODES),
    ("ipcMode", "ipc_mode", "ipc", limits.IPC_MODES),
)


def family(subject: Subject) -> Found:
    name = str(subject.definition.get("family") or "")
    if not limits.NAME.fullmatch(name):
        yield Problem(
            "name",
            f'"{name}" cannot be the family of a task definition',
            where(subject.project.tree, "name"),
            "1 to 255 letters, digits, dashes and underscores; choose it with --project-name",
        )


def containers(subject: Subject) -> Found:
    count = len(subject.containers)
    if not count:
        yield subject.of_project("a task needs at least one container")
    elif count > limits.MAX_CONTAINERS:
        yield subject.of_project(
            f"{count} containers; a task holds {limits.MAX_CONTAINERS} at most",
            "split the file into several projects, or select services with profiles",
        )


def namespaces(subject: Subject) -> Found:
    for field, key, service_key, allowed_on in NAMESPACES:
        mode, allowed = subject.definition.get(field), allowed_on[subject.launch_type]
        if not mode or mode in allowed:
            continue
        hint = "leave it out, or use launch type EC2"
        if allowed:
            hint = f"use one of {', '.join(allowed)}"
        message = f"{subject.launch_type} has no {field} {mode}"
        yield subject.of_shared(key, service_key, message, hint)


def placement(subject: Subject) -> Found:
    constraints = subject.items("placementConstraints")
    key = "placement_constraints"
    if constraints and subject.fargate:
        yield subject.of_task(key, "Fargate places tasks itself", "leave them out")
    if len(constraints) > limits.MAX_PLACEMENT_CONSTRAINTS:
        yield subject.of_task(key, f"more than {limits.MAX_PLACEMENT_CONSTRAINTS}")
    for constraint in constraints:
        if constraint.get("type") != "memberOf" or not constraint.get("expression"):
            message = "a task definition takes memberOf with an expression"
            yield subject.of_task(key, message, "type: memberOf")


def tags(subject: Subject) -> Found:
    given = subject.items("tags")
    place = subject.extra("tags")
    if len(given) > limits.MAX_TAGS:
        yield Problem("--tags", f"{len(given)} tags; {limits.MAX_TAGS} at most", place)
    for tag in given:
        message, hint = _problem_of_tag(tag)
        if message:
            yield Problem("--tags", message, place, hint)


def _problem_of_tag(tag: Document) -> tuple[str, str]:
    """What AWS would refuse in a tag, and what to do; empty for nothing."""
    key, value = str(tag.get("key") or ""), str(tag.get("value") or "")
    if key.lower().startswith(limits.RESERVED_TAG_PREFIX):
        return f"{key}: names in aws: belong to AWS", "choose another name"
    if len(key) not in limits.TAG_KEY_LENGTH or len(value) not in limits.TAG_VALUE_LENGTH:
        hint = "keys of 1 to 128, values of up to 256 characters"
        return f'"{key}" is too long or empty', hint
    if not limits.TAG_TEXT.fullmatch(key) or not limits.TAG_TEXT.fullmatch(value):
        hint = "letters, digits, spaces and + - = . _ : / @"
        return f'"{key}" has a character that tags cannot have', hint
    return "", ""


def length(subject: Subject) -> Found:
    text = json.dumps(subject.definition, ensure_ascii=False, separators=(",", ":"), default=str)
    written = len(text.encode())
    if written > limits.MAX_TASK_DEFINITION_BYTES:
        yield subject.of_project(
            f"the task definition has {written} bytes; {limits.MAX_TASK_DEFINITION_BYTES} at most",
            "move long values out of environment, to a file in S3 or to SSM parameters",
        )


RULES = (family, containers, namespaces, placement, tags, length)
