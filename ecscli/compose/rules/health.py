"""Rules of health checks and of containers that wait for others."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from ecscli.compose.ecs import limits
from ecscli.compose.rules.subject import Container, Problem, Subject, listed

Found = Iterator[Problem]


def command(subject: Subject, one: Container) -> Found:
    """The command of a health check begins with CMD or CMD-SHELL."""
    words = one.mapping("healthCheck").get("command") or ()
    if words and words[0] not in limits.HEALTH_COMMANDS:
        yield one.problem(
            "healthcheck.test",
            "must begin with CMD or CMD-SHELL",
            'write test: ["CMD", "program", "..."]',
        )


def dependencies(subject: Subject, one: Container) -> Found:
    """A container waits for others of its task: for one that ends, which is not essential, or for
    one that has a health check."""
    for edge in one.items("dependsOn"):
        name, condition = str(edge["containerName"]), str(edge["condition"])
        message, hint = _problem_of_edge(subject, one, name, condition)
        if message:
            yield one.problem(f"depends_on.{name}", message, hint)


def _problem_of_edge(
    subject: Subject, one: Container, name: str, condition: str
) -> tuple[str | None, str | None]:
    """What ECS would refuse in waiting for another container, and what to do; None for nothing."""
    other = subject.named.get(name)
    if name == one.name:
        return "a container cannot depend on itself", None
    if other is None:
        return f"no such container: {name}", f"there are {listed(subject.names)}"
    if condition == "HEALTHY" and not other.mapping("healthCheck"):
        return f"{name} has no healthcheck to wait for", f"give {name} one"
    may_end = condition in ("COMPLETE", "SUCCESS")
    if may_end and other.definition.get("essential", True):
        hint = f"essential: false for {name} in ecs-params"
        return f"{name} may end, so it cannot be essential", hint
    return None, None


def cycles(subject: Subject) -> Found:
    """Containers do not wait for each other in a circle."""
    edges = {one.name: _others(one) for one in subject.containers}
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        loop = sorted(set(error.args[1]))
        message = f"a circle: {' and '.join(loop)} wait for each other"
        yield subject.named[loop[0]].problem("depends_on", message)


def _others(one: Container) -> list[str]:
    names = [str(edge["containerName"]) for edge in one.items("dependsOn")]
    return [name for name in names if name != one.name]


RULES = (cycles,)
CONTAINER_RULES = (command, dependencies)
