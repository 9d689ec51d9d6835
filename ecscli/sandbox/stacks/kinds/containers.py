"""ECS in templates: clusters, capacity providers and their associations, task definitions,
services."""

from __future__ import annotations

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.kinds.kind import Kind, Made, Site, lower_tags, without

#: Members whose keys are data, not names of the API, and keep their case.
DATA = ("Options", "DockerLabels", "DriverOpts", "Labels")


def lowered(properties: Json) -> Json:
    """CloudFormation's CapitalNames as the ECS API's camelCase."""
    return {camel(key): lowered_member(key, one) for key, one in properties.items()}


def lowered_member(key: str, value: object) -> object:
    if isinstance(value, dict):
        return value if key in DATA else lowered(value)
    return [lowered_member(key, one) for one in value] if isinstance(value, list) else value


def camel(name: str) -> str:
    return (
        name.replace("EFSVolume", "EfsVolume")[:1].lower()
        + name.replace("EFSVolume", "EfsVolume")[1:]
    )


def create_cluster(site: Site, properties: Json) -> Made:
    name = site.name(properties, "ClusterName")
    wanted = lowered(without(properties, "ClusterName", "Tags"))
    tags = lower_tags(site.all_tags(properties))
    arn = site.client("ecs").create_cluster(clusterName=name, tags=tags, **wanted)["cluster"][
        "clusterArn"
    ]
    return Made(name, {"Arn": arn})


def update_cluster(site: Site, made: Made, old: Json, new: Json) -> Made:
    ecs, wanted = site.client("ecs"), lowered(without(new, "ClusterName", "Tags"))
    providers = wanted.pop("capacityProviders", None)
    strategy = wanted.pop("defaultCapacityProviderStrategy", [])
    ecs.update_cluster(cluster=made.id, **wanted)
    if providers is not None:
        ecs.put_cluster_capacity_providers(
            cluster=made.id, capacityProviders=providers, defaultCapacityProviderStrategy=strategy
        )
    return made


def delete_cluster(site: Site, made: Made, properties: Json) -> None:
    site.client("ecs").delete_cluster(cluster=made.id)


def create_provider(site: Site, properties: Json) -> Made:
    name = site.name(properties, "Name", 255)
    wanted = lowered(without(properties, "Name", "Tags"))
    site.client("ecs").create_capacity_provider(
        name=name, tags=lower_tags(site.all_tags(properties)), **wanted
    )
    return Made(name)


def update_provider(site: Site, made: Made, old: Json, new: Json) -> Made:
    details = without(lowered(new["AutoScalingGroupProvider"]), "autoScalingGroupArn")
    site.client("ecs").update_capacity_provider(name=made.id, autoScalingGroupProvider=details)
    return made


def delete_provider(site: Site, made: Made, properties: Json) -> None:
    site.client("ecs").delete_capacity_provider(capacityProvider=made.id)


def create_associations(site: Site, properties: Json) -> Made:
    site.client("ecs").put_cluster_capacity_providers(**lowered(properties))
    return Made(str(properties["Cluster"]))


def update_associations(site: Site, made: Made, old: Json, new: Json) -> Made:
    return create_associations(site, new)


def delete_associations(site: Site, made: Made, properties: Json) -> None:
    site.client("ecs").put_cluster_capacity_providers(
        cluster=made.id, capacityProviders=[], defaultCapacityProviderStrategy=[]
    )


def create_definition(site: Site, properties: Json) -> Made:
    wanted = lowered(without(properties, "Tags"))
    wanted.setdefault("family", site.name({}, ""))
    arn = site.client("ecs").register_task_definition(
        tags=lower_tags(site.all_tags(properties)), **wanted
    )
    return Made(
        arn["taskDefinition"]["taskDefinitionArn"],
        {"TaskDefinitionArn": arn["taskDefinition"]["taskDefinitionArn"]},
    )


def delete_definition(site: Site, made: Made, properties: Json) -> None:
    site.client("ecs").deregister_task_definition(taskDefinition=made.id)


def create_service(site: Site, properties: Json) -> Made:
    name = site.name(properties, "ServiceName", 255)
    wanted = lowered(without(properties, "ServiceName", "Tags"))
    if wanted.get("schedulingStrategy") != "DAEMON":
        wanted.setdefault("desiredCount", 1)
    made = site.client("ecs").create_service(
        serviceName=name, tags=lower_tags(site.all_tags(properties)), **wanted
    )["service"]
    return Made(made["serviceArn"], {"Name": name, "ServiceArn": made["serviceArn"]})


def update_service(site: Site, made: Made, old: Json, new: Json) -> Made:
    wanted = lowered(
        without(new, "ServiceName", "Tags", "LaunchType", "SchedulingStrategy", "Role", "Cluster")
    )
    site.client("ecs").update_service(cluster=made.id.split("/")[1], service=made.id, **wanted)
    return made


#: How ECS ends a deployment that the circuit breaker, or somebody, stopped.
UNDONE = ("STOPPED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED")
BROKEN = "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'."


def stable_service(site: Site, made: Made, properties: Json) -> Made | None:
    """The service once its deployment has completed and its count runs; RuntimeError when the
    circuit breaker has ended the deployment."""
    ecs, cluster = site.client("ecs"), made.id.split("/")[1]
    service = ecs.describe_services(cluster=cluster, services=[made.id])["services"][0]
    newest = service.get("currentServiceDeployment")
    found = ecs.describe_service_deployments(serviceDeploymentArns=[newest])
    status = found["serviceDeployments"][0]["status"]
    if status in UNDONE:
        raise RuntimeError(BROKEN)
    running = service["runningCount"] == service["desiredCount"]
    steady = running and len(service["deployments"]) == 1
    return made if steady and status == "SUCCESSFUL" else None


def delete_service(site: Site, made: Made, properties: Json) -> None:
    site.client("ecs").delete_service(cluster=made.id.split("/")[1], service=made.id, force=True)


def left_service(site: Site, made: Made) -> bool:
    """Whether a deleted service has drained."""
    ecs, cluster = site.client("ecs"), made.id.split("/")[1]
    try:
        found = ecs.describe_services(cluster=cluster, services=[made.id])["services"]
    except ecs.exceptions.ClusterNotFoundException:
        return True
    return all(one["status"] == "INACTIVE" for one in found)


KINDS = (
    Kind(
        "AWS::ECS::Cluster",
        create_cluster,
        delete_cluster,
        update_cluster,
        frozenset({"ClusterName"}),
    ),
    Kind(
        "AWS::ECS::CapacityProvider",
        create_provider,
        delete_provider,
        update_provider,
        frozenset({"Name"}),
    ),
    Kind(
        "AWS::ECS::ClusterCapacityProviderAssociations",
        create_associations,
        delete_associations,
        update_associations,
        frozenset({"Cluster"}),
    ),
    Kind("AWS::ECS::TaskDefinition", create_definition, delete_definition),
    Kind(
        "AWS::ECS::Service",
        create_service,
        delete_service,
        update_service,
        frozenset({"ServiceName", "Cluster", "LaunchType", "SchedulingStrategy", "Role"}),
        stable=stable_service,
        left=left_service,
    ),
)
