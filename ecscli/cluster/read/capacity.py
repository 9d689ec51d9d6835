"""The `capacity` part of the document -> Capacity: types, image, size, volume, user data, capacity
provider."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ecscli.base.errors import shorten
from ecscli.cluster.model import (
    DEFAULT_TYPE,
    Capacity,
    CapacityProvider,
    Extra,
    Image,
    Network,
    Size,
    Volume,
)
from ecscli.cluster.read import instances
from ecscli.cluster.read.reading import Reading
from ecscli.cluster.template import userdata

DEFAULT_TYPES = {"x86_64": DEFAULT_TYPE, "arm64": "t4g.micro"}
SSM = "ssm:"
POLICY = re.compile(r"^arn:[a-z-]+:iam::(?:\d{12}|aws):policy/[\w+=,.@/-]+$")


def capacity(reading: Reading, network: Network) -> Capacity:
    """The instances that the document describes; what is wrong goes to the reading's findings."""
    said = reading.tree
    types = _types(reading)
    spot, price = _spot(reading)
    return Capacity(
        types=types,
        size=_size(reading),
        image=_image(reading, types),
        spot=spot,
        spot_price=price,
        key_pair=said.get("key-pair") or None,
        instance_role=_instance_role(reading),
        public_ip=_public_ip(reading, network),
        volume=_volume(reading),
        extras=tuple(_extras(reading)),
        tag_instances=said.get("tag-instances", True),
        provider=_provider(reading),
        hop_limit=said.get("imds-hop-limit", 2),
        permissions_boundary=_boundary(reading),
        session_manager=_session_manager(reading),
    )


def _types(reading: Reading) -> tuple[str, ...]:
    said = reading.tree.get("instance-types")
    if not said:
        return (DEFAULT_TYPES[reading.tree.get("architecture", "x86_64")],)
    types = (said,) if isinstance(said, str) else tuple(dict.fromkeys(said))
    for name in types:
        if not instances.SHAPE.match(name):
            reading.refuse(
                f'"{name}" is no instance type', "for example t3.micro", "instance-types"
            )
    architectures = {instances.architecture(name): name for name in types}
    if len(architectures) > 1:
        message = (
            f"{architectures['arm64']} is arm64 and {architectures['x86_64']} is x86_64: one image"
            " cannot fit both"
        )
        reading.refuse(message, "list types of one architecture", "instance-types")
    return types


def _image(reading: Reading, types: tuple[str, ...]) -> Image:
    said = reading.tree
    natural = instances.architecture(types[0])
    wanted = said.get("architecture", natural)
    if wanted != natural:
        message = f"{types[0]} has {natural} processors, and the image is to be {wanted}"
        reading.refuse(
            message, "leave architecture out, or choose other instance types", "architecture"
        )
    ami = said.get("ami") or instances.FAMILIES[0]
    if ami.startswith("ami-"):
        return Image(id=ami, architecture=natural)
    if ami.startswith(SSM):
        return Image(parameter=ami.removeprefix(SSM), architecture=natural)
    if ami not in instances.FAMILIES:
        families = " or ".join(instances.FAMILIES)
        reading.refuse(
            f'ami: "{ami}" is no image', f"an id (ami-...), ssm:/parameter, {families}", "ami"
        )
    gpu = said.get("gpu", instances.has_gpu(types[0]))
    parameter = instances.image_parameter(ami, natural, gpu, instances.has_accelerator(types[0]))
    if parameter is None:
        reading.refuse(
            f"there is no ECS image with GPU drivers for {natural} ({types[0]})",
            "name an image of your own with `ami`, or set gpu: false",
            "gpu" if "gpu" in said else "instance-types",
        )
    return Image(parameter=parameter, architecture=natural)


def _size(reading: Reading) -> Size:
    said = reading.tree
    given = [key for key in ("size", "min", "desired", "max") if key in said]
    if not given:
        return Size()
    if "size" in said and "max" in said and said["size"] != said["max"]:
        reading.refuse(
            f"size is {said['size']} and max is {said['max']}",
            "they mean the same: keep one",
            "size",
        )
    minimum, desired = said.get("min", 0), said.get("desired")
    maximum = said.get("max", said.get("size", max(1, minimum, desired or 0)))
    if minimum > maximum:
        reading.refuse(f"min is {minimum}, more than max, {maximum}", None, "min")
    if desired is not None and not minimum <= desired <= maximum:
        reading.refuse(
            f"desired is {desired}, not between min {minimum} and max {maximum}", None, "desired"
        )
    return Size(minimum, maximum, desired, given=True)


