"""Which properties cannot change in place: resource type -> the properties whose change makes a new
resource.

Source: "Update requires: Replacement" in the CloudFormation resource reference, which is
`createOnlyProperties` in AWS's resource schemas. The rows are the types of the templates in
templates/ and of ecs-cli, and those of support stacks.
"""

from __future__ import annotations

from collections.abc import Mapping

EVERY = frozenset({"*"})
REPLACING: Mapping[str, frozenset[str]] = {
    "AWS::AutoScaling::AutoScalingGroup": frozenset({"AutoScalingGroupName", "InstanceId"}),
    "AWS::AutoScaling::LaunchConfiguration": EVERY,
    "AWS::CertificateManager::Certificate": frozenset(
        {
            *("CertificateAuthorityArn", "DomainName", "DomainValidationOptions", "KeyAlgorithm"),
            "SubjectAlternativeNames",
        }
    ),
    "AWS::EC2::EIP": frozenset({"Address", "IpamPoolId", "NetworkBorderGroup", "TransferAddress"}),
    "AWS::EC2::InternetGateway": frozenset(),
    "AWS::EC2::LaunchTemplate": frozenset({"LaunchTemplateName"}),
    "AWS::EC2::NatGateway": frozenset(
        {"AllocationId", "ConnectivityType", "PrivateIpAddress", "SubnetId", "VpcId"}
    ),
    "AWS::EC2::Route": frozenset(
        {
            "DestinationCidrBlock",
            "DestinationIpv6CidrBlock",
            "DestinationPrefixListId",
            "RouteTableId",
        }
    ),
    "AWS::EC2::RouteTable": frozenset({"VpcId"}),
    "AWS::EC2::SecurityGroup": frozenset({"GroupDescription", "GroupName", "VpcId"}),
    "AWS::EC2::SecurityGroupIngress": frozenset(
        {
            *("GroupId", "GroupName", "IpProtocol", "FromPort", "ToPort"),
            *("CidrIp", "CidrIpv6", "SourcePrefixListId", "SourceSecurityGroupId"),
            *("SourceSecurityGroupName", "SourceSecurityGroupOwnerId"),
        }
    ),
    "AWS::EC2::Subnet": frozenset(
        {"AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "Ipv6Native", "OutpostArn", "VpcId"}
    ),
    "AWS::EC2::SubnetRouteTableAssociation": frozenset({"RouteTableId", "SubnetId"}),
    "AWS::EC2::VPC": frozenset({"CidrBlock", "Ipv4IpamPoolId", "Ipv4NetmaskLength"}),
    "AWS::EC2::VPCGatewayAttachment": frozenset({"VpcId"}),
    "AWS::ECS::CapacityProvider": frozenset(
        {"AutoScalingGroupProvider.AutoScalingGroupArn", "Name"}
    ),
    "AWS::ECS::ClusterCapacityProviderAssociations": frozenset({"Cluster"}),
    "AWS::EFS::AccessPoint": frozenset(
        {"ClientToken", "FileSystemId", "PosixUser", "RootDirectory"}
    ),
    "AWS::EFS::FileSystem": frozenset(
        {"AvailabilityZoneName", "Encrypted", "KmsKeyId", "PerformanceMode"}
    ),
    "AWS::EFS::MountTarget": frozenset(
        {"FileSystemId", "IpAddress", "IpAddressType", "Ipv6Address", "SubnetId"}
    ),
    "AWS::ElasticLoadBalancingV2::Listener": frozenset({"LoadBalancerArn"}),
    "AWS::ElasticLoadBalancingV2::ListenerCertificate": frozenset({"ListenerArn"}),
    "AWS::ElasticLoadBalancingV2::ListenerRule": frozenset({"ListenerArn"}),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": frozenset({"Name", "Scheme", "Type"}),
    "AWS::ElasticLoadBalancingV2::TargetGroup": frozenset(
        {"IpAddressType", "Name", "Port", "Protocol", "ProtocolVersion", "TargetType", "VpcId"}
    ),
    "AWS::IAM::InstanceProfile": frozenset({"InstanceProfileName", "Path"}),
    "AWS::IAM::Role": frozenset({"Path", "RoleName"}),
    "AWS::Route53::RecordSet": frozenset({"HostedZoneId", "HostedZoneName", "Name"}),
    "AWS::ServiceDiscovery::PrivateDnsNamespace": frozenset({"Name", "Vpc"}),
    "AWS::ServiceDiscovery::Service": frozenset(
        {"HealthCheckCustomConfig", "Name", "NamespaceId", "Type"}
    ),
}

# attributes that have another value after an update in place
MOVING: Mapping[str, frozenset[str]] = {
    "AWS::EC2::LaunchTemplate": frozenset({"LatestVersionNumber"})
}


def replaces(resource_type: str, path: str) -> bool | None:
    """Whether a change of the property at `path` (``A.B[0].C``) makes a new resource; None for an
    unknown type."""
    fixed = REPLACING.get(resource_type)
    if fixed is None:
        return None
    return fixed is EVERY or any(
        path == name or path.startswith((f"{name}.", f"{name}[")) for name in fixed
    )
