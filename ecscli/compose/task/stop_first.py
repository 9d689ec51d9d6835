"""A task that writes to a file system which is kept for the project -> how its ECS service replaces
it: two tasks never write to the same files, as two containers of Compose never do.

Sources: DeploymentConfiguration and availabilityZoneRebalancing of CreateService in the ECS API
reference.
"""

from __future__ import annotations

from ecscli.base.documents import Document, Draft
from ecscli.base.findings import Findings
from ecscli.compose.params.read import EcsParams
from ecscli.compose.storage.model import Storage, mounted

STOP_FIRST = {"minimumHealthyPercent": 0, "maximumPercent": 100}
DEPLOYMENT, REBALANCING = "deploymentConfiguration", "availabilityZoneRebalancing"


def stop_first(
    request: Document, service: Draft, params: EcsParams, storage: Storage, findings: Findings
) -> None:
    """Let the task stop before its successor starts, unless files give percentages or several
    tasks."""
    given = {**service, **params.service}
    percentages = {**service.get(DEPLOYMENT, {}), **params.service.get(DEPLOYMENT, {})}
    several = int(given.get("desiredCount") or 1) > 1 or given.get("schedulingStrategy") == "DAEMON"
    if several or not percentages.keys().isdisjoint(STOP_FIRST):
        return
    written = [name for name, writes in mounted(request, storage).items() if writes]
    if not written:
        return
    service[DEPLOYMENT] = {**service.get(DEPLOYMENT, {}), **STOP_FIRST}
    if REBALANCING not in given:
        service[REBALANCING] = "DISABLED"
    findings.notice(
        f"as a service, a task stops before its successor starts: both would write to {written[0]}",
        storage.volumes[written[0]].where,
        "to change it, give deploy.update_config order: start-first",
    )
