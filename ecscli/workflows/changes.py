"""A plan carried out, or several side by side, with what is said before and after an interruption;
every job that changes something ends here."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from ecscli.aws.client import WIDTH, workers
from ecscli.base.errors import EcsCliError, Finding
from ecscli.base.records import field, mutable
from ecscli.base.units import MOST_MINUTES
from ecscli.up.model import Event, Plan
from ecscli.up.service.apply import apply
from ecscli.up.service.calls import Applied
from ecscli.workflows.events import interruptible, warnings

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

T = TypeVar("T")
INTERRUPTED = "Interrupted while changing %s."
TO_GO_ON = "nothing was deleted; run the command again to go on"
Workflow = Callable[[], Generator[Event, None, T]]


def apply_plan(
    aws: Aws, plan: Plan, where: str, started_by: str = "", new_role: bool = False
) -> Generator[Event, None, Applied]:
    """Carry a plan out. `where` names what was touched, for the message after Ctrl-C; tasks are
    started with `started_by`. `new_role`: see `apply`."""
    yield from warnings(plan.notices)
    with interruptible(INTERRUPTED % where, TO_GO_ON):
        return (yield from apply(aws, plan, started_by, new_role))


# ------------------------------------------------------------- side by side


@mutable
class Over(Generic[T]):
    """A workflow that is over: its events, and what it has come to or the error that ended it."""

    events: list[Event] = field(default_factory=list)
    results: list[T] = field(default_factory=list)
    error: EcsCliError | None = None


def side_by_side(
    workflows: Sequence[Workflow[T]], where: str
) -> Generator[Event, None, tuple[T, ...]]:
    """What workflows come to that go on at the same time, a few at once. Their events come one
    workflow after the other, in order; `where` is that of `apply_plan`.

    Raises the first error in order once all of them are over.
    """
    if len(workflows) == 1:
        return ((yield from workflows[0]()),)
    with interruptible(INTERRUPTED % where, TO_GO_ON), workers(WIDTH) as pool:
        begun = [pool.submit(_over, one) for one in workflows]
        for future in begun:
            yield from future.result().events
    over = [future.result() for future in begun]
    for one in over:
        if one.error is not None:
            raise one.error
    return tuple(result for one in over for result in one.results)


def _over(workflow: Workflow[T]) -> Over[T]:
    """The workflow run to its end."""
    over = Over[T]()
    events = workflow()
    try:
        while True:
            over.events.append(next(events))
    except StopIteration as end:
        over.results.append(end.value)
    except EcsCliError as error:
        over.error = error
    return over


def check_timeout(minutes: float) -> Iterator[Finding]:
    """Why this is not a timeout; NaN is between no bounds."""
    if not 0 <= minutes <= MOST_MINUTES:
        message = f"--timeout: {minutes:g} is not between 0 and {MOST_MINUTES:g} minutes"
        yield Finding(message, hint="give minutes; 0 does not wait")
