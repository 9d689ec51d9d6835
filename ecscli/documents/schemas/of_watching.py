"""What `watch` prints: a picture of a cluster, and what changes in it."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.documents.schemas.shapes import (
    DECIMAL,
    NUMBER,
    OPEN,
    TEXT,
    TIME,
    TRUTH,
    Answer,
    Schema,
    list_of,
    made_of,
    one_of,
    or_null,
    part,
    stream,
)

CLUSTER = made_of(
    "",
    clusterName=TEXT,
    status=TEXT,
    region=TEXT,
    account=TEXT,
    registeredContainerInstancesCount=NUMBER,
    activeServicesCount=NUMBER,
    runningTasksCount=NUMBER,
    pendingTasksCount=NUMBER,
    sandbox=TRUTH,
)
COUNTS: Mapping[str, Schema] = {
    "desiredCount": NUMBER,
    "runningCount": NUMBER,
    "pendingCount": NUMBER,
}
DEPLOYMENT = made_of(
    "",
    id=TEXT,
    serviceName=TEXT,
    status=TEXT,
    taskDefinition=TEXT,
    **COUNTS,
    failedTasks=NUMBER,
    rolloutState=TEXT,
    rolloutStateReason=TEXT,
    createdAt=or_null(TIME),
    lifecycleStage=TEXT,
    trafficPercent=or_null(DECIMAL),
)
SERVICE = made_of(
    "",
    serviceName=TEXT,
    state=one_of("failed", "rolling back", "recovering", "deploying", "draining", "steady"),
    launchType=TEXT,
    **COUNTS,
    taskDefinition=TEXT,
    lastSteady=or_null(TIME),
    deployments=list_of(part("watchedDeployment")),
    targets=or_null(made_of("At load balancers.", healthy=NUMBER, registered=NUMBER)),
    url=TEXT,
)
TASK = made_of(
    "",
    id=TEXT,
    serviceName=TEXT,
    group=TEXT,
    taskDefinition=TEXT,
    lastStatus=TEXT,
    desiredStatus=TEXT,
    healthStatus=TEXT,
    place=TEXT,
    ports=list_of(TEXT),
    createdAt=or_null(TIME),
    changedAt=or_null(TIME),
    stoppedAt=or_null(TIME),
    stoppedReason=TEXT,
)
EVENT = made_of("", id=TEXT, createdAt=TIME, serviceName=TEXT, message=TEXT)
SNAPSHOT = made_of(
    "With --once: everything, the newest events last.",
    time=TIME,
    cluster=part("watchedCluster"),
    services=list_of(part("watchedService")),
    tasks=list_of(part("watchedTask")),
    instances=list_of(part("instance")),
    events=list_of(EVENT),
    unread=list_of(made_of("", what=TEXT, message=TEXT), "What AWS does not let ecscli look at."),
    problem=or_null(part("finding")),
)
KINDS = {
    "cluster": part("watchedCluster"),
    "service": part("watchedService"),
    "deployment": part("watchedDeployment"),
    "task": part("watchedTask"),
    "instance": part("instance"),
}
CHANGES = [
    made_of(
        "`before` is null of what is new, `after` of what is gone.",
        time=TIME,
        kind=one_of(kind),
        name=TEXT,
        before=or_null(thing),
        after=or_null(thing),
    )
    for kind, thing in KINDS.items()
]
HAPPENED = made_of(
    "An event of a service.", time=TIME, kind=one_of("event"), name=TEXT, message=TEXT
)
PARTS: Mapping[str, Schema] = {
    "watchedCluster": CLUSTER,
    "watchedDeployment": DEPLOYMENT,
    "watchedService": SERVICE,
    "watchedTask": TASK,
}
WATCHED = stream("What changes, as it comes.", *CHANGES, HAPPENED, SNAPSHOT)
ANSWERS: Mapping[str, Answer] = {
    "watch": WATCHED,
    "compose watch": WATCHED,
    "console": stream(
        "The address of the console, which stays; with --policy an IAM policy.",
        made_of("", url=TEXT),
        OPEN,
    ),
}
