"""What is live of a cluster at one moment, as views show it. Times are aware datetimes."""

from __future__ import annotations

from datetime import datetime

from ecscli.base.errors import Finding
from ecscli.base.records import record
from ecscli.up.diagnosis.unread import Unread
from ecscli.up.stack.model import Instance


@record
class ClusterState:
    """The cluster and its counts; `status` is empty where it is gone."""

    name: str
    status: str
    region: str
    account: str
    instances: int = 0
    services: int = 0
    running: int = 0
    pending: int = 0
    sandbox: bool = False


@record
class DeploymentState:
    """One deployment of a service: `status` is PRIMARY for the newest and ACTIVE for those that it
    takes the place of; `rollout` is IN_PROGRESS, COMPLETED or FAILED, or empty where ECS does not
    control it. `stage` of the life cycle and `traffic`, the percentage that goes to it, are those
    of a deployment that is not rolling."""

    id: str
    service: str
    status: str
    revision: str
    desired: int
    running: int
    pending: int
    failed: int
    rollout: str
    reason: str
    created: datetime | None
    stage: str = ""
    traffic: float | None = None


@record
class Targets:
    """The targets of a service at load balancers, without those that drain."""

    healthy: int
    registered: int


@record
class ServiceState:
    """One service. `state` is one word of STATES, the most troubled first; `url`: where a load
    balancer answers for it."""

    name: str
    state: str
    launch_type: str
    desired: int
    running: int
    pending: int
    revision: str
    last_steady: datetime | None
    deployments: tuple[DeploymentState, ...] = ()
    targets: Targets | None = None
    url: str = ""


@record
class TaskState:
    """One task. `service` is empty for a task of no service; `place` is the EC2 instance or the
    zone; `changed` is the time of its last step."""

    id: str
    service: str
    group: str
    revision: str
    status: str
    desired: str
    health: str
    place: str
    ports: str
    created: datetime | None
    changed: datetime | None
    stopped: datetime | None
    reason: str


@record
class EventState:
    """An event of a service."""

    id: str
    time: datetime
    service: str
    message: str


@record
class Snapshot:
    """The whole, newest events last. `problem`: why the last read failed, where what is shown is
    older than it should be; `unread`: parts that AWS does not let us read."""

    time: datetime
    cluster: ClusterState
    services: tuple[ServiceState, ...] = ()
    tasks: tuple[TaskState, ...] = ()
    instances: tuple[Instance, ...] = ()
    events: tuple[EventState, ...] = ()
    unread: tuple[Unread, ...] = ()
    problem: Finding | None = None

    @property
    def has_failed(self) -> bool:
        """Whether the newest deployment of a service has failed."""
        return any(service.state == FAILED for service in self.services)


FAILED, ROLLING_BACK, RECOVERING = "failed", "rolling back", "recovering"
DEPLOYING, DRAINING, STEADY = "deploying", "draining", "steady"
STATES = (FAILED, ROLLING_BACK, RECOVERING, DEPLOYING, DRAINING, STEADY)
