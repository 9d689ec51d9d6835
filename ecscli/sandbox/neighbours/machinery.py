"""EC2 instances and Auto Scaling groups as ECS sees them: size, zone, architecture, group."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ecscli.sandbox.ecs.capacity.api import group_name
from ecscli.sandbox.errors import invalid
from ecscli.sandbox.neighbours.region import Region
from ecscli.sandbox.shapes import Json

#: The part of a machine's memory that the operating system leaves (t2.micro: 983 of 1024 MiB).
USABLE = 0.96
#: For types that moto has never heard of.
UNKNOWN_TYPE: Json = {"VCpuInfo": {"DefaultVCpus": 2}, "MemoryInfo": {"SizeInMiB": 4096}}
ARCHITECTURES = {"arm64": "arm64", "x86_64": "x86_64"}


class Machinery(Region):
    def group_exists(self, name: str) -> bool:
        return name in self.backend("autoscaling").autoscaling_groups

    def group_of(self, ec2_id: str) -> str | None:
        instance = self.backend("ec2").get_instance_by_id(ec2_id)
        group = getattr(instance, "autoscaling_group", None)
        return str(group.name) if group else None

    def provider_of(self, ec2_id: str, providers: Mapping[str, Json]) -> str | None:
        group = self.group_of(ec2_id)
        return next(
            (name for name, one in providers.items() if group and group_name(one) == group), None
        )

    def identity(self, document: str) -> str:
        try:
            return str(json.loads(document)["instanceId"])
        except (ValueError, KeyError, TypeError):
            raise invalid("Instance identity document is not valid.") from None

    def machine(self, ec2_id: str) -> Json | None:
        """What an agent registers of its machine: CPU units, MiB, GPUs, address, attributes."""
        instance = self.backend("ec2").get_instance_by_id(ec2_id)
        if instance is None or instance.state != "running":
            return None
        kind = instance_type(instance.instance_type)
        gpus = (kind.get("GpuInfo") or {}).get("Gpus", [])
        return {
            "id": ec2_id,
            "cpu": kind["VCpuInfo"]["DefaultVCpus"] * 1024,
            "memory": int(kind["MemoryInfo"]["SizeInMiB"] * USABLE),
            "gpus": sum(one.get("Count", 0) for one in gpus),
            "ip": instance.private_ip or "127.0.0.1",
            "attributes": {
                "ecs.ami-id": instance.image_id,
                "ecs.instance-type": instance.instance_type,
                "ecs.availability-zone": getattr(instance.placement, "zone", None)
                or f"{self.region}a",
                "ecs.cpu-architecture": architecture_of(kind),
                "ecs.os-type": "linux",
                "ecs.os-family": "LINUX",
                "ecs.vpc-id": instance.vpc_id,
                "ecs.subnet-id": instance.subnet_id,
            },
        }

    def group_size(self, group: str) -> int:
        return len(self.backend("autoscaling").autoscaling_groups[group].instance_states)

    def add_instance(self, group: str) -> None:
        """One instance more, as far as the group's maximum allows."""
        found = self.backend("autoscaling").autoscaling_groups[group]
        if found.desired_capacity < found.max_size:
            found.set_desired_capacity(found.desired_capacity + 1)
            self.look()

    def may_remove(self, ec2_id: str) -> bool:
        found = self.backend("autoscaling").autoscaling_groups.get(self.group_of(ec2_id))
        return found is not None and found.desired_capacity > found.min_size

    def remove_instance(self, group: str, ec2_id: str) -> None:
        """Terminate one instance of the group, which becomes smaller by it."""
        if self.may_remove(ec2_id):
            self.backend("autoscaling").terminate_instance(ec2_id, should_decrement=True)
            self.look()

    def terminate(self, ec2_id: str) -> None:
        self.backend("ec2").terminate_instances([ec2_id])


def instance_type(name: str) -> Json:
    from moto.ec2.models.instance_types import INSTANCE_TYPES

    found: Json = INSTANCE_TYPES.get(name, UNKNOWN_TYPE)
    return found


def architecture_of(kind: Json) -> str:
    """The architecture of an instance type; x86_64 where moto does not know it."""
    known = (kind.get("ProcessorInfo") or {}).get("SupportedArchitectures") or []
    return "arm64" if "arm64" in known else "x86_64"
