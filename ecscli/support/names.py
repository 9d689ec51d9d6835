"""PURE: the name of a project's support stack on a cluster, its tags, and whose stack it is by
them."""

from __future__ import annotations

import re
from collections.abc import Mapping

LONGEST = 128  # characters of the name of a stack
PROJECT, CLUSTER = "ecscli:project", "ecscli:cluster"
EXECUTION_ROLE = "ExecutionRole"  # logical id, and the output with its ARN


def stack_name(cluster: str, project: str) -> str:
    """``ecscli-CLUSTER-PROJECT``; CloudFormation takes letters, digits and dashes."""
    return re.sub(r"[^A-Za-z0-9-]", "-", f"ecscli-{cluster}-{project}")[:LONGEST]


def stack_tags(cluster: str, project: str) -> dict[str, str]:
    """The tags by which a stack is known, as its name may be that of another pair too."""
    return {PROJECT: project, CLUSTER: cluster}


def is_of(tags: Mapping[str, str], cluster: str, project: str) -> bool:
    """Whether a stack with these tags belongs to the project on the cluster."""
    return all(tags.get(key) == value for key, value in stack_tags(cluster, project).items())


def owner(tags: Mapping[str, str]) -> str:
    """Whose stack it is, in words."""
    if PROJECT not in tags:
        return "has no tag of a project"
    return f"belongs to project {tags[PROJECT]} on cluster {tags.get(CLUSTER, '?')}"
