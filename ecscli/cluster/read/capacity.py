"""The `capacity` part of the document -> Capacity: types, image, size, volume, user data, capacity
provider."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.documents import Document
from ecscli.base.errors import shorten
from ecscli.base.limits import POLICY_ARN
from ecscli.cluster.model import (
    DEFAULT_TYPE,
    Capacity,
    CapacityProvider,
    ClusterNetwork,
    Extra,
    GroupSize,
    MachineImage,
    RootVolume,
)
from ecscli.cluster.read import instances
from ecscli.cluster.read.section import Section
from ecscli.cluster.template import userdata

DEFAULT_TYPES = {"x86_64": DEFAULT_TYPE, "arm64": "t4g.micro"}
SSM = "ssm:"
OWN_PART = 1024  # bytes of user data for ecscli's own script and the archive around it
BY_IOPS = ("io1", "io2")  # volume types that are bought by their IOPS


def capacity(section: Section, network: ClusterNetwork) -> Capacity:
    """The instances that the document describes; mistakes go to the section's findings."""
    values = section.tree
    types = _types(section)
    spot, price = _spot(section)
    return Capacity(
        types=types,
        size=_size(section),
        image=_image(section, types),
        spot=spot,
        spot_price=price,
        key_pair=values.get("key-pair") or None,
        instance_role=_instance_role(section),
        public_ip=_public_ip(section, network),
        volume=_volume(section),
        extras=tuple(_extras(section)),
        tag_instances=values.get("tag-instances", True),
        provider=_provider(section),
        hop_limit=values.get("imds-hop-limit", 2),
        permissions_boundary=_boundary(section),
        session_manager=_session_manager(section),
    )


def _types(section: Section) -> tuple[str, ...]:
    values = section.tree.get("instance-types")
    if not values:
        return (DEFAULT_TYPES[section.tree.get("architecture", "x86_64")],)
    types = (values,) if isinstance(values, str) else tuple(dict.fromkeys(values))
    for name in types:
        if not instances.SHAPE.match(name):
            section.error(
                f'"{name}" is not an instance type', "for example t3.micro", "instance-types"
            )
    architectures = {instances.architecture(name): name for name in types}
    if len(architectures) > 1:
        message = (
            f"{architectures['arm64']} is arm64 and {architectures['x86_64']} is x86_64: one image"
            " cannot fit both"
        )
        section.error(message, "list types of one architecture", "instance-types")
    return types


def _image(section: Section, types: tuple[str, ...]) -> MachineImage:
    values, natural = section.tree, instances.architecture(types[0])
    wanted = values.get("architecture", natural)
    if wanted != natural:
        message = f"{types[0]} has {natural} processors, and the image is to be {wanted}"
        hint = "leave architecture out, or choose other instance types"
        section.error(message, hint, "architecture")
    ami = values.get("ami") or instances.FAMILIES[0]
    if ami.startswith("ami-"):
        return MachineImage(id=ami, architecture=natural)
    if ami.startswith(SSM):
        return MachineImage(parameter=ami.removeprefix(SSM), architecture=natural)
    if ami not in instances.FAMILIES:
        families = " or ".join(instances.FAMILIES)
        hint = f"an id (ami-...), ssm:/parameter, {families}"
        section.error(f'ami: "{ami}" is not an image', hint, "ami")
    return MachineImage(parameter=_parameter(section, ami, types[0]), architecture=natural)


def _parameter(section: Section, family: str, kind: str) -> str | None:
    """The SSM parameter of the newest image of a family that fits an instance type."""
    values, natural = section.tree, instances.architecture(kind)
    gpu = values.get("gpu", instances.has_gpu(kind))
    found = instances.image_parameter(family, natural, gpu, instances.has_accelerator(kind))
    if found is None:
        message = f"there is no ECS image with GPU drivers for {natural} ({kind})"
        hint = "name an image of your own with `ami`, or set gpu: false"
        section.error(message, hint, "gpu" if "gpu" in values else "instance-types")
    return found


def _size(section: Section) -> GroupSize:
    values = section.tree
    if not any(key in values for key in ("size", "min", "desired", "max")):
        return GroupSize()
    minimum, desired = values.get("min", 0), values.get("desired")
    least = max(1, minimum, desired or 0)
    maximum = values.get("max", values.get("size", least))
    size = GroupSize(minimum, maximum, desired, given=True)
    _check_size(section, size)
    return size


def _check_size(section: Section, size: GroupSize) -> None:
    """The numbers fit together."""
    values, minimum, maximum, desired = section.tree, size.minimum, size.maximum, size.desired
    if "size" in values and values.get("max", values["size"]) != values["size"]:
        message = f"size is {values['size']} and max is {values['max']}"
        section.error(message, "they mean the same: keep one", "size")
    if minimum > maximum:
        section.error(f"min is {minimum}, more than max, {maximum}", None, "min")
    if desired is not None and not minimum <= desired <= maximum:
        message = f"desired is {desired}, not between min {minimum} and max {maximum}"
        section.error(message, None, "desired")


