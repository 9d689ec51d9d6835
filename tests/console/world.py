"""A region with one of everything that the console shows: for tests and for its pictures."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Mapping

from tests.up.snapshot.test_read import CONTAINER, World, wait_for

TEMPLATE = {
    "Resources": {"Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "shop"}}},
    "Outputs": {"Group": {"Value": {"Ref": "Group"}, "Description": "where the shop writes"}},
}
SCRIPT = """#!/bin/bash
echo ECS_CLUSTER=demo >> /etc/ecs/ecs.config
export DB_PASSWORD=hunter2
"""
LOGGED = {
    "awslogs-group": "shop",
    "awslogs-region": "us-east-1",
    "awslogs-stream-prefix": "web",
}
TRUST = {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}
OWN = {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
AGENT_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"
LINES = ("GET / 200", "</pre><script>document.title = 'owned'</script>", "GET /cart 200")


def make(world: World) -> None:
    """All of it."""
    make_cluster(world)
    make_stack(world)
    group = make_balancer(world)
    make_service(world, group)
    make_clock(world)


def make_cluster(world: World) -> None:
    iam = world.client("iam")
    iam.create_role(RoleName="node", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.attach_role_policy(RoleName="node", PolicyArn=AGENT_POLICY)
    iam.put_role_policy(RoleName="node", PolicyName="own", PolicyDocument=json.dumps(OWN))
    iam.create_instance_profile(InstanceProfileName="node")
    iam.add_role_to_instance_profile(InstanceProfileName="node", RoleName="node")
    world.ecs.create_cluster(clusterName="demo", tags=[{"key": "team", "value": "shop"}])
    world.client("ec2").run_instances(
        ImageId="ami-12c6146b",
        InstanceType="t3.large",
        MinCount=1,
        MaxCount=1,
        UserData=SCRIPT,
        IamInstanceProfile={"Name": "node"},
    )
    wait_for(lambda: world.ecs.list_container_instances(cluster="demo")["containerInstanceArns"])
    world.ecs.put_cluster_capacity_providers(
        cluster="demo", capacityProviders=["FARGATE"], defaultCapacityProviderStrategy=[]
    )


def make_stack(world: World) -> None:
    cloudformation = world.client("cloudformation")
    cloudformation.create_stack(StackName="shop", TemplateBody=json.dumps(TEMPLATE))
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="shop", WaiterConfig={"Delay": 0.1}
    )


def make_balancer(world: World) -> str:
    """The ARN of a target group behind one."""
    elb, ec2 = world.client("elbv2"), world.client("ec2")
    subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"][:2]]
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    (balancer,) = elb.create_load_balancer(Name="front", Subnets=subnets)["LoadBalancers"]
    (group,) = elb.create_target_group(
        Name="web", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="instance"
    )["TargetGroups"]
    arn: str = group["TargetGroupArn"]
    forward = [{"Type": "forward", "TargetGroupArn": arn}]
    answer = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
    (listener,) = elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=answer,
    )["Listeners"]
    for priority, path in ((20, "/api/*"), (3, "/*")):
        condition = {"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}
        elb.create_rule(
            ListenerArn=listener["ListenerArn"],
            Priority=priority,
            Conditions=[condition],
            Actions=forward,
        )
    return arn


def make_service(world: World, group: str) -> None:
    """Two revisions, the first of which runs, and what it has written."""
    container = {
        **CONTAINER,
        "memory": 64,
        "portMappings": [{"containerPort": 80}],
        "environment": [{"name": "DB_PASSWORD", "value": "hunter2"}],
        "logConfiguration": {"logDriver": "awslogs", "options": LOGGED},
    }
    for image in ("nginx:1.27", "nginx:1.29"):
        world.ecs.register_task_definition(
            family="web", containerDefinitions=[{**container, "image": image}]
        )
    balancer = {"targetGroupArn": group, "containerName": "app", "containerPort": 80}
    world.ecs.create_service(
        cluster="demo",
        serviceName="web",
        taskDefinition="web:1",
        desiredCount=2,
        loadBalancers=[balancer],
    )
    wait_for(lambda: world.count() == 2)
    logs = world.client("logs")
    for arn in world.ecs.list_tasks(cluster="demo")["taskArns"]:
        stream = f"web/app/{arn.rpartition('/')[2]}"
        events = [{"timestamp": int(time.time() * 1000), "message": line} for line in LINES]
        logs.put_log_events(logGroupName="shop", logStreamName=stream, logEvents=events)


def make_clock(world: World) -> None:
    """What is started by the clock, and a service that scales."""
    (cluster,) = world.ecs.describe_clusters(clusters=["demo"])["clusters"]
    definition = world.ecs.describe_task_definition(taskDefinition="web")["taskDefinition"]
    target = {
        "Arn": cluster["clusterArn"],
        "RoleArn": "arn:aws:iam::123456789012:role/node",
        "EcsParameters": {"TaskDefinitionArn": definition["taskDefinitionArn"]},
    }
    events = world.client("events")
    events.put_rule(Name="nightly", ScheduleExpression="cron(0 3 * * ? *)")
    events.put_targets(Rule="nightly", Targets=[{"Id": "1", **target}])
    world.client("scheduler").create_schedule(
        Name="hourly",
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=target,
    )
    scaling = world.client("application-autoscaling")
    one = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/demo/web",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    scaling.register_scalable_target(MinCapacity=2, MaxCapacity=6, **one)
    metric = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
    tracking = {"TargetValue": 60.0, "PredefinedMetricSpecification": metric}
    scaling.put_scaling_policy(
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=tracking,
        **one,
    )


EXPIRED = {"code": "ExpiredTokenException", "message": "The security token is expired"}
DENIED = {"kind": "deny"}


def refuse(world: World, action: str, how: Mapping[str, str], times: int = 1000) -> None:
    """From now on AWS refuses this action, so many times."""
    url = f"{world.ecs.meta.endpoint_url}/_sandbox/faults"
    body = json.dumps({"action": action, "times": times, **how}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    urllib.request.urlopen(request).close()


class Names:
    """What the screens of this region are called in addresses."""

    def __init__(self, world: World) -> None:
        (arn,) = world.ecs.list_container_instances(cluster="demo")["containerInstanceArns"]
        self.instance = arn.rpartition("/")[2]
        (row,) = world.ecs.describe_container_instances(cluster="demo", containerInstances=[arn])[
            "containerInstances"
        ]
        self.machine = row["ec2InstanceId"]
        self.task = sorted(world.ecs.list_tasks(cluster="demo")["taskArns"])[0].rpartition("/")[2]
        listed = world.ecs.list_service_deployments(cluster="demo", service="web")
        arn = listed["serviceDeployments"][0]["serviceDeploymentArn"]
        self.deployment = arn.rpartition("/")[2]


def screens(names: Names) -> dict[str, tuple[str, str]]:
    """Every screen of this region: its address, and words that it has once everything is read."""
    service, instance = "/clusters/demo/services/web", f"/clusters/demo/instances/{names.instance}"
    return {
        "clusters": ("/", "% of 2048"),
        "services": ("/clusters/demo", "Launch type"),
        "tasks": ("/clusters/demo/tasks", "->80"),
        "stopped-tasks": ("/clusters/demo/tasks?status=stopped", "0 tasks"),
        "instances": ("/clusters/demo/instances", "t3.large"),
        "events": ("/clusters/demo/events", "has started 2 tasks"),
        "metrics": ("/clusters/demo/metrics", "The sandbox measures nothing"),
        "scheduled-tasks": ("/clusters/demo/scheduled", "cron(0 3"),
        "capacity-providers": ("/clusters/demo/capacity", "FARGATE"),
        "tags": ("/clusters/demo/tags", "containerInsights"),
        "instance": (instance, "Amazon ECS Agent"),
        "service": (service, "SUCCESSFUL"),
        "service-tasks": (f"{service}/tasks", "->80"),
        "service-events": (f"{service}/events", "has started 2 tasks"),
        "service-logs": (f"{service}/logs", "GET /cart"),
        "service-metrics": (f"{service}/metrics", "The sandbox measures nothing"),
        "service-details": (f"{service}/details", "2 to 6"),
        "service-why": (f"{service}/why", "How it is"),
        "deployment": (f"{service}/deployments/{names.deployment}", "it is the first"),
        "task": (f"/clusters/demo/tasks/{names.task}", "GET /cart"),
        "families": ("/task-definitions", "web"),
        "revisions": ("/task-definitions/web", "nginx:1.29"),
        "task-definition": ("/task-definitions/web/1", "registeredAt"),
        "stacks": ("/stacks", "CREATE_COMPLETE"),
        "stack": ("/stacks/shop", "where the shop writes"),
        "balancers": ("/balancers", "front"),
        "balancer": ("/balancers/front", "path-pattern /api/*"),
    }
