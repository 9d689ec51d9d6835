"""What the rows are tested on: a cluster with an instance and Fargate, task definitions of each
network mode, and calls whose parameters boto3 does not check before they are sent."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from tests.sandbox.conftest import Sandbox

ROLE = "arn:aws:iam::123456789012:role/role"
FARGATE = {
    "requiresCompatibilities": ["FARGATE"],
    "networkMode": "awsvpc",
    "cpu": "256",
    "memory": "512",
}
PORT = {"containerPort": 80, "name": "http"}
USUAL = {"image": "nginx", "memory": 100}

Json = dict[str, Any]


class Ground:
    """A sandbox in which each of the calls passes as it is; `changes` are laid over them."""

    def __init__(self, sandbox: Sandbox) -> None:
        import boto3
        from botocore.config import Config

        self.sandbox = sandbox
        self.ecs = boto3.client(
            "ecs",
            region_name="us-east-1",
            endpoint_url=sandbox.url,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
        )
        self.made = 0
        ec2 = sandbox.client("ec2")
        self.subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]]
        self.vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        self.group = ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
        sandbox.cluster(1)
        self.ecs.put_cluster_capacity_providers(
            cluster="demo",
            capacityProviders=["FARGATE", "FARGATE_SPOT"],
            defaultCapacityProviderStrategy=[],
        )
        (self.instance,) = self.ecs.list_container_instances(cluster="demo")[
            "containerInstanceArns"
        ]
        self.register(family="web", containers=[{"portMappings": [PORT]}])
        self.register(family="net", containers=[{"portMappings": [PORT]}], **FARGATE)
        self.register(family="role", containers=[{}], taskRoleArn=ROLE)
        volume = {"name": "data", "configuredAtLaunch": True}
        self.register(family="ebs", containers=[{}], volumes=[volume])

    @property
    def network(self) -> Json:
        """A network configuration that every awsvpc task may have."""
        return {"awsvpcConfiguration": {"subnets": self.subnets[:1]}}

    def register(self, containers: list[Json] | None = None, **changes: Any) -> Json:
        names = "abcdefghijklmnop"
        given = [{}] if containers is None else containers
        definitions = [
            {**USUAL, "name": name, **one} for name, one in zip(names, given, strict=False)
        ]
        request = {"family": "app", "containerDefinitions": definitions, **changes}
        return self.ecs.register_task_definition(**request)

    def run(self, **changes: Any) -> Json:
        return self.ecs.run_task(**{"cluster": "demo", "taskDefinition": "web", **changes})

    def start(self, **changes: Any) -> Json:
        request = {"cluster": "demo", "taskDefinition": "web"}
        return self.ecs.start_task(**{**request, "containerInstances": [self.instance], **changes})

    def create(self, **changes: Any) -> Json:
        self.made += 1
        request = {
            "cluster": "demo",
            "serviceName": f"service-{self.made}",
            "taskDefinition": "web",
            "desiredCount": 0,
        }
        return self.ecs.create_service(**drop_none({**request, **changes}))

    def update(self, **changes: Any) -> Json:
        """Of a service that runs nothing."""
        name = self.create(taskDefinition=changes.pop("from", "web"))["service"]["serviceName"]
        return self.ecs.update_service(**{"cluster": "demo", "service": name, **changes})

    # ------------------------------------------------------------------- what some requests name

    def resolved(self, request: Any) -> Json:
        """A request, or what makes one of the ground."""
        return request(self) if callable(request) else request

    @cached_property
    def target_group(self) -> str:
        """A target group of type instance behind a load balancer."""
        elbv2 = self.sandbox.client("elbv2")
        balancer = elbv2.create_load_balancer(Name="lb", Subnets=self.subnets[:2])
        made = elbv2.create_target_group(
            Name="targets", Protocol="HTTP", Port=80, VpcId=self.vpc, TargetType="instance"
        )
        arn = str(made["TargetGroups"][0]["TargetGroupArn"])
        elbv2.create_listener(
            LoadBalancerArn=balancer["LoadBalancers"][0]["LoadBalancerArn"],
            Port=80,
            Protocol="HTTP",
            DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}],
        )
        return arn

    @cached_property
    def namespace(self) -> str:
        cloud_map = self.sandbox.client("servicediscovery")
        cloud_map.create_http_namespace(Name="internal")
        return "internal"

    @cached_property
    def registry(self) -> str:
        _ = self.namespace
        cloud_map = self.sandbox.client("servicediscovery")
        (found,) = cloud_map.list_namespaces()["Namespaces"]
        made = cloud_map.create_service(Name="web", NamespaceId=found["Id"])
        return str(made["Service"]["Arn"])

    @cached_property
    def address_registry(self) -> str:
        """A Cloud Map service with A records."""
        cloud_map = self.sandbox.client("servicediscovery")
        cloud_map.create_private_dns_namespace(Name="local", Vpc=self.vpc)
        found = cloud_map.list_namespaces(Filters=[{"Name": "NAME", "Values": ["local"]}])
        made = cloud_map.create_service(
            Name="web",
            NamespaceId=found["Namespaces"][0]["Id"],
            DnsConfig={"DnsRecords": [{"Type": "A", "TTL": 10}]},
        )
        return str(made["Service"]["Arn"])

    @cached_property
    def other_group(self) -> str:
        """A security group of another VPC."""
        ec2 = self.sandbox.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        made = ec2.create_security_group(GroupName="other", Description="-", VpcId=vpc)
        return str(made["GroupId"])

    @cached_property
    def with_volume(self) -> str:
        """A task definition for Fargate with a volume that is configured at launch."""
        volumes = [{"name": "data", "configuredAtLaunch": True}]
        self.register(family="fargate-ebs", containers=[{}], volumes=volumes, **FARGATE)
        return "fargate-ebs"

    @cached_property
    def on_host(self) -> str:
        ports = [{"portMappings": [PORT]}]
        self.register(family="host", containers=ports, networkMode="host")
        return "host"


def drop_none(request: Json) -> Json:
    return {name: value for name, value in request.items() if value is not None}
