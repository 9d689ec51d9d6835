"""PURE: a snapshot -> the five blocks of the picture: deployments under way, services, tasks,
instances, events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ecscli.up.snapshot.model import (
    DRAINING,
    FAILED,
    RECOVERING,
    ROLLING_BACK,
    STEADY,
    DeploymentState,
    ServiceState,
    Snapshot,
    TaskState,
)
from ecscli.up.stack.model import Instance
from ecscli.watch.text import Column, Glyphs, Row, age, bar
from ecscli.watch.view import View

BAR = 10  # characters
ID = 12  # characters of the id of a task or an instance
STATE_STYLES = {
    FAILED: "error",
    ROLLING_BACK: "error",
    RECOVERING: "warning",
    DRAINING: "dim",
    STEADY: "",
}
ROLLOUTS = {"IN_PROGRESS": "in progress", "COMPLETED": "completed", "FAILED": "failed"}

DEPLOYMENTS = (
    Column("SERVICE"),
    Column("REVISION"),
    Column(""),
    Column("WANTED", True),
    Column("RUNNING", True),
    Column("PENDING", True),
    Column("FAILED", True),
    Column("ROLLOUT"),
    Column("TRAFFIC", is_number=True, is_optional=True),
    Column("AGE", True),
    Column("REASON"),
)
SERVICES = (
    Column("SERVICE"),
    Column("STATE"),
    Column("RUNNING", True),
    Column("PENDING", True),
    Column("REVISION"),
    Column("LAUNCH TYPE"),
    Column("STEADY", True),
    Column("TARGETS", is_number=True, is_optional=True),
    Column("URL", is_optional=True),
)
TASKS = (
    Column("TASK"),
    Column("SERVICE"),
    Column("REVISION"),
    Column("STATUS"),
    Column("HEALTH"),
    Column("AGE", True),
    Column("PLACE"),
    Column("PORTS"),
    Column("REASON"),
)
INSTANCES = (
    Column("INSTANCE"),
    Column("EC2"),
    Column("STATUS"),
    Column("TASKS", True),
    Column("CPU FREE"),
    Column("MEMORY FREE"),
    Column("TYPE"),
    Column("ZONE"),
    Column("AGENT"),
)
EVENTS = (Column("TIME"), Column("SERVICE"), Column("EVENT"))


class Block(NamedTuple):
    """A table of the picture. Where there is too little room it shows the first rows, or with
    `from_end` the last ones; `least`: rows that it should have at any rate."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    least: int = 2
    from_end: bool = False


def blocks(snapshot: Snapshot, view: View) -> list[Block]:
    """The blocks that have something to show, in the order of the picture."""
    glyphs = view.glyphs
    services = [one for one in snapshot.services if view.shows(one.name)]
    found = (
        Block("deployments", DEPLOYMENTS, list(_deployments(snapshot, services, glyphs)), 4),
        Block("services", SERVICES, [_service(snapshot, one, view) for one in services], 3),
        Block("tasks", TASKS, list(_tasks(snapshot, view, glyphs)), 3),
        Block("instances", INSTANCES, [_instance(one, glyphs) for one in snapshot.instances]),
        Block("events", EVENTS, list(_events(snapshot, view)), 3, from_end=True),
    )
    return [block for block in found if block.rows]


def under_way(snapshot: Snapshot, services: Sequence[ServiceState]) -> list[DeploymentState]:
    """The deployments of services that are changing over, or whose newest one has failed: the
    service first that has been at it for longest, and of each the oldest."""
    changing = [
        sorted(one.deployments, key=lambda row: row.created or snapshot.time)
        for one in services
        if one.state not in (STEADY, DRAINING) and is_under_way(one)
    ]
    changing.sort(key=lambda rows: (rows[-1].created or snapshot.time, rows[-1].service))
    return [row for rows in changing for row in rows]


def is_under_way(service: ServiceState) -> bool:
    """Whether deployments of a service change over, or the newest one has failed."""
    newest = service.deployments[:1]
    return len(service.deployments) > 1 or any(
        row.rollout in ("IN_PROGRESS", "FAILED") for row in newest
    )


def _deployments(
    snapshot: Snapshot, services: Sequence[ServiceState], glyphs: Glyphs
) -> Iterator[Row]:
    for one in under_way(snapshot, services):
        style = "error" if one.rollout == "FAILED" else ""
        cells = (
            one.service,
            one.revision,
            bar(one.running, one.desired, BAR, glyphs),
            str(one.desired),
            str(one.running),
            str(one.pending),
            str(one.failed),
            _rollout(one),
            "" if one.traffic is None else f"{one.traffic:g} %",
            age(one.created, snapshot.time),
            one.reason if one.rollout == "FAILED" else "",
        )
        yield Row(cells, style, one.service)


def _rollout(one: DeploymentState) -> str:
    """How the newest deployment does, or the stage that it is in; an older one makes room for
    it."""
    if one.status != "PRIMARY":
        return "old"
    if one.stage and one.rollout == "IN_PROGRESS":
        return one.stage.lower().replace("_", " ")
    return ROLLOUTS.get(one.rollout, one.rollout.lower())


def _service(snapshot: Snapshot, one: ServiceState, view: View) -> Row:
    is_chosen = one.name == view.chosen
    cells = (
        one.name,
        one.state,
        f"{one.running}/{one.desired}",
        str(one.pending),
        one.revision,
        one.launch_type,
        age(one.last_steady, snapshot.time),
        f"{one.targets.healthy}/{one.targets.registered}" if one.targets else "",
        one.url,
    )
    style = STATE_STYLES.get(one.state, "progress")
    return Row(cells, "chosen" if is_chosen else style, one.name)


def _tasks(snapshot: Snapshot, view: View, glyphs: Glyphs) -> Iterator[Row]:
    for one in snapshot.tasks:
        if view.shows(one.service or one.group) or view.shows(one.id):
            cells = (
                one.id[:ID],
                one.service or one.group,
                one.revision,
                status_of(one, glyphs.arrow),
                one.health,
                age(one.created, snapshot.time),
                one.place,
                one.ports,
                one.reason,
            )
            yield Row(cells, _style_of_task(one), one.id)


def status_of(task: TaskState, arrow: str) -> str:
    """The status; where another one is wanted, both."""
    is_there = task.status == task.desired or not task.desired
    return task.status if is_there else f"{task.status} {arrow} {task.desired}"


def _style_of_task(task: TaskState) -> str:
    if task.health == "UNHEALTHY":
        return "error"
    if task.status == "STOPPED":
        return "dim"
    return "" if task.status == "RUNNING" else "progress"


def _instance(one: Instance, glyphs: Glyphs) -> Row:
    status = one.status if one.connected else f"{one.status} DISCONNECTED"
    cells = (
        one.id[:ID],
        one.ec2_id,
        status,
        str(one.running + one.pending),
        _amount(*one.cpu, glyphs),
        _amount(*one.memory, glyphs),
        one.type,
        one.zone,
        one.agent,
    )
    return Row(cells, "" if one.ready else "error", one.id)


def _amount(registered: int, free: int, glyphs: Glyphs) -> str:
    """A bar of what is taken, and what is free of all."""
    return f"{bar(registered - free, registered, BAR, glyphs)} {free}/{registered}"


def _events(snapshot: Snapshot, view: View) -> Iterator[Row]:
    for one in snapshot.events:
        if view.shows(one.service):
            message = one.message.removeprefix(f"(service {one.service}) ")
            yield Row((one.time.strftime("%H:%M:%S"), one.service, message), "", one.id)
