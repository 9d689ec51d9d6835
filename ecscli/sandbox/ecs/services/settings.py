"""What a service and its deployments keep of CreateService and UpdateService."""

from __future__ import annotations

from ecscli.sandbox.ecs.checks.launches.launching import Launching
from ecscli.sandbox.ecs.model import Cluster, Service
from ecscli.sandbox.ecs.tasks.launch import task_tags
from ecscli.sandbox.shapes import Json

#: Members of CreateService that DescribeServices gives back as they are.
KEPT = (
    "loadBalancers",
    "serviceRegistries",
    "deploymentConfiguration",
    "networkConfiguration",
    "placementConstraints",
    "placementStrategy",
    "healthCheckGracePeriodSeconds",
    "enableECSManagedTags",
    "propagateTags",
    "enableExecuteCommand",
    "capacityProviderStrategy",
    "platformVersion",
    "deploymentController",
    "availabilityZoneRebalancing",
    "volumeConfigurations",
    "serviceConnectConfiguration",
    "vpcLatticeConfigurations",
    "gatewayConnectors",
    "monitoring",
    "role",
)

#: Changes to one of these begin a new deployment, as the API reference documents each member of
#: UpdateService ("This parameter triggers a new service deployment."); those to others do not.
DEPLOYED = (
    "taskDefinition",
    "networkConfiguration",
    "platformVersion",
    "loadBalancers",
    "serviceRegistries",
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
)

#: The deployment configuration by scheduling strategy, without settings of its own.
CONFIGURATION: dict[str, Json] = {
    "REPLICA": {"maximumPercent": 200, "minimumHealthyPercent": 100},
    "DAEMON": {"maximumPercent": 100, "minimumHealthyPercent": 0},
}


def given_in(request: Json) -> Json:
    """The members that a request sets; null sets nothing."""
    return {name: value for name, value in request.items() if value is not None}


def merged(service: Service, request: Json) -> Json:
    """A service's settings with those of an update: as a CreateService that would make it."""
    kept, given = dict(service.settings), given_in(request)
    if given.get("capacityProviderStrategy") == []:  # back to the launch type
        kept.pop("capacityProviderStrategy", None)
    elif given.get("capacityProviderStrategy") or kept.get("capacityProviderStrategy"):
        kept.pop("launchType", None)
    configuration = {
        **service.settings["deploymentConfiguration"],
        **given_in(given.get("deploymentConfiguration") or {}),
    }
    return {
        **kept,
        **given,
        "schedulingStrategy": service.strategy,
        "deploymentConfiguration": configuration,
    }


def settings_of(launching: Launching) -> Json:
    """What a service keeps of a request that nothing is refused about."""
    request = launching.request
    kept = {name: request[name] for name in KEPT if request.get(name) is not None}
    kept["launchType"] = launching.launch_type
    kept["deploymentConfiguration"] = {
        **CONFIGURATION[launching.scheduling],
        **given_in(request.get("deploymentConfiguration") or {}),
    }
    if launching.strategy:
        kept["capacityProviderStrategy"] = list(launching.strategy)
    if launching.on_fargate:
        kept.setdefault("platformVersion", "LATEST")
    return kept


def deploys(service: Service, settings: Json, request: Json) -> bool:
    """Whether new settings begin a deployment."""
    if request.get("forceNewDeployment"):
        return True
    changed = [name for name in DEPLOYED if settings.get(name) != service.settings.get(name)]
    return any(request.get(name) is not None for name in changed)


def deployment_settings(cluster: Cluster, service: Service) -> Json:
    """The settings that the tasks of a deployment are made with, their tags among them."""
    settings = dict(service.settings)
    source = settings.get("propagateTags")
    inherited = {**settings, "tags": service.tags if source == "SERVICE" else []}
    settings["tags"] = task_tags(cluster.name, inherited, service.definition, service.name)
    return settings
