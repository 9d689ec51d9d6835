"""deploy.placement.constraints -> placementConstraints of the task definition, in ECS's query
language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ecscli.base.documents import Draft
from ecscli.base.findings import Findings
from ecscli.compose.project.model import Service

CONSTRAINT = re.compile(r"\s*(?P<what>[\w.-]+)\s*(?P<operator>==|!=)\s*(?P<value>\S+)\s*")
LABEL = "node.labels."
INSTANCE_ID = "ec2InstanceId"
ATTRIBUTES = {  # of Swarm -> of ECS
    "node.platform.os": "attribute:ecs.os-type",
    "node.platform.arch": "attribute:ecs.cpu-architecture",
    "node.hostname": INSTANCE_ID,
    "node.id": INSTANCE_ID,
}
ARCHITECTURES = {"amd64": "x86_64", "aarch64": "arm64"}
KNOWN = (
    "node.labels.*, node.platform.os, node.platform.arch and node.hostname (an instance id) are"
    " known"
)


def placement_constraints(services: Sequence[Service], findings: Findings) -> list[Draft]:
    """One memberOf constraint for each expression that the services ask for.

    What only a Swarm has, its managers above all, is left out with a warning, as Docker Compose
    leaves it out.
    """
    expressions: dict[str, None] = {}
    for service, index, constraint in _constraints(services):
        expression = _expression(constraint)
        if expression is not None:
            expressions[expression] = None
            continue
        findings.warning(
            f'"{constraint}" is not sent, ECS has nothing like it',
            service.where("deploy", "placement", "constraints", index),
            KNOWN,
            key=f"services.{service.name}.deploy.placement.constraints",
        )
    return [{"type": "memberOf", "expression": expression} for expression in expressions]


def _constraints(services: Sequence[Service]) -> Iterator[tuple[Service, int, str]]:
    for service in services:
        if service.deploy:
            for index, constraint in enumerate(service.deploy.placement_constraints):
                yield service, index, constraint


def _expression(constraint: str) -> str | None:
    """The constraint in ECS's query language; None where it has no counterpart."""
    match = CONSTRAINT.fullmatch(constraint)
    if match is None:
        return None
    what, operator, value = match.groups()
    if what.startswith(LABEL):
        return f"attribute:{what.removeprefix(LABEL)} {operator} {value}"
    attribute = ATTRIBUTES.get(what)
    if attribute is None or (attribute == INSTANCE_ID and not value.startswith("i-")):
        return None
    if what == "node.platform.arch":
        value = ARCHITECTURES.get(value, value)
    return f"{attribute} {operator} {value}"
