"""What a project has in one layout, and what its files ask for in the other one -> the switch from
one to the other, once everybody has agreed to what is lost; before anything is built."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, cast

from ecscli.base.errors import Finding, Interrupted
from ecscli.base.marks import Mark
from ecscli.base.records import record, replace
from ecscli.compose.layout.arrangement.names import clean
from ecscli.compose.project.model import Project
from ecscli.up.diagnosis.capacity import lacking
from ecscli.up.model import Event
from ecscli.up.project.live import describe_all
from ecscli.up.project.switch import (
    NewService,
    Switch,
    lost_volumes,
    needs_free_port,
    plan_switch,
    remarks,
)
from ecscli.up.service.names import Names
from ecscli.up.stack.live import described_instances
from ecscli.workflows.comparison import compared
from ecscli.workflows.events import warnings
from ecscli.workflows.project import Connect, refuse
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.switch.request import SwitchRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from types_boto3_ecs.type_defs import ContainerInstanceTypeDef, TaskDefinitionTypeDef

    from ecscli.aws.client import Aws


@record
class Asked:
    """A switch that is asked for: the project whose files are meant, and what takes the place."""

    request: TaskRequest
    project: Project
    new: tuple[NewService, ...]
    services: tuple[str, ...] = ()

    @property
    def switch(self) -> SwitchRequest:
        assert self.request.switch is not None, "a switch is asked for"
        return self.request.switch


def decide(
    connect: Connect, asked: Asked, nothing: Switch, read: Callable[[Aws], Switch]
) -> Generator[Event, None, Switch]:
    """The switch that `read` finds to be done, `nothing` where there is nothing to read from.
    Raises InputError for data that would be lost, Interrupted at a no."""
    request = asked.request
    found, _ = compared(request, lambda: _planned(connect(), asked, read), nothing)
    if not asked.switch.lose_data:
        refuse(_lost_data(found, asked.project))
    yield from warnings((*found.notices, *_counts(found)))
    if not request.dry_run:
        yield from warnings(remarks(found))
        _agree(found, asked.switch)
    return found


def _planned(aws: Aws, asked: Asked, read: Callable[[Aws], Switch]) -> Switch:
    """The switch with its gaps and losses."""
    switch = read(aws)
    new = _with_running(aws, switch.names, asked.new)
    return plan_switch(switch, new, _crowded(aws, switch, new))


def _with_running(aws: Aws, names: Names, new: Sequence[NewService]) -> tuple[NewService, ...]:
    """The new services with the number of their tasks that run already."""
    wanted = [one.name for one in new if not one.is_job]
    found = describe_all(aws, names.cluster, wanted)
    running = {one["serviceName"]: one.get("runningCount", 0) for one in found}
    return tuple(replace(one, running=running.get(one.name, 0)) for one in new)


def _crowded(aws: Aws, switch: Switch, new: Iterable[NewService]) -> list[str]:
    """The new services for whose ports too few instances are free."""
    waiting = [one for one in new if needs_free_port(one, switch.services)]
    if not waiting:
        return []
    cluster = switch.names.cluster
    arns = aws.pages("ecs", "list_container_instances", "containerInstanceArns", cluster=cluster)
    instances = list(described_instances(aws, cluster, arns))
    return [one.name for one in waiting if _free(one, instances) < one.count - one.running]


def _free(one: NewService, instances: Iterable[ContainerInstanceTypeDef]) -> int:
    """How many instances have room for a task of it, its ports included."""
    definition = cast("TaskDefinitionTypeDef", one.definition)
    return sum(not any(lacking(definition, instance)) for instance in instances)


# ------------------------------------------------------------------------------- agreement


def _agree(switch: Switch, request: SwitchRequest) -> None:
    """Ask before anything is changed. Raises Interrupted at a no."""
    if not switch.asks or request.agree is None:
        return
    name = switch.names.project
    question = f"Switch {name} from layout {switch.origin} to {switch.target} at this price?"
    if not request.agree(question):
        raise Interrupted("Nothing was changed.")


def _lost_data(switch: Switch, project: Project) -> Iterator[Finding]:
    """The named volumes with data that end with the old tasks."""
    named = {clean(one.name): one.name for one in project.volumes.values()}
    for service, volume, container in lost_volumes(switch.services):
        if volume in named:
            yield Finding(
                f"volume {volume} of {container} ends with the tasks of {service}, and starts"
                f" empty in layout {switch.target}",
                _place(project, container, named[volume]),
                "--lose-data agrees to it; a volume with `x-ecs: {efs: true}` outlives its tasks",
            )


def _place(project: Project, container: str, volume: str) -> Mark | None:
    """Where a service mounts a volume, else where that is declared."""
    mounts = [
        mount
        for service in project.services
        for mount in service.volumes
        if service.name == container and mount.source == volume
    ]
    return mounts[0].mark if mounts else project.volumes[volume].mark


def _counts(switch: Switch) -> Iterator[Finding]:
    """The services of which several tasks run: the new ones begin with the counts of the files."""
    for one in switch.services:
        count = one.service.get("desiredCount") or 0
        if count > 1 and one.service.get("schedulingStrategy") != "DAEMON":
            message = f"{count} tasks of {one.name} run; new services get the counts of the files"
            yield Finding(message)
