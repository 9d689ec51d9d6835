"""EC2: what is in use cannot be deleted, interfaces always have a DNS name, and a region has a key
pair `demo`.

The key pair is furniture like the default VPC: whoever tries `ecscli up --keypair demo` needs
nothing else first.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from moto.ec2.exceptions import DependencyViolationError
from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface

KEY_PAIR = "demo"
Method = Callable[..., Any]


def repair() -> None:
    NetworkInterface.private_dns_name = None
    if not hasattr(EC2Backend.__init__, "__wrapped__"):
        EC2Backend.__init__ = furnished(EC2Backend.__init__)
        EC2Backend.delete_subnet = guarded(EC2Backend.delete_subnet, "subnet", in_subnet)
        EC2Backend.delete_nat_gateway = without_interface(EC2Backend.delete_nat_gateway)
        EC2Backend.delete_security_group = guarded(
            EC2Backend.delete_security_group, "resource", in_group
        )


def furnished(original: Method) -> Method:
    @functools.wraps(original)
    def furnish(self: EC2Backend, *args: object, **kwargs: object) -> None:
        original(self, *args, **kwargs)
        self.create_key_pair(KEY_PAIR, "ed25519", {})

    return furnish


def guarded(original: Method, word: str, uses: Callable[[NetworkInterface, str], bool]) -> Method:
    """Refuse to delete what some network interface still uses, in the words of EC2."""

    @functools.wraps(original)
    def delete(self: EC2Backend, *args: object, **kwargs: object) -> object:
        name = next((str(one) for one in (*args, *kwargs.values()) if one), "")
        if any(uses(eni, name) for eni in self.enis.values() if not ended(eni)):
            raise DependencyViolationError(
                f"The {word} '{name}' has dependencies and cannot be deleted."
            )
        return original(self, *args, **kwargs)

    return delete


def without_interface(original: Method) -> Method:
    """The interface of a NAT gateway goes with it."""

    @functools.wraps(original)
    def delete(self: EC2Backend, nat_gateway_id: str) -> object:
        gateway = original(self, nat_gateway_id)
        self.enis.pop(gateway._eni.id, None)
        return gateway

    return delete


def in_subnet(eni: NetworkInterface, subnet: str) -> bool:
    return bool(eni.subnet.id == subnet)


def in_group(eni: NetworkInterface, group: str) -> bool:
    return any(one.id == group for one in eni.group_set)


def ended(eni: NetworkInterface) -> bool:
    """Interfaces of terminated instances stay in moto's books."""
    return eni.instance is not None and eni.instance.state == "terminated"
