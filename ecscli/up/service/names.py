"""The names under which a project lives on ECS: those of ecs-cli, so that either tool finds the
other's work."""

from __future__ import annotations

from ecscli.base.records import record


@record
class Names:
    """A project on a cluster; the prefixes come from the stored configuration and are mostly
    empty."""

    project: str
    cluster: str
    project_prefix: str = ""
    service_prefix: str = ""

    @property
    def family(self) -> str:
        """The family under which task definitions are registered: never prefixed."""
        return self.project

    @property
    def started_by(self) -> str:
        """What the oldest releases of ecs-cli wrote into startedBy."""
        return self.project_prefix + self.project

    @property
    def group(self) -> str:
        return f"task:{self.project_prefix}{self.project}"

    @property
    def service(self) -> str:
        return self.service_prefix + self.project
