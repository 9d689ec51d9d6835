"""The host names of a project's services -> the certificate that is requested for them, and their
records in DNS, each with its hosted zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.base.balanced import REQUEST
from ecscli.base.errors import Finding, InputError
from ecscli.compose.balancing.model import Balancing
from ecscli.compose.balancing.share import KEY
from ecscli.support.balancer.names import WantedNames, recorded_hosts
from ecscli.support.parts import Part
from ecscli.up.balancer.zones import Setting, find_zones, refuse_others

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

UNKNOWN_ZONE = "<hosted zone>"  # in a plan that is made without AWS
WITHOUT_REQUEST = "make the zone, name a certificate by its ARN, or write certificate: none"
WITHOUT_DNS = "leave dns out, and let the name lead to the load balancer where its zone is"


def host_names(aws: Aws | None, balancing: Balancing, live: Part) -> WantedNames:
    """What the hosts get; `aws` None: nothing can be looked up. Raises InputError where a zone is
    missing, or a record is somebody else's."""
    traits, places = balancing.traits, balancing.share.places
    hosts = [host for port in balancing.ports for host in port.hosts]
    is_requested = traits.certificate == REQUEST and bool(hosts)
    certificate = Setting(f"{KEY}.certificate", places.get("certificate"), WITHOUT_REQUEST)
    records = Setting(f"{KEY}.dns", places.get("dns"), WITHOUT_DNS)
    named = [host for port in balancing.ports if not port.is_network for host in port.hosts]
    recorded = _zones(aws, named if traits.dns else [], records)
    if traits.dns and len(named) < len(hosts):
        message = f"{records.key}: names of a network load balancer get no records here"
        raise InputError(message, records.at, WITHOUT_DNS)
    unread: tuple[Finding, ...] = ()
    if aws is not None:
        unread = refuse_others(aws, recorded, recorded_hosts(live.resources), records)
    return WantedNames(_zones(aws, hosts if is_requested else [], certificate), recorded, unread)


def _zones(aws: Aws | None, hosts: list[str], setting: Setting) -> tuple[tuple[str, str], ...]:
    if aws is None:
        return tuple((host, UNKNOWN_ZONE) for host in dict.fromkeys(hosts))
    return find_zones(aws, hosts, setting) if hosts else ()
