"""What an ECS agent shows on its introspection port, and what the whole sandbox shows of itself."""

from __future__ import annotations

from collections.abc import Iterable

from ecscli.sandbox.ecs.instances.api import AGENT_HASH
from ecscli.sandbox.ecs.model import Cluster, Instance, Task
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.shapes import Json


def region(ecs: Ecs) -> Json:
    return {
        "account": ecs.account,
        "region": ecs.region,
        "clusters": [cluster(one) for one in ecs.clusters.values() if one.status == "ACTIVE"],
    }


def cluster(one: Cluster) -> Json:
    return {
        "name": one.name,
        "instances": [
            {
                "ec2InstanceId": instance.ec2_id,
                "status": instance.status,
                "type": instance.attributes.get("ecs.instance-type"),
                "tasks": len(instance.tasks),
                "introspection": f"/_sandbox/instances/{instance.ec2_id}/v1/",
            }
            for instance in one.instances.values()
        ],
        "services": [
            {
                "name": service.name,
                "desired": service.desired,
                "running": service.running,
                "status": service.status,
            }
            for service in one.services.values()
            if service.status != "INACTIVE"
        ],
        "tasks": sum(not task.stopped for task in one.tasks.values()),
    }


def answer(regions: Iterable[Ecs], path: str) -> tuple[int, Json]:
    """`instances/<EC2 instance id>/v1/metadata` and `.../v1/tasks`, as the agent answers on port
    51678."""
    _, ec2_id, *rest = path.split("/")
    for ecs in regions:
        instance = ecs.by_ec2_id.get(ec2_id)
        if instance is not None:
            pages = {"v1/metadata": metadata, "v1/tasks": tasks}
            page = pages.get("/".join(rest))
            return (
                (200, page(instance))
                if page
                else (200, {"AvailableCommands": ["/v1/metadata", "/v1/tasks"]})
            )
    return 404, {"error": f"no container instance on {ec2_id}"}


def metadata(instance: Instance) -> Json:
    return {
        "Cluster": instance.cluster,
        "ContainerInstanceArn": instance.arn,
        "Version": f"Amazon ECS Agent - v{instance.agent} (*{AGENT_HASH})",
    }


def tasks(instance: Instance) -> Json:
    return {"Tasks": [task_page(task) for task in instance.tasks.values()]}


def task_page(task: Task) -> Json:
    return {
        "Arn": task.arn,
        "DesiredStatus": task.desired_status,
        "KnownStatus": task.last_status,
        "Family": task.definition.family,
        "Version": str(task.definition.revision),
        "Containers": [
            {
                "DockerId": one.runtime_id or "",
                "DockerName": (
                    f"ecs-{task.definition.family}-{task.definition.revision}-{one.name}-{task.id[:12]}"
                ),
                "Name": one.name,
                **(
                    {
                        "Ports": [
                            {
                                "ContainerPort": port["containerPort"],
                                "Protocol": port["protocol"],
                                "HostPort": port["hostPort"],
                            }
                            for port in one.bindings
                        ]
                    }
                    if one.bindings
                    else {}
                ),
            }
            for one in task.containers
        ],
    }
