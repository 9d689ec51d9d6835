"""Old revisions of the project's task definition: which of them go, and their removal."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.records import record
from ecscli.ops.prune import RevisionFate, decide, read_revisions, read_use, remove_revisions
from ecscli.up.model import Event
from ecscli.workflows.project import Connect, ProjectRequest, has_services, load
from ecscli.workflows.services.members import load_arrangement

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


@record
class PlannedPruning:
    """What becomes of each revision of a project's families."""

    families: tuple[str, ...]
    fates: tuple[RevisionFate, ...]

    @property
    def leaving(self) -> tuple[RevisionFate, ...]:
        """Those that do not stay."""
        return tuple(fate for fate in self.fates if fate.action != "keep")


def plan(connect: Connect, request: ProjectRequest, keep: int, delete: bool) -> PlannedPruning:
    """Plan to keep the newest revisions of each family and those in use; with `delete` the others
    go for ever."""
    families, aws = _families(request), connect()
    revisions, in_use = aws.together(
        lambda: aws.together(*(partial(read_revisions, aws, one, delete) for one in families)),
        lambda: read_use(aws, families),
    )
    fates = [fate for one in revisions for fate in decide(one, in_use, keep, delete)]
    return PlannedPruning(families, tuple(fates))


def _families(request: ProjectRequest) -> tuple[str, ...]:
    """The family of the project, or those of its groups in layout services."""
    if not has_services(request):
        return (load(request).name,)
    return tuple(group.project.name for group in load_arrangement(request).groups)


def apply(aws: Aws, planned: PlannedPruning) -> Generator[Event, None, None]:
    """Deregister or delete the revisions that go."""
    yield from remove_revisions(aws, planned.fates)
