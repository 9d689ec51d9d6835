"""EC2 networking: VPC, subnets, gateways, routes."""

from __future__ import annotations

from collections.abc import Callable

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.kinds.kind import Kind, Made, Site, call_tags, retag_ec2, truth, without


def create_vpc(site: Site, properties: Json) -> Made:
    ec2 = site.client("ec2")
    vpc = ec2.create_vpc(
        CidrBlock=properties["CidrBlock"],
        InstanceTenancy=properties.get("InstanceTenancy", "default"),
        **call_tags(site.all_tags(properties), "vpc"),
    )["Vpc"]
    set_dns(site, vpc["VpcId"], properties)
    groups = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])[
        "SecurityGroups"
    ]
    attributes = {
        "VpcId": vpc["VpcId"],
        "CidrBlock": vpc["CidrBlock"],
        "DefaultSecurityGroup": groups[0]["GroupId"],
    }
    return Made(vpc["VpcId"], attributes)


def set_dns(site: Site, vpc_id: str, properties: Json) -> None:
    for name, default in (("EnableDnsSupport", True), ("EnableDnsHostnames", False)):
        value = {"Value": truth(properties.get(name, default))}
        site.client("ec2").modify_vpc_attribute(VpcId=vpc_id, **{name: value})


def update_vpc(site: Site, made: Made, old: Json, new: Json) -> Made:
    set_dns(site, made.id, new)
    retag_ec2(site, made, old, new)
    return made


def create_subnet(site: Site, properties: Json) -> Made:
    ec2 = site.client("ec2")
    wanted = without(properties, "Tags", "MapPublicIpOnLaunch", "PrivateDnsNameOptionsOnLaunch")
    subnet = ec2.create_subnet(**wanted, **call_tags(site.all_tags(properties), "subnet"))["Subnet"]
    set_public(site, subnet["SubnetId"], properties)
    attributes = {
        name: subnet[name] for name in ("SubnetId", "VpcId", "CidrBlock", "AvailabilityZone")
    }
    return Made(subnet["SubnetId"], attributes)


def set_public(site: Site, subnet_id: str, properties: Json) -> None:
    value = {"Value": truth(properties.get("MapPublicIpOnLaunch", False))}
    site.client("ec2").modify_subnet_attribute(SubnetId=subnet_id, MapPublicIpOnLaunch=value)


def update_subnet(site: Site, made: Made, old: Json, new: Json) -> Made:
    set_public(site, made.id, new)
    retag_ec2(site, made, old, new)
    return made


def create_gateway(site: Site, properties: Json) -> Made:
    tags = call_tags(site.all_tags(properties), "internet-gateway")
    gateway = site.client("ec2").create_internet_gateway(**tags)["InternetGateway"][
        "InternetGatewayId"
    ]
    return Made(gateway, {"InternetGatewayId": gateway})


def retag(site: Site, made: Made, old: Json, new: Json) -> Made:
    retag_ec2(site, made, old, new)
    return made


def attach_gateway(site: Site, properties: Json) -> Made:
    site.client("ec2").attach_internet_gateway(
        InternetGatewayId=properties["InternetGatewayId"], VpcId=properties["VpcId"]
    )
    return Made(f"IGW|{properties['VpcId']}", {})


def detach_gateway(site: Site, made: Made, properties: Json) -> None:
    site.client("ec2").detach_internet_gateway(
        InternetGatewayId=properties["InternetGatewayId"], VpcId=properties["VpcId"]
    )


def create_table(site: Site, properties: Json) -> Made:
    tags = call_tags(site.all_tags(properties), "route-table")
    table = site.client("ec2").create_route_table(VpcId=properties["VpcId"], **tags)["RouteTable"][
        "RouteTableId"
    ]
    return Made(table, {"RouteTableId": table})


