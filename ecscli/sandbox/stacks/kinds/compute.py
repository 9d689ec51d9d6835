"""Where instances come from: launch templates, launch configurations, Auto Scaling groups."""

from __future__ import annotations

import base64

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.kinds.kind import Kind, Made, Site, call_tags, truth, without

#: Numbers that templates may give as text.
NUMBERS = (
    "MinSize",
    "MaxSize",
    "DesiredCapacity",
    "HealthCheckGracePeriod",
    "Cooldown",
    "MaxInstanceLifetime",
)
#: Members of the group that other calls or nobody in the sandbox needs.
UNUSED = (
    "Tags",
    "VPCZoneIdentifier",
    "MetricsCollection",
    "NotificationConfigurations",
    "LifecycleHookSpecificationList",
    "Cooldown",
    "InstanceMaintenancePolicy",
    "AvailabilityZoneDistribution",
    "AutoScalingGroupName",
    "DefaultInstanceWarmup",
    "MaxInstanceLifetime",
    "CapacityRebalance",
)


def plain(properties: Json) -> Json:
    """Template data as the API takes it: truths that came as text."""
    return {key: plain_member(one) for key, one in properties.items()}


def plain_member(value: object) -> object:
    if isinstance(value, dict):
        return plain(value)
    if isinstance(value, list):
        return [plain_member(one) for one in value]
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def create_template(site: Site, properties: Json) -> Made:
    tags = call_tags(site.all_tags({"Tags": []}), "launch-template")
    made = site.client("ec2").create_launch_template(
        LaunchTemplateName=site.name(properties, "LaunchTemplateName"),
        LaunchTemplateData=plain(properties["LaunchTemplateData"]),
        **tags,
    )["LaunchTemplate"]
    return template_made(made)


def template_made(template: Json) -> Made:
    attributes = {
        "LaunchTemplateId": template["LaunchTemplateId"],
        "LatestVersionNumber": str(template["LatestVersionNumber"]),
        "DefaultVersionNumber": str(template["DefaultVersionNumber"]),
    }
    return Made(template["LaunchTemplateId"], attributes)


def update_template(site: Site, made: Made, old: Json, new: Json) -> Made:
    """A change makes a new version; the default stays where it is."""
    ec2 = site.client("ec2")
    ec2.create_launch_template_version(
        LaunchTemplateId=made.id, LaunchTemplateData=plain(new["LaunchTemplateData"])
    )
    return template_made(
        ec2.describe_launch_templates(LaunchTemplateIds=[made.id])["LaunchTemplates"][0]
    )


def delete_template(site: Site, made: Made, properties: Json) -> None:
    site.client("ec2").delete_launch_template(LaunchTemplateId=made.id)


def create_configuration(site: Site, properties: Json) -> Made:
    name = site.name(properties, "LaunchConfigurationName", 255)
    wanted = without(plain(properties), "LaunchConfigurationName")
    if "UserData" in wanted:
        # boto3 encodes it for this call, and for this one alone of those made here
        wanted["UserData"] = base64.b64decode(wanted["UserData"])
    site.client("autoscaling").create_launch_configuration(LaunchConfigurationName=name, **wanted)
    return Made(name)


def delete_configuration(site: Site, made: Made, properties: Json) -> None:
    site.client("autoscaling").delete_launch_configuration(LaunchConfigurationName=made.id)


def group_members(properties: Json) -> Json:
    wanted = without(plain(properties), *UNUSED)
    wanted.update({name: int(properties[name]) for name in NUMBERS if name in wanted})
    subnets = properties.get("VPCZoneIdentifier")
    if subnets:
        wanted["VPCZoneIdentifier"] = ",".join(subnets) if isinstance(subnets, list) else subnets
    if "NewInstancesProtectedFromScaleIn" in wanted:
        wanted["NewInstancesProtectedFromScaleIn"] = truth(
            wanted["NewInstancesProtectedFromScaleIn"]
        )
    return wanted


def group_tags(site: Site, name: str, properties: Json) -> list[Json]:
    own = {
        one["Key"]: truth(one.get("PropagateAtLaunch", False)) for one in properties.get("Tags", [])
    }
    return [
        {
            **one,
            "PropagateAtLaunch": own.get(one["Key"], True),
            "ResourceId": name,
            "ResourceType": "auto-scaling-group",
        }
        for one in site.all_tags(properties)
    ]


def create_group(site: Site, properties: Json) -> Made:
    name = site.name(properties, "AutoScalingGroupName", 255)
    scaling = site.client("autoscaling")
    scaling.create_auto_scaling_group(
        AutoScalingGroupName=name,
        Tags=group_tags(site, name, properties),
        **group_members(properties),
    )
    arn = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"][
        0
    ]["AutoScalingGroupARN"]
    return Made(name, {"AutoScalingGroupARN": arn})


def update_group(site: Site, made: Made, old: Json, new: Json) -> Made:
    """In place: instances that run stay as they are."""
    scaling = site.client("autoscaling")
    wanted = without(group_members(new), "TargetGroupARNs", "LoadBalancerNames", "HealthCheckType")
    if "DesiredCapacity" not in new:
        wanted.pop("DesiredCapacity", None)
    scaling.update_auto_scaling_group(AutoScalingGroupName=made.id, **wanted)
    kept = {one["Key"] for one in new.get("Tags", [])}
    lost = [one for one in group_tags(site, made.id, old) if one["Key"] not in kept]
    if lost:
        scaling.delete_tags(Tags=lost)
    tags = group_tags(site, made.id, new)
    if tags:
        scaling.create_or_update_tags(Tags=tags)
    return made


def delete_group(site: Site, made: Made, properties: Json) -> None:
    site.client("autoscaling").delete_auto_scaling_group(
        AutoScalingGroupName=made.id, ForceDelete=True
    )


def create_hook(site: Site, properties: Json) -> Made:
    name = site.name(properties, "LifecycleHookName", 255)
    wanted = without(plain(properties), "LifecycleHookName")
    site.client("autoscaling").put_lifecycle_hook(LifecycleHookName=name, **wanted)
    return Made(name)


def delete_hook(site: Site, made: Made, properties: Json) -> None:
    site.client("autoscaling").delete_lifecycle_hook(
        LifecycleHookName=made.id, AutoScalingGroupName=properties["AutoScalingGroupName"]
    )


KINDS = (
    Kind(
        "AWS::EC2::LaunchTemplate",
        create_template,
        delete_template,
        update_template,
        frozenset({"LaunchTemplateName"}),
        frozenset({"LatestVersionNumber"}),
    ),
    Kind("AWS::AutoScaling::LaunchConfiguration", create_configuration, delete_configuration),
    Kind(
        "AWS::AutoScaling::AutoScalingGroup",
        create_group,
        delete_group,
        update_group,
        frozenset({"AutoScalingGroupName"}),
    ),
    Kind("AWS::AutoScaling::LifecycleHook", create_hook, delete_hook),
)
