"""PURE: the load balancer of a project -> its part of the support stack: the table of contents of
this room.

Sources: AWS::ElasticLoadBalancingV2::LoadBalancer in the CloudFormation reference; "Load balancer
attributes" in the Application Load Balancer guide.
"""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.base.documents import Document, Draft
from ecscli.support.balancer.joined import joined_part
from ecscli.support.balancer.kinds import BALANCER_KIND, logs_of
from ecscli.support.balancer.listeners import BALANCER, listener_part
from ecscli.support.balancer.model import WantedBalancer
from ecscli.support.balancer.names import certificate_part, records_part
from ecscli.support.balancer.network import network_balancer_part
from ecscli.support.balancer.openings import SECURITY_GROUP, openings_part
from ecscli.support.balancer.target_groups import attributes, target_groups
from ecscli.support.balancer.transition.renewal import renamed
from ecscli.support.parts import Part, joined

DNS = "LoadBalancerDns"  # output with the balancer's name in DNS


def balancer_part(wanted: WantedBalancer) -> Part:
    """The balancer with its listeners, rules, target groups and security groups."""
    if not wanted:
        return Part()
    groups, ids = target_groups(wanted)
    parts = (_application_part(wanted, ids), network_balancer_part(wanted, ids))
    certificate = certificate_part(wanted.names)
    return renamed(joined([groups, certificate, *parts]), wanted.ids)


def _application_part(wanted: WantedBalancer, groups: Mapping[str, str]) -> Part:
    if not wanted.ports:
        return Part()
    if wanted.existing is not None:
        existing = wanted.existing
        records = records_part(wanted.names, existing.dns, existing.zone)
        return joined_part(wanted, existing, groups) + records
    outputs = {DNS: {"Value": _attribute("DNSName")}}
    balancer = Part({BALANCER: _balancer(wanted)}, outputs)
    records = records_part(wanted.names, _attribute("DNSName"), _attribute("CanonicalHostedZoneID"))
    return joined([balancer, openings_part(wanted), listener_part(wanted, groups), records])


def _attribute(name: str) -> Document:
    return {"Fn::GetAtt": [BALANCER, name]}


def _balancer(wanted: WantedBalancer) -> Document:
    """Without a name: CloudFormation could not replace it otherwise."""
    return {
        "Type": BALANCER_KIND,
        "Properties": {
            "Type": "application",
            "Scheme": wanted.traits.scheme,
            "Subnets": list(wanted.subnets),
            "SecurityGroups": [{"Fn::GetAtt": [SECURITY_GROUP, "GroupId"]}],
            "LoadBalancerAttributes": attributes(_attributes(wanted)),
        },
    }


def _attributes(wanted: WantedBalancer) -> Draft:
    traits = wanted.traits
    return {
        "routing.http.drop_invalid_header_fields.enabled": "true",
        "idle_timeout.timeout_seconds": traits.idle_timeout,
        "deletion_protection.enabled": str(traits.deletion_protection).lower(),
        **logs_of(traits),
    }
