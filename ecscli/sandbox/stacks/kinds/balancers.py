"""ELBv2 in templates: load balancers, target groups, listeners and their rules; what the schemas of
CloudFormation call createOnly makes another one."""

from __future__ import annotations

import re
import secrets

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.kinds.kind import Kind, Made, Site, without

ELB = "elbv2"


def unique_name(site: Site, properties: Json) -> str:
    """The name that the template gives, or a short one: ELBv2's have 32 characters."""
    if properties.get("Name"):
        return str(properties["Name"])
    parts = (site.stack[:8], site.logical_id[:8], secrets.token_hex(6))
    return re.sub("-+", "-", "-".join(parts)).strip("-")


def pairs(properties: Json, member: str) -> list[Json]:
    """Attributes as the API takes them: all values are text."""
    return [
        {"Key": one["Key"], "Value": text(one.get("Value", ""))}
        for one in properties.get(member) or []
    ]


def text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def retag(site: Site, made: Made, old: Json, new: Json) -> None:
    """Bring the tags of something of ELBv2 from the old to the new properties."""
    before, after = site.all_tags(old), site.all_tags(new)
    removed = {one["Key"] for one in before} - {one["Key"] for one in after}
    if removed:
        site.client(ELB).remove_tags(ResourceArns=[made.id], TagKeys=sorted(removed))
    if after:
        site.client(ELB).add_tags(ResourceArns=[made.id], Tags=after)


def full_name(arn: str, kind: str) -> str:
    """The end of an ARN by which CloudWatch knows a balancer or a group."""
    return arn.partition(f":{kind}")[2].lstrip("/")


# ------------------------------------------------------------------------------------ balancers


def create_balancer(site: Site, properties: Json) -> Made:
    elb = site.client(ELB)
    wanted = without(properties, "Name", "Tags", "LoadBalancerAttributes")
    name, tags = unique_name(site, properties), site.all_tags(properties)
    (found,) = elb.create_load_balancer(Name=name, Tags=tags, **wanted)["LoadBalancers"]
    arn = found["LoadBalancerArn"]
    set_balancer_attributes(site, arn, properties)
    attributes = {
        "CanonicalHostedZoneID": found["CanonicalHostedZoneId"],
        "DNSName": found["DNSName"],
        "LoadBalancerArn": arn,
        "LoadBalancerFullName": full_name(arn, "loadbalancer"),
        "LoadBalancerName": name,
        "SecurityGroups": found.get("SecurityGroups", []),
    }
    return Made(arn, attributes)


def set_balancer_attributes(site: Site, arn: str, properties: Json) -> None:
    wanted = pairs(properties, "LoadBalancerAttributes")
    if wanted:
        site.client(ELB).modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=wanted)


def update_balancer(site: Site, made: Made, old: Json, new: Json) -> Made:
    elb, arn = site.client(ELB), made.id
    placed = {key: new[key] for key in ("Subnets", "SubnetMappings") if key in new}
    if any(old.get(key) != value for key, value in placed.items()):
        elb.set_subnets(LoadBalancerArn=arn, **placed)
    groups = new.get("SecurityGroups")
    if groups is not None and groups != old.get("SecurityGroups"):
        elb.set_security_groups(LoadBalancerArn=arn, SecurityGroups=groups)
    if old.get("IpAddressType") != new.get("IpAddressType"):
        kind = new.get("IpAddressType", "ipv4")
        elb.set_ip_address_type(LoadBalancerArn=arn, IpAddressType=kind)
    set_balancer_attributes(site, arn, new)
    retag(site, made, old, new)
    return Made(arn, {**made.attributes, "SecurityGroups": groups or []})


def stable_balancer(site: Site, made: Made, properties: Json) -> Made | None:
    (found,) = site.client(ELB).describe_load_balancers(LoadBalancerArns=[made.id])["LoadBalancers"]
    return made if found["State"]["Code"] == "active" else None


def delete_balancer(site: Site, made: Made, properties: Json) -> None:
    site.client(ELB).delete_load_balancer(LoadBalancerArn=made.id)


# -------------------------------------------------------------------------------- target groups

#: The properties of a group's health checks, which change in place.
CHECKED = (
    "HealthCheckEnabled",
    "HealthCheckIntervalSeconds",
    "HealthCheckPath",
    "HealthCheckPort",
    "HealthCheckProtocol",
    "HealthCheckTimeoutSeconds",
    "HealthyThresholdCount",
    "Matcher",
    "UnhealthyThresholdCount",
)


