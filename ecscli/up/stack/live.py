"""READS only: stacks, change sets' surroundings, the ECS cluster, Auto Scaling groups and container
instances."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ecscli.aws.client import Aws, batches
from ecscli.base.documents import Document
from ecscli.base.errors import AwsError, EcsCliError, InputError
from ecscli.up.stack.absent import absent
from ecscli.up.stack.model import Instance, LiveCluster, Operation, Resource, Stack

if TYPE_CHECKING:
    from datetime import datetime

    from types_boto3_ecs.type_defs import ContainerInstanceTypeDef

BEGINNINGS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS")
CLUSTER_FACTS = ["SETTINGS", "CONFIGURATIONS", "TAGS"]


def read(aws: Aws, stack_name: str, cluster_name: str) -> LiveCluster:
    """The stack with its template, and the ECS cluster."""
    found, body, known = aws.together(
        lambda: stack(aws, stack_name),
        lambda: template(aws, stack_name),
        lambda: cluster(aws, cluster_name),
    )
    if found and body is None:  # made between the two reads
        body = template(aws, found.id)
    return LiveCluster(found, known, body if found else None)


def stack(aws: Aws, name: str) -> Stack | None:
    """The stack of that name or id; None only where CloudFormation answers that there is none."""
    try:
        (found,) = aws.call("cloudformation", "describe_stacks", StackName=name)["Stacks"]
    except AwsError as error:
        if is_absent(error):
            return None
        raise
    return Stack(
        id=found["StackId"],
        name=found["StackName"],
        status=found["StackStatus"],
        reason=found.get("StackStatusReason", ""),
        parameters={
            row["ParameterKey"]: row.get("ParameterValue", "")
            for row in found.get("Parameters", ())
        },
        outputs={row["OutputKey"]: row["OutputValue"] for row in found.get("Outputs", ())},
        tags={row["Key"]: row["Value"] for row in found.get("Tags", ())},
        changed=_time(found.get("LastUpdatedTime") or found.get("CreationTime")),
    )


def _time(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


def outputs_of(aws: Aws, name: str) -> dict[str, str]:
    """The outputs of a stack; none where there is no such stack, or no `name`."""
    found = stack(aws, name) if name else None
    return dict(found.outputs) if found else {}


def template(aws: Aws, name: str) -> str | None:
    """The template of a stack as it was sent; None where there is none."""
    try:
        body = aws.call("cloudformation", "get_template", StackName=name, TemplateStage="Original")[
            "TemplateBody"
        ]
    except AwsError as error:
        if is_absent(error):
            return None
        raise
    if isinstance(body, str):
        return body
    import json  # botocore parses a body that is JSON

    return json.dumps(body)


def is_absent(error: EcsCliError) -> bool:
    """True where CloudFormation answers that a stack does not exist."""
    return (
        isinstance(error, AwsError)
        and error.code == "ValidationError"
        and "does not exist" in error.message
    )


def resources(aws: Aws, name: str) -> tuple[Resource, ...]:
    """The resources of a stack, those that were deleted left out; none of a stack that has just
    gone."""
    try:
        rows = list(
            aws.pages(
                "cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=name
            )
        )
    except AwsError as error:
        if is_absent(error):
            return ()
        raise
    found = (
        Resource(
            row["LogicalResourceId"],
            row["ResourceType"],
            row.get("PhysicalResourceId", ""),
            row["ResourceStatus"],
        )
        for row in rows
    )
    return tuple(
        resource
        for resource in found
        if resource.status != "DELETE_COMPLETE" and resource.physical_id
    )


def event_ids(aws: Aws, name: str) -> frozenset[str]:
    """The ids of a stack's newest events, to know later ones from them."""
    try:
        rows = aws.call("cloudformation", "describe_stack_events", StackName=name)["StackEvents"]
    except AwsError as error:
        if is_absent(error):
            return frozenset()
        raise
    return frozenset(row["EventId"] for row in rows)


def change_sets(aws: Aws, name: str) -> list[str]:
    """The ids of a stack's change sets; none of a stack that has just gone."""
    try:
        rows = list(aws.pages("cloudformation", "list_change_sets", "Summaries", StackName=name))
    except AwsError as error:
        if is_absent(error):
            return []
        raise
    return [row["ChangeSetId"] for row in rows]


