"""The whole sandbox under a state machine, and the machine itself: it finds each of eight errors
that are planted one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from ecscli.sandbox.ecs import api
from ecscli.sandbox.ecs.instances import api as instances
from ecscli.sandbox.ecs.instances import placement
from ecscli.sandbox.ecs.model import Instance
from ecscli.sandbox.ecs.services import api as services
from ecscli.sandbox.ecs.services import rollout, scheduler
from ecscli.sandbox.stacks import operation
from tests.sandbox.machine import Sandbox

STEPS = 30
QUICK = settings(
    max_examples=12, stateful_step_count=STEPS, deadline=None, derandomize=True, database=None
)
THOROUGH = settings(QUICK, max_examples=150)
#: Nothing is shrunk: that the machine fails is enough.
SEARCH = settings(THOROUGH, phases=[Phase.generate], report_multiple_bugs=False)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_sandbox_keeps_its_promises() -> None:
    run_state_machine_as_test(Sandbox, settings=QUICK)


@pytest.mark.search
@pytest.mark.timeout(3600)
def test_the_sandbox_keeps_its_promises_for_long() -> None:
    run_state_machine_as_test(Sandbox, settings=THOROUGH)


# ----------------------------------------------------------------------------------- planted errors


def the_maximum_percent_is_ignored(patch: pytest.MonkeyPatch) -> None:
    def missing(service: Any, bounds: Any) -> int:
        current = [
            t for t in service.tasks.values() if t.wanted and scheduler.is_current(service, t)
        ]
        return int(bounds.wanted - len(current))

    patch.setattr(scheduler, "missing", missing)


def the_minimum_percent_is_ignored(patch: pytest.MonkeyPatch) -> None:
    original = scheduler.bounds_of
    patch.setattr(
        scheduler, "bounds_of", lambda cluster, one: original(cluster, one)._replace(least=0)
    )


def memory_is_never_full(patch: pytest.MonkeyPatch) -> None:
    rules = tuple(one for one in placement.RULES if one[1] != "RESOURCE:MEMORY")
    patch.setattr(placement, "RULES", rules)


def a_dynamic_port_is_given_twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Instance, "dynamic_port", lambda self, protocol, task: 32768)


def an_instance_leaves_without_its_tasks(patch: pytest.MonkeyPatch) -> None:
    def leave(ecs: Any, one: Instance, reason: str) -> None:
        ecs.clusters[one.cluster].instances.pop(one.id, None)
        ecs.by_ec2_id.pop(one.ec2_id, None)

    patch.setattr(instances, "leave", leave)


def an_update_writes_before_it_checks(patch: pytest.MonkeyPatch) -> None:
    original = services.ACTIONS["UpdateService"]

    def update(ecs: Any, request: dict[str, Any]) -> dict[str, Any]:
        service = ecs.service(ecs.cluster(request.get("cluster")), request["service"])
        if request.get("desiredCount") is not None:
            service.desired = request["desiredCount"]
        return original(ecs, request)

    patch.setitem(api.ACTIONS, "UpdateService", update)


def a_service_keeps_one_task_too_many(patch: pytest.MonkeyPatch) -> None:
    original = scheduler.surplus_of
    patch.setattr(scheduler, "surplus_of", lambda *args: original(*args)[1:])


def pending_tasks_are_not_counted(patch: pytest.MonkeyPatch) -> None:
    original = rollout.count

    def count(service: Any, wanted: int) -> None:
        original(service, wanted)
        service.pending = 0

    patch.setattr(rollout, "count", count)


def a_deleted_stack_leaves_its_log_group(patch: pytest.MonkeyPatch) -> None:
    original = operation.kind
    group = original("AWS::Logs::LogGroup")
    lazy = replace(group, delete=lambda site, made, properties: None)
    patch.setattr(operation, "kind", lambda name: lazy if name == group.type else original(name))


def nobody_is_woken_by_free_room(patch: pytest.MonkeyPatch) -> None:
    """Services wait for ever: neither a task that ends nor a new instance lets them try again."""
    patch.setattr(scheduler, "wait_for_room", lambda *args: None)


#: Each error, and words of the promise that is broken.
PLANTED: list[tuple[Callable[[pytest.MonkeyPatch], None], str]] = [
    (the_maximum_percent_is_ignored, "more tasks than the maximum percent"),
    (the_minimum_percent_is_ignored, "fewer tasks than the minimum healthy percent"),
    (memory_is_never_full, "memory is oversubscribed"),
    (a_dynamic_port_is_given_twice, "a port is given twice"),
    (an_instance_leaves_without_its_tasks, "a task runs on an instance that has left"),
    (an_update_writes_before_it_checks, "was refused, and changed something"),
    (a_service_keeps_one_task_too_many, "more tasks than desired, with nothing left to do"),
    (pending_tasks_are_not_counted, "the counts of deployments do not add up"),
    (a_deleted_stack_leaves_its_log_group, "is deleted, and left something"),
    (nobody_is_woken_by_free_room, "a service waits, and there is room"),
]


@pytest.mark.search
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("plant", "words"), PLANTED, ids=[one.__name__ for one, _ in PLANTED])
def test_the_machine_finds_a_planted_error(
    plant: Callable[[pytest.MonkeyPatch], None], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError, match=words):
        run_state_machine_as_test(Sandbox, settings=SEARCH)
