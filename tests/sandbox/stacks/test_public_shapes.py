"""Templates as the AWS documentation has them, unmodified: numbers typed Number or String, inline
policies without Version, Fn::Sub, exports, nested stacks, scaling, schedules."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox, refused

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
NETWORK = """
Parameters:
  Cidr: {Type: String, Default: 10.0.0.0/16}
  Dns: {Type: String, Default: "true"}
Resources:
  VPC:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: !Ref Cidr, EnableDnsHostnames: !Ref Dns}
  SubnetA:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref VPC
      CidrBlock: 10.0.0.0/24
      AvailabilityZone: !Select [0, !GetAZs '']
      MapPublicIpOnLaunch: "true"
  SubnetB:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref VPC
      CidrBlock: 10.0.1.0/24
      AvailabilityZone: !Select [1, !GetAZs '']
  Gateway: {Type: AWS::EC2::InternetGateway}
  Attachment:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: {VpcId: !Ref VPC, InternetGatewayId: !Ref Gateway}
Outputs:
  Vpc: {Value: !Ref VPC, Export: {Name: !Sub "${AWS::StackName}-Vpc"}}
  Subnets:
    Value: !Join [",", [!Ref SubnetA, !Ref SubnetB]]
    Export: {Name: !Sub "${AWS::StackName}-Subnets"}
"""
SERVICE = """
Parameters:
  Count: {Type: Number, Default: 2}
  Port: {Type: String, Default: "80"}
  Cpu: {Type: Number, Default: 256}
  Memory: {Type: String, Default: "512"}
  Command: {Type: String, Default: serve}
Resources:
  Cluster: {Type: AWS::ECS::Cluster}
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: !Sub "/ecs/${AWS::StackName}", RetentionInDays: "7"}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {Service: ecs-tasks.amazonaws.com}
            Action: sts:AssumeRole
      Policies:
        - PolicyName: logs
          PolicyDocument:
            Statement: [{Effect: Allow, Action: ["logs:*"], Resource: "*"}]
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      VpcId: {Fn::ImportValue: network-Vpc}
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: !Ref Port, ToPort: !Ref Port, CidrIp: 0.0.0.0/0}
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      Subnets: !Split [",", {Fn::ImportValue: network-Subnets}]
      SecurityGroups: [!Ref Group]
  Targets:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      Port: !Ref Port
      Protocol: HTTP
      TargetType: ip
      HealthCheckIntervalSeconds: "10"
      HealthyThresholdCount: "2"
      VpcId: {Fn::ImportValue: network-Vpc}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: !Ref Port
      Protocol: HTTP
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Targets}]
  Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: "1"
      Conditions: [{Field: path-pattern, Values: ["/a*"]}]
      Actions: [{Type: forward, TargetGroupArn: !Ref Targets}]
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: web
      RequiresCompatibilities: [FARGATE]
      NetworkMode: awsvpc
      Cpu: !Ref Cpu
      Memory: !Ref Memory
      ExecutionRoleArn: !GetAtt Role.Arn
      ContainerDefinitions:
        - Name: web
          Image: nginx
          Cpu: !Ref Cpu
          Memory: !Ref Memory
          Essential: "true"
          Command: [!Ref Command]
          PortMappings: [{ContainerPort: !Ref Port}]
          LogConfiguration:
            LogDriver: awslogs
            Options:
              awslogs-group: !Ref Logs
              awslogs-region: !Ref AWS::Region
              awslogs-stream-prefix: web
  Service:
    Type: AWS::ECS::Service
    DependsOn: [Listener]
    Properties:
      Cluster: !Ref Cluster
      TaskDefinition: !Ref Task
      LaunchType: FARGATE
      DesiredCount: !Ref Count
      HealthCheckGracePeriodSeconds: "30"
      DeploymentConfiguration:
        MaximumPercent: "200"
        MinimumHealthyPercent: "50"
        DeploymentCircuitBreaker: {Enable: "true", Rollback: "false"}
      NetworkConfiguration:
        AwsvpcConfiguration:
          AssignPublicIp: ENABLED
          SecurityGroups: [!Ref Group]
          Subnets: !Split [",", {Fn::ImportValue: network-Subnets}]
      LoadBalancers:
        - {ContainerName: web, ContainerPort: !Ref Port, TargetGroupArn: !Ref Targets}
  Scalable:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      MinCapacity: "1"
      MaxCapacity: !Ref Count
      ResourceId: !Sub "service/${Cluster}/${Service.Name}"
      ScalableDimension: ecs:service:DesiredCount
      ServiceNamespace: ecs
      RoleARN: !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/scaling"
  Policy:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Properties:
      PolicyName: cpu
      PolicyType: TargetTrackingScaling
      ScalingTargetId: !Ref Scalable
      TargetTrackingScalingPolicyConfiguration:
        TargetValue: "75"
        PredefinedMetricSpecification:
          PredefinedMetricType: ECSServiceAverageCPUUtilization
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/ECS
      MetricName: CPUUtilization
      Statistic: Average
      Period: "60"
      EvaluationPeriods: "2"
      Threshold: "80"
      ComparisonOperator: GreaterThanThreshold
