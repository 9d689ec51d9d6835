"""READS: the targets of a service's target groups that are its own tasks, by address and port; a
group may have those of other services too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.up.stack.live import described_instances
from ecscli.up.tasks.live import described

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import LoadBalancerTypeDef, ServiceTypeDef, TaskTypeDef
    from types_boto3_elbv2.type_defs import TargetHealthDescriptionTypeDef

    from ecscli.aws.client import Aws

Endpoint = tuple[str, int]  # id of an instance or an address, and a port


def target_health(aws: Aws, service: ServiceTypeDef) -> list[TargetHealthDescriptionTypeDef]:
    """The health of the targets that are tasks of the service, in all of its target groups."""
    balancers = [row for row in service.get("loadBalancers") or () if row.get("targetGroupArn")]
    if not balancers:
        return []
    tasks, *groups = aws.together(
        partial(_running, aws, service), *(partial(_health, aws, row) for row in balancers)
    )
    instances = _instances(aws, service["clusterArn"], tasks)
    found: list[TargetHealthDescriptionTypeDef] = []
    for balancer, rows in zip(balancers, groups, strict=True):
        found += _of_tasks(rows, tasks, balancer, instances)
    return found


def _of_tasks(
    rows: Iterable[TargetHealthDescriptionTypeDef],
    tasks: Iterable[TaskTypeDef],
    balancer: LoadBalancerTypeDef,
    instances: dict[str, str],
) -> list[TargetHealthDescriptionTypeDef]:
    """The targets of a group that are these tasks."""
    own = {end for task in tasks for end in endpoints(task, balancer, instances)}
    return [row for row in rows if _endpoint(row) in own]


def _running(aws: Aws, service: ServiceTypeDef) -> Sequence[TaskTypeDef]:
    query = {"serviceName": service["serviceName"], "desiredStatus": "RUNNING"}
    return described(aws, service["clusterArn"], query)


def _health(aws: Aws, balancer: LoadBalancerTypeDef) -> list[TargetHealthDescriptionTypeDef]:
    arn = balancer["targetGroupArn"]
    answer = aws.call("elbv2", "describe_target_health", TargetGroupArn=arn)
    rows: list[TargetHealthDescriptionTypeDef] = answer["TargetHealthDescriptions"]
    return rows


def _instances(aws: Aws, cluster: str, tasks: Iterable[TaskTypeDef]) -> dict[str, str]:
    """The EC2 ids of the container instances of the tasks, by ARN."""
    arns = {task["containerInstanceArn"] for task in tasks if task.get("containerInstanceArn")}
    rows = described_instances(aws, cluster, sorted(arns))
    return {row["containerInstanceArn"]: row.get("ec2InstanceId", "") for row in rows}


def _endpoint(row: TargetHealthDescriptionTypeDef) -> Endpoint:
    return row["Target"]["Id"], row["Target"].get("Port", 0)


def endpoints(
    task: TaskTypeDef, balancer: LoadBalancerTypeDef, instances: dict[str, str]
) -> Iterator[Endpoint]:
    """Where a load balancer reaches its container of a task: at the task's own address, or at an
    instance and the host port of the container's."""
    port = balancer.get("containerPort", 0)
    instance = instances.get(task.get("containerInstanceArn", ""), "")
    for container in task.get("containers") or ():
        if container.get("name") != balancer.get("containerName"):
            continue
        for interface in container.get("networkInterfaces") or ():
            yield interface.get("privateIpv4Address", ""), port
        for binding in container.get("networkBindings") or ():
            if binding.get("containerPort") == port:
                yield instance, binding.get("hostPort", 0)
