"""ClusterSpec and what was looked up -> StackSpec: templates/cluster.yaml with its lists filled in,
and parameters.

The template is parsed, edited by the small functions below, and written out again; short forms such
as !Ref stay.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ecscli.base.documents import Draft
from ecscli.base.limits import FARGATE, FARGATE_PROVIDERS, FARGATE_SPOT
from ecscli.base.marks import Tagged
from ecscli.base.system import resources
from ecscli.cluster import dynamic
from ecscli.cluster.model import (
    Capacity,
    ClusterNetwork,
    ClusterSpec,
    Existing,
    RootVolume,
    Rule,
    StackSpec,
)
from ecscli.cluster.template import cfn, userdata
from ecscli.cluster.template.parameters import is_one_port, parameters, source_of

TEMPLATE = "templates/cluster.yaml"
SIZES = frozenset({"AsgMinSize", "AsgMaxSize", "AsgDesiredSize"})
METADATA = "ecscli"
BASE64 = "content-base64"
ROOT_DEVICE = "/dev/xvda"
SESSION_MANAGER = "arn:${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
TAGGED_TYPES = frozenset(
    {
        "AWS::EC2::VPC",
        "AWS::EC2::Subnet",
        "AWS::EC2::InternetGateway",
        "AWS::EC2::RouteTable",
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::EIP",
        "AWS::EC2::NatGateway",
        "AWS::IAM::Role",
        "AWS::ECS::CapacityProvider",
    }
)


def as_written(spec: ClusterSpec) -> Existing:
    """The spec's own words where nothing may be looked up, as for `render`."""
    network = spec.network
    return Existing(
        vpc=str(network.vpc) if network.vpc else None,
        subnets=tuple(map(str, network.subnets)),
        groups=tuple(map(str, network.groups)),
    )


def needs_stack(spec: ClusterSpec) -> bool:
    """False where nothing is left to make: Fargate in an existing VPC with existing groups."""
    network = spec.network
    return bool(spec.capacity or not network.vpc or network.makes_group or spec.fargate)


def stack_spec(spec: ClusterSpec, name: str, found: Existing) -> StackSpec:
    """The stack of a cluster, under the given name."""
    capacity, tree = spec.capacity, document(spec, found)
    return StackSpec(
        name=name,
        template_body=cfn.dump(tree),
        parameters={
            key: value for key, value in parameters(spec, found) if key in tree["Parameters"]
        },
        capabilities=("CAPABILITY_IAM",),
        tags=spec.tags,
        keep=SIZES if capacity and not capacity.size.given else frozenset(),
    )


def document(spec: ClusterSpec, found: Existing) -> Draft:
    """The template of this cluster as a tree, the spec's document in its metadata."""
    tree = cfn.parse(resources.read(TEMPLATE))
    edits: tuple[Callable[[Draft], None], ...] = (
        lambda tree: _cidrs(tree, spec.network),
        lambda tree: _subnets(tree, spec.network),
        lambda tree: _ingress(tree, spec.network, found),
        lambda tree: _without_group(tree, spec.network),
        lambda tree: _instances(tree, spec, found),
        lambda tree: _fargate(tree, spec),
        lambda tree: _tags(tree, spec.tags),
    )
    for edit in edits:
        edit(tree)
    if spec.document:
        tree["Metadata"] = {METADATA: {"document": _sealed(dict(spec.document))}}
    return tree


def _cidrs(tree: Draft, network: ClusterNetwork) -> None:
    if network.vpc:
        return
    cidrs = {"vpc": network.cidr}
    cidrs |= {f"pubsubnet{i}": cidr for i, cidr in enumerate(network.public, 1)}
    cidrs |= {f"privsubnet{i}": cidr for i, cidr in enumerate(network.private, 1)}
    for name, cidr in cidrs.items():
        tree["Mappings"]["VpcCidrs"][name] = {"cidr": cidr}


def _subnets(tree: Draft, network: ClusterNetwork) -> None:
    """As many subnets as there are CIDRs: the second one is the pattern of those that follow."""
    if network.vpc or len(network.public) == 2:
        return
    count = len(network.public)
    made = tree["Resources"]
    for name in SECOND_OF_ITS_KIND:
        pattern = made.pop(name)
        for number in range(2, count + 1):
            made[name.replace("2", str(number))] = cfn.replaced(pattern, partial(_numbered, number))
    zones = len(network.zones) or None
    for number in range(2, count + 1):
        made[f"PubSubnetAz{number}"]["Properties"]["AvailabilityZone"] = _zone(number - 1, zones)
    publics = [cfn.ref(f"PubSubnetAz{number}") for number in range(1, count + 1)]
    privates = [cfn.ref(f"PrivSubnetAz{number}") for number in range(1, count + 1)]
    if count == 1:
        del tree["Conditions"]["CreateNatPerZone"], tree["Parameters"]["NatPerZone"]
    cfn.swap(tree, [cfn.ref("PubSubnetAz1"), cfn.ref("PubSubnetAz2")], publics)
    cfn.swap(tree, [cfn.ref("PrivSubnetAz1"), cfn.ref("PrivSubnetAz2")], privates)


