"""EC2: interfaces have a private DNS name even where the VPC gives none."""

from __future__ import annotations

from moto.ec2.models.elastic_network_interfaces import NetworkInterface


def mend() -> None:
    NetworkInterface.private_dns_name = None  # type: ignore[assignment]