Outputs:
  Url: {Value: !Sub "http://${Balancer.DNSName}"}
  Alarm: {Value: !GetAtt Alarm.Arn}
"""
OTHERS = """
Resources:
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties:
      GenerateSecretString:
        SecretStringTemplate: '{"username": "admin"}'
        GenerateStringKey: password
        PasswordLength: "20"
  Parameter:
    Type: AWS::SSM::Parameter
    Properties: {Name: /app/level, Type: String, Value: 7}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(5 minutes)
      Targets:
        - Id: task
          Arn: !GetAtt Cluster.Arn
          RoleArn: arn:aws:iam::123456789012:role/events
          EcsParameters: {TaskDefinitionArn: !Ref Task, TaskCount: "1"}
  Schedule:
    Type: AWS::Scheduler::Schedule
    Properties:
      ScheduleExpression: rate(1 hour)
      FlexibleTimeWindow: {Mode: FLEXIBLE, MaximumWindowInMinutes: "5"}
      Target:
        Arn: !GetAtt Cluster.Arn
        RoleArn: arn:aws:iam::123456789012:role/scheduler
        EcsParameters: {TaskDefinitionArn: !Ref Task}
  Cluster: {Type: AWS::ECS::Cluster}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions: [{Name: job, Image: busybox, MemoryReservation: "64"}]
  Handle: {Type: AWS::CloudFormation::WaitConditionHandle}
  Wait:
    Type: AWS::CloudFormation::WaitCondition
    Properties: {Handle: !Ref Handle, Timeout: "10", Count: "1"}
  Namespace:
    Type: AWS::ServiceDiscovery::HttpNamespace
    Properties: {Name: internal}
  Registry:
    Type: AWS::ServiceDiscovery::Service
    Properties: {Name: db, NamespaceId: !Ref Namespace}
  Database:
    Type: AWS::ServiceDiscovery::Instance
    Properties:
      ServiceId: !Ref Registry
      InstanceId: primary
      InstanceAttributes: {AWS_INSTANCE_IPV4: 10.0.0.1, AWS_INSTANCE_PORT: 5432}
  Certificate:
    Type: AWS::CertificateManager::Certificate
    Properties:
      DomainName: example.com
      ValidationMethod: DNS
      DomainValidationOptions: [{DomainName: example.com, HostedZoneId: ZONE}]
  Files: {Type: AWS::EFS::FileSystem}
Outputs:
  Password: {Value: !Sub "{{resolve:secretsmanager:${Secret}:SecretString:password}}"}
