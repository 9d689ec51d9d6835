"""The ECS API: an operation and its request in, the response out. One table over all the
modules."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ecscli.sandbox.ecs import clusters, settings, tags
from ecscli.sandbox.ecs.capacity import api as capacity
from ecscli.sandbox.ecs.checks import shapes
from ecscli.sandbox.ecs.definitions import api as definitions
from ecscli.sandbox.ecs.instances import api as instances
from ecscli.sandbox.ecs.instances import attributes
from ecscli.sandbox.ecs.services import api as services
from ecscli.sandbox.ecs.services import deployments as service_deployments
from ecscli.sandbox.ecs.services import scheduler
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.ecs.tasks import api as tasks
from ecscli.sandbox.ecs.tasks import protection, sessions
from ecscli.sandbox.ecs.tasks.agent import Agent
from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.shapes import Json

Action = Callable[[Ecs, Json], Json]

ACTIONS: dict[str, Action] = {
    name: action
    for module in (
        attributes,
        capacity,
        clusters,
        definitions,
        instances,
        protection,
        service_deployments,
        services,
        sessions,
        settings,
        tags,
        tasks,
    )
    for name, action in module.ACTIONS.items()
}


def prepare(ecs: Ecs) -> Ecs:
    """Give a new Ecs its agent and let the scheduler listen to its tasks."""
    ecs.agent = Agent(ecs)
    ecs.listeners.append(partial(scheduler.task_changed, ecs))
    return ecs


def answer(ecs: Ecs, operation: str, request: Json) -> Json:
    """The response of one call; ApiError as AWS would refuse it."""
    action = ACTIONS.get(operation)
    if action is None:
        raise ApiError(
            "UnsupportedFeatureException",
            f"The sandbox does not know the operation {operation} of ECS.",
        )
    shapes.check(operation, request)
    return action(ecs, request)
