"""What is known of a cluster before the first write: the spec, what is live, the wanted
stack; every refusal happens here."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager
from functools import partial

from ecscli.aws.client import Aws
from ecscli.base.documents import Document
from ecscli.base.errors import EcsCliError, InputError
from ecscli.base.records import record, replace
from ecscli.cluster.template.build import as_written
from ecscli.up.model import Event
from ecscli.up.stack import live, operations, plan
from ecscli.up.stack.desired import Desired, desired
from ecscli.up.stack.model import LiveCluster
from ecscli.up.stack.preflight import check
from ecscli.workflows.cluster.infra import Infra, InfraRequest, read_infra
from ecscli.workflows.events import interruptible, warnings


@record
class PrepareRequest:
    """`upgrade`: a stack of ecs-cli may be changed. `anew`: the stack will be deleted first, and
    its document does not count. `resume`: follow to its end what this user, or another `up`, began
    before; without it that is refused."""

    infra: InfraRequest
    upgrade: bool = False
    anew: bool = False
    resume: bool = False


@record
class Prepared:
    """A cluster that can be made: all that it names is looked up."""

    infra: Infra
    aws: Aws
    live: LiveCluster
    desired: Desired


def prepare(request: PrepareRequest) -> Generator[Event, None, Prepared]:
    """Read files and AWS, and refuse what cannot be made."""
    infra, aws, found, checked = _read(request)
    if found.stack and found.stack.busy and request.resume:
        with resumable(infra):
            yield from operations.resume(aws, found.stack, others=True)
        return (yield from prepare(request))
    operations.need_idle(found.stack)
    _need_room(aws, infra, found, checked)
    yield from _remarks(infra, checked)
    wanted = desired(checked.spec, infra.stack, checked.existing)
    return Prepared(replace(infra, spec=checked.spec), aws, found, wanted)


def _read(request: PrepareRequest) -> tuple[Infra, Aws, LiveCluster, check.Checked]:
    """The wanted cluster, laid over what is live where no file describes it, the live one, and what
    the wanted one names, looked up."""
    infra = read_infra(request.infra)
    aws = request.infra.connect(infra.settings)
    found, checked = aws.together(
        partial(live.read, aws, infra.stack, infra.spec.name),
        partial(check.attempt, aws, infra.spec),
    )
    plan.need_own_stack(found, request.upgrade or request.anew)
    base = None if infra.file or request.anew else _live_document(found)
    if base is not None:
        infra = read_infra(request.infra, base)
        checked = check.attempt(aws, infra.spec)
    if isinstance(checked, EcsCliError):
        raise checked
    return infra, aws, found, checked


def read_files(request: PrepareRequest) -> Prepared:
    """The cluster as files and flags describe it, in an account of which nothing is known."""
    infra = read_infra(request.infra)
    wanted = desired(infra.spec, infra.stack, as_written(infra.spec))
    return Prepared(
        infra, request.infra.connect(infra.settings), LiveCluster(None, None, None), wanted
    )


def _remarks(infra: Infra, checked: check.Checked) -> Iterator[Event]:
    """What is worth knowing about a cluster that can be made."""
    yield from warnings([*infra.spec.notices, *checked.notices])
    for fact in checked.facts:
        yield Event(fact)


def _live_document(found: LiveCluster) -> Document | None:
    """The document that the live stack was made from, by ecscli or by ecs-cli."""
    return plan.base_document(found) or plan.taken_over(found)


def _need_room(aws: Aws, infra: Infra, found: LiveCluster, checked: check.Checked) -> None:
    """Raise InputError where a new network would exceed the quota, unless somebody has made the
    stack meanwhile."""
    if checked.full and found.stack is None and live.stack(aws, infra.stack) is None:
        raise InputError.of([checked.full])


def resumable(infra: Infra) -> AbstractContextManager[None]:
    """Ctrl-C in the block explains that CloudFormation goes on."""
    return interruptible(
        f"Interrupted. CloudFormation goes on with stack {infra.stack}; nothing is deleted.",
        f"run `ecscli up` again to follow it, `ecscli down` to remove cluster {infra.spec.name}",
    )
