"""The services that an `up` has changed: each is followed to the end of its deployment, while waves
begin that wait for less."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.errors import Finding
from ecscli.base.records import field, mutable
from ecscli.up.deployment.followed import Followed, Goal, followed_to
from ecscli.up.deployment.state import is_settled
from ecscli.up.deployment.watch import follow
from ecscli.up.model import Event
from ecscli.workflows.diagnosis import failed_deployment
from ecscli.workflows.events import interruptible, warning
from ecscli.workflows.service.deployment import Deployed, Waiting
from ecscli.workflows.services.rollout.follow import INTERRUPTED, NOT_WAITED_FOR, TO_GO_ON, Change
from ecscli.workflows.services.rollout.needs import Needs

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws


@mutable
class OnItsWay:
    """The change of one group; nobody follows one that is settled, or that nobody waits for."""

    change: Change
    followed: Followed | None

    @property
    def last(self) -> ServiceTypeDef:
        """The service as it is known."""
        return self.followed.last if self.followed else self.change.service

    @property
    def is_ended(self) -> bool:
        return self.followed is None or self.followed.outcome is not None

    @property
    def has_failed(self) -> bool:
        outcome = self.followed.outcome if self.followed else None
        return outcome is not None and not outcome.ok


@mutable
class UnderWay:
    """The services of a project on one cluster, in the order in which they were changed. `finds`:
    whether DNS finds the service of a group. `looked_at`: when they were looked at last."""

    aws: Aws
    cluster: str
    waiting: Waiting
    finds: Callable[[str], bool]
    changes: list[tuple[str, OnItsWay]] = field(default_factory=list)
    looked_at: float = 0.0

    @property
    def begun(self) -> list[str]:
        """The groups that were changed or found to be as they should."""
        return [group for group, _ in self.changes]

    @property
    def has_failed(self) -> bool:
        return any(one.has_failed for _, one in self.changes)

    def add(self, changes: Mapping[str, Change]) -> None:
        """Follow more services from now on, by group, as the calls that changed them answered."""
        is_waited_for = self.waiting.timeout and not self.waiting.no_wait
        for group, change in changes.items():
            followed = None
            if is_waited_for and (change.changed or not is_settled(change.service)):
                name = change.names.service
                followed = followed_to(Goal.DEPLOYED, self.aws, change.service, name)
            self.changes.append((group, OnItsWay(change, followed)))

    def until(self, needs: Needs | None) -> Generator[Event, None, None]:
        """Follow the services until those that are needed have come as far as they have to, or to
        an end that is not good; all of them to their end where `needs` is None."""
        left = [one for _, one in self.changes if not one.is_ended]
        if not left or self._have_reached(needs):
            return
        followed = [one.followed for one in left if one.followed is not None]
        self._forget_pause(followed)
        names = ", ".join(one.change.names.service for one in left)
        minutes = self.waiting.timeout
        with interruptible(INTERRUPTED % names, TO_GO_ON):
            is_enough = partial(self._have_reached, needs)
            yield from follow(self.aws, self.cluster, followed, minutes, is_enough)
        self.looked_at = self.aws.clock()

    def running(self, groups: Iterable[str]) -> list[str]:
        """Which of the groups have tasks, or are to have some."""
        newest = dict(self.changes)
        return [name for name in groups if newest[name].last.get("desiredCount")]

    def _have_reached(self, needs: Needs | None) -> bool:
        if needs is None:
            return False
        newest = dict(self.changes)
        return all(self._has_reached(name, newest[name], end) for name, end in needs.items())

    def _has_reached(self, group: str, one: OnItsWay, to_the_end: bool) -> bool:
        if one.followed is None or one.is_ended:
            return True
        return not to_the_end and one.followed.has_started and self.finds(group)

    def _forget_pause(self, followed: list[Followed]) -> None:
        """The time in which nobody looked at the services is no time without progress."""
        now = self.aws.clock()
        for one in followed:
            if not one.is_new:
                one.seen.since = min(now, one.seen.since + now - self.looked_at)

    def outcomes(self) -> Generator[Event, None, tuple[Deployed, ...]]:
        """What each of them has come to, as it was last, with the reasons of those that failed."""
        is_not_waited_for = not self.waiting.timeout and not self.waiting.no_wait
        if is_not_waited_for and any(one.change.changed for _, one in self.changes):
            yield warning(Finding(NOT_WAITED_FOR))
        newest = {one.change.names.service: one for _, one in self.changes}
        return tuple(self._outcome(one) for one in newest.values())

    def _outcome(self, one: OnItsWay) -> Deployed:
        change = one.change
        outcome = one.followed.outcome if one.followed else None
        if outcome is None:
            return Deployed(change.names, change.service, change.changed)
        error = None if outcome.ok else failed_deployment(self.aws, change.names, outcome)
        return Deployed(change.names, outcome.service or change.service, change.changed, error)
