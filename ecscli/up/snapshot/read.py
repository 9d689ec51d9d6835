"""READS: a cluster round by round, with few calls: what changes is read in each round, the rest in
turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.client import batches
from ecscli.aws.errors import denied
from ecscli.base.errors import EcsCliError
from ecscli.base.records import record, replace
from ecscli.up.deployment.state import is_settled
from ecscli.up.diagnosis.unread import Unread
from ecscli.up.model import short, task_id
from ecscli.up.service.live import DESCRIBED_SERVICES
from ecscli.up.snapshot.build import (
    cluster_state,
    event_states,
    service_state,
    task_state,
    troubled_first,
)
from ecscli.up.snapshot.fronts import Fronts
from ecscli.up.snapshot.model import ClusterState, Snapshot
from ecscli.up.stack.live import described_instances, instance_of
from ecscli.up.stack.model import Instance
from ecscli.up.tasks.live import DESCRIBED_TASKS, describe_tasks

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef, TaskTypeDef

    from ecscli.aws.client import Aws

PAGE = 100  # names of one call of each List operation
# Calls of a round beside those that list the running tasks: 12 in all for 500 tasks
BESIDE = 7
FEWEST = 12
SERVICES_EVERY = 5  # rounds
REST_EVERY = 3  # rounds: stopped tasks, container instances
FRONTS_EVERY, FRONTS_TURN = 4, 2  # rounds in which what stands around services may take all calls
KEPT = timedelta(seconds=60)  # stopped tasks
TASKS = "tasks"
INSTANCES = "container instances"
EVENTS = 100  # of all services together

Read = Callable[[], None]


@record
class Scope:
    """What is looked at: services by name and tasks by group; without names the whole cluster."""

    services: frozenset[str] | None = None
    groups: frozenset[str] = frozenset()

    def has_service(self, name: str) -> bool:
        """Whether a service is looked at."""
        return self.services is None or name in self.services

    def has_task(self, group: str) -> bool:
        """Whether a task of this group is looked at."""
        return self.has_service(group.removeprefix("service:")) or group in self.groups


EVERYTHING = Scope()


class Reader:
    """Reads one cluster again and again. `now` is the time of a snapshot."""

    def __init__(
        self,
        aws: Aws,
        cluster: str,
        scope: Scope = EVERYTHING,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self._aws, self._name, self._scope, self._now = aws, cluster, scope, now
        self._round = 0
        self._cluster: ClusterState | None = None
        self._names: tuple[str, ...] = ()  # of services that are looked at
        self._listed = 0  # services of the cluster when their names were listed
        self._services: dict[str, ServiceTypeDef] = {}
        self._tasks: dict[str, TaskTypeDef] = {}  # by id
        self._running: tuple[str, ...] = ()  # ids of tasks that are to run
        self._stopped: tuple[str, ...] = ()  # ids of tasks that have stopped lately
        self._wanted: dict[str, None] = {}  # ids of tasks that nobody has described yet
        self._fronts = Fronts(aws)
        self._instances: dict[str, Instance] = {}  # by id
        self._arns: tuple[str, ...] = ()  # of container instances
        self._seen: dict[str, int] = {}  # round of the last description, by name of service or id
        self._unread: dict[tuple[str, str], EcsCliError] = {}  # by what and by step

    def read(self, *, whole: bool = False) -> Snapshot:
        """The cluster now. `whole`: everything is read, however many calls that takes.

        Raises EcsCliError where the cluster itself or its services cannot be read.
        """
        self._round += 1
        lists = list(self._lists(whole))
        try:
            self._aws.together(*lists)
        except EcsCliError:
            if self._cluster is None or self._cluster.status:
                raise
            self._empty()
            return self._snapshot()
        left = self._limit() - sum(self._pages_of(read) for read in lists)
        reads = list(self._descriptions(left, whole))
        self._aws.together(*reads)
        if whole:
            looks = self._fronts.due(self._services)
            reads = [partial(self._tolerate, one.what, "describe", one.read) for one in looks]
            self._aws.together(*reads)
        self._forget()
        return self._snapshot()

    def _empty(self) -> None:
        """A cluster that is gone has nothing: ECS refuses to list it."""
        for parts in (self._services, self._tasks, self._instances, self._wanted):
            parts.clear()
        self._names = self._running = ()

    def _pages_of(self, read: Read) -> int:
        """The calls that a list has taken."""
        if read == self._list_services:
            return _pages(self._listed)
        if read == self._running_tasks:
            return _pages(len(self._running))
        return _pages(len(self._arns)) if read == self._container_instances else 1

    def _limit(self) -> int:
        return max(FEWEST, BESIDE + _pages(len(self._running)))

    # ------------------------------------------------------------------------ lists

    def _lists(self, whole: bool) -> Iterator[Read]:
        """What this round lists."""
        first, turn = self._round == 1, self._round % REST_EVERY
        yield self._read_cluster
        if first or whole or self._round % SERVICES_EVERY == 0 or self._has_other_services():
            yield self._list_services
        yield self._running_tasks
        if whole or turn == 0:
            yield self._stopped_tasks
        if whole or first or turn == 1:
            yield self._container_instances

    def _running_tasks(self) -> None:
        self._tolerate(TASKS, "list", self._list_running)

    def _stopped_tasks(self) -> None:
        self._tolerate("stopped tasks", "list", self._list_stopped)

    def _container_instances(self) -> None:
        self._tolerate(INSTANCES, "list", self._list_instances)

    def _has_other_services(self) -> bool:
        return self._cluster is not None and self._cluster.services != self._listed

    def _read_cluster(self) -> None:
        answer = self._aws.call("ecs", "describe_clusters", clusters=[self._name])
        rows = answer.get("clusters") or ()
        if rows and rows[0].get("status") != "INACTIVE":
            sandbox = self._aws.settings.sandbox_url is not None
            self._cluster = cluster_state(rows[0], self._aws.region, sandbox=sandbox)
        elif self._cluster is not None:
            self._cluster = replace(self._cluster, status="")
        else:
            self._cluster = ClusterState(self._name, "", self._aws.region, "")

    def _list_services(self) -> None:
        query = {"cluster": self._name, "maxResults": PAGE}
        arns = list(self._aws.pages("ecs", "list_services", "serviceArns", **query))
        names = map(short, arns)
        self._names = tuple(name for name in names if self._scope.has_service(name))
        self._listed = len(arns)

    def _list_running(self) -> None:
        query = {"cluster": self._name, "desiredStatus": "RUNNING", "maxResults": PAGE}
        arns = self._aws.pages("ecs", "list_tasks", "taskArns", **query)
        self._running = tuple(map(task_id, arns))
        self._want(self._running)

    def _list_stopped(self) -> None:
        """The first page: what has stopped before that is of no interest any more."""
        query = {"cluster": self._name, "desiredStatus": "STOPPED", "maxResults": PAGE}
        answer = self._aws.call("ecs", "list_tasks", **query)
        self._stopped = tuple(map(task_id, answer["taskArns"]))
        self._want(self._stopped)

    def _want(self, ids: Iterable[str]) -> None:
        self._wanted |= {one: None for one in ids if one not in self._seen}

    def _list_instances(self) -> None:
        query = {"cluster": self._name, "maxResults": PAGE}
        key = "containerInstanceArns"
        self._arns = tuple(self._aws.pages("ecs", "list_container_instances", key, **query))

    def _tolerate(self, what: str, step: str, read: Read) -> None:
        """Go on without a part that AWS does not allow to be listed or described."""
        try:
            read()
        except EcsCliError as error:
            if not denied(error):
                raise
            self._unread[what, step] = error
        else:
            self._unread.pop((what, step), None)

    # ----------------------------------------------------------------- descriptions

    def _descriptions(self, left: int, whole: bool) -> Iterator[Read]:
        """What this round describes in `left` calls: of services and of tasks those that move or
        are new, and the others in turn."""
        services: list[Read] = [
            partial(self._describe_services, lot) for lot in self._service_lots()
        ]
        tasks: list[Read] = [
            partial(self._tolerate, TASKS, "describe", partial(self._describe_tasks, lot))
            for lot in self._task_lots(whole)
        ]
        instances = self._instance_reads(whole)
        if whole:
            yield from (*services, *instances, *tasks)
            return
        around, taken = self._around(left)
        yield from around
        left -= taken
        half = max(1, (left - len(instances)) // 2)
        first = (*services[:half], *instances)
        rest = (*tasks, *services[half:])
        yield from (*first, *rest)[: max(left, 1)]

    def _around(self, left: int) -> tuple[list[Read], int]:
        """What stands around services, and the calls that it takes: at most half of those that are
        left, but in some rounds all."""
        is_turn = self._round % FRONTS_EVERY == FRONTS_TURN
        room, reads, taken = left if is_turn else left // 2, list[Read](), 0
        for look in self._fronts.due(self._services):
            if taken + look.calls <= room:
                reads.append(partial(self._tolerate, look.what, "describe", look.read))
                taken += look.calls
        return reads, taken

    def _service_lots(self) -> Iterator[list[str]]:
        def urgency(name: str) -> tuple[bool, int]:
            service = self._services.get(name)
            return service is not None and is_settled(service), self._seen.get(name, 0)

        return batches(sorted(self._names, key=urgency), DESCRIBED_SERVICES)

    def _describe_services(self, names: Sequence[str]) -> None:
        answer = self._aws.call(
            "ecs", "describe_services", cluster=self._name, services=list(names)
        )
        found = {row["serviceName"]: row for row in answer["services"]}
        for name in names:
            self._seen[name] = self._round
            row = found.get(name)
            if row is None or row.get("status") == "INACTIVE":
                self._services.pop(name, None)
            else:
                self._services[name] = row

    def _task_lots(self, whole: bool) -> Iterator[list[str]]:
        """New and moving tasks, in whole lots filled up with the steady ones whose turn it is."""
        running = set(self._running)
        moving = [*self._wanted]
        steady = []
        for name, task in self._tasks.items():
            if is_at_rest(task, name in running):
                steady.append(name)
            elif task["lastStatus"] != "STOPPED":
                moving.append(name)
        steady.sort(key=lambda name: self._seen[name])
        lots = max(1, _pages(len(moving)))
        room = len(steady) if whole else lots * DESCRIBED_TASKS - len(moving)
        return batches([*moving, *steady[:room]], DESCRIBED_TASKS)

    def _describe_tasks(self, ids: Sequence[str]) -> None:
        found = {task_id(row["taskArn"]): row for row in describe_tasks(self._aws, self._name, ids)}
        for name in ids:
            self._wanted.pop(name, None)
            self._seen[name] = self._round
            row = found.get(name)
            if row is None or not self._scope.has_task(row.get("group", "")):
                self._tasks.pop(name, None)
            else:
                self._tasks[name] = row

    def _instance_reads(self, whole: bool) -> list[Read]:
        due = whole or self._round == 1 or self._round % REST_EVERY == 1
        read = partial(self._tolerate, INSTANCES, "describe", self._describe_instances)
        return [read] if due else []

    def _describe_instances(self) -> None:
        rows = described_instances(self._aws, self._name, self._arns)
        self._instances = {one.id: one for one in map(instance_of, rows)}

    # --------------------------------------------------------------------- the whole

    def _forget(self) -> None:
        """Leave out services that are gone, and tasks that stopped long ago."""
        names = set(self._names)
        self._services = {name: row for name, row in self._services.items() if name in names}
        oldest = self._now() - KEPT
        for name, task in list(self._tasks.items()):
            stopped = task.get("stoppedAt")
            if task["lastStatus"] == "STOPPED" and (stopped is None or stopped < oldest):
                del self._tasks[name]
        listed = {*self._running, *self._stopped}
        self._wanted = {one: None for one in self._wanted if one in listed}
        known = {*names, *listed, *self._tasks}
        self._seen = {name: at for name, at in self._seen.items() if name in known}

    def _snapshot(self) -> Snapshot:
        assert self._cluster is not None, "every round reads it"
        rows = self._services.values()
        tasks = [task_state(task, self._instances) for task in self._tasks.values()]
        latest = sorted(tasks, key=lambda task: task.id)
        latest.sort(key=lambda task: task.changed.timestamp() if task.changed else 0, reverse=True)
        return Snapshot(
            time=self._now(),
            cluster=self._cluster,
            services=troubled_first(
                service_state(row, self._fronts.of(row["serviceName"])) for row in rows
            ),
            tasks=tuple(latest),
            instances=tuple(sorted(self._instances.values(), key=_share_free)),
            events=event_states(rows)[-EVENTS:],
            unread=tuple(Unread(what, error) for (what, _), error in self._unread.items()),
        )


def is_at_rest(task: TaskTypeDef, is_listed: bool) -> bool:
    """Whether a task runs and is to run, with nothing about it that is still to come."""
    is_starting_health = task.get("healthStatus") == "UNKNOWN" and any(
        "healthStatus" in container for container in task.get("containers") or ()
    )
    return is_listed and task["lastStatus"] == "RUNNING" and not is_starting_health


def _share_free(instance: Instance) -> tuple[float, str]:
    """The part of the scarcer resource that is free, for an order with the fullest first."""
    shares = [free / total for total, free in (instance.cpu, instance.memory) if total]
    return min(shares, default=1.0), instance.id


def _pages(count: int) -> int:
    return max(1, -(-count // PAGE))
