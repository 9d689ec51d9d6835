"""A project and its cluster -> the names of its namespaces in Cloud Map.

Sources: CreatePrivateDnsNamespace and CreateHttpNamespace in the Cloud Map API reference; RFC 1123
for labels.
"""

from __future__ import annotations

import re

LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.I)
LONGEST_LABEL = 63
TOP = "internal"
DEFAULT_CLUSTER = "default"  # as ECS names the cluster of a call that names none


def dns_namespace(project: str, cluster: str) -> str:
    """``PROJECT.CLUSTER.internal``"""
    return f"{connect_namespace(project, cluster)}.{TOP}"


def connect_namespace(project: str, cluster: str) -> str:
    """``PROJECT.CLUSTER``, which differs from the other one, as each name exists once."""
    return f"{label_of(project)}.{label_of(cluster or DEFAULT_CLUSTER)}"


def label_of(name: str) -> str:
    """A name as a label of DNS: lower case letters, digits and dashes between them."""
    cleaned = re.sub(r"[^a-z0-9-]", "-", name.lower())
    return cleaned[:LONGEST_LABEL].strip("-") or "x"


def is_label(name: str) -> bool:
    """Whether each resolver takes a name as one label."""
    return LABEL.fullmatch(name) is not None