def _spot(section: Section) -> tuple[bool, str | None]:
    values = section.tree.get("spot")
    if isinstance(values, bool) or values is None:
        return bool(values), None
    price = values.get("max-price")
    if price is None:
        return True, None
    try:
        number = float(price)
    except ValueError:
        number = -1.0
    if number < 0:
        section.error(
            f'"{price}" is not a price', "dollars an hour, for example 0.05", "spot", "max-price"
        )
        return True, None
    return (True, str(price)) if number else (False, None)


def _instance_role(section: Section) -> str | None:
    role: str | None = section.tree.get("instance-role") or None
    if role and "," in role:
        section.error("one instance role only", "name one role", "instance-role")
    if role and (role.startswith("arn:") or "/" in role):
        section.error(
            f'"{role}" is not the name of a role',
            "the name alone, not the ARN or path",
            "instance-role",
        )
    return role


def _boundary(section: Section) -> str | None:
    arn: str | None = section.tree.get("permissions-boundary")
    if arn is None:
        return None
    if not POLICY_ARN.match(arn):
        hint = "for example arn:aws:iam::123456789012:policy/boundary"
        section.error(f'"{shorten(arn)}" is no ARN of a policy', hint, "permissions-boundary")
    _only_for_our_role(section, "permissions-boundary", "a boundary is set")
    return arn


def _session_manager(section: Section) -> bool:
    wanted = bool(section.tree.get("session-manager"))
    if wanted:
        _only_for_our_role(section, "session-manager", "Session Manager is let in")
    return wanted


def _only_for_our_role(section: Section, key: str, what: str) -> None:
    if section.tree.get("instance-role"):
        hint = f"leave {key} out, and give the role what it needs where you made it"
        section.error(
            f"an instance role is given, and {what} on the one that would be made", hint, key
        )


def _public_ip(section: Section, network: ClusterNetwork) -> bool:
    values: bool | None = section.tree.get("public-ip")
    if values and network.private_subnets:
        section.error(
            "instances in private subnets cannot have a public address",
            "leave public-ip out",
            "public-ip",
        )
    return not network.private_subnets if values is None else values


def _volume(section: Section) -> RootVolume | None:
    values = section.tree.get("root-volume")
    if not values:
        return None
    for key, message, hint in _problems_of_volume(values):
        section.error(message, hint, "root-volume", key)
    return RootVolume(
        values.get("size"),
        values.get("type"),
        values.get("iops"),
        values.get("throughput"),
        values.get("encrypted"),
        values.get("kms-key"),
    )


def _problems_of_volume(values: Document) -> Iterator[tuple[str, str, str | None]]:
    """The key, the message and the hint of each setting that the type of the volume does not
    take."""
    kind = values.get("type", "gp3")
    if "throughput" in values and kind != "gp3":
        yield "throughput", f"a {kind} volume has no throughput setting", "use gp3"
    if "iops" in values and kind not in ("gp3", *BY_IOPS):
        yield "iops", f"a {kind} volume has no iops setting", "use gp3, io1 or io2"
    if kind in BY_IOPS and "iops" not in values:
        yield "type", f"a volume of type {kind} needs iops", None
    if values.get("encrypted") is False and "kms-key" in values:
        yield "kms-key", "kms-key needs encrypted: true", None


def _extras(section: Section) -> Iterator[Extra]:
    total = 0
    for index, entry in enumerate(section.tree.get("user-data") or ()):
        extra = Extra(entry.get("name", f"user-data[{index}]"), entry["content"])
        try:
            total += sum(len(part.body) for part in userdata.parts_of(extra.text))
        except userdata.BrokenUserData as error:
            section.error(f"{extra.name}: {error}", None, "user-data", index)
        yield extra
    if total > userdata.LIMIT - OWN_PART:
        limit = f"EC2 takes {userdata.LIMIT}, some of which ecscli needs"
        hint = "fetch the rest from S3 at the start of an instance"
        section.error(f"user data has {total} bytes; {limit}", hint, "user-data")


def _provider(section: Section) -> CapacityProvider | None:
    values: object = section.tree.get("capacity-provider")
    if not values and values != {}:
        return None
    options = values if isinstance(values, dict) else {}
    provider = CapacityProvider(
        options.get("managed-scaling", True),
        options.get("target-capacity", 100),
        options.get("managed-draining", True),
        options.get("termination-protection", False),
    )
    if provider.termination_protection and not provider.managed_scaling:
        section.error(
            "termination-protection needs managed-scaling",
            None,
            "capacity-provider",
            "termination-protection",
        )
    return provider
