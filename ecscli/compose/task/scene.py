"""What a container is built in: the project, its side file, and what the task decides for all its
containers."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.base.findings import Findings
from ecscli.base.records import field, record
from ecscli.compose.balancing.model import ContainerPort
from ecscli.compose.ecs.agent_role import AgentRole
from ecscli.compose.ecs.launch_target import LaunchTarget
from ecscli.compose.params.read import EcsParams, ServiceParams
from ecscli.compose.project.model import Project, Service
from ecscli.compose.secrets.stored import StoredSecrets
from ecscli.compose.task.delivery import Deliveries
from ecscli.compose.task.volumes import Volumes

EMPTY: tuple[object, ...] = (None, "", [], {}, ())


@record
class Scene:
    """Passed to every part of a container definition."""

    project: Project
    params: EcsParams
    volumes: Volumes
    findings: Findings
    deliveries: Deliveries
    launch: LaunchTarget = field(default_factory=LaunchTarget)
    images: Mapping[str, str] | None = None  # service -> image built and pushed by us
    region: str | None = None
    agent: AgentRole | None = None  # whose right to pull images and to write logs is known
    secrets: StoredSecrets = StoredSecrets()
    balanced: frozenset[ContainerPort] = frozenset()  # those with any host port, as it is balanced

    @property
    def exact(self) -> bool:
        """Whether the file is read as ecs-cli read it, whose results are reproduced to the byte."""
        return self.project.dialect.reproduces_ecs_cli

    @property
    def network_mode(self) -> str | None:
        return self.launch.network_mode

    def of(self, service: Service) -> ServiceParams:
        return self.params.of(service.name)