def _spot(reading: Reading) -> tuple[bool, str | None]:
    said = reading.tree.get("spot")
    if isinstance(said, bool) or said is None:
        return bool(said), None
    price = said.get("max-price")
    if price is None:
        return True, None
    try:
        number = float(price)
    except ValueError:
        number = -1.0
    if number < 0:
        reading.refuse(
            f'"{price}" is no price', "dollars an hour, for example 0.05", "spot", "max-price"
        )
        return True, None
    return (True, str(price)) if number else (False, None)


def _instance_role(reading: Reading) -> str | None:
    role: str | None = reading.tree.get("instance-role") or None
    if role and "," in role:
        reading.refuse("one instance role only", "name one role", "instance-role")
    if role and (role.startswith("arn:") or "/" in role):
        reading.refuse(
            f'"{role}" is not the name of a role',
            "the name alone, not the ARN or path",
            "instance-role",
        )
    return role


def _boundary(reading: Reading) -> str | None:
    arn: str | None = reading.tree.get("permissions-boundary")
    if arn is None:
        return None
    if not POLICY.match(arn):
        hint = "for example arn:aws:iam::123456789012:policy/boundary"
        reading.refuse(f'"{shorten(arn)}" is no ARN of a policy', hint, "permissions-boundary")
    _only_for_our_role(reading, "permissions-boundary", "a boundary is set")
    return arn


def _session_manager(reading: Reading) -> bool:
    wanted = bool(reading.tree.get("session-manager"))
    if wanted:
        _only_for_our_role(reading, "session-manager", "Session Manager is let in")
    return wanted


def _only_for_our_role(reading: Reading, key: str, what: str) -> None:
    if reading.tree.get("instance-role"):
        hint = f"leave {key} out, and give the role what it needs where you made it"
        reading.refuse(
            f"an instance role is given, and {what} on the one that would be made", hint, key
        )


def _public_ip(reading: Reading, network: Network) -> bool:
    said: bool | None = reading.tree.get("public-ip")
    if said and network.private_subnets:
        reading.refuse(
            "instances in private subnets cannot have a public address",
            "leave public-ip out",
            "public-ip",
        )
    return not network.private_subnets if said is None else said


def _volume(reading: Reading) -> Volume | None:
    said = reading.tree.get("root-volume")
    if not said:
        return None
    kind = said.get("type", "gp3")
    if "throughput" in said and kind != "gp3":
        reading.refuse(
            f"a {kind} volume has no throughput setting", "use gp3", "root-volume", "throughput"
        )
    if "iops" in said and kind not in ("gp3", "io1", "io2"):
        reading.refuse(
            f"a {kind} volume has no iops setting", "use gp3, io1 or io2", "root-volume", "iops"
        )
    if kind in ("io1", "io2") and "iops" not in said:
        reading.refuse(f"a volume of type {kind} needs iops", None, "root-volume", "type")
    if said.get("encrypted") is False and "kms-key" in said:
        reading.refuse("kms-key needs encrypted: true", None, "root-volume", "kms-key")
    return Volume(
        said.get("size"),
        said.get("type"),
        said.get("iops"),
        said.get("throughput"),
        said.get("encrypted"),
        said.get("kms-key"),
    )


def _extras(reading: Reading) -> Iterator[Extra]:
    total = 0
    for index, entry in enumerate(reading.tree.get("user-data") or ()):
        extra = Extra(entry.get("name", f"user-data[{index}]"), entry["content"])
        try:
            total += sum(len(part.body) for part in userdata.parts_of(extra.text))
        except userdata.Broken as error:
            reading.refuse(f"{extra.name}: {error}", None, "user-data", index)
        yield extra
    if total > userdata.LIMIT - 1024:
        message = (
            f"user data has {total} bytes; EC2 takes {userdata.LIMIT}, some of which ecscli needs"
        )
        reading.refuse(message, "fetch the rest from S3 at the start of an instance", "user-data")


def _provider(reading: Reading) -> CapacityProvider | None:
    said: Any = reading.tree.get("capacity-provider")
    if not said and said != {}:
        return None
    options = said if isinstance(said, dict) else {}
    provider = CapacityProvider(
        options.get("managed-scaling", True),
        options.get("target-capacity", 100),
        options.get("managed-draining", True),
        options.get("termination-protection", False),
    )
    if provider.termination_protection and not provider.managed_scaling:
        reading.refuse(
            "termination-protection needs managed-scaling",
            None,
            "capacity-provider",
            "termination-protection",
        )
    return provider