"""


def create(sandbox: Sandbox, name: str, text: str, seconds: float = 5.0, **values: str) -> Any:
    cloudformation = sandbox.client("cloudformation")
    parameters = [{"ParameterKey": key, "ParameterValue": values[key]} for key in values]
    cloudformation.create_stack(
        StackName=name, TemplateBody=text, Capabilities=CAPABILITIES, Parameters=parameters
    )
    sandbox.settle(seconds)
    return stack(sandbox, name)


def stack(sandbox: Sandbox, name: str) -> Any:
    return sandbox.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]


def reasons(sandbox: Sandbox, name: str) -> list[str]:
    events = sandbox.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
    return [
        one["ResourceStatusReason"]
        for one in events
        if one["ResourceStatus"].endswith("_FAILED") and "ResourceStatusReason" in one
    ]


def arn_of(sandbox: Sandbox, name: str, logical: str) -> str:
    found = sandbox.client("cloudformation").describe_stack_resource(
        StackName=name, LogicalResourceId=logical
    )
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


@pytest.fixture
def network(sandbox: Sandbox) -> Sandbox:
    made = create(sandbox, "network", NETWORK)
    assert made["StackStatus"] == "CREATE_COMPLETE", reasons(sandbox, "network")
    return sandbox


def test_a_balanced_and_scaled_fargate_service(network: Sandbox) -> None:
    made = create(network, "web", SERVICE)
    assert made["StackStatus"] == "CREATE_COMPLETE", reasons(network, "web")
    service = arn_of(network, "web", "Service")
    cluster = service.split("/")[1]
    (found,) = network.client("ecs").describe_services(cluster=cluster, services=[service])[
        "services"
    ]
    assert (found["runningCount"], found["desiredCount"]) == (2, 2)
    assert found["healthCheckGracePeriodSeconds"] == 30
    scaling = network.client("application-autoscaling")
    (target,) = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 2)
    (policy,) = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    assert policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 75.0
    network.client("cloudformation").delete_stack(StackName="web")
    network.settle()
    code, _ = refused(network.client("cloudformation").describe_stacks, StackName="web")
    assert code == "ValidationError"


def test_a_stack_whose_service_never_runs_fails(network: Sandbox) -> None:
    """The circuit breaker ends it at once; the stack does not call it complete."""
    made = create(network, "web", SERVICE, Command="false")
    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    assert any("Circuit Breaker was triggered" in one for one in reasons(network, "web"))


def test_a_stack_waits_for_its_service(sandbox: Sandbox) -> None:
    """Without an instance it goes on, and in the end it fails."""
    text = json.dumps(
        {
            "Resources": {
                "Cluster": {"Type": "AWS::ECS::Cluster"},
                "Task": {
                    "Type": "AWS::ECS::TaskDefinition",
                    "Properties": {
                        "ContainerDefinitions": [{"Name": "a", "Image": "i", "Memory": "128"}]
                    },
                },
                "Service": {
                    "Type": "AWS::ECS::Service",
                    "Properties": {
                        "Cluster": {"Ref": "Cluster"},
                        "TaskDefinition": {"Ref": "Task"},
                        "DesiredCount": "1",
                    },
                },
            }
        }
    )
    sandbox.control("pace", pace=0.1)  # it gives up after eighteen minutes
    made = create(sandbox, "web", text, seconds=2)
    assert made["StackStatus"] == "CREATE_IN_PROGRESS"
    sandbox.settle(1200)
    assert stack(sandbox, "web")["StackStatus"] == "ROLLBACK_COMPLETE"
    assert any("Exceeded attempts to wait" in one for one in reasons(sandbox, "web"))


def test_an_update_that_never_settles_is_rolled_back(network: Sandbox) -> None:
    assert create(network, "web", SERVICE)["StackStatus"] == "CREATE_COMPLETE"
    values = [{"ParameterKey": "Command", "ParameterValue": "false"}]
    network.client("cloudformation").update_stack(
        StackName="web", UsePreviousTemplate=True, Capabilities=CAPABILITIES, Parameters=values
    )
    network.settle(30)
    assert stack(network, "web")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_secrets_schedules_and_the_rest(sandbox: Sandbox) -> None:
    zones = sandbox.client("route53")
    zone = zones.create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]
    made = create(sandbox, "rest", OTHERS.replace("ZONE", zone["Id"].rpartition("/")[2]))
    assert made["StackStatus"] == "CREATE_COMPLETE", reasons(sandbox, "rest")
    secret = sandbox.client("secretsmanager").get_secret_value(
        SecretId=arn_of(sandbox, "rest", "Secret")
    )
    value = json.loads(secret["SecretString"])
    assert (value["username"], len(value["password"])) == ("admin", 20)
    parameter = sandbox.client("ssm").get_parameter(Name="/app/level")["Parameter"]
    assert parameter["Value"] == "7"
    rule = arn_of(sandbox, "rest", "Rule")
    (target,) = sandbox.client("events").list_targets_by_rule(Rule=rule)["Targets"]
    assert target["EcsParameters"]["TaskCount"] == 1
    schedule = sandbox.client("scheduler").get_schedule(Name=arn_of(sandbox, "rest", "Schedule"))
    assert schedule["FlexibleTimeWindow"]["MaximumWindowInMinutes"] == 5
    sandbox.client("cloudformation").delete_stack(StackName="rest")
    sandbox.settle()
    code, _ = refused(sandbox.client("cloudformation").describe_stacks, StackName="rest")
    assert code == "ValidationError", reasons(sandbox, "rest")


def test_a_stack_in_a_stack(sandbox: Sandbox) -> None:
    s3 = sandbox.client("s3")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="network.yml", Body=NETWORK.encode())
    text = """
