"""What stands around ECS: Auto Scaling, SSM's images, tags, capacity providers, and moto's
repairs."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.stacks.test_stacks import create, machines, physical


@pytest.mark.parametrize("family", ["amazon-linux-2", "amazon-linux-2023"])
@pytest.mark.parametrize("variant", ["", "/arm64", "/gpu"])
def test_images_for_ecs_are_in_ssm(sandbox: Sandbox, family: str, variant: str) -> None:
    name = f"/aws/service/ecs/optimized-ami/{family}{variant}/recommended"
    ssm = sandbox.client("ssm")
    found = {
        one["Name"]: one["Value"]
        for one in ssm.get_parameters(Names=[name, f"{name}/image_id"])["Parameters"]
    }
    assert json.loads(found[name])["image_id"] == found[f"{name}/image_id"]
    assert found[f"{name}/image_id"].startswith("ami-")


def test_an_instance_refresh_replaces_old_instances(sandbox: Sandbox) -> None:
    sandbox.client("ecs").create_cluster(clusterName="demo")
    create(sandbox)
    scaling, group = sandbox.client("autoscaling"), physical(sandbox, "Instances")
    before = machines(sandbox)
    sandbox.control("pace", pace=1)
    scaling.start_instance_refresh(AutoScalingGroupName=group)
    (refresh,) = scaling.describe_instance_refreshes(AutoScalingGroupName=group)[
        "InstanceRefreshes"
    ]
    assert refresh["Status"] == "Pending"
    sandbox.settle(600)
    (refresh,) = scaling.describe_instance_refreshes(AutoScalingGroupName=group)[
        "InstanceRefreshes"
    ]
    assert (refresh["Status"], refresh["PercentageComplete"]) == ("Successful", 100)
    assert len(machines(sandbox)) == 2
    assert not machines(sandbox) & before
    arns = sandbox.client("ecs").list_container_instances(cluster="demo")["containerInstanceArns"]
    assert len(arns) == 2
    scaling.start_instance_refresh(AutoScalingGroupName=group, Preferences={"SkipMatching": True})
    sandbox.settle()
    assert len(scaling.describe_scaling_activities(AutoScalingGroupName=group)["Activities"]) == 2


def test_tags_are_found_across_services(sandbox: Sandbox) -> None:
    tags = [{"key": "team", "value": "a"}]
    sandbox.client("ecs").create_cluster(clusterName="demo", tags=tags)
    sandbox.client("ecs").create_cluster(clusterName="other", tags=[{"key": "team", "value": "b"}])
    sandbox.client("logs").create_log_group(logGroupName="web", tags={"team": "a"})
    tagging = sandbox.client("resourcegroupstaggingapi")
    wanted = [{"Key": "team", "Values": ["a"]}]
    found = [
        one["ResourceARN"]
        for one in tagging.get_resources(TagFilters=wanted)["ResourceTagMappingList"]
    ]
    assert any(arn.endswith("cluster/demo") for arn in found)
    assert any(":log-group:web" in arn for arn in found)
    assert not any(arn.endswith("cluster/other") for arn in found)
    only = tagging.get_resources(TagFilters=wanted, ResourceTypeFilters=["ecs:cluster"])[
        "ResourceTagMappingList"
    ]
    assert [one["ResourceARN"].rpartition("/")[2] for one in only] == ["demo"]


def test_capacity_providers_hold_instances_and_tasks(sandbox: Sandbox) -> None:
    ecs = sandbox.client("ecs")
    ecs.create_cluster(clusterName="demo")
    create(sandbox)
    (group,) = sandbox.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    ecs.create_capacity_provider(
        name="machines",
        autoScalingGroupProvider={"autoScalingGroupArn": group["AutoScalingGroupARN"]},
    )
    strategy = [{"capacityProvider": "machines", "weight": 1}]
    ecs.put_cluster_capacity_providers(
        cluster="demo",
        capacityProviders=["machines", "FARGATE"],
        defaultCapacityProviderStrategy=strategy,
    )
    task = sandbox.run(sandbox.definition())
    assert (task["capacityProviderName"], task["launchType"]) == ("machines", "EC2")
    arns = ecs.list_container_instances(cluster="demo")["containerInstanceArns"]
    found = ecs.describe_container_instances(cluster="demo", containerInstances=arns)[
        "containerInstances"
    ]
    assert {one["capacityProviderName"] for one in found} == {"machines"}
    assert ecs.describe_clusters(clusters=["demo"])["clusters"][0]["capacityProviders"] == [
        "machines",
        "FARGATE",
    ]


def test_managed_scaling_brings_instances_for_waiting_tasks_and_takes_idle_ones(
    sandbox: Sandbox,
) -> None:
    ecs = sandbox.client("ecs")
    ecs.create_cluster(clusterName="demo")
    create(sandbox, Size=0)
    scaling = sandbox.client("autoscaling")
    scaling.update_auto_scaling_group(
        AutoScalingGroupName=physical(sandbox, "Instances"), MaxSize=5
    )
    (group,) = scaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    ecs.create_capacity_provider(
        name="machines",
        autoScalingGroupProvider={
            "autoScalingGroupArn": group["AutoScalingGroupARN"],
            "managedScaling": {"status": "ENABLED"},
        },
    )
    strategy = [{"capacityProvider": "machines", "weight": 1}]
    ecs.put_cluster_capacity_providers(
        cluster="demo", capacityProviders=["machines"], defaultCapacityProviderStrategy=strategy
    )
    definition = sandbox.definition(containers=[{"memory": 600}])
    ecs.create_service(cluster="demo", serviceName="web", taskDefinition=definition, desiredCount=2)
    sandbox.settle(30)
    assert sandbox.service()["runningCount"] == 2
    assert len(machines(sandbox)) == 2
    task = sandbox.run(definition)
    assert (task["lastStatus"], task.get("containerInstanceArn")) == ("PROVISIONING", None)
    sandbox.settle(30)
    assert sandbox.task(task)["lastStatus"] == "RUNNING"
    assert len(machines(sandbox)) == 3
    ecs.stop_task(cluster="demo", task=task["taskArn"])
    ecs.update_service(cluster="demo", service="web", desiredCount=0)
    sandbox.settle(30)
    assert machines(sandbox) == set()


def test_the_usual_services_answer(sandbox: Sandbox) -> None:
    assert sandbox.client("sts").get_caller_identity()["Account"] == "123456789012"
    assert sandbox.client("ecr").create_repository(repositoryName="web")["repository"][
        "repositoryUri"
    ]
    assert sandbox.client("ecr").get_authorization_token()["authorizationData"]
    assert sandbox.client("secretsmanager").create_secret(Name="s", SecretString="x")["ARN"]
    assert sandbox.client("kms").create_key()["KeyMetadata"]["Enabled"]
    assert sandbox.client("ec2").describe_key_pairs()["KeyPairs"][0]["KeyName"] == "demo"
    settings = sandbox.client("ecs").list_account_settings(effectiveSettings=True)["settings"]
    assert {"serviceLongArnFormat", "taskLongArnFormat"} <= {one["name"] for one in settings}
    other = sandbox.client("ecs", "eu-central-1")
    assert other.create_cluster(clusterName="far")["cluster"]["clusterArn"].startswith(
        "arn:aws:ecs:eu-central-1:"
    )
    assert sandbox.client("ecs").list_clusters()["clusterArns"] == []


def test_a_vpc_may_have_several_private_namespaces(sandbox: Sandbox) -> None:
    cloud_map = sandbox.client("servicediscovery")
    vpc = sandbox.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    for name in ("one", "two"):
        cloud_map.create_private_dns_namespace(Name=name, Vpc=vpc)
    with pytest.raises(cloud_map.exceptions.ClientError):
        cloud_map.create_private_dns_namespace(Name="two", Vpc=vpc)
    spaces = cloud_map.list_namespaces()["Namespaces"]
    assert sorted(one["Name"] for one in spaces) == ["one", "two"]
    zone = spaces[0]["Properties"]["DnsProperties"]["HostedZoneId"]
    assert [one["VPCId"] for one in sandbox.client("route53").get_hosted_zone(Id=zone)["VPCs"]] == [
        vpc
    ]
    service = cloud_map.create_service(Name="web", NamespaceId=spaces[0]["Id"])["Service"]
    assert cloud_map.get_service(Id=service["Id"])["Service"]["InstanceCount"] == 0


def test_log_groups_and_repositories_change_in_place(sandbox: Sandbox) -> None:
    text = """
        Parameters: {Days: {Type: Number, Default: 7}}
        Resources:
          Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: web, RetentionInDays: !Ref Days}}
          Images: {Type: AWS::ECR::Repository, Properties: {RepositoryName: web}}
          Table:
            Type: AWS::DynamoDB::Table
            Properties:
              KeySchema: [{AttributeName: a, KeyType: HASH}]
              AttributeDefinitions: [{AttributeName: a, AttributeType: S}]
              BillingMode: PAY_PER_REQUEST
        Outputs: {Arn: {Value: !GetAtt Table.Arn}}
    """
    create(sandbox, text)
    cloudformation = sandbox.client("cloudformation")
    days = [{"ParameterKey": "Days", "ParameterValue": "30"}]
    cloudformation.update_stack(StackName="stack", UsePreviousTemplate=True, Parameters=days)
    sandbox.settle()
    assert cloudformation.describe_stacks()["Stacks"][0]["StackStatus"] == "UPDATE_COMPLETE"
    assert sandbox.client("logs").describe_log_groups()["logGroups"][0]["retentionInDays"] == 30
    cloudformation.delete_stack(StackName="stack")
    sandbox.settle()
    assert sandbox.client("dynamodb").list_tables()["TableNames"] == []
    assert sandbox.client("ecr").describe_repositories()["repositories"] == []