SECOND_OF_ITS_KIND = (
    "PubSubnetAz2",
    "PubSubnet2RouteTableAssociation",
    "PrivSubnetAz2",
    "NatAddress2",
    "NatGateway2",
    "PrivateRouteTable2",
    "PrivateRouteViaNat2",
    "PrivSubnet2RouteTableAssociation",
)


def _numbered(number: int, text: str) -> str:
    base = text.partition(".")[0]
    if base in SECOND_OF_ITS_KIND or text in ("pubsubnet2", "privsubnet2"):
        return text.replace("2", str(number), 1)
    return text


def _zone(index: int, zones: int | None) -> Tagged:
    """The zone of a subnet: of those given, round and round; else the region's, which has two at
    least."""
    given = Tagged("!Select", [index % zones if zones else 0, cfn.ref("VpcAvailabilityZones")])
    first = Tagged("!Select", [index, Tagged("!GetAZs", "")])
    return Tagged("!If", ["UseSpecifiedVpcAvailabilityZones", given, first])


def _ingress(tree: Draft, network: ClusterNetwork, found: Existing) -> None:
    """The ingress rules, where they are not the one port that the parameters can say."""
    if not network.makes_group or is_one_port(network.ingress):
        return
    group = tree["Resources"]["EcsSecurityGroup"]["Properties"]
    group["SecurityGroupIngress"] = [_ingress_rule(rule, found) for rule in network.ingress]
    for unused in ("EcsPort", "SourceCidr"):
        del tree["Parameters"][unused]


def _without_group(tree: Draft, network: ClusterNetwork) -> None:
    """No security group, where services name their own."""
    if network.own_group or network.groups:
        return
    launch_template = tree["Resources"]["EcsInstanceLaunchTemplate"]["Properties"]
    interface = launch_template["LaunchTemplateData"]["NetworkInterfaces"][0]
    interface["Groups"] = cfn.ref("SecurityGroupIds")
    del tree["Resources"]["EcsSecurityGroup"]
    del tree["Conditions"]["CreateSecurityGroup"]
    del tree["Outputs"]["SecurityGroupIds"]
    for unused in ("EcsPort", "SourceCidr"):
        del tree["Parameters"][unused]


def _ingress_rule(rule: Rule, found: Existing) -> Draft:
    source = source_of(rule, found)
    made: Draft = {
        "IpProtocol": rule.protocol,
        "FromPort": rule.first,
        "ToPort": rule.last,
    }
    if source.startswith("sg-"):
        made["SourceSecurityGroupId"] = source
    else:
        made["CidrIpv6" if ":" in source else "CidrIp"] = source
    if rule.description:
        made["Description"] = rule.description
    return made


def _instances(tree: Draft, spec: ClusterSpec, found: Existing) -> None:
    capacity = spec.capacity
    if capacity is None:
        return
    data = tree["Resources"]["EcsInstanceLaunchTemplate"]["Properties"]["LaunchTemplateData"]
    tags = spec.tags if capacity.tag_instances else ()
    spot = capacity.spot or capacity.spot_price is not None
    data["UserData"] = {"Fn::Base64": userdata.build(spec.name, capacity.extras, tags, spot)}
    data["MetadataOptions"]["HttpPutResponseHopLimit"] = capacity.hop_limit
    _role(tree, capacity)
    device = _root_device(capacity, found)
    if device:
        data["BlockDeviceMappings"] = [{"DeviceName": device, "Ebs": dict(_volume(capacity))}]
    else:
        del data["BlockDeviceMappings"]
    if spec.tags:
        pairs = [{"Key": key, "Value": value} for key, value in spec.tags]
        data["TagSpecifications"] = [{"ResourceType": "volume", "Tags": pairs}]
    if len(capacity.types) > 1:
        _mix(tree, capacity)


def _role(tree: Draft, capacity: Capacity) -> None:
    """What bounds the instances' role, and lets Session Manager reach them."""
    role = tree["Resources"]["EcsInstanceRole"]["Properties"]
    if capacity.permissions_boundary:
        role["PermissionsBoundary"] = capacity.permissions_boundary
    if capacity.session_manager:
        role["ManagedPolicyArns"].append(Tagged("!Sub", SESSION_MANAGER))


def _root_device(capacity: Capacity, found: Existing) -> str | None:
    """The name of the root volume; None where the image is not ECS's own, nobody looked, and no
    volume is given."""
    known = capacity.image.is_of_ecs or capacity.volume is not None
    return found.root_device or (ROOT_DEVICE if known else None)


def _volume(capacity: Capacity) -> Iterator[tuple[str, Any]]:
    volume = capacity.volume or RootVolume()
    rows = (
        ("VolumeSize", volume.size),
        ("VolumeType", volume.type or "gp3"),
        ("Iops", volume.iops),
        ("Throughput", volume.throughput),
        ("Encrypted", volume.encrypted is not False),
        ("KmsKeyId", volume.kms_key),
        ("DeleteOnTermination", True),
    )
    yield from ((name, value) for name, value in rows if value is not None)