def create_group(site: Site, properties: Json) -> Made:
    wanted = without(properties, "Name", "Tags", "TargetGroupAttributes", "Targets")
    name, tags = unique_name(site, properties), site.all_tags(properties)
    found = site.client(ELB).create_target_group(Name=name, Tags=tags, **wanted)
    arn = found["TargetGroups"][0]["TargetGroupArn"]
    set_group_attributes(site, arn, properties)
    set_targets(site, arn, {}, properties)
    attributes = {
        "TargetGroupArn": arn,
        "TargetGroupFullName": arn.rpartition(":")[2],
        "TargetGroupName": name,
    }
    return Made(arn, attributes)


def set_group_attributes(site: Site, arn: str, properties: Json) -> None:
    wanted = pairs(properties, "TargetGroupAttributes")
    if wanted:
        site.client(ELB).modify_target_group_attributes(TargetGroupArn=arn, Attributes=wanted)


def set_targets(site: Site, arn: str, old: Json, new: Json) -> None:
    before, after = old.get("Targets") or [], new.get("Targets") or []
    gone = [one for one in before if one not in after]
    come = [one for one in after if one not in before]
    if gone:
        site.client(ELB).deregister_targets(TargetGroupArn=arn, Targets=gone)
    if come:
        site.client(ELB).register_targets(TargetGroupArn=arn, Targets=come)


def update_group(site: Site, made: Made, old: Json, new: Json) -> Made:
    checks = {key: new[key] for key in CHECKED if key in new}
    if checks:
        site.client(ELB).modify_target_group(TargetGroupArn=made.id, **checks)
    set_group_attributes(site, made.id, new)
    set_targets(site, made.id, old, new)
    retag(site, made, old, new)
    return made


def delete_group(site: Site, made: Made, properties: Json) -> None:
    site.client(ELB).delete_target_group(TargetGroupArn=made.id)


# ------------------------------------------------------------------------------------ listeners


def create_listener(site: Site, properties: Json) -> Made:
    wanted = without(properties, "Tags", "ListenerAttributes")
    found = site.client(ELB).create_listener(Tags=site.all_tags(properties), **wanted)
    arn = found["Listeners"][0]["ListenerArn"]
    set_listener_attributes(site, arn, properties)
    return Made(arn, {"ListenerArn": arn})


def set_listener_attributes(site: Site, arn: str, properties: Json) -> None:
    wanted = pairs(properties, "ListenerAttributes")
    if wanted:
        site.client(ELB).modify_listener_attributes(ListenerArn=arn, Attributes=wanted)


def update_listener(site: Site, made: Made, old: Json, new: Json) -> Made:
    wanted = without(new, "Tags", "ListenerAttributes", "LoadBalancerArn")
    site.client(ELB).modify_listener(ListenerArn=made.id, **wanted)
    set_listener_attributes(site, made.id, new)
    retag(site, made, old, new)
    return made


def delete_listener(site: Site, made: Made, properties: Json) -> None:
    site.client(ELB).delete_listener(ListenerArn=made.id)


def create_rule(site: Site, properties: Json) -> Made:
    wanted = without(properties, "Tags")
    found = site.client(ELB).create_rule(Tags=site.all_tags(properties), **wanted)
    arn = found["Rules"][0]["RuleArn"]
    return Made(arn, {"IsDefault": False, "RuleArn": arn})


def update_rule(site: Site, made: Made, old: Json, new: Json) -> Made:
    elb = site.client(ELB)
    if old["Priority"] != new["Priority"]:
        place = {"RuleArn": made.id, "Priority": new["Priority"]}
        elb.set_rule_priorities(RulePriorities=[place])
    transforms = new.get("Transforms")
    rewriting = {"Transforms": transforms} if transforms else {"ResetTransforms": True}
    elb.modify_rule(
        RuleArn=made.id, Conditions=new["Conditions"], Actions=new["Actions"], **rewriting
    )
    retag(site, made, old, new)
    return made


def delete_rule(site: Site, made: Made, properties: Json) -> None:
    site.client(ELB).delete_rule(RuleArn=made.id)


KINDS = (
    Kind(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        create_balancer,
        delete_balancer,
        update_balancer,
        frozenset({"Name", "Scheme", "Type"}),
        moving=frozenset({"SecurityGroups"}),
        stable=stable_balancer,
    ),
    Kind(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        create_group,
        delete_group,
        update_group,
        frozenset(
            {
                "IpAddressType",
                "Name",
                "Port",
                "Protocol",
                "ProtocolVersion",
                "TargetType",
                "VpcId",
            }
        ),
    ),
    Kind(
        "AWS::ElasticLoadBalancingV2::Listener",
        create_listener,
        delete_listener,
        update_listener,
        frozenset({"LoadBalancerArn"}),
    ),
    Kind(
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        create_rule,
        delete_rule,
        update_rule,
        frozenset({"ListenerArn"}),
    ),
)
