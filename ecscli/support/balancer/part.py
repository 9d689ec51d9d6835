"""PURE: the load balancer of a project -> its part of the support stack: the table of contents of
this room.

Sources: AWS::ElasticLoadBalancingV2::LoadBalancer in the CloudFormation reference; "Load balancer
attributes" in the Application Load Balancer guide.
"""

from __future__ import annotations

from ecscli.base.documents import Document, Draft
from ecscli.support.balancer.listeners import BALANCER, ELB, listener_part
from ecscli.support.balancer.model import WantedBalancer
from ecscli.support.balancer.openings import ID, openings_part
from ecscli.support.balancer.target_groups import attributes, target_groups
from ecscli.support.parts import Part, joined

DNS = "LoadBalancerDns"  # output with the balancer's name in DNS


def balancer_part(wanted: WantedBalancer) -> Part:
    """The balancer with its listeners, rules, target groups and security groups."""
    if not wanted:
        return Part()
    outputs = {DNS: {"Value": {"Fn::GetAtt": [BALANCER, "DNSName"]}}}
    balancer = Part({BALANCER: _balancer(wanted)}, outputs)
    groups, ids = target_groups(wanted)
    return joined([balancer, openings_part(wanted), groups, listener_part(wanted, ids)])


def _balancer(wanted: WantedBalancer) -> Document:
    """Without a name: CloudFormation could not replace it otherwise."""
    return {
        "Type": f"{ELB}LoadBalancer",
        "Properties": {
            "Type": "application",
            "Scheme": wanted.traits.scheme,
            "Subnets": list(wanted.subnets),
            "SecurityGroups": [{"Fn::GetAtt": [ID, "GroupId"]}],
            "LoadBalancerAttributes": attributes(_attributes(wanted)),
        },
    }


def _attributes(wanted: WantedBalancer) -> Draft:
    traits = wanted.traits
    found: Draft = {
        "routing.http.drop_invalid_header_fields.enabled": "true",
        "idle_timeout.timeout_seconds": traits.idle_timeout,
        "deletion_protection.enabled": str(traits.deletion_protection).lower(),
        "access_logs.s3.enabled": str(bool(traits.logs)).lower(),
    }
    if traits.logs:
        bucket, _, prefix = traits.logs.removeprefix("s3://").partition("/")
        found["access_logs.s3.bucket"] = bucket
        if prefix:
            found["access_logs.s3.prefix"] = prefix.rstrip("/")
    return found