def operation(aws: Aws, stack: Stack) -> Operation:
    """The operation that a busy stack is in."""
    kind, token, before = stack.status.partition("_")[0], "", set[str]()
    begun = False
    for row in aws.pages(
        "cloudformation", "describe_stack_events", "StackEvents", StackName=stack.id
    ):
        if begun:
            before.add(row["EventId"])
        elif row.get("PhysicalResourceId") == stack.id and row["ResourceStatus"] in BEGINNINGS:
            begun, kind = True, row["ResourceStatus"].partition("_")[0]
            token = row.get("ClientRequestToken", "")
    return Operation(kind, token, frozenset(before))


def cluster(aws: Aws, name: str) -> Document | None:
    """The ECS cluster with its settings and tags; None where there is none, or only one that was
    deleted."""
    answer = aws.call("ecs", "describe_clusters", clusters=[name], include=CLUSTER_FACTS)
    return next(
        (found for found in answer.get("clusters", ()) if found.get("status") != "INACTIVE"), None
    )


def active_cluster(aws: Aws, name: str) -> Document:
    """The ECS cluster; InputError where it does not exist or is not active."""
    found = cluster(aws, name)
    if found is None:
        raise absent(aws, name)
    status = found.get("status")
    if status != "ACTIVE":
        message = f"cluster {name} in {aws.region} is {status}, not ACTIVE"
        raise InputError(message, hint=f"create it again with `ecscli up --cluster {name}`")
    return found


def rows_inside(aws: Aws, vpc: str, operation: str, key: str) -> list[Document]:
    """The items below `key` of an operation of EC2 that takes filters, of this VPC alone."""
    inside = [{"Name": "vpc-id", "Values": [vpc]}]
    return list(aws.pages("ec2", operation, key, Filters=inside))


def group(aws: Aws, name: str) -> Document | None:
    """An Auto Scaling group by its name."""
    found = aws.call("autoscaling", "describe_auto_scaling_groups", AutoScalingGroupNames=[name])
    return next(iter(found["AutoScalingGroups"]), None)


def group_name(aws: Aws, stack_name: str) -> str | None:
    """The name of a stack's Auto Scaling group, made by ecscli or by ecs-cli."""
    rows = resources(aws, stack_name)
    return next(
        (row.physical_id for row in rows if row.type == "AWS::AutoScaling::AutoScalingGroup"), None
    )


def instances(aws: Aws, cluster_name: str) -> list[Instance]:
    """All container instances of a cluster."""
    arns = aws.pages(
        "ecs", "list_container_instances", "containerInstanceArns", cluster=cluster_name
    )
    return [instance_of(row) for row in described_instances(aws, cluster_name, arns)]


def described_instances(
    aws: Aws, cluster_name: str, arns: Iterable[str]
) -> Iterator[ContainerInstanceTypeDef]:
    """DescribeContainerInstances, a hundred at a time."""
    for batch in batches(arns, 100):
        answer = aws.call(
            "ecs", "describe_container_instances", cluster=cluster_name, containerInstances=batch
        )
        yield from answer["containerInstances"]


def instance_of(row: Document) -> Instance:
    """One row of DescribeContainerInstances."""
    attributes = {entry["name"]: entry.get("value", "") for entry in row.get("attributes", ())}
    version = row.get("versionInfo") or {}
    return Instance(
        id=row["containerInstanceArn"].rsplit("/", 1)[-1],
        ec2_id=row.get("ec2InstanceId", ""),
        status=row.get("status", ""),
        connected=bool(row.get("agentConnected")),
        type=attributes.get("ecs.instance-type", ""),
        zone=attributes.get("ecs.availability-zone", ""),
        agent=version.get("agentVersion", ""),
        docker=version.get("dockerVersion", "").removeprefix("DockerVersion: "),
        running=row.get("runningTasksCount", 0),
        pending=row.get("pendingTasksCount", 0),
        cpu=_amounts(row, "CPU"),
        memory=_amounts(row, "MEMORY"),
    )


def _amounts(row: Document, name: str) -> tuple[int, int]:
    """How much of a resource an instance has in all, and how much of it is free."""
    total = _amount(row.get("registeredResources"), name)
    return total, _amount(row.get("remainingResources"), name)


def _amount(rows: Iterable[Document] | None, name: str) -> int:
    return sum(row.get("integerValue", 0) for row in rows or () if row["name"] == name)
