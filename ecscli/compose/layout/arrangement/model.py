"""The arrangement of a project: its groups, what they wait for, and the waves in which they
start."""

from __future__ import annotations

from ecscli.base.findings import Findings
from ecscli.base.marks import Mark
from ecscli.base.records import field, record
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project

STARTED = "service_started"
HEALTHY = "service_healthy"
COMPLETED = "service_completed_successfully"


@record
class Edge:
    """`dependent` waits for `awaited`, both groups, because of a `depends_on` on `service`."""

    dependent: str
    awaited: str
    service: str
    condition: str = STARTED
    required: bool = True
    restart: bool = False
    mark: Mark | None = None


@record
class Group:
    """Services that share a task, as a project of its own whose name is the family.

    `services` are their Compose names. A job runs to its end once; others are ECS services.
    """

    name: str
    services: tuple[str, ...]
    project: Project
    params: EcsParams
    is_job: bool = False


@record
class Arrangement:
    """The groups in the order of the files; `waves` are their names, each after those that it waits
    for; `findings` are about all of this."""

    project: Project
    groups: tuple[Group, ...]
    edges: tuple[Edge, ...] = ()
    waves: tuple[tuple[str, ...], ...] = ()
    findings: Findings = field(default_factory=Findings, compare=False)

    @property
    def summary(self) -> str:
        """How many services and jobs there are, in words."""
        jobs = sum(group.is_job for group in self.groups)
        services = len(self.groups) - jobs
        words = f"{services} service{'' if services == 1 else 's'}"
        return f"{words}, {jobs} job{'' if jobs == 1 else 's'}" if jobs else words
