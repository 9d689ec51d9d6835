"""Calls that AWS answers: tags of task definitions, attributes, activities, secrets, every region."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ecscli.sandbox.partitions import regions
from ecscli.sandbox.world import World
from tests.sandbox.conftest import Sandbox, refused

TAGS = [{"key": "team", "value": "web"}]


def test_task_definitions_have_tags_of_their_own(sandbox: Sandbox) -> None:
    ecs, first, second = sandbox.client("ecs"), sandbox.definition(), sandbox.definition()
    ecs.tag_resource(resourceArn=first, tags=TAGS)
    assert ecs.list_tags_for_resource(resourceArn=first)["tags"] == TAGS
    assert ecs.list_tags_for_resource(resourceArn=second)["tags"] == []
    ecs.untag_resource(resourceArn=first, tagKeys=["team"])
    assert ecs.list_tags_for_resource(resourceArn=first)["tags"] == []
    code, _ = refused(ecs.tag_resource, resourceArn=f"{first}9", tags=TAGS)
    assert code == "InvalidParameterException"


def test_an_attribute_needs_its_target(sandbox: Sandbox) -> None:
    sandbox.cluster()
    ecs = sandbox.client("ecs")
    (arn,) = ecs.list_container_instances(cluster="demo")["containerInstanceArns"]
    both = [{"name": "a", "targetId": arn}, {"name": "b"}]
    code, message = refused(ecs.put_attributes, cluster="demo", attributes=both)
    assert (code, message) == (
        "InvalidParameterException",
        "targetId should not be null or empty.",
    )
    found = ecs.list_attributes(cluster="demo", targetType="container-instance", attributeName="a")
    assert found["attributes"] == []


def test_scaling_activities_of_all_groups(sandbox: Sandbox) -> None:
    scaling = sandbox.client("autoscaling")
    scaling.create_launch_configuration(
        LaunchConfigurationName="lc", ImageId="ami-12345678", InstanceType="t3.micro"
    )
    for name in ("a", "b"):
        scaling.create_auto_scaling_group(
            AutoScalingGroupName=name,
            LaunchConfigurationName="lc",
            MinSize=1,
            MaxSize=1,
            AvailabilityZones=["us-east-1a"],
        )
    found = scaling.describe_scaling_activities()["Activities"]
    assert {one["AutoScalingGroupName"] for one in found} == {"a", "b"}


def test_a_secure_string_arrives_in_clear_text() -> None:
    """What a container gets: seen at the runtime, since pretended containers read no variable."""
    world = World()
    ecs = world.regions.ecs("123456789012", "us-east-1")
    client = world.clients.get("ssm", "us-east-1")
    client.put_parameter(Name="/db/password", Value="hunter2", Type="SecureString")
    assert ecs.neighbours.secret("/db/password") == "hunter2"
    world.reset()


def test_scalable_targets_are_services_of_the_sandbox(sandbox: Sandbox) -> None:
    sandbox.cluster()
    scaling = sandbox.client("application-autoscaling")
    target: dict[str, Any] = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/demo/web",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    code, message = refused(scaling.register_scalable_target, **target)
    assert (code, message) == (
        "ValidationException",
        "ECS service doesn't exist: service/demo/web",
    )
    sandbox.client("ecs").create_service(
        cluster="demo", serviceName="web", taskDefinition=sandbox.definition(), desiredCount=1
    )
    scaling.register_scalable_target(**target, MinCapacity=1, MaxCapacity=4)
    scaling.put_scheduled_action(
        **target, ScheduledActionName="night", Schedule="cron(0 20 * * ? *)"
    )
    (kept,) = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    assert kept["MaxCapacity"] == 4


def test_a_schedule_is_kept(sandbox: Sandbox) -> None:
    scheduler = sandbox.client("scheduler")
    scheduler.create_schedule(
        Name="nightly",
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": "arn:aws:ecs:us-east-1:123456789012:cluster/demo",
            "RoleArn": "arn:aws:iam::123456789012:role/scheduler",
            "EcsParameters": {"TaskDefinitionArn": sandbox.definition(), "LaunchType": "FARGATE"},
        },
    )
    kept = scheduler.get_schedule(Name="nightly")
    assert kept["Target"]["EcsParameters"]["LaunchType"] == "FARGATE"


def test_an_inline_policy_needs_no_version(sandbox: Sandbox) -> None:
    iam = sandbox.client("iam")
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:*"}]}
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=json.dumps(trust))
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    policy = json.dumps({"Statement": [statement]})
    iam.put_role_policy(RoleName="role", PolicyName="p", PolicyDocument=policy)
    old = json.dumps({"Version": "1999-01-01", "Statement": [statement]})
    code, _ = refused(iam.put_role_policy, RoleName="role", PolicyName="q", PolicyDocument=old)
    assert code == "MalformedPolicyDocument"


@pytest.mark.parametrize("region", ["cn-north-1", "us-gov-west-1", "eusc-de-east-1", "ap-south-2"])
def test_every_partition_has_what_a_cluster_needs(sandbox: Sandbox, region: str) -> None:
    path = "/aws/service/ecs/optimized-ami/amazon-linux-2/recommended"
    image = sandbox.client("ssm", region).get_parameter(Name=path)["Parameter"]["Value"]
    assert "image_id" in json.loads(image)
    ec2 = sandbox.client("ec2", region)
    zones = ec2.describe_availability_zones()["AvailabilityZones"]
    assert zones[0]["ZoneName"].startswith(region)
    offered = ec2.describe_instance_type_offerings(
        LocationType="availability-zone",
        Filters=[{"Name": "instance-type", "Values": ["t3.micro"]}],
    )["InstanceTypeOfferings"]
    assert {one["Location"] for one in offered} <= {one["ZoneName"] for one in zones}
    assert offered
    partition = regions()[region].name
    made = sandbox.client("ecs", region).create_cluster(clusterName="demo")["cluster"]
    assert made["clusterArn"].startswith(f"arn:{partition}:ecs:{region}:")


def test_an_unknown_region_is_named(sandbox: Sandbox) -> None:
    for service, call in (("ecs", "list_clusters"), ("ec2", "describe_vpcs")):
        code, message = refused(getattr(sandbox.client(service, "mars-1"), call))
        assert (code, message) == ("UnknownRegion", "AWS has no region named mars-1.")


def test_without_any_pace_a_crash_loop_leaves_the_sandbox_alive(sandbox: Sandbox) -> None:
    sandbox.control("pace", pace=0)
    sandbox.cluster()
    ecs, crashing = sandbox.client("ecs"), sandbox.definition(containers=[{"command": ["false"]}])
    large = sandbox.definition("large", containers=[{"memory": 900000}])
    for name, definition in (("crash", crashing), ("large", large)):
        ecs.create_service(
            cluster="demo", serviceName=name, taskDefinition=definition, desiredCount=3
        )
    sandbox.settle(20)
    assert sandbox.service("crash")["runningCount"] == 0
    assert sandbox.service("large")["runningCount"] == 0
