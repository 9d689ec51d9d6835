"""Where a task goes: instances, needs, constraints and strategies in; an instance or the reasons
against each out.

Pure: nothing is reserved here, nothing is written.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ecscli.sandbox.ecs.instances.expressions import Predicate, compile_expression
from ecscli.sandbox.ecs.model import Instance, Needs
from ecscli.sandbox.shapes import Json

#: What services and tasks get without a strategy of their own.
DEFAULT_SPREAD = ({"type": "spread", "field": "attribute:ecs.availability-zone"},)


@dataclass(frozen=True, slots=True)
class Want:
    """One placement asked for: what it takes, what it requires, where its siblings count as
    `group`."""

    needs: Needs
    group: str
    required: frozenset[str] = frozenset()
    members: tuple[Predicate, ...] = ()
    distinct: bool = False
    strategies: tuple[Json, ...] = ()
    capacity_provider: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one instance does not fit, in ECS's failure code and in the words of service events."""

    instance: Instance
    code: str
    words: str


def has_wanted(instance: Instance, group: str) -> bool:
    """Whether a task of the group is to run there: "Amazon ECS looks at the desired status of the
    tasks for the task placement" (distinctInstance)."""
    if not instance.groups[group]:
        return False
    return any(task.wanted and task.group == group for task in instance.tasks.values())


Rule = tuple[Callable[[Instance, Want], bool], str, str]

#: Each rule: whether it is broken, the failure's reason, the event's words; the first broken one is
#: reported.
RULES: tuple[Rule, ...] = (
    (lambda one, want: not one.connected, "AGENT", "has its agent disconnected"),
    (
        lambda one, want: not want.required <= one.attributes.keys(),
        "ATTRIBUTE",
        "is missing an attribute required by your task",
    ),
    (
        lambda one, want: not all(member(one) for member in want.members),
        "MemberOf placement constraint unsatisfied.",
        'encountered error "MemberOf placement constraint unsatisfied."',
    ),
    (
        lambda one, want: want.distinct and has_wanted(one, want.group),
        "DistinctInstance placement constraint unsatisfied.",
        'encountered error "DistinctInstance placement constraint unsatisfied."',
    ),
    (
        lambda one, want: not one.taken_ports.isdisjoint(want.needs.ports),
        "RESOURCE:PORTS",
        "is already using a port required by your task",
    ),
    (
        lambda one, want: one.free_cpu < want.needs.cpu,
        "RESOURCE:CPU",
        "has insufficient CPU units available",
    ),
    (
        lambda one, want: one.free_memory < want.needs.memory,
        "RESOURCE:MEMORY",
        "has insufficient memory available",
    ),
    (
        lambda one, want: len(one.free_gpus) < want.needs.gpus,
        "RESOURCE:GPU",
        "has insufficient GPU resource available",
    ),
)


def refusal(instance: Instance, want: Want) -> Refusal | None:
    """The first rule that the instance breaks."""
    for broken, code, words in RULES:
        if broken(instance, want):
            return Refusal(instance, code, words)
    return None


def offered(instances: Iterable[Instance], want: Want) -> list[Instance]:
    """The instances that are asked at all: active ones, of the capacity provider where one was
    named."""
    return [
        one
        for one in instances
        if one.status == "ACTIVE"
        and (want.capacity_provider is None or one.capacity_provider == want.capacity_provider)
    ]


def place(instances: Sequence[Instance], want: Want) -> tuple[Instance | None, list[Refusal]]:
    """The chosen instance, or none and the reason of each that was asked."""
    fitting, refusals = [], []
    for one in offered(instances, want):
        against = refusal(one, want)
        if against:
            refusals.append(against)
        else:
            fitting.append(one)
    return (choose(fitting, want) if fitting else None), refusals


def choose(fitting: list[Instance], want: Want) -> Instance:
    """Strategies narrow the field one after the other; among equals the emptiest wins, then the
    lowest id."""
    for strategy in want.strategies or DEFAULT_SPREAD:
        fitting = STRATEGIES[strategy["type"]](fitting, want, strategy.get("field", ""))
    return min(fitting, key=lambda one: (one.groups[want.group], len(one.tasks), one.id))


def spread(fitting: list[Instance], want: Want, field: str) -> list[Instance]:
    by_value = {one.arn: spread_value(one, field) for one in fitting}
    counts = Counter[str]()
    for one in fitting:
        counts[by_value[one.arn]] += one.groups[want.group]
    least = min(counts.values())
    return [one for one in fitting if counts[by_value[one.arn]] == least]


def spread_value(instance: Instance, field: str) -> str:
    if field in ("instanceId", "host"):
        return instance.id
    return instance.attributes.get(field.removeprefix("attribute:")) or ""


def binpack(fitting: list[Instance], want: Want, field: str) -> list[Instance]:
    left: Callable[[Instance], int] = {
        "cpu": lambda one: one.free_cpu,
        "memory": lambda one: one.free_memory,
    }[field.lower()]
    least = min(map(left, fitting))
    return [one for one in fitting if left(one) == least]


def at_random(fitting: list[Instance], want: Want, field: str) -> list[Instance]:
    return [random.choice(fitting)]


STRATEGIES: dict[str, Callable[[list[Instance], Want, str], list[Instance]]] = {
    "spread": spread,
    "binpack": binpack,
    "random": at_random,
}


def compiled(constraints: Iterable[Json]) -> tuple[tuple[Predicate, ...], bool]:
    """memberOf expressions as predicates, and whether distinctInstance is asked for."""
    expressions = [one["expression"] for one in constraints if one["type"] == "memberOf"]
    distinct = any(one["type"] == "distinctInstance" for one in constraints)
    return tuple(compile_expression(one) for one in expressions), distinct