def create_route(site: Site, properties: Json) -> Made:
    site.client("ec2").create_route(**properties)
    destination = properties.get("DestinationCidrBlock") or properties.get(
        "DestinationIpv6CidrBlock"
    )
    return Made(f"{properties['RouteTableId']}|{destination}", {})


def delete_route(site: Site, made: Made, properties: Json) -> None:
    names = ("RouteTableId", "DestinationCidrBlock", "DestinationIpv6CidrBlock")
    site.client("ec2").delete_route(
        **{name: properties[name] for name in names if name in properties}
    )


def associate(site: Site, properties: Json) -> Made:
    found = site.client("ec2").associate_route_table(
        RouteTableId=properties["RouteTableId"], SubnetId=properties["SubnetId"]
    )["AssociationId"]
    return Made(found, {"Id": found})


def create_address(site: Site, properties: Json) -> Made:
    made = site.client("ec2").allocate_address(Domain="vpc")
    return Made(
        made["PublicIp"], {"AllocationId": made["AllocationId"], "PublicIp": made["PublicIp"]}
    )


def delete_address(site: Site, made: Made, properties: Json) -> None:
    site.client("ec2").release_address(AllocationId=made.attributes["AllocationId"])


def create_nat(site: Site, properties: Json) -> Made:
    names = ("SubnetId", "AllocationId", "ConnectivityType")
    wanted = {name: properties[name] for name in names if name in properties}
    tags = call_tags(site.all_tags(properties), "natgateway")
    nat = site.client("ec2").create_nat_gateway(**wanted, **tags)["NatGateway"]["NatGatewayId"]
    return Made(nat, {"NatGatewayId": nat})


def create_endpoint(site: Site, properties: Json) -> Made:
    wanted = without(properties, "Tags", "PrivateDnsEnabled")
    endpoint = site.client("ec2").create_vpc_endpoint(**wanted)["VpcEndpoint"]["VpcEndpointId"]
    return Made(endpoint, {"Id": endpoint})


def delete_by(
    operation: str, member: str, many: bool = False
) -> Callable[[Site, Made, Json], None]:
    """Delete with one EC2 call that names the physical id."""

    def delete(site: Site, made: Made, properties: Json) -> None:
        argument: str | list[str] = [made.id] if many else made.id
        getattr(site.client("ec2"), operation)(**{member: argument})

    return delete


TAGS_ONLY: frozenset[str] = frozenset()

KINDS = (
    Kind(
        "AWS::EC2::VPC",
        create_vpc,
        delete_by("delete_vpc", "VpcId"),
        update_vpc,
        frozenset({"CidrBlock"}),
    ),
    Kind(
        "AWS::EC2::Subnet",
        create_subnet,
        delete_by("delete_subnet", "SubnetId"),
        update_subnet,
        frozenset({"VpcId", "CidrBlock", "AvailabilityZone", "Ipv6CidrBlock"}),
    ),
    Kind(
        "AWS::EC2::InternetGateway",
        create_gateway,
        delete_by("delete_internet_gateway", "InternetGatewayId"),
        retag,
        TAGS_ONLY,
    ),
    Kind("AWS::EC2::VPCGatewayAttachment", attach_gateway, detach_gateway),
    Kind(
        "AWS::EC2::RouteTable",
        create_table,
        delete_by("delete_route_table", "RouteTableId"),
        retag,
        frozenset({"VpcId"}),
    ),
    Kind("AWS::EC2::Route", create_route, delete_route),
    Kind(
        "AWS::EC2::SubnetRouteTableAssociation",
        associate,
        delete_by("disassociate_route_table", "AssociationId"),
    ),
    Kind("AWS::EC2::EIP", create_address, delete_address),
    Kind("AWS::EC2::NatGateway", create_nat, delete_by("delete_nat_gateway", "NatGatewayId")),
    Kind(
        "AWS::EC2::VPCEndpoint",
        create_endpoint,
        delete_by("delete_vpc_endpoints", "VpcEndpointIds", many=True),
    ),
)
