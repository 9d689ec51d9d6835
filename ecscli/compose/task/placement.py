"""deploy.placement.constraints -> placementConstraints of the task definition, in ECS's query
language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecscli.base.documents import Draft
from ecscli.base.findings import Findings
from ecscli.compose.project.model import Service

CONSTRAINT = re.compile(r"\s*(?P<what>[\w.-]+)\s*(?P<operator>==|!=)\s*(?P<value>\S+)\s*")
ATTRIBUTES = {  # of Swarm -> of ECS
    "node.platform.os": "attribute:ecs.os-type",
    "node.platform.arch": "attribute:ecs.cpu-architecture",
    "node.hostname": "ec2InstanceId",
    "node.id": "ec2InstanceId",
}
ARCHITECTURES = {"amd64": "x86_64", "aarch64": "arm64"}


def placement_constraints(services: Sequence[Service], findings: Findings) -> list[Draft]:
    """One memberOf constraint for each expression that the services ask for.

    What only a Swarm has, its managers above all, is left out with a warning, as Docker Compose
    leaves it out.
    """
    found: dict[str, None] = {}
    for service in services:
        for index, constraint in enumerate(
            service.deploy.placement_constraints if service.deploy else ()
        ):
            expression = _expression(constraint)
            if expression is None:
                findings.warning(
                    f'services.{service.name}.deploy.placement.constraints: "{constraint}" is not'
                    " sent, ECS has nothing like it",
                    service.where("deploy", "placement", "constraints", index),
                    "node.labels.*, node.platform.os, node.platform.arch and node.hostname (an"
                    " instance id) are known",
                )
            else:
                found[expression] = None
    return [{"type": "memberOf", "expression": expression} for expression in found]


def _expression(constraint: str) -> str | None:
    match = CONSTRAINT.fullmatch(constraint)
    if match is None:
        return None
    what, operator, value = match.groups()
    if what == "node.platform.arch":
        value = ARCHITECTURES.get(value, value)
    attribute = ATTRIBUTES.get(what)
    if what.startswith("node.labels."):
        attribute = f"attribute:{what.removeprefix('node.labels.')}"
    if attribute is None or (attribute == "ec2InstanceId" and not value.startswith("i-")):
        return None
    return f"{attribute} {operator} {value}"
