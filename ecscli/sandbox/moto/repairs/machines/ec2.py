"""EC2: what is in use cannot be deleted, interfaces always have a DNS name, and a region has a key
pair `demo`.

The key pair is furniture like the default VPC: whoever tries `ecscli up --keypair demo` needs
nothing else first.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

from moto.ec2.exceptions import DependencyViolationError, EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupRule

from ecscli.sandbox.shapes import Method

KEY_PAIR = "demo"
DESCRIPTION = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}")
BAD_DESCRIPTION = (
    "Invalid security group description. Valid descriptions are strings less than 256 characters"
    " from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"
)
SUBNET_IN_USE = "The subnet '{}' has dependencies and cannot be deleted."
GROUP_IN_USE = "resource {} has a dependent object"


def repair() -> None:
    NetworkInterface.private_dns_name = None
    if not hasattr(EC2Backend.__init__, "__wrapped__"):
        EC2Backend.__init__ = furnished(EC2Backend.__init__)
        EC2Backend.delete_subnet = guarded(EC2Backend.delete_subnet, SUBNET_IN_USE, uses_subnet)
        EC2Backend.delete_nat_gateway = without_interface(EC2Backend.delete_nat_gateway)
        EC2Backend.create_security_group = checked(EC2Backend.create_security_group)
        EC2Backend.delete_security_group = guarded(
            EC2Backend.delete_security_group, GROUP_IN_USE, uses_group
        )


def furnished(original: Method) -> Method:
    @functools.wraps(original)
    def furnish(self: EC2Backend, *args: object, **kwargs: object) -> None:
        original(self, *args, **kwargs)
        self.create_key_pair(KEY_PAIR, "ed25519", {})

    return furnish


def checked(original: Method) -> Method:
    """Descriptions of groups are short and of few characters."""

    @functools.wraps(original)
    def create(
        self: EC2Backend, name: str, description: str, *args: object, **given: object
    ) -> object:
        if not DESCRIPTION.fullmatch(description):
            raise EC2ClientError("InvalidParameterValue", BAD_DESCRIPTION)
        return original(self, name, description, *args, **given)

    return create


def guarded(original: Method, refusal: str, in_use: Callable[[EC2Backend, str], bool]) -> Method:
    """Refuse to delete what something else still uses, in the words of EC2."""

    @functools.wraps(original)
    def delete(self: EC2Backend, *args: object, **kwargs: object) -> object:
        name = next((str(one) for one in (*args, *kwargs.values()) if one), "")
        if in_use(self, name):
            raise DependencyViolationError(refusal.format(name))
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


def uses_subnet(backend: EC2Backend, subnet: str) -> bool:
    return any(eni.subnet.id == subnet for eni in living(backend))


def uses_group(backend: EC2Backend, group: str) -> bool:
    """Whether an interface has the group, or a rule of another group names it."""
    if any(one.id == group for eni in living(backend) for one in eni.group_set):
        return True
    others = (one for one in backend.describe_security_groups() if one.id != group)
    return any(names_group(rule, group) for one in others for rule in rules_of(one))


def rules_of(group: SecurityGroup) -> list[SecurityGroupRule]:
    return [*group.ingress_rules, *group.egress_rules]


def names_group(rule: SecurityGroupRule, group: str) -> bool:
    return bool(rule.source_group.get("GroupId") == group)


def living(backend: EC2Backend) -> list[NetworkInterface]:
    return [one for one in backend.enis.values() if not ended(one)]


def ended(eni: NetworkInterface) -> bool:
    """Interfaces of terminated instances stay in moto's books."""
    return eni.instance is not None and eni.instance.state == "terminated"
