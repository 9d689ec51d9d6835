"""PURE: the plan of a service -> whether it gets new tasks by it.

Source: UpdateService in the ECS API reference, which names the fields that begin a deployment.
"""

from __future__ import annotations

from ecscli.up.model import CreateService, Plan, UpdateService

# fields of UpdateService that change a service and leave its tasks alone
WITHOUT_DEPLOYMENT = (
    "availabilityZoneRebalancing",
    "deploymentConfiguration",
    "desiredCount",
    "enableECSManagedTags",
    "healthCheckGracePeriodSeconds",
    "placementConstraints",
    "placementStrategy",
    "propagateTags",
)


def gets_deployment(plan: Plan) -> bool:
    """Whether the plan begins a deployment."""
    return any(_begins_deployment(action) for action in plan.actions)


def _begins_deployment(action: object) -> bool:
    if isinstance(action, UpdateService):
        changed = (action.before or {}).keys() - set(WITHOUT_DEPLOYMENT)
        return bool(action.request.get("forceNewDeployment") or changed)
    return isinstance(action, CreateService)
