"""ELBv2's balancers and listeners: two zones for an application, one listener a port, protection
from deletion; a target group is attached while a rule names it, and no longer."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

from moto.acm.models import acm_backends
from moto.elbv2.models import (
    ELBv2Backend,
    FakeAction,
    FakeListener,
    FakeLoadBalancer,
    FakeTargetGroup,
    elbv2_backends,
)

from ecscli.sandbox.moto.repairs.balancers.errors import (
    certificate_missing,
    certificate_needed,
    certificate_not_issued,
    deletion_protected,
    groups_fixed,
    listener_exists,
    same_zone,
    zones_needed,
)
from ecscli.sandbox.moto.repairs.balancers.groups import check_groups
from ecscli.sandbox.shapes import Json, Method

ZONES_OF_APPLICATION = 2
#: The protocols that moto changes a listener to, and those with certificates.
KNOWN, SECURE = ("HTTP", "HTTPS"), ("HTTPS", "TLS")


def repair() -> None:
    if hasattr(ELBv2Backend.create_load_balancer, "__wrapped__"):
        return
    FakeTargetGroup.load_balancer_arns = property(attached, forget)
    for name, repaired in REPAIRED.items():
        setattr(ELBv2Backend, name, repaired(getattr(ELBv2Backend, name)))


def attached(self: FakeTargetGroup) -> list[str]:
    """The balancers with a rule that leads to the group."""
    backend = elbv2_backends[self.account_id][self.region_name]
    return [
        one.arn
        for one in backend.load_balancers.values()
        if any(self.arn in groups_of(backend, listener) for listener in one.listeners.values())
    ]


def forget(self: FakeTargetGroup, arns: list[str]) -> None:
    """moto notes the balancers when a group is made, and never again."""


def groups_of(backend: ELBv2Backend, listener: FakeListener) -> Iterator[str]:
    for rule in listener.rules.values():
        for action in rule.actions:
            yield from backend._get_target_group_arns_from(action_data=action.data)


def in_zones(original: Method) -> Method:
    @functools.wraps(original)
    def create(self: ELBv2Backend, **given: Any) -> FakeLoadBalancer:
        mapped = [one["SubnetId"] for one in given.get("subnet_mappings") or []]
        names = [*(given["subnet_ids"] or []), *mapped]
        zones = [self.ec2_backend.get_subnet(name).availability_zone for name in names]
        if len(set(zones)) < len(zones):
            raise same_zone()
        is_application = (given.get("loadbalancer_type") or "application") == "application"
        if names and is_application and len(zones) < ZONES_OF_APPLICATION:
            raise zones_needed()
        given["scheme"] = given.get("scheme") or "internet-facing"
        return original(self, **given)

    return create


def unless_protected(original: Method) -> Method:
    @functools.wraps(original)
    def delete(self: ELBv2Backend, arn: str) -> None:
        found = self.load_balancers.get(arn)
        if found is not None and found.attrs.get("deletion_protection.enabled") == "true":
            raise deletion_protected(arn)
        original(self, arn)

    return delete


def as_created(original: Method) -> Method:
    """A network balancer has security groups from its beginning, or never."""

    @functools.wraps(original)
    def set_groups(self: ELBv2Backend, arn: str, sec_groups: list[str]) -> None:
        found = self.load_balancers.get(arn)
        if found is not None and found.type == "network" and not found.security_groups:
            raise groups_fixed()
        original(self, arn, sec_groups)

    return set_groups


def on_free_port(original: Method) -> Method:
    @functools.wraps(original)
    def create(self: ELBv2Backend, load_balancer_arn: str, **given: Any) -> FakeListener:
        balancer = self.load_balancers.get(load_balancer_arn)
        if balancer is not None:
            refuse_taken(balancer, given["port"])
            check_groups(self, balancer, given["protocol"], given["actions"] or [])
        check_certificate(self, given["protocol"], given["certificate"])
        return original(self, load_balancer_arn=load_balancer_arn, **given)

    return create


def refuse_taken(balancer: FakeLoadBalancer, port: object, but: str = "") -> None:
    taken = {str(one.port) for one in balancer.listeners.values() if one.arn != but}
    if str(port) in taken:
        raise listener_exists()


def changed(original: Method) -> Method:
    """Any protocol of the balancer's type, a free port, and groups that exist."""

    @functools.wraps(original)
    def modify(
        self: ELBv2Backend, arn: str, port: str | None, protocol: str | None, *rest: Any
    ) -> FakeListener:
        listener = self.describe_listeners(None, [arn])[0]
        balancer = self.load_balancers[listener.load_balancer_arn]
        if port is not None:
            refuse_taken(balancer, port, arn)
        if protocol is not None:
            self._validate_port_and_protocol(balancer.type, port or listener.port, protocol)
        _, certificates, actions = rest
        default = certificates[0]["CertificateArn"] if certificates else listener.certificate
        check_certificate(self, protocol or listener.protocol, default)
        self._validate_actions([FakeAction(one) for one in actions])
        check_groups(self, balancer, protocol or listener.protocol, actions or [])
        further = listener.certificates[1:]
        known = protocol if protocol in KNOWN else None
        original(self, arn, port, known, *rest)
        listener.protocol = protocol or listener.protocol
        keep_certificates(listener, certificates, further)
        return listener

    return modify


def check_certificate(backend: ELBv2Backend, protocol: str | None, arn: str | None) -> None:
    """A secure listener needs a certificate that exists and has been issued."""
    if protocol not in SECURE:
        return
    if not arn:
        raise certificate_needed(protocol)
    check_issued(backend, arn)


def check_issued(backend: ELBv2Backend, arn: str) -> None:
    if not backend._certificate_exists(arn):
        raise certificate_missing(arn)
    found = acm_backends[backend.account_id][backend.region_name]._certificates.get(arn)
    if found is not None and found.status != "ISSUED":
        raise certificate_not_issued(arn)


def of_issued(original: Method) -> Method:
    @functools.wraps(original)
    def add(self: ELBv2Backend, arn: str, certificates: list[Json]) -> list[str]:
        for one in certificates:
            check_issued(self, one["CertificateArn"])
        added: list[str] = original(self, arn, certificates)
        return added

    return add


def keep_certificates(listener: FakeListener, given: list[Json], further: list[str]) -> None:
    """A new default certificate takes the place of the old one and leaves the further ones."""
    if listener.protocol not in SECURE:
        listener.certificate, listener.certificates = None, []
    elif given:
        default = given[0]["CertificateArn"]
        others = [one for one in further if one != default]
        listener.certificate, listener.certificates = default, [default, *others]


REPAIRED: dict[str, Callable[[Method], Method]] = {
    "create_load_balancer": in_zones,
    "delete_load_balancer": unless_protected,
    "set_security_groups": as_created,
    "create_listener": on_free_port,
    "modify_listener": changed,
    "add_listener_certificates": of_issued,
}
