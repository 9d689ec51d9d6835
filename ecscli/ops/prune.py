"""Old revisions of a task definition: which nobody uses, and their removal at a pace that ECS
allows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.client import batches
from ecscli.base.errors import AwsError
from ecscli.base.records import record
from ecscli.up.model import Event, short
from ecscli.up.service.live import DESCRIBED_SERVICES
from ecscli.up.tasks.live import described

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws

DELETED_A_CALL = 10  # the most that DeleteTaskDefinitions takes
# what a repeated call is refused with
GOING = re.compile(r"DELETE_IN_PROGRESS|MISSING|not found", re.IGNORECASE)
# so many calls at once, then seconds between two: what ECS allows for changes of definitions
BURST, PAUSE = 5, 1.0


@record
class Revision:
    """One revision by its ARN."""

    arn: str
    active: bool

    @property
    def number(self) -> int:
        return int(self.arn.rsplit(":", 1)[-1])


@record
class RevisionFate:
    """What becomes of a revision: `action` is keep, deregister or delete, for a `reason`."""

    revision: Revision
    action: str
    reason: str


def decide(
    revisions: Sequence[Revision], in_use: Collection[str], keep: int, delete: bool = False
) -> tuple[RevisionFate, ...]:
    """The fate of every revision, the newest first. The `keep` newest ACTIVE ones and all in use
    stay."""
    ordered = sorted(revisions, key=lambda revision: -revision.number)
    active = [revision.arn for revision in ordered if revision.active]
    kept = active[:keep]
    return tuple(_fate(revision, in_use, kept, delete) for revision in ordered)


def _fate(
    revision: Revision, in_use: Collection[str], kept: Collection[str], delete: bool
) -> RevisionFate:
    if revision.arn in in_use:
        return RevisionFate(revision, "keep", "in use")
    if revision.arn in kept:
        return RevisionFate(revision, "keep", "one of the newest")
    if revision.active:
        return RevisionFate(revision, "delete" if delete else "deregister", "old")
    return RevisionFate(revision, "delete" if delete else "keep", "not active any more")


# ------------------------------------------------------------------ reading


def read_revisions(aws: Aws, family: str, inactive: bool) -> tuple[Revision, ...]:
    """The revisions of a family, those that are not ACTIVE any more where asked for."""
    states = ("ACTIVE", "INACTIVE") if inactive else ("ACTIVE",)
    lists = aws.together(*(partial(_list_revisions, aws, family, state) for state in states))
    return tuple(revision for revisions in lists for revision in revisions)


def _list_revisions(aws: Aws, family: str, state: str) -> list[Revision]:
    """A prefix lists other families as well, which begin with it."""
    query = {"familyPrefix": family, "status": state}
    arns = aws.pages("ecs", "list_task_definitions", "taskDefinitionArns", **query)
    own = [arn for arn in arns if short(arn).rsplit(":", 1)[0] == family]
    return [Revision(arn, state == "ACTIVE") for arn in own]


def read_use(aws: Aws, families: Sequence[str]) -> frozenset[str]:
    """The ARNs that a service or a running task of any cluster of the region uses."""
    clusters = list(aws.pages("ecs", "list_clusters", "clusterArns"))
    found = aws.together(
        *(partial(_of_services, aws, cluster) for cluster in clusters),
        *(partial(_of_tasks, aws, one, family) for one in clusters for family in families),
    )
    return frozenset(arn for arns in found for arn in arns)


def _of_services(aws: Aws, cluster: str) -> list[str]:
    arns = aws.pages("ecs", "list_services", "serviceArns", cluster=cluster)
    used: list[str] = []
    for lot in batches(arns, DESCRIBED_SERVICES):
        answer = aws.call("ecs", "describe_services", cluster=cluster, services=lot)
        for service in answer["services"]:
            used += _definitions_of(service)
    return used


def _definitions_of(service: ServiceTypeDef) -> Iterator[str]:
    """The revisions of a service: its own, and those of its deployments and task sets."""
    yield service.get("taskDefinition", "")
    for deployment in service.get("deployments", ()):
        yield deployment.get("taskDefinition", "")
    for task_set in service.get("taskSets", ()):
        yield task_set.get("taskDefinition", "")


def _of_tasks(aws: Aws, cluster: str, family: str) -> list[str]:
    tasks = described(aws, cluster, {"family": family, "desiredStatus": "RUNNING"})
    return [task["taskDefinitionArn"] for task in tasks]


# ----------------------------------------------------------------- removing


def remove_revisions(aws: Aws, fates: Sequence[RevisionFate]) -> Iterator[Event]:
    """Deregister and delete; an event for each revision. What ECS refuses is a warning, and the
    rest goes on."""
    pace = _Pace(aws)
    for fate in fates:
        if fate.action != "keep" and fate.revision.active:
            pace.wait()
            _deregister(aws, fate.revision.arn)
            yield Event(f"Deregistered {short(fate.revision.arn)}")
    deleted = [fate.revision.arn for fate in fates if fate.action == "delete"]
    for lot in batches(deleted, DELETED_A_CALL):
        pace.wait()
        yield from _delete(aws, lot)


def _delete(aws: Aws, arns: Sequence[str]) -> Iterator[Event]:
    answer = aws.call("ecs", "delete_task_definitions", taskDefinitions=arns)
    reasons = {failure.get("arn"): failure.get("reason") for failure in answer.get("failures", ())}
    for arn in arns:
        is_refused = arn in reasons and not GOING.search(str(reasons[arn]))
        if is_refused:
            yield Event(f"{short(arn)} was not deleted: {reasons[arn]}", "warning")
        else:
            yield Event(f"Deleted {short(arn)}")


def _deregister(aws: Aws, arn: str) -> None:
    """Make a revision inactive; a repeated call, whose first answer was lost, is refused."""
    try:
        aws.call("ecs", "deregister_task_definition", taskDefinition=arn)
    except AwsError as error:
        if error.code != "ClientException" or _state(aws, arn) == "ACTIVE":
            raise


def _state(aws: Aws, arn: str) -> str:
    """The status of a revision; empty where it cannot be described any more."""
    try:
        answer = aws.call("ecs", "describe_task_definition", taskDefinition=arn)
    except AwsError as error:
        if error.code != "ClientException":
            raise
        return ""
    return str(answer["taskDefinition"].get("status"))


class _Pace:
    """Some calls at once, the others with a pause between."""

    def __init__(self, aws: Aws) -> None:
        self._aws, self._made = aws, 0

    def wait(self) -> None:
        if self._made >= BURST:
            self._aws.sleep(PAUSE)
        self._made += 1
