"""A cluster in the middle of a rolling update, with everything that a picture can show."""

from datetime import UTC, datetime, timedelta

from ecscli.up.snapshot.build import troubled_first
from ecscli.up.snapshot.model import (
    ClusterState,
    DeploymentState,
    EventState,
    ServiceState,
    Snapshot,
    TaskState,
)
from ecscli.up.stack.model import Instance

NOW = datetime(2026, 11, 27, 20, 14, 5, tzinfo=UTC)
HOSTILE = "web\x1b[31m\n\u202e'$(id)"
CLUSTER = ClusterState("demo", "ACTIVE", "eu-central-1", "123456789012", 2, 4, 7, 1, sandbox=True)


def ago(seconds: int) -> datetime:
    return NOW - timedelta(seconds=seconds)


def deployment(service: str, number: int, **values: object) -> DeploymentState:
    usual: dict[str, object] = {
        "id": f"ecs-svc/{number}",
        "service": service,
        "status": "PRIMARY",
        "revision": f"{service}:{number}",
        "desired": 2,
        "running": 2,
        "pending": 0,
        "failed": 0,
        "rollout": "COMPLETED",
        "reason": "",
        "created": ago(3600),
    }
    return DeploymentState(**{**usual, **values})  # type: ignore[arg-type]


def service(name: str, state: str, *deployments: DeploymentState, running: int = 2) -> ServiceState:
    newest = deployments[0]
    pending = sum(one.pending for one in deployments)
    return ServiceState(
        name, state, "EC2", 2, running, pending, newest.revision, ago(600), deployments
    )


def task(number: int, name: str, status: str = "RUNNING", **values: object) -> TaskState:
    usual: dict[str, object] = {
        "id": f"{number:x}" * 32,
        "service": name,
        "group": f"service:{name}",
        "revision": f"{name}:1",
        "status": status,
        "desired": "RUNNING",
        "health": "",
        "place": "i-0123456789abcdef0",
        "ports": f"{32768 + number}->80",
        "created": ago(600),
        "changed": ago(590),
        "stopped": None,
        "reason": "",
    }
    return TaskState(**{**usual, **values})  # type: ignore[arg-type]


def instance(letter: str, free: int) -> Instance:
    return Instance(
        id=letter * 32,
        ec2_id=f"i-{letter * 17}",
        status="ACTIVE",
        connected=letter != "b",
        type="t3.medium",
        zone=f"eu-central-1{letter}",
        agent="1.90.0",
        running=3,
        cpu=(2048, 2048),
        memory=(3932, free),
    )


ROLLING = (
    deployment(
        "web",
        2,
        running=1,
        pending=1,
        failed=3,
        rollout="IN_PROGRESS",
        created=ago(42),
        reason="ECS deployment ecs-svc/2 in progress.",
    ),
    deployment("web", 1, status="ACTIVE", running=1),
)
FAILED = (
    deployment(
        "worker",
        7,
        running=0,
        failed=12,
        rollout="FAILED",
        reason="ECS deployment circuit breaker: tasks failed to start.",
        created=ago(400),
    ),
)
SERVICES = (
    service("api", "steady", deployment("api", 4)),
    service("web", "deploying", *ROLLING),
    service("worker", "failed", *FAILED, running=0),
    service("store", "steady", deployment("store", 9)),
)
TASKS = (
    task(
        6,
        "worker",
        "STOPPED",
        desired="STOPPED",
        stopped=ago(5),
        changed=ago(5),
        ports="",
        reason="Essential container in task exited; worker: exit code 1",
    ),
    task(5, "web", "PENDING", revision="web:2", changed=ago(20), created=ago(21), ports=""),
    task(4, "web", revision="web:2", changed=ago(30), created=ago(40), health="HEALTHY"),
    task(3, "web", desired="STOPPED", health="UNHEALTHY"),
    *(task(number, "api", revision="api:4") for number in range(2)),
    task(9, "", group="family:migrate", revision="migrate:1"),
)
EVENTS = tuple(
    EventState(f"event {number}", ago(60 - number), "web", f"(service web) {text}")
    for number, text in enumerate(
        [
            "has started 1 tasks: (task 00000000000000000000000000000004).",
            "has stopped 1 running tasks: (task 00000000000000000000000000000003).",
            "has started 1 tasks: (task 00000000000000000000000000000005).",
        ]
    )
)
SNAPSHOT = Snapshot(
    NOW,
    CLUSTER,
    troubled_first(SERVICES),
    TASKS,
    (instance("a", 100), instance("b", 3932)),
    EVENTS,
)
