"""The waves of a project, one after the other: each begins when what it depends on is reached."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import DeploymentError
from ecscli.base.records import record
from ecscli.compose.layout.discovery.front_ends import with_restarts
from ecscli.up.model import Event
from ecscli.up.project.plan import PlannedGroup
from ecscli.workflows.service.deployment import Deployed, Waiting
from ecscli.workflows.services.planning.plan import PlannedProject
from ecscli.workflows.services.rollout.begin import begin_wave
from ecscli.workflows.services.rollout.found import may_begin, until_found
from ecscli.workflows.services.rollout.jobs import EndedJob, finish_jobs
from ecscli.workflows.services.rollout.needs import Needs, needs_of
from ecscli.workflows.services.rollout.under_way import UnderWay

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

Wave = Sequence[PlannedGroup]
BeforeWave = Callable[[Wave], Iterable[Event]]


@record
class WavesDone:
    """What became of the services and jobs that were begun, the errors of all of them, and the
    waves that are `left`, not begun."""

    services: tuple[Deployed, ...]
    jobs: tuple[EndedJob, ...]
    errors: list[DeploymentError]
    left: tuple[Wave, ...]


def nothing(wave: Wave) -> Iterator[Event]:
    """Nothing has to be done before a wave."""
    return iter(())


def apply_waves(
    aws: Aws, planned: PlannedProject, waves: Sequence[Wave], before_wave: BeforeWave
) -> Generator[Event, None, WavesDone]:
    """Carry out wave after wave until one of them has not come to a good end. What was begun is
    followed to its end in any case."""
    under_way = _under_way(aws, planned)
    left, jobs, errors = list(waves), list[EndedJob](), list[DeploymentError]()
    while left and not errors and not under_way.has_failed:
        wave = left.pop(0)
        yield from before_wave(wave)
        begun = yield from begin_wave(aws, planned, wave)
        under_way.add(begun.changes)
        needs = _needs(planned, under_way, left)
        yield from under_way.until(needs)
        jobs += yield from finish_jobs(aws, begun.jobs)
        errors = [one.error for one in jobs if one.error]
        if needs and not errors and not under_way.has_failed:
            errors += yield from _until_found(aws, planned, under_way, needs)
    yield from under_way.until(None)
    services = yield from under_way.outcomes()
    errors = [*(one.error for one in services if one.error), *errors]
    return WavesDone(services, tuple(jobs), errors, tuple(left))


def _under_way(aws: Aws, planned: PlannedProject) -> UnderWay:
    """What follows the services of the project."""
    request, discovery = planned.request, planned.wanted.discovery

    def finds(group: str) -> bool:
        name = discovery.registered.get(group)
        return name is None or may_begin(aws, discovery.dns_namespace, name)

    waiting = Waiting(request.timeout, request.no_wait)
    return UnderWay(aws, planned.cluster, waiting, finds)


def _needs(planned: PlannedProject, under_way: UnderWay, left: Sequence[Wave]) -> Needs | None:
    """What the next wave waits for; None: there is none, and all services come to their end."""
    if not left:
        return None
    edges = with_restarts(planned.wanted.arrangement.edges, planned.wanted.discovery)
    return needs_of(left[0], under_way.begun, edges, planned.wanted.discovery)


def _until_found(
    aws: Aws, planned: PlannedProject, under_way: UnderWay, needs: Needs
) -> Generator[Event, None, tuple[DeploymentError, ...]]:
    """Wait until DNS finds the services that the next wave is about to look for."""
    discovery = planned.wanted.discovery
    if planned.request.no_wait or not planned.request.timeout:
        return ()
    sought = [name for name in under_way.running(needs) if name in discovery.registered]
    names = [discovery.registered[name] for name in sought]
    return (yield from until_found(aws, discovery.dns_namespace, names)) if names else ()
