"""Stacks over HTTP: change sets, events, updates in place and by replacement, rollbacks, deletions
that fail."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import TEMPLATE, Sandbox, refused

TEXT = TEMPLATE.read_text()
IAM = ["CAPABILITY_IAM"]


def parameters(**values: object) -> list[dict[str, str]]:
    return [{"ParameterKey": key, "ParameterValue": str(value)} for key, value in values.items()]


def create(sandbox: Sandbox, text: str = TEXT, name: str = "stack", **values: object) -> str:
    made = sandbox.client("cloudformation").create_stack(
        StackName=name, TemplateBody=text, Parameters=parameters(**values), Capabilities=IAM
    )
    sandbox.settle()
    return str(made["StackId"])


def stack(sandbox: Sandbox, name: str = "stack") -> dict[str, Any]:
    return sandbox.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]


def history(sandbox: Sandbox, name: str = "stack") -> list[tuple[str, str]]:
    """The events, the oldest first."""
    events = sandbox.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
    return [(one["LogicalResourceId"], one["ResourceStatus"]) for one in reversed(events)]


def reasons(sandbox: Sandbox, name: str = "stack") -> list[str]:
    events = sandbox.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
    return [
        one["ResourceStatusReason"] for one in events if one["ResourceStatus"].endswith("FAILED")
    ]


def physical(sandbox: Sandbox, logical: str) -> str:
    detail = sandbox.client("cloudformation").describe_stack_resource(
        StackName="stack", LogicalResourceId=logical
    )
    return str(detail["StackResourceDetail"]["PhysicalResourceId"])


def change_set(
    sandbox: Sandbox, kind: str = "UPDATE", text: str = TEXT, **values: object
) -> dict[str, Any]:
    cloudformation = sandbox.client("cloudformation")
    made = cloudformation.create_change_set(
        StackName="stack",
        ChangeSetName="next",
        ChangeSetType=kind,
        TemplateBody=text,
        Capabilities=IAM,
        Parameters=parameters(**values),
    )
    sandbox.settle()
    return cloudformation.describe_change_set(ChangeSetName=made["Id"])


def planned(described: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    changes = [one["ResourceChange"] for one in described["Changes"]]
    return {one["LogicalResourceId"]: (one["Action"], one.get("Replacement")) for one in changes}


def test_a_stack_comes_by_change_set_and_its_instances_join(sandbox: Sandbox) -> None:
    sandbox.client("ecs").create_cluster(clusterName="demo")
    described = change_set(sandbox, "CREATE")
    assert (described["Status"], described["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")
    assert set(planned(described).values()) == {("Add", None)}
    assert len(described["Changes"]) == 14
    assert stack(sandbox)["StackStatus"] == "REVIEW_IN_PROGRESS"
    sandbox.client("cloudformation").execute_change_set(ChangeSetName="next", StackName="stack")
    sandbox.settle()
    done = stack(sandbox)
    assert done["StackStatus"] == "CREATE_COMPLETE"
    outputs = {one["OutputKey"]: one["OutputValue"] for one in done["Outputs"]}
    assert outputs["VpcId"] == physical(sandbox, "Vpc")
    assert outputs["Subnets"] == f"{physical(sandbox, 'Subnet1')},{physical(sandbox, 'Subnet2')}"
    assert outputs["RoleArn"].startswith("arn:aws:iam::")
    arns = sandbox.client("ecs").list_container_instances(cluster="demo")["containerInstanceArns"]
    assert len(arns) == 2
    described = sandbox.client("ecs").describe_container_instances(
        cluster="demo", containerInstances=arns
    )
    zones = {
        at.get("value")
        for one in described["containerInstances"]
        for at in one["attributes"]
        if at["name"] == "ecs.availability-zone"
    }
    assert zones == {"us-east-1a", "us-east-1b"}


def test_events_tell_the_story_in_order(sandbox: Sandbox) -> None:
    create(sandbox)
    told = history(sandbox)
    assert told[0] == ("stack", "CREATE_IN_PROGRESS")
    assert told[-1] == ("stack", "CREATE_COMPLETE")
    assert told.index(("Vpc", "CREATE_COMPLETE")) < told.index(("Subnet1", "CREATE_IN_PROGRESS"))
    assert told.index(("Attachment", "CREATE_COMPLETE")) < told.index(
        ("Route", "CREATE_IN_PROGRESS")
    )


def test_the_instances_are_what_the_template_says(sandbox: Sandbox) -> None:
    create(sandbox, Type="t3.small")
    reservations = sandbox.client("ec2").describe_instances()["Reservations"]
    machines = [one for reservation in reservations for one in reservation["Instances"]]
    assert {one["InstanceType"] for one in machines} == {"t3.small"}
    assert {one["SubnetId"] for one in machines} == {
        physical(sandbox, "Subnet1"),
        physical(sandbox, "Subnet2"),
    }
    assert {group["GroupId"] for one in machines for group in one["SecurityGroups"]} == {
        physical(sandbox, "Group")
    }
    assert all(one["PublicIpAddress"] for one in machines)
    assert {one["KeyName"] for one in machines} == {"demo"}
    tags = [{tag["Key"]: tag["Value"] for tag in one["Tags"]} for one in machines]
    assert {one["Name"] for one in tags} == {"ECS Instance - stack"}
    assert all(one["ImageId"].startswith("ami-") for one in machines)


def test_a_condition_leaves_resources_out(sandbox: Sandbox) -> None:
    create(sandbox, Type="none")
    found = sandbox.client("cloudformation").describe_stack_resources(StackName="stack")[
        "StackResources"
    ]
    assert {"Role", "Profile", "Launch", "Instances"}.isdisjoint(
        one["LogicalResourceId"] for one in found
    )
    assert "RoleArn" not in str(stack(sandbox)["Outputs"])


def test_scaling_is_an_update_in_place(sandbox: Sandbox) -> None:
    create(sandbox)
    group = physical(sandbox, "Instances")
    before = machines(sandbox)
    assert planned(change_set(sandbox, Size=3)) == {"Instances": ("Modify", "False")}
    sandbox.client("cloudformation").execute_change_set(ChangeSetName="next", StackName="stack")
    sandbox.settle()
    assert stack(sandbox)["StackStatus"] == "UPDATE_COMPLETE"
    assert physical(sandbox, "Instances") == group
    assert len(machines(sandbox)) == 3
    assert before < machines(sandbox)
    sandbox.client("cloudformation").update_stack(
        StackName="stack",
        UsePreviousTemplate=True,
        Capabilities=IAM,
        Parameters=[*parameters(Size=1), {"ParameterKey": "Type", "UsePreviousValue": True}],
    )
    sandbox.settle()
    assert len(machines(sandbox)) == 1


def machines(sandbox: Sandbox) -> set[str]:
    groups = sandbox.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    return {one["InstanceId"] for group in groups for one in group["Instances"]}


def test_a_new_instance_type_is_a_new_version_of_the_template(sandbox: Sandbox) -> None:
    create(sandbox)
    described = change_set(sandbox, Type="t3.small")
    assert planned(described) == {"Launch": ("Modify", "False"), "Instances": ("Modify", "False")}
    sandbox.client("cloudformation").execute_change_set(ChangeSetName="next", StackName="stack")
    sandbox.settle()
    (group,) = sandbox.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert group["LaunchTemplate"]["Version"] == "2"


def test_what_cannot_change_in_place_is_replaced_with_all_that_hangs_on_it(
    sandbox: Sandbox,
) -> None:
    create(sandbox, Type="none")
    old = physical(sandbox, "Subnet1")
    described = change_set(sandbox, Type="none", Zones="us-east-1c,us-east-1d")
    plan = planned(described)
    assert plan["Subnet1"] == ("Modify", "True")
    assert plan["Association1"] == ("Modify", "Conditional")
    assert "Vpc" not in plan
    changed = TEXT.replace("10.0.0.0/24", "10.0.8.0/24")
    sandbox.client("cloudformation").update_stack(
        StackName="stack",
        TemplateBody=changed,
        Parameters=parameters(Type="none"),
        Capabilities=IAM,
    )
    sandbox.settle()
    assert stack(sandbox)["StackStatus"] == "UPDATE_COMPLETE"
    assert physical(sandbox, "Subnet1") != old
    assert old not in str(sandbox.client("ec2").describe_subnets())


def test_nothing_to_change(sandbox: Sandbox) -> None:
    create(sandbox)
    described = change_set(sandbox)
    assert described["Status"] == "FAILED"
    assert "didn't contain changes" in described["StatusReason"]
    _, message = refused(
        sandbox.client("cloudformation").update_stack,
        StackName="stack",
        TemplateBody=TEXT,
        Capabilities=IAM,
    )
    assert message == "No updates are to be performed."


def test_a_failed_creation_rolls_back_and_says_why(sandbox: Sandbox) -> None:
    sandbox.control(
        "faults", action="ec2:CreateLaunchTemplate", kind="fail", message="the account is full"
    )
    create(sandbox)
    done = stack(sandbox)
    assert done["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "the account is full" in reasons(sandbox)[-1]
    told = history(sandbox)
    assert told.index(("Launch", "CREATE_FAILED")) < told.index(("stack", "ROLLBACK_IN_PROGRESS"))
    assert told.index(("Subnet1", "DELETE_COMPLETE")) < told.index(("Vpc", "DELETE_COMPLETE"))
    assert len(sandbox.client("ec2").describe_vpcs()["Vpcs"]) == 1
    assert (
        "ROLLBACK_COMPLETE state and can not be updated"
        in refused(
            sandbox.client("cloudformation").update_stack,
            StackName="stack",
            TemplateBody=TEXT,
            Capabilities=IAM,
        )[1]
    )


def test_a_failed_update_goes_back_to_what_was(sandbox: Sandbox) -> None:
    create(sandbox)
    sandbox.control("faults", action="autoscaling:UpdateAutoScalingGroup", kind="fail")
    sandbox.client("cloudformation").update_stack(
        StackName="stack",
        TemplateBody=TEXT,
        Parameters=parameters(Port=8080, Size=3),
        Capabilities=IAM,
    )
    sandbox.settle()
    assert stack(sandbox)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    group = sandbox.client("ec2").describe_security_groups(GroupIds=[physical(sandbox, "Group")])
    assert group["SecurityGroups"][0]["IpPermissions"][0]["FromPort"] == 80
    assert len(machines(sandbox)) == 2


def test_deletion_leaves_nothing_behind(sandbox: Sandbox) -> None:
    stack_id = create(sandbox)
    sandbox.client("cloudformation").delete_stack(StackName="stack")
    sandbox.settle()
    assert stack(sandbox, stack_id)["StackStatus"] == "DELETE_COMPLETE"
    assert (
        "does not exist"
        in refused(sandbox.client("cloudformation").describe_stacks, StackName="stack")[1]
    )
    ec2 = sandbox.client("ec2")
    assert len(ec2.describe_vpcs()["Vpcs"]) == len(ec2.describe_route_tables()["RouteTables"]) == 1
    assert ec2.describe_internet_gateways()["InternetGateways"] == []
    assert ec2.describe_launch_templates()["LaunchTemplates"] == []
    assert sandbox.client("iam").list_roles()["Roles"] == []
    assert machines(sandbox) == set()


def test_a_deletion_that_fails_names_what_is_in_the_way(sandbox: Sandbox) -> None:
    create(sandbox)
    ec2 = sandbox.client("ec2")
    interface = ec2.create_network_interface(SubnetId=physical(sandbox, "Subnet1"))[
        "NetworkInterface"
    ]
    cloudformation = sandbox.client("cloudformation")
    cloudformation.delete_stack(StackName="stack")
    sandbox.settle()
    done = stack(sandbox)
    assert done["StackStatus"] == "DELETE_FAILED"
    assert "Subnet1" in done["StackStatusReason"]
    assert any("has dependencies and cannot be deleted" in one for one in reasons(sandbox))
    ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    cloudformation.delete_stack(StackName="stack")
    sandbox.settle()
    assert cloudformation.list_stacks(StackStatusFilter=["DELETE_FAILED"])["StackSummaries"] == []


def test_a_creation_in_progress_can_be_deleted(sandbox: Sandbox) -> None:
    sandbox.control("pace", pace=1)
    cloudformation = sandbox.client("cloudformation")
    stack_id = cloudformation.create_stack(StackName="stack", TemplateBody=TEXT, Capabilities=IAM)[
        "StackId"
    ]
    assert (
        "state and can not be updated"
        in refused(
            cloudformation.update_stack, StackName="stack", TemplateBody=TEXT, Capabilities=IAM
        )[1]
    )
    cloudformation.delete_stack(StackName="stack")
    assert stack(sandbox)["StackStatus"] == "DELETE_IN_PROGRESS"
    sandbox.settle(600)
    assert stack(sandbox, stack_id)["StackStatus"] == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    ("text", "values", "capabilities", "message"),
    [
        (TEXT, {"Size": "many"}, IAM, "Parameter 'Size' must be a number."),
        (TEXT, {"Size": -1}, IAM, "must be a number not less than 0"),
        (TEXT, {"Type": "T3 Micro"}, IAM, "Parameter 'Type' must match pattern"),
        (TEXT, {"Nope": 1}, IAM, "Parameters: [Nope] do not exist in the template"),
        (
            TEXT.replace("Default: 80", "Description: x"),
            {},
            IAM,
            "Parameters: [Port] must have values",
        ),
        (TEXT, {}, [], "Requires capabilities : [CAPABILITY_IAM]"),
        ("{", {}, IAM, "Template format error: YAML not well-formed"),
        ("Resources: {}", {}, IAM, "At least one Resources member must be defined"),
        (
            "Resources: {A: {Type: AWS::EC2::Nope}}",
            {},
            IAM,
            "Unrecognized resource types: [AWS::EC2::Nope]",
        ),
        (
            TEXT.replace("!Ref Gateway", "!Ref Gate"),
            {},
            IAM,
            "Unresolved resource dependencies [Gate]",
        ),
        (
            (
                "Resources: {A: {Type: AWS::EC2::VPC, DependsOn: B}, B: {Type: AWS::EC2::VPC,"
                " DependsOn: A}}"
            ),
            {},
            IAM,
            "Circular dependency between resources: [A, B]",
        ),
    ],
)
def test_templates_are_refused_before_anything_is_made(
    sandbox: Sandbox, text: str, values: dict, capabilities: list[str], message: str
) -> None:
    _, said = refused(
        sandbox.client("cloudformation").create_stack,
        StackName="stack",
        TemplateBody=text,
        Parameters=parameters(**values),
        Capabilities=capabilities,
    )
    assert message in said


def test_cloud_map_and_ecs_in_templates(sandbox: Sandbox) -> None:
    text = """
        Parameters: {Ami: {Type: AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>,
            Default: /aws/service/ecs/optimized-ami/amazon-linux-2/gpu/recommended/image_id}}
        Resources:
          Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
          Space: {Type: AWS::ServiceDiscovery::PrivateDnsNamespace, Properties: {Name: local, Vpc: !Ref Vpc}}
          Registry:
            Type: AWS::ServiceDiscovery::Service
            Properties:
              Name: web
              DnsConfig: {NamespaceId: !Ref Space, DnsRecords: [{Type: A, TTL: "60"}]}
              HealthCheckCustomConfig: {FailureThreshold: 1}
          Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: web}}
          Cluster: {Type: AWS::ECS::Cluster, Properties: {ClusterName: made, CapacityProviders: [FARGATE]}}
          Definition:
            Type: AWS::ECS::TaskDefinition
            Properties:
              Family: web
              ContainerDefinitions: [{Name: web, Image: nginx, Memory: 100, DockerLabels: {Some.Label: x}}]
          Service:
            Type: AWS::ECS::Service
            Properties: {Cluster: !Ref Cluster, TaskDefinition: !Ref Definition, DesiredCount: 0, ServiceName: web}
        Outputs:
          Registry: {Value: !GetAtt Registry.Arn}
          Ami: {Value: !Ref Ami}
    """
    create(sandbox, text)
    done = stack(sandbox)
    assert done["StackStatus"] == "CREATE_COMPLETE", reasons(sandbox)
    outputs = {one["OutputKey"]: one["OutputValue"] for one in done["Outputs"]}
    assert ":service/srv-" in outputs["Registry"]
    assert outputs["Ami"].startswith("ami-")
    assert done["Parameters"][0]["ResolvedValue"] == outputs["Ami"]
    found = sandbox.client("servicediscovery").get_service(Id=physical(sandbox, "Registry"))[
        "Service"
    ]
    assert found["DnsConfig"]["DnsRecords"][0]["TTL"] == 60
    assert sandbox.service(cluster="made")["desiredCount"] == 0
    sandbox.client("cloudformation").delete_stack(StackName="stack")
    sandbox.settle()
    assert sandbox.client("servicediscovery").list_namespaces()["Namespaces"] == []


def test_another_stack_imports_what_one_exports(sandbox: Sandbox) -> None:
    create(sandbox, Type="none")
    properties = "{GroupDescription: x, VpcId: !ImportValue stack-vpc}"
    text = f"Resources: {{Group: {{Type: AWS::EC2::SecurityGroup, Properties: {properties}}}}}"
    create(sandbox, text, "second")
    assert stack(sandbox, "second")["StackStatus"] == "CREATE_COMPLETE"
    (export,) = sandbox.client("cloudformation").list_exports()["Exports"]
    assert export["Value"] == physical(sandbox, "Vpc")
