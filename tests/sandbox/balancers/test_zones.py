"""Targets in Availability Zones that their load balancer does not have: unused, and so to ECS
unhealthy."""

from __future__ import annotations

from typing import Any

from tests.sandbox.conftest import Sandbox, refused
from tests.sandbox.ecs.test_services import create, messages

CROSSING = "load_balancing.cross_zone.enabled"
OUTSIDE = "Target is in an Availability Zone that is not enabled for the load balancer"


def balancer(sandbox: Sandbox, subnets: list[Any], **more: str) -> tuple[str, str]:
    """The ARNs of a balancer in these subnets and of a group behind it."""
    elb = sandbox.client("elbv2")
    names = [one["SubnetId"] for one in subnets]
    arn = elb.create_load_balancer(Name="front", Subnets=names, **more)["LoadBalancers"][0][
        "LoadBalancerArn"
    ]
    protocol = "TCP" if more else "HTTP"
    group = elb.create_target_group(
        Name="group", Protocol=protocol, Port=80, VpcId=subnets[0]["VpcId"], TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    action = {"Type": "forward", "TargetGroupArn": group}
    elb.create_listener(LoadBalancerArn=arn, Protocol=protocol, Port=80, DefaultActions=[action])
    return arn, group


def states(sandbox: Sandbox, group: str) -> list[tuple[str, str | None, str | None]]:
    found = sandbox.client("elbv2").describe_target_health(TargetGroupArn=group)
    rows = [one["TargetHealth"] for one in found["TargetHealthDescriptions"]]
    return [(one["State"], one.get("Reason"), one.get("Description")) for one in rows]


def test_tasks_in_a_zone_that_the_balancer_does_not_have_are_replaced(sandbox: Sandbox) -> None:
    first, *others = sandbox.client("ec2").describe_subnets()["Subnets"][:3]
    arn, group = balancer(sandbox, others)
    sandbox.client("ecs").create_cluster(clusterName="demo")
    size = {"cpu": "256", "memory": "512", "requiresCompatibilities": ["FARGATE"]}
    definition = sandbox.definition(
        containers=[{"portMappings": [{"containerPort": 80}]}], networkMode="awsvpc", **size
    )
    network = {"subnets": [first["SubnetId"]], "assignPublicIp": "ENABLED"}
    create(
        sandbox,
        definition,
        launchType="FARGATE",
        healthCheckGracePeriodSeconds=100_000,
        networkConfiguration={"awsvpcConfiguration": network},
        loadBalancers=[{"targetGroupArn": group, "containerName": "web", "containerPort": 80}],
    )
    sandbox.settle(5)
    unused = ("unused", "Target.NotInUse", OUTSIDE)
    assert states(sandbox, group) == [unused]
    sandbox.settle(5000)
    assert any(f"due to (reason {OUTSIDE})" in one for one in messages(sandbox))
    everything = [one["SubnetId"] for one in (first, *others)]
    sandbox.client("elbv2").set_subnets(LoadBalancerArn=arn, Subnets=everything)
    sandbox.settle(60)
    assert ("healthy", None, None) in states(sandbox, group)
    assert unused not in states(sandbox, group)


def test_zones_are_those_of_instances_addresses_and_words(sandbox: Sandbox) -> None:
    elb = sandbox.client("elbv2")
    first, second = sandbox.client("ec2").describe_subnets()["Subnets"][:2]
    arn, group = balancer(sandbox, [second], Type="network")
    near, far = (f"{one['CidrBlock'].rpartition('.')[0]}.9" for one in (second, first))
    outside = {"Id": "10.99.0.1", "AvailabilityZone": "all"}
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": near}, {"Id": far}, outside])
    assert [one[0] for one in states(sandbox, group)] == ["healthy", "unused", "healthy"]

    def crossing(arn: str) -> str:
        found = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        return next(one["Value"] for one in found if one["Key"] == CROSSING)

    assert crossing(arn) == "false"
    names = [first["SubnetId"], second["SubnetId"]]
    made = elb.create_load_balancer(Name="pages", Subnets=names)["LoadBalancers"][0]
    assert crossing(made["LoadBalancerArn"]) == "true"
    modify, off = elb.modify_load_balancer_attributes, [{"Key": CROSSING, "Value": "false"}]
    code, _ = refused(modify, LoadBalancerArn=made["LoadBalancerArn"], Attributes=off)
    assert code == "InvalidConfigurationRequest"
    assert modify(LoadBalancerArn=arn, Attributes=off)["Attributes"]
