"""Security groups in templates, and their rules as resources of their own."""

from __future__ import annotations

from collections.abc import Callable

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.kinds.kind import Kind, Made, Site, call_tags, retag_ec2

#: The rule that a group has until the template gives it others.
USUAL_EGRESS: Json = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
#: What makes a rule another one when it changes.
RULE_MEMBERS = (
    "CidrIp",
    "CidrIpv6",
    "DestinationPrefixListId",
    "DestinationSecurityGroupId",
    "FromPort",
    "GroupId",
    "GroupName",
    "IpProtocol",
    "SourcePrefixListId",
    "SourceSecurityGroupId",
    "SourceSecurityGroupName",
    "SourceSecurityGroupOwnerId",
    "ToPort",
)


def create_group(site: Site, properties: Json) -> Made:
    ec2 = site.client("ec2")
    where = {"VpcId": properties["VpcId"]} if "VpcId" in properties else {}
    group = ec2.create_security_group(
        GroupName=site.name(properties, "GroupName", 255),
        Description=properties["GroupDescription"],
        **where,
        **call_tags(site.all_tags(properties), "security-group"),
    )["GroupId"]
    change_rules(site, group, {}, properties)
    (found,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    return Made(group, {"Id": group, "GroupId": group, "VpcId": found["VpcId"]})


def update_group(site: Site, made: Made, old: Json, new: Json) -> Made:
    change_rules(site, made.id, old, new)
    retag_ec2(site, made, old, new)
    return made


def change_rules(site: Site, group: str, old: Json, new: Json) -> None:
    """Revoke the rules that are no longer wanted, then authorize the new ones."""
    ec2 = site.client("ec2")
    for section, word in (("SecurityGroupIngress", "ingress"), ("SecurityGroupEgress", "egress")):
        before = [permission(one) for one in old.get(section, [])]
        after = [permission(one) for one in new.get(section, [])]
        if word == "egress" and after and not before:
            before = [USUAL_EGRESS]
        for one in before:
            if one not in after:
                getattr(ec2, f"revoke_security_group_{word}")(GroupId=group, IpPermissions=[one])
        for one in after:
            if one not in before:
                getattr(ec2, f"authorize_security_group_{word}")(GroupId=group, IpPermissions=[one])


#: Where a rule's source goes in EC2's permissions: list, its member, the template's members.
SOURCES = (
    ("IpRanges", "CidrIp", ("CidrIp",)),
    ("Ipv6Ranges", "CidrIpv6", ("CidrIpv6",)),
    ("PrefixListIds", "PrefixListId", ("SourcePrefixListId", "DestinationPrefixListId")),
    ("UserIdGroupPairs", "GroupId", ("SourceSecurityGroupId", "DestinationSecurityGroupId")),
)


def permission(rule: Json) -> Json:
    """A rule of the template as IpPermissions has it."""
    found: Json = {"IpProtocol": str(rule["IpProtocol"])}
    found.update({name: int(rule[name]) for name in ("FromPort", "ToPort") if name in rule})
    described = {"Description": rule["Description"]} if rule.get("Description") else {}
    for member, key, names in SOURCES:
        values = [rule[name] for name in names if name in rule]
        if values:
            found[member] = [{key: value, **described} for value in values]
    return found


def create_rule(word: str) -> Callable[[Site, Json], Made]:
    def create(site: Site, properties: Json) -> Made:
        authorize = getattr(site.client("ec2"), f"authorize_security_group_{word}")
        rules = authorize(GroupId=properties["GroupId"], IpPermissions=[permission(properties)])
        found = rules.get("SecurityGroupRules") or [
            {"SecurityGroupRuleId": f"sgr-{site.logical_id}"}
        ]
        return Made(found[0]["SecurityGroupRuleId"], {"Id": found[0]["SecurityGroupRuleId"]})

    return create


def delete_rule(word: str) -> Callable[[Site, Made, Json], None]:
    def delete(site: Site, made: Made, properties: Json) -> None:
        revoke = getattr(site.client("ec2"), f"revoke_security_group_{word}")
        revoke(GroupId=properties["GroupId"], IpPermissions=[permission(properties)])

    return delete


def describe_rule(word: str) -> Callable[[Site, Made, Json, Json], Made]:
    def describe(site: Site, made: Made, old: Json, new: Json) -> Made:
        change = getattr(site.client("ec2"), f"update_security_group_rule_descriptions_{word}")
        change(GroupId=new["GroupId"], IpPermissions=[permission(new)])
        return made

    return describe


def delete_group(site: Site, made: Made, properties: Json) -> None:
    site.client("ec2").delete_security_group(GroupId=made.id)


def rule_kind(word: str) -> Kind:
    """A rule of its own: everything but its description makes another rule."""
    direction = word.lower()
    return Kind(
        f"AWS::EC2::SecurityGroup{word}",
        create_rule(direction),
        delete_rule(direction),
        describe_rule(direction),
        frozenset(RULE_MEMBERS),
    )


KINDS = (
    Kind(
        "AWS::EC2::SecurityGroup",
        create_group,
        delete_group,
        update_group,
        frozenset({"GroupName", "GroupDescription", "VpcId"}),
    ),
    rule_kind("Ingress"),
    rule_kind("Egress"),
)
