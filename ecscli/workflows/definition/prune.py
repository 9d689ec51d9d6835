"""Old revisions of the project's task definition: which of them go, and their removal."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from ecscli.base.records import record
from ecscli.ops.prune import RevisionFate, decide, read_revisions, read_use, remove_revisions
from ecscli.up.model import Event
from ecscli.workflows.project import Connect, ProjectRequest, load

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


@record
class PlannedPruning:
    """What becomes of each revision of a family."""

    family: str
    fates: tuple[RevisionFate, ...]

    @property
    def leaving(self) -> tuple[RevisionFate, ...]:
        """Those that do not stay."""
        return tuple(fate for fate in self.fates if fate.action != "keep")


def plan(connect: Connect, request: ProjectRequest, keep: int, delete: bool) -> PlannedPruning:
    """Plan to keep the newest revisions and those in use; with `delete` the others go for ever."""
    family, aws = load(request).name, connect()
    revisions, in_use = aws.together(
        lambda: read_revisions(aws, family, delete), lambda: read_use(aws, family)
    )
    return PlannedPruning(family, tuple(decide(revisions, in_use, keep, delete)))


def apply(aws: Aws, planned: PlannedPruning) -> Generator[Event, None, None]:
    """Deregister or delete the revisions that go."""
    yield from remove_revisions(aws, planned.fates)
