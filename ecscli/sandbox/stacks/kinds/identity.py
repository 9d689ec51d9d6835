"""IAM: roles and their policies, instance profiles."""

from __future__ import annotations

import json

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.kinds.kind import Kind, Made, Site, without_fail


def document(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def create_role(site: Site, properties: Json) -> Made:
    iam, name = site.client("iam"), site.name(properties, "RoleName", 64)
    bounds = {key: properties[key] for key in ("PermissionsBoundary",) if key in properties}
    role = iam.create_role(
        **bounds,
        RoleName=name,
        AssumeRolePolicyDocument=document(properties["AssumeRolePolicyDocument"]),
        Path=properties.get("Path", "/"),
        Description=properties.get("Description", ""),
        Tags=site.all_tags(properties),
    )["Role"]
    set_policies(site, name, {}, properties)
    return Made(name, {"Arn": role["Arn"], "RoleId": role["RoleId"]})


def set_policies(site: Site, name: str, old: Json, new: Json) -> None:
    """Bring the policies of a role from the old to the new properties."""
    set_managed_policies(site, name, old, new)
    set_inline_policies(site, name, old, new)


def set_managed_policies(site: Site, name: str, old: Json, new: Json) -> None:
    iam = site.client("iam")
    before, after = set(old.get("ManagedPolicyArns", [])), set(new.get("ManagedPolicyArns", []))
    for arn in sorted(before - after):
        without_fail(iam.detach_role_policy, RoleName=name, PolicyArn=arn)
    for arn in sorted(after - before):
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)


def set_inline_policies(site: Site, name: str, old: Json, new: Json) -> None:
    iam = site.client("iam")
    inline = {one["PolicyName"]: one["PolicyDocument"] for one in new.get("Policies", [])}
    for one in old.get("Policies", []):
        if one["PolicyName"] not in inline:
            without_fail(iam.delete_role_policy, RoleName=name, PolicyName=one["PolicyName"])
    for policy, text in inline.items():
        iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=document(text))


def update_role(site: Site, made: Made, old: Json, new: Json) -> Made:
    trust = document(new["AssumeRolePolicyDocument"])
    site.client("iam").update_assume_role_policy(RoleName=made.id, PolicyDocument=trust)
    set_policies(site, made.id, old, new)
    return made


def delete_role(site: Site, made: Made, properties: Json) -> None:
    set_policies(site, made.id, properties, {})
    site.client("iam").delete_role(RoleName=made.id)


def create_profile(site: Site, properties: Json) -> Made:
    iam, name = site.client("iam"), site.name(properties, "InstanceProfileName")
    profile = iam.create_instance_profile(
        InstanceProfileName=name, Path=properties.get("Path", "/")
    )
    for role in properties["Roles"]:
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role)
    return Made(name, {"Arn": profile["InstanceProfile"]["Arn"]})


def update_profile(site: Site, made: Made, old: Json, new: Json) -> Made:
    iam = site.client("iam")
    for role in old["Roles"]:
        iam.remove_role_from_instance_profile(InstanceProfileName=made.id, RoleName=role)
    for role in new["Roles"]:
        iam.add_role_to_instance_profile(InstanceProfileName=made.id, RoleName=role)
    return made


def delete_profile(site: Site, made: Made, properties: Json) -> None:
    iam = site.client("iam")
    for role in properties["Roles"]:
        without_fail(
            iam.remove_role_from_instance_profile, InstanceProfileName=made.id, RoleName=role
        )
    iam.delete_instance_profile(InstanceProfileName=made.id)


def create_policy(site: Site, properties: Json) -> Made:
    text = document(properties["PolicyDocument"])
    for role in properties.get("Roles", []):
        site.client("iam").put_role_policy(
            RoleName=role, PolicyName=properties["PolicyName"], PolicyDocument=text
        )
    return Made(site.name({}, "", 64))


def delete_policy(site: Site, made: Made, properties: Json) -> None:
    for role in properties.get("Roles", []):
        without_fail(
            site.client("iam").delete_role_policy,
            RoleName=role,
            PolicyName=properties["PolicyName"],
        )


def update_policy(site: Site, made: Made, old: Json, new: Json) -> Made:
    delete_policy(site, made, old)
    create_policy(site, new)
    return made


KINDS = (
    Kind(
        "AWS::IAM::Role",
        create_role,
        delete_role,
        update_role,
        frozenset({"RoleName", "Path"}),
        iam=True,
    ),
    Kind(
        "AWS::IAM::InstanceProfile",
        create_profile,
        delete_profile,
        update_profile,
        frozenset({"InstanceProfileName", "Path"}),
        iam=True,
    ),
    Kind("AWS::IAM::Policy", create_policy, delete_policy, update_policy, frozenset(), iam=True),
)
