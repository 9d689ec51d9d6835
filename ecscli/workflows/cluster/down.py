"""A cluster deleted, with its services, tasks, stack and instances."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from ecscli.base.records import record
from ecscli.up.model import Event
from ecscli.up.stack.apply import apply
from ecscli.up.stack.removal import remains
from ecscli.up.stack.removal.plan import plan_removal
from ecscli.up.stack.removal.rules import refuse_used, rules_of_projects
from ecscli.workflows.cluster.infra import ExistingRequest, open_own_aws
from ecscli.workflows.events import interruptible

if TYPE_CHECKING:
    from ecscli.aws.client import Aws
    from ecscli.up.stack.removal.remains import Remains


@record
class Doomed:
    """What `down` would delete of a cluster."""

    aws: Aws
    cluster: str
    stack: str
    remains: Remains


def read(request: ExistingRequest) -> Doomed:
    """What exists of the cluster that the settings name. Raises InputError where projects use the
    load balancer that it shares."""
    aws = open_own_aws(request)
    cluster, stack = aws.settings.need_cluster(), aws.settings.stack_name.value or ""
    found = remains.read(aws, cluster, stack)
    what = f"the load balancer of stack {stack} is in use, and cluster {cluster} cannot be deleted"
    refuse_used(what, rules_of_projects(aws, found.resources))
    return Doomed(aws, cluster, stack, found)


def down(doomed: Doomed, timeout: float) -> Generator[Event, None, None]:
    """Delete all of it, each step within `timeout` minutes. Raises DeploymentError naming what
    cannot be deleted."""
    cluster = doomed.cluster
    with interruptible(
        f"Interrupted. What was begun to be deleted of cluster {cluster} goes on being deleted.",
        "run `ecscli down` again to delete the rest",
    ):
        if doomed.remains.stack:
            yield Event("Waiting for your cluster resources to be deleted...")
        else:
            yield Event(f"No CloudFormation stack found for cluster '{cluster}'.")
        yield from apply(doomed.aws, plan_removal(doomed.remains), timeout * 60)