Resources:
  Network:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: https://s3.amazonaws.com/templates/network.yml
      Parameters: {Cidr: 10.0.0.0/16}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: web, VpcId: !GetAtt Network.Outputs.Vpc}
"""
    made = create(sandbox, "outer", text)
    assert made["StackStatus"] == "CREATE_COMPLETE", reasons(sandbox, "outer")
    sandbox.client("cloudformation").delete_stack(StackName="outer")
    sandbox.settle()
    assert sandbox.client("cloudformation").describe_stacks()["Stacks"] == []


@pytest.mark.parametrize("logical", ["Service", "Cluster", "Role", "Logs", "Alarm", "Policy"])
def test_what_was_deleted_by_hand_does_not_keep_a_stack(network: Sandbox, logical: str) -> None:
    assert create(network, "web", SERVICE)["StackStatus"] == "CREATE_COMPLETE"
    name, clients = arn_of(network, "web", logical), network.client
    cluster = arn_of(network, "web", "Cluster")
    if logical in ("Service", "Cluster"):
        service = arn_of(network, "web", "Service")
        clients("ecs").delete_service(cluster=cluster, service=service, force=True)
        network.settle()
    if logical == "Cluster":
        clients("ecs").delete_cluster(cluster=cluster)
    elif logical == "Role":
        clients("iam").delete_role_policy(RoleName=name, PolicyName="logs")
        clients("iam").delete_role(RoleName=name)
    elif logical == "Logs":
        clients("logs").delete_log_group(logGroupName=name)
    elif logical == "Alarm":
        clients("cloudwatch").delete_alarms(AlarmNames=[name])
    elif logical == "Policy":
        clients("application-autoscaling").delete_scaling_policy(
            PolicyName="cpu",
            ServiceNamespace="ecs",
            ResourceId=f"service/{cluster}/{arn_of(network, 'web', 'Service').split('/')[2]}",
            ScalableDimension="ecs:service:DesiredCount",
        )
    clients("cloudformation").delete_stack(StackName="web")
    network.settle()
    code, _ = refused(clients("cloudformation").describe_stacks, StackName="web")
    assert code == "ValidationError"
