"""What is refused about the network configuration of tasks and services."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.sandbox.ecs.checks.launches.launching import Launching
from ecscli.sandbox.ecs.checks.rule import Rule
from ecscli.sandbox.shapes import Json


def configuration_of(launching: Launching) -> Json:
    network = launching.request.get("networkConfiguration") or {}
    return network.get("awsvpcConfiguration") or {}


def no_network(launching: Launching) -> Iterator[str]:
    configured, mode = bool(configuration_of(launching)), launching.definition.network_mode
    if mode == "awsvpc" and not configured:
        yield "Network Configuration must be provided when networkMode 'awsvpc' is specified."
    if mode != "awsvpc" and configured:
        yield (
            "Network Configuration is not valid for the given networkMode of this task definition."
        )


def no_subnets(launching: Launching) -> Iterator[str]:
    configuration = configuration_of(launching)
    if configuration and not configuration.get("subnets"):
        yield "subnets can not be empty."


def unknown_places(launching: Launching) -> Iterator[str]:
    """Subnets and security groups that EC2 does not have, or that are in several VPCs."""
    configuration, vpcs = configuration_of(launching), set()
    for subnet in configuration.get("subnets") or []:
        vpc = launching.ecs.neighbours.vpc_of_subnet(subnet)
        if vpc is None:
            yield (
                f"Error retrieving subnet information for [{subnet}]: The subnet ID '{subnet}' does"
                " not exist (ErrorCode: InvalidSubnetID.NotFound)"
            )
        vpcs.add(vpc)
    if len(vpcs) > 1:
        yield "All specified subnets must be from the same VPC."
    for group in configuration.get("securityGroups") or []:
        vpc = launching.ecs.neighbours.vpc_of_security_group(group)
        if vpc is None:
            yield (
                f"Error retrieving security group information for [{group}]: The security group"
                f" '{group}' does not exist (ErrorCode: InvalidGroup.NotFound)"
            )
        elif vpc not in vpcs:
            yield f"Security group {group} does not belong to the same VPC as the input subnets."


def public_on_ec2(launching: Launching) -> Iterator[str]:
    public = configuration_of(launching).get("assignPublicIp") == "ENABLED"
    if public and not launching.on_fargate:
        yield "Assign public IP is not supported for this launch type."


NETWORK_RULES: tuple[Rule[Launching], ...] = (
    Rule(
        no_network,
        (
            "RunTaskRequest.networkConfiguration",
            "StartTaskRequest.networkConfiguration",
            "CreateServiceRequest.networkConfiguration",
            "UpdateServiceRequest.networkConfiguration",
        ),
        "This parameter is required for task definitions that use the awsvpc network mode to"
        " receive their own elastic network interface, and it isn't supported for other network"
        " modes.",
    ),
    Rule(no_subnets, ("AwsVpcConfiguration.subnets",), "The IDs of the subnets associated"),
    Rule(
        public_on_ec2,
        ("AwsVpcConfiguration.assignPublicIp",),
        "Whether the task's elastic network interface receives a public IP address.",
    ),
    Rule(
        unknown_places,
        ("AwsVpcConfiguration.subnets", "AwsVpcConfiguration.securityGroups"),
        "All specified security groups must be from the same VPC.",
    ),
)
