"""Managed scaling of several capacity providers at once, in this process and with a time of its
own."""

from __future__ import annotations

from ecscli.sandbox.ecs.capacity import scaling
from ecscli.sandbox.world import World


def test_idle_instances_of_every_provider_leave() -> None:
    world = World(clock=lambda: 0.0)
    ecs = world.clients.get("ecs", "us-east-1")
    groups = world.clients.get("autoscaling", "us-east-1")
    ecs.create_cluster(clusterName="demo")
    groups.create_launch_configuration(
        LaunchConfigurationName="lc",
        ImageId="ami-12345678",
        InstanceType="t3.micro",
        UserData="#!/bin/bash\necho ECS_CLUSTER=demo >> /etc/ecs/ecs.config\n",
    )
    for name in ("one", "two"):
        groups.create_auto_scaling_group(
            AutoScalingGroupName=name,
            LaunchConfigurationName="lc",
            MinSize=0,
            MaxSize=1,
            DesiredCapacity=1,
            AvailabilityZones=["us-east-1a"],
        )
        (group,) = groups.describe_auto_scaling_groups(AutoScalingGroupNames=[name])[
            "AutoScalingGroups"
        ]
        provider = {
            "autoScalingGroupArn": group["AutoScalingGroupARN"],
            "managedScaling": {"status": "ENABLED"},
        }
        ecs.create_capacity_provider(name=name, autoScalingGroupProvider=provider)
    world.advance(5)
    region = world.regions.ecs("123456789012", "us-east-1")
    assert len(region.by_ec2_id) == 2
    for _ in range(3):
        scaling.review(region)
        world.regions.look()
    assert region.by_ec2_id == {}
    world.reset()
