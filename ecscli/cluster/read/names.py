"""PURE: the names of a cluster and of its stack -> what ECS and CloudFormation would refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecscli.base.errors import Finding, shorten

# CreateCluster's `clusterName`, CreateStack's `StackName`
CLUSTER = re.compile(r"[A-Za-z0-9_-]{1,255}")
STACK = re.compile(r"[A-Za-z][-A-Za-z0-9]{0,127}")


def of_cluster(name: str, source: str) -> Iterator[Finding]:
    """A finding where ECS does not take the name; `source`: where the name came from."""
    if not CLUSTER.fullmatch(name):
        message = f'a cluster cannot be called "{shorten(name)}"'
        hint = "letters, digits, hyphens and underscores, 255 at most"
        yield Finding(message, source, hint)


def of_stack(name: str, cluster: str, source: str) -> Iterator[Finding]:
    """A finding where CloudFormation does not take the name of the cluster's stack."""
    if STACK.fullmatch(name) or not CLUSTER.fullmatch(cluster):
        return
    message = (
        f"a stack cannot be called {shorten(name)}: it has letters, digits and hyphens alone, a"
        " letter first, 128 at most"
    )
    hint = (
        f"choose another name for the cluster, or one for its stack: `ecscli configure --cluster"
        f" {shorten(cluster)} --region REGION --cfn-stack-name NAME`"
    )
    yield Finding(message, source, hint)
