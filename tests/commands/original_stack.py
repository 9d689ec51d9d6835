"""A stack as ecs-cli made it: its parameters, logical ids and launch configuration."""

from typing import Any

import boto3

EMPTY = ("EcsAmiId", "EcsInstanceType", "KeyName", "VpcId", "InstanceRole", "UserData")
LISTS = ("SubnetIds", "SecurityGroupIds", "VpcAvailabilityZones")
VALUES = {
    "SpotPrice": ("Number", 0),
    "AsgMaxSize": ("Number", 1),
    "SourceCidr": ("String", "0.0.0.0/0"),
    "EcsPort": ("String", "80"),
    "AssociatePublicIpAddress": ("String", "true"),
    "EcsCluster": ("String", "default"),
    "IsFargate": ("String", "false"),
}
USER_DATA = """\
Content-Type: multipart/mixed; boundary="B"
MIME-Version: 1.0

--B
Content-Type: text/text/plain; charset="utf-8"
Mime-Version: 1.0

#!/bin/sh
touch /mine
--B
Content-Type: text/text/x-shellscript; charset="utf-8"
Mime-Version: 1.0


#!/bin/bash
echo ECS_CLUSTER={cluster} >> /etc/ecs/ecs.config

--B--
"""


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def subnet(number: int) -> dict[str, Any]:
    zone = {"Fn::Select": [number - 1, {"Fn::GetAZs": ""}]}
    cidr = f"10.0.{number - 1}.0/24"
    return {
        "Type": "AWS::EC2::Subnet",
        "Properties": {"VpcId": ref("Vpc"), "CidrBlock": cidr, "AvailabilityZone": zone},
    }


def association(number: int) -> dict[str, Any]:
    properties = {"SubnetId": ref(f"PubSubnetAz{number}"), "RouteTableId": ref("RouteViaIgw")}
    return {"Type": "AWS::EC2::SubnetRouteTableAssociation", "Properties": properties}


def template() -> dict[str, Any]:
    parameters: dict[str, Any] = {name: {"Type": "String", "Default": ""} for name in EMPTY}
    parameters |= {name: {"Type": "CommaDelimitedList", "Default": ""} for name in LISTS}
    parameters |= {name: {"Type": kind, "Default": value} for name, (kind, value) in VALUES.items()}
    trust = {
        "Effect": "Allow",
        "Action": ["sts:AssumeRole"],
        "Principal": {"Service": ["ec2.amazonaws.com"]},
    }
    rule = {
        "IpProtocol": "tcp",
        "FromPort": ref("EcsPort"),
        "ToPort": ref("EcsPort"),
        "CidrIp": ref("SourceCidr"),
    }
    policy = "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": parameters,
        "Resources": {
            "Vpc": {
                "Type": "AWS::EC2::VPC",
                "Properties": {
                    "CidrBlock": "10.0.0.0/16",
                    "EnableDnsSupport": True,
                    "EnableDnsHostnames": True,
                },
            },
            "PubSubnetAz1": subnet(1),
            "PubSubnetAz2": subnet(2),
            "InternetGateway": {"Type": "AWS::EC2::InternetGateway"},
            "AttachGateway": {
                "Type": "AWS::EC2::VPCGatewayAttachment",
                "Properties": {"VpcId": ref("Vpc"), "InternetGatewayId": ref("InternetGateway")},
            },
            "RouteViaIgw": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": ref("Vpc")}},
            "PublicRouteViaIgw": {
                "Type": "AWS::EC2::Route",
                "DependsOn": "AttachGateway",
                "Properties": {
                    "RouteTableId": ref("RouteViaIgw"),
                    "DestinationCidrBlock": "0.0.0.0/0",
                    "GatewayId": ref("InternetGateway"),
                },
            },
            "PubSubnet1RouteTableAssociation": association(1),
            "PubSubnet2RouteTableAssociation": association(2),
            "EcsSecurityGroup": {
                "Type": "AWS::EC2::SecurityGroup",
                "Properties": {
                    "GroupDescription": "ECS Allowed Ports",
                    "VpcId": ref("Vpc"),
                    "SecurityGroupIngress": [rule],
                },
            },
            "EcsInstanceRole": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "Path": "/",
                    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
                    "ManagedPolicyArns": [policy],
                },
            },
            "EcsInstanceProfile": {
                "Type": "AWS::IAM::InstanceProfile",
                "Properties": {"Path": "/", "Roles": [ref("EcsInstanceRole")]},
            },
            "EcsInstanceLc": {
                "Type": "AWS::AutoScaling::LaunchConfiguration",
                "Properties": {
                    "ImageId": ref("EcsAmiId"),
                    "InstanceType": ref("EcsInstanceType"),
                    "AssociatePublicIpAddress": ref("AssociatePublicIpAddress"),
                    "IamInstanceProfile": ref("EcsInstanceProfile"),
                    "SecurityGroups": [ref("EcsSecurityGroup")],
                    "UserData": {"Fn::Base64": ref("UserData")},
                },
            },
            "EcsInstanceAsg": {
                "Type": "AWS::AutoScaling::AutoScalingGroup",
                "Properties": {
                    "VPCZoneIdentifier": [
                        {"Fn::Join": [",", [ref("PubSubnetAz1"), ref("PubSubnetAz2")]]},
                    ],
                    "LaunchConfigurationName": ref("EcsInstanceLc"),
                    "MinSize": "0",
                    "MaxSize": ref("AsgMaxSize"),
                    "DesiredCapacity": ref("AsgMaxSize"),
                    "Tags": [
                        {
                            "Key": "Name",
                            "Value": {
                                "Fn::Join": ["", ["ECS Instance - ", {"Ref": "AWS::StackName"}]]
                            },
                            "PropagateAtLaunch": True,
                        }
                    ],
                },
            },
        },
    }


def make(url: str, cluster: str, size: int, region: str = "us-east-1") -> str:
    """Make cluster and stack as `ecs-cli up` did; the id of the VPC."""
    import json

    keys = {
        "endpoint_url": url,
        "region_name": region,
        "aws_access_key_id": "x",
        "aws_secret_access_key": "x",
    }
    ssm: Any = boto3.client("ssm", **keys)
    name = "/aws/service/ecs/optimized-ami/amazon-linux-2/recommended"
    image = json.loads(ssm.get_parameter(Name=name)["Parameter"]["Value"])["image_id"]
    boto3.client("ecs", **keys).create_cluster(clusterName=cluster)
    given = {
        "AsgMaxSize": str(size),
        "EcsAmiId": image,
        "EcsInstanceType": "t2.micro",
        "EcsCluster": cluster,
        "UserData": USER_DATA.replace("{cluster}", cluster),
    }
    cloudformation: Any = boto3.client("cloudformation", **keys)
    stack = f"amazon-ecs-cli-setup-{cluster}"
    cloudformation.create_stack(
        StackName=stack,
        TemplateBody=json.dumps(template()),
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
        Tags=[{"Key": "team", "Value": "shop"}],
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=stack, WaiterConfig={"Delay": 1}
    )
    rows = cloudformation.list_stack_resources(StackName=stack)["StackResourceSummaries"]
    return next(row["PhysicalResourceId"] for row in rows if row["LogicalResourceId"] == "Vpc")
