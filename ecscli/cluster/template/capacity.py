"""What tasks of a cluster run on: instances, their volumes and types, and Fargate's capacity
providers, edited in the parsed template."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.documents import Draft
from ecscli.base.limits import FARGATE, FARGATE_PROVIDERS, FARGATE_SPOT
from ecscli.base.marks import Tagged
from ecscli.base.yaml import cfn
from ecscli.cluster.model import Capacity, ClusterSpec, Existing, RootVolume
from ecscli.cluster.template import userdata

ROOT_DEVICE = "/dev/xvda"
SESSION_MANAGER = "arn:${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"


def edit_instances(tree: Draft, spec: ClusterSpec, found: Existing) -> None:
    """The launch template of the instances, their role and their types."""
    capacity = spec.capacity
    if capacity is None:
        return
    data = _launch_template(tree)
    data["UserData"] = {"Fn::Base64": _user_data(spec, capacity)}
    data["MetadataOptions"]["HttpPutResponseHopLimit"] = capacity.hop_limit
    _edit_role(tree, capacity)
    _edit_volume(data, capacity, found)
    if spec.tags:
        pairs = [{"Key": key, "Value": value} for key, value in spec.tags]
        data["TagSpecifications"] = [{"ResourceType": "volume", "Tags": pairs}]
    if len(capacity.types) > 1:
        _mix_types(tree, capacity)


def _launch_template(tree: Draft) -> Draft:
    data: Draft = tree["Resources"]["EcsInstanceLaunchTemplate"]["Properties"]["LaunchTemplateData"]
    return data


def _user_data(spec: ClusterSpec, capacity: Capacity) -> str:
    tags = spec.tags if capacity.tag_instances else ()
    return userdata.build(spec.name, capacity.extras, tags, _is_spot(capacity))


def _is_spot(capacity: Capacity) -> bool:
    return capacity.spot or capacity.spot_price is not None


def _edit_role(tree: Draft, capacity: Capacity) -> None:
    """What bounds the instances' role, and lets Session Manager reach them."""
    role = tree["Resources"]["EcsInstanceRole"]["Properties"]
    if capacity.permissions_boundary:
        role["PermissionsBoundary"] = capacity.permissions_boundary
    if capacity.session_manager:
        role["ManagedPolicyArns"].append(Tagged("!Sub", SESSION_MANAGER))


def _edit_volume(data: Draft, capacity: Capacity, found: Existing) -> None:
    """The root volume, where its device is known."""
    device = _root_device(capacity, found)
    if device:
        data["BlockDeviceMappings"] = [{"DeviceName": device, "Ebs": dict(_volume(capacity))}]
    else:
        del data["BlockDeviceMappings"]


def _root_device(capacity: Capacity, found: Existing) -> str | None:
    """The name of the root volume; None where the image is not ECS's own, nobody looked, and no
    volume is given."""
    known = capacity.image.is_of_ecs or capacity.volume is not None
    return found.root_device or (ROOT_DEVICE if known else None)


def _volume(capacity: Capacity) -> Iterator[tuple[str, object]]:
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


def _mix_types(tree: Draft, capacity: Capacity) -> None:
    """Several instance types: the group chooses among them; Spot becomes the group's matter."""
    group = tree["Resources"]["EcsInstanceAsg"]["Properties"]
    if _is_spot(capacity):
        _forget_spot(tree)
    group["MixedInstancesPolicy"] = {
        "InstancesDistribution": _distribution(capacity),
        "LaunchTemplate": {
            "LaunchTemplateSpecification": group.pop("LaunchTemplate"),
            "Overrides": [{"InstanceType": name} for name in capacity.types],
        },
    }


def _distribution(capacity: Capacity) -> Draft:
    """How the group divides its instances between on-demand and Spot: all of one."""
    if not _is_spot(capacity):
        return {"OnDemandPercentageAboveBaseCapacity": 100}
    limit = ["LimitSpotPrice", cfn.ref("SpotPrice"), cfn.ref("AWS::NoValue")]
    return {
        "OnDemandPercentageAboveBaseCapacity": 0,
        "SpotAllocationStrategy": "price-capacity-optimized",
        "SpotMaxPrice": Tagged("!If", limit),
    }


def _forget_spot(tree: Draft) -> None:
    """The launch template's own Spot request, and what only that needs."""
    del _launch_template(tree)["InstanceMarketOptions"]
    del tree["Conditions"]["UseSpotInstances"]
    del tree["Parameters"]["UseSpot"]


def edit_providers(tree: Draft, spec: ClusterSpec) -> None:
    """The cluster's capacity providers, together: one resource has all of them and the default
    strategy."""
    own = spec.capacity is not None and spec.capacity.provider is not None
    if not own and not spec.fargate:
        return
    instances = cfn.ref("EcsCapacityProvider")
    providers: list[object] = [instances] if own else []
    if spec.fargate:
        providers += FARGATE_PROVIDERS
    strategy = [{"CapacityProvider": instances, "Weight": 1}] if own else _fargate_strategy(spec)
    tree["Resources"]["EcsCapacityProviders"] = {
        "Type": "AWS::ECS::ClusterCapacityProviderAssociations",
        **({"Condition": "CreateCapacityProvider"} if own else {}),
        "Properties": {
            "Cluster": cfn.ref("EcsCluster"),
            "CapacityProviders": providers,
            "DefaultCapacityProviderStrategy": list(strategy),
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
