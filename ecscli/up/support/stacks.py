"""PURE: the parts that a project needs in layout services, what is live, and who uses it -> the
support stack before the services, with everything that it gets, and after them, without what
nothing uses any more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.records import field, record
from ecscli.support.balancer.names import lasting_records
from ecscli.support.balancer.transition.numbers import with_free_numbers
from ecscli.support.balancer.transition.staying import with_way
from ecscli.support.balancer.transition.steps import Step
from ecscli.support.carry import carried, with_dependents, without
from ecscli.support.names import EXECUTION_ROLE, stack_name
from ecscli.support.parts import Part, joined
from ecscli.support.storage.live import kept_storage
from ecscli.support.template import compact_body, part_of
from ecscli.up.model import DeleteStack, Plan, Ref
from ecscli.up.service.names import Names
from ecscli.up.support.deployment import deployment, foreign

if TYPE_CHECKING:
    from ecscli.up.support.live import LiveSupport

REGISTRY = re.compile(r"arn:[a-z-]+:servicediscovery:.*:service/.*")
BEFORE, AFTER = "before the services", "after the services"
EXCHANGE = "first, as rules exchange their numbers"


@record
class WantedStack:
    """What the whole project needs; `users` are the services as they will be, and those that stay
    as they are. `step`: what the stack has of the load balancer, before the services change and
    after."""

    names: Names
    parts: tuple[Part, ...] = ()
    users: tuple[Document, ...] = ()
    step: Step = Step(Part(), Part())

    @property
    def name(self) -> str:
        return stack_name(self.names.cluster, self.names.project)


@record
class PlannedStack:
    """What is done to the stack before the services are changed, and after; no `name` where the
    project has no stack and needs none. `released`: the security groups and Cloud Map services that
    go after them, which tasks may still use."""

    name: str = ""
    before: Plan = field(default_factory=Plan)
    after: Plan = field(default_factory=Plan)
    released: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.before or self.after)


def plan_stack(wanted: WantedStack, live: LiveSupport) -> PlannedStack:
    """The two steps, each empty where it would change nothing. The execution role stays, as tasks
    use it that are no services.

    Raises InputError where a stack is needed and one of this name belongs to somebody else.
    """
    mine = live.is_of(wanted.names)
    step = wanted.step
    needed = joined((step.stays, *wanted.parts, step.after))
    if live.stack is not None and not mine:
        if needed:
            raise foreign(wanted.names, live.stack)
        return PlannedStack()
    if needed and live.denied:
        raise live.denied
    needed = part_of(compact_body(needed))  # in the form in which it will be read again
    there, between = part_of(live.body), part_of(compact_body(step.before))
    has = step.without_ended(there)
    first = has + needed + between + lasting_records(has, needed)
    numbered = with_free_numbers(there, first, step.numbers)
    first = numbered.after
    used = {EXECUTION_ROLE, *_used(wanted.users, live.outputs)}
    whole = has + needed
    carries = carried(whole, used - set(needed.outputs))
    last = with_way(whole, carries) + needed
    return PlannedStack(
        wanted.name if first else "",
        _step(wanted.names, numbered.between, there, EXCHANGE)
        + _step(wanted.names, first, numbered.between, BEFORE),
        _step(wanted.names, last, first, AFTER),
        _released(_let_go(has, last, live.outputs)),
    )


def plan_release(
    names: Names, live: LiveSupport, removed: Iterable[Document], rest: Iterable[Document]
) -> PlannedStack:
    """What happens to the stack once some services are removed: it loses what only these have
    used. What no service uses stays, as tasks may, and so do the execution role, the balancer, and
    the records and certificates of all hosts, until files no longer ask for them."""
    if not live.is_of(names):
        return PlannedStack()
    has = part_of(live.body)
    gone = {*_used(removed, live.outputs)} - {EXECUTION_ROLE, *_used(rest, live.outputs)}
    left = without(has, gone)
    return PlannedStack(
        stack_name(names.cluster, names.project),
        after=_step(names, left, has, AFTER),
        released=_released(_let_go(has, left, live.outputs)),
    )


def plan_retreat(names: Names, live: LiveSupport, users: Iterable[Document]) -> PlannedStack:
    """What happens to the stack once these are its only users: it keeps what they use, the
    execution role, and the file systems with those who reach them."""
    if not live.is_of(names):
        return PlannedStack()
    has = part_of(live.body)
    used = {EXECUTION_ROLE, *_used(users, live.outputs)}
    left = with_way(has, with_dependents(has, kept_storage(has) + carried(has, used)))
    return PlannedStack(
        stack_name(names.cluster, names.project),
        after=_step(names, left, has, AFTER),
        released=_released(_let_go(has, left, live.outputs)),
    )


def _let_go(has: Part, last: Part, outputs: Mapping[str, str]) -> dict[str, str]:
    """The outputs that the stack has and will not have, with their values."""
    gone = [name for name in has.outputs if name not in last.outputs]
    return {name: outputs[name] for name in gone if name in outputs}


def _released(outputs: Mapping[str, str]) -> tuple[str, ...]:
    """Of these outputs the security groups and Cloud Map services."""
    registries = [value for value in outputs.values() if REGISTRY.fullmatch(value)]
    return (*groups_of(outputs), *registries)


def _step(names: Names, whole: Part, before: Part, phase: str) -> Plan:
    if whole == before:
        return Plan()
    if not whole:
        request = {"StackName": stack_name(names.cluster, names.project)}
        return Plan((DeleteStack(request, phase),))
    body = compact_body(before) if before else ""
    return Plan((deployment(names, whole, compact_body(whole), body, phase),))


def output_of(name: str, names: Names, live: LiveSupport) -> str | Ref:
    """The value of an output of the project's stack: known where it is there, a Ref until then."""
    ref = f"{stack_name(names.cluster, names.project)}.{name}"
    if not live.is_of(names):
        return Ref(ref, ref)
    return live.outputs.get(name) or Ref(ref, ref)


def groups_of(outputs: Mapping[str, str]) -> tuple[str, ...]:
    """The security groups among the outputs of a stack."""
    return tuple(value for value in outputs.values() if value.startswith("sg-"))


def _used(users: Iterable[Document], outputs: Mapping[str, str]) -> Iterator[str]:
    """The outputs whose values are in the services."""
    texts = {text for user in users for text in _texts(user)}
    for name, value in outputs.items():
        if value in texts:
            yield name


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