def _mix(tree: Draft, capacity: Capacity) -> None:
    """Several instance types: the group chooses among them; Spot becomes the group's matter."""
    made = tree["Resources"]
    group = made["EcsInstanceAsg"]["Properties"]
    template = group.pop("LaunchTemplate")
    spot = capacity.spot or capacity.spot_price is not None
    distribution: Draft = {"OnDemandPercentageAboveBaseCapacity": 0 if spot else 100}
    if spot:
        distribution["SpotAllocationStrategy"] = "price-capacity-optimized"
        distribution["SpotMaxPrice"] = Tagged(
            "!If", ["LimitSpotPrice", cfn.ref("SpotPrice"), cfn.ref("AWS::NoValue")]
        )
        del made["EcsInstanceLaunchTemplate"]["Properties"]["LaunchTemplateData"][
            "InstanceMarketOptions"
        ]
        _forget_spot(tree)
    group["MixedInstancesPolicy"] = {
        "InstancesDistribution": distribution,
        "LaunchTemplate": {
            "LaunchTemplateSpecification": template,
            "Overrides": [{"InstanceType": name} for name in capacity.types],
        },
    }


def _forget_spot(tree: Draft) -> None:
    del tree["Conditions"]["UseSpotInstances"]
    del tree["Parameters"]["UseSpot"]


def _fargate(tree: Draft, spec: ClusterSpec) -> None:
    """The cluster's capacity providers, together: one resource says them all and the default
    strategy."""
    own = spec.capacity is not None and spec.capacity.provider is not None
    if not own and not spec.fargate:
        return
    providers: list[Any] = [cfn.ref("EcsCapacityProvider")] if own else []
    strategy: list[Draft] = [{"CapacityProvider": providers[0], "Weight": 1}] if own else []
    if spec.fargate:
        providers += FARGATE_PROVIDERS
        if not own:
            strategy += _fargate_strategy(spec)
    tree["Resources"]["EcsCapacityProviders"] = {
        "Type": "AWS::ECS::ClusterCapacityProviderAssociations",
        **({"Condition": "CreateCapacityProvider"} if own else {}),
        "Properties": {
            "Cluster": cfn.ref("EcsCluster"),
            "CapacityProviders": providers,
            "DefaultCapacityProviderStrategy": strategy,
        },
    }


def _fargate_strategy(spec: ClusterSpec) -> Iterator[Draft]:
    assert spec.fargate is not None
    on_demand: Draft = {"CapacityProvider": FARGATE, "Weight": spec.fargate.on_demand}
    if spec.fargate.base:
        on_demand["Base"] = spec.fargate.base
    yield on_demand
    if spec.fargate.spot:
        yield {"CapacityProvider": FARGATE_SPOT, "Weight": spec.fargate.spot}


def _tags(tree: Draft, tags: tuple[tuple[str, str], ...]) -> None:
    """The user's tags on everything that takes them; those of the group go to its instances."""
    if not tags:
        return
    pairs = [{"Key": key, "Value": value} for key, value in tags]
    for resource in tree["Resources"].values():
        if resource["Type"] in TAGGED_TYPES:
            resource.setdefault("Properties", {})["Tags"] = pairs
    group = tree["Resources"]["EcsInstanceAsg"]["Properties"]
    named = any(key == "Name" for key, _ in tags)
    group["Tags"] = ([] if named else group["Tags"]) + [
        {**pair, "PropagateAtLaunch": True} for pair in pairs
    ]


def resources_of(text: str) -> frozenset[str]:
    """The logical ids of a template's resources."""
    return frozenset(cfn.parse(text).get("Resources") or ())


def document_of(text: str) -> Draft | None:
    """The infra document in the metadata of a template that `stack_spec` made; None for any other
    template."""
    kept = (cfn.parse(text).get("Metadata") or {}).get(METADATA) or {}
    found: Draft | None = kept.get("document")
    return None if found is None else _each_user_data(found, _open)


def _sealed(document: Draft) -> Draft:
    """The document as it may stand in a template: user data that CloudFormation would change is
    encoded."""
    return _each_user_data(document, _close)


def _each_user_data(document: Draft, change: Callable[[Draft], Any]) -> Draft:
    capacity = document.get("capacity") or {}
    if not capacity.get("user-data"):
        return document
    entries = [change(entry) for entry in capacity["user-data"]]
    return {**document, "capacity": {**capacity, "user-data": entries}}


def _close(entry: Draft) -> Draft:
    if not dynamic.has_reference(entry["content"]):
        return entry
    rest = {key: value for key, value in entry.items() if key != "content"}
    return {**rest, BASE64: base64.b64encode(entry["content"].encode()).decode()}


def _open(entry: Draft) -> Draft:
    if BASE64 not in entry:
        return entry
    rest = {key: value for key, value in entry.items() if key != BASE64}
    return {**rest, "content": base64.b64decode(entry[BASE64]).decode()}
