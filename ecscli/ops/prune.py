"""Old revisions of a task definition: which are in nobody's use, and their removal at a pace that
ECS allows."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.aws.client import batches
from ecscli.base.documents import Document
from ecscli.base.errors import AwsError
from ecscli.base.records import record
from ecscli.up.model import Event, short
from ecscli.up.service.live import DESCRIBED_SERVICES
from ecscli.up.tasks.live import describe_tasks

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

DELETED_A_CALL = 10  # the most that DeleteTaskDefinitions takes
# what a repeated call is refused with
GOING = re.compile(r"DELETE_IN_PROGRESS|MISSING|not found", re.IGNORECASE)
# so many calls at once, then seconds between two: what ECS allows for changes of definitions
BURST, PAUSE = (
    5,
    1.0,
)


@record
class Revision:
    """One revision by its ARN."""

    arn: str
    active: bool

    @property
    def number(self) -> int:
        return int(self.arn.rsplit(":", 1)[-1])


@record
class Fate:
    """What becomes of a revision: `action` is keep, deregister or delete; `reason` says why."""

    revision: Revision
    action: str
    reason: str


def decide(
    revisions: Sequence[Revision], in_use: Collection[str], keep: int, delete: bool = False
) -> tuple[Fate, ...]:
    """The fate of every revision, the newest first. The `keep` newest ACTIVE ones and all in use
    stay."""
    ordered = sorted(revisions, key=lambda revision: -revision.number)
    kept = {
        revision.arn for revision in [revision for revision in ordered if revision.active][:keep]
    }
    return tuple(_fate(revision, in_use, kept, delete) for revision in ordered)


def _fate(revision: Revision, in_use: Collection[str], kept: Collection[str], delete: bool) -> Fate:
    if revision.arn in in_use:
        return Fate(revision, "keep", "in use")
    if revision.arn in kept:
        return Fate(revision, "keep", "one of the newest")
    if revision.active:
        return Fate(revision, "delete" if delete else "deregister", "old")
    return Fate(revision, "delete" if delete else "keep", "not active any more")


# ------------------------------------------------------------------ reading


def read_revisions(aws: Aws, family: str, inactive: bool) -> tuple[Revision, ...]:
    """The revisions of a family, those that are not ACTIVE any more where asked for."""
    states = ("ACTIVE", "INACTIVE") if inactive else ("ACTIVE",)
    lists = aws.together(*(_listing(aws, family, state) for state in states))
    return tuple(
        Revision(arn, state == "ACTIVE")
        for state, arns in zip(states, lists, strict=True)
        for arn in arns
        if short(arn).rsplit(":", 1)[0] == family
    )


def _listing(aws: Aws, family: str, state: str) -> Callable[[], list[str]]:
    query = {"familyPrefix": family, "status": state}
    return lambda: list(aws.pages("ecs", "list_task_definitions", "taskDefinitionArns", **query))


def read_use(aws: Aws, family: str) -> frozenset[str]:
    """The ARNs that a service or a running task of any cluster of the region uses."""
    clusters = list(aws.pages("ecs", "list_clusters", "clusterArns"))
    found = aws.together(
        *(lambda cluster=cluster: _of_services(aws, cluster) for cluster in clusters),
        *(lambda cluster=cluster: _of_tasks(aws, cluster, family) for cluster in clusters),
    )
    return frozenset(arn for arns in found for arn in arns)


def _of_services(aws: Aws, cluster: str) -> list[str]:
    arns = list(aws.pages("ecs", "list_services", "serviceArns", cluster=cluster))
    services: list[Document] = []
    for lot in batches(arns, DESCRIBED_SERVICES):
        services += aws.call("ecs", "describe_services", cluster=cluster, services=lot)["services"]
    used = [str(service.get("taskDefinition", "")) for service in services]
    sets = [
        part
        for service in services
        for part in (*service.get("deployments", ()), *service.get("taskSets", ()))
    ]
    return [*used, *(str(part.get("taskDefinition", "")) for part in sets)]


def _of_tasks(aws: Aws, cluster: str, family: str) -> list[str]:
    arns = list(
        aws.pages(
            "ecs", "list_tasks", "taskArns", cluster=cluster, family=family, desiredStatus="RUNNING"
        )
    )
    return [str(task["taskDefinitionArn"]) for task in describe_tasks(aws, cluster, arns)]


# ----------------------------------------------------------------- removing


def remove_revisions(aws: Aws, fates: Sequence[Fate]) -> Iterator[Event]:
    """Deregister and delete; an event for each revision. What ECS refuses is told, and the rest
    goes on."""
    pace = _Pace(aws)
    leaving = [fate.revision for fate in fates if fate.action != "keep"]
    for revision in leaving:
        if revision.active:
            pace.wait()
            _deregister(aws, revision.arn)
            yield Event(f"Deregistered {short(revision.arn)}")
    for lot in batches(
        [fate.revision.arn for fate in fates if fate.action == "delete"], DELETED_A_CALL
    ):
        pace.wait()
        answer = aws.call("ecs", "delete_task_definitions", taskDefinitions=lot)
        refused = {
            failure.get("arn"): failure.get("reason") for failure in answer.get("failures", ())
        }
        for arn in lot:
            kept = arn in refused and not GOING.search(str(refused[arn]))
            told = (
                f"{short(arn)} was not deleted: {refused[arn]}" if kept else f"Deleted {short(arn)}"
            )
            yield Event(told, "warning" if kept else "info")


def _deregister(aws: Aws, arn: str) -> None:
    """Make a revision inactive; that it is so already is what the answer of a repeated call
    says."""
    try:
        aws.call("ecs", "deregister_task_definition", taskDefinition=arn)
    except AwsError as error:
        if error.code != "ClientException" or _state(aws, arn) == "ACTIVE":
            raise


def _state(aws: Aws, arn: str) -> str:
    """The status of a revision; empty where it cannot be described any more."""
    try:
        return str(
            aws.call("ecs", "describe_task_definition", taskDefinition=arn)["taskDefinition"].get(
                "status"
            )
        )
    except AwsError as error:
        if error.code != "ClientException":
            raise
        return ""


class _Pace:
    """Some calls at once, the others with a pause between."""

    def __init__(self, aws: Aws) -> None:
        self._aws, self._made = aws, 0

    def wait(self) -> None:
        if self._made >= BURST:
            self._aws.sleep(PAUSE)
        self._made += 1
