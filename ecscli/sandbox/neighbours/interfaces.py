"""The network interfaces of awsvpc tasks: made in the task's subnet, shown as its attachment,
deleted with it."""

from __future__ import annotations

import random
import uuid

from ecscli.sandbox.ecs.model import Task
from ecscli.sandbox.neighbours.region import Region
from ecscli.sandbox.shapes import Json


class Interfaces(Region):
    def attach_interface(self, task: Task) -> None:
        """Give the task an interface with a private address, and a public one where it asks for
        it."""
        config = task.network["awsvpcConfiguration"]
        ec2 = self.backend("ec2")
        subnet = ec2.get_subnet(self._subnet_of(task, config))
        eni = ec2.create_network_interface(
            subnet,
            None,
            group_ids=config.get("securityGroups") or self._default_group(subnet.vpc_id),
            description=task.arn.replace(":task/", ":attachment/"),
        )
        if config.get("assignPublicIp") == "ENABLED":
            eni.public_ip = self.ecs.runtime.address(task) or public_address()
        eni.status, eni.requester_managed = "in-use", True
        task.eni, task.private_ip = eni.id, eni.private_ip_address
        task.zone = subnet.availability_zone
        task.attachments.append(attachment(eni, subnet.id))

    def _subnet_of(self, task: Task, config: Json) -> str:
        """Any of the subnets on Fargate; on an instance one of its zone."""
        subnets: list[str] = config["subnets"]
        if task.instance is None:
            return random.choice(subnets)
        ec2 = self.backend("ec2")
        near = [one for one in subnets if ec2.get_subnet(one).availability_zone == task.zone]
        if not near:
            raise ValueError(
                "the subnets are in other availability zones than the container instance"
            )
        return near[0]

    def _default_group(self, vpc_id: str) -> list[str]:
        group = self.backend("ec2").get_security_group_from_name("default", vpc_id)
        return [group.id] if group else []

    def vpc_of_subnet(self, subnet: str) -> str | None:
        """The VPC of a subnet; None for one that does not exist."""
        zones = self.backend("ec2").subnets.values()
        return next((str(zone[subnet].vpc_id) for zone in zones if subnet in zone), None)

    def vpc_of_security_group(self, group: str) -> str | None:
        """The VPC of a security group; None for one that does not exist."""
        found = self.backend("ec2").get_security_group_from_id(group)
        return str(found.vpc_id) if found else None

    def move_interface(self, task: Task, address: str) -> None:
        """The task's private address is this one, at which other tasks reach it."""
        eni = self.backend("ec2").enis.get(task.eni)
        if eni is not None:
            eni.private_ip_address = address
        task.private_ip = address
        for one in task.attachments:
            for detail in one["details"]:
                if detail["name"] == "privateIPv4Address":
                    detail["value"] = address

    def detach_interface(self, task: Task) -> None:
        self.backend("ec2").enis.pop(task.eni, None)
        for one in task.attachments:
            one["status"] = "DELETED"


def public_address() -> str:
    return f"54.{random.randint(144, 255)}.{random.randint(0, 255)}.{random.randint(1, 254)}"


def attachment(eni: object, subnet: str) -> Json:
    details = {
        "subnetId": subnet,
        "networkInterfaceId": getattr(eni, "id", ""),
        "macAddress": getattr(eni, "mac_address", ""),
        "privateDnsName": getattr(eni, "private_dns_name", None) or "",
        "privateIPv4Address": getattr(eni, "private_ip_address", ""),
    }
    return {
        "id": str(uuid.uuid4()),
        "type": "ElasticNetworkInterface",
        "status": "PRECREATED",
        "details": [{"name": name, "value": value} for name, value in details.items() if value],
    }
