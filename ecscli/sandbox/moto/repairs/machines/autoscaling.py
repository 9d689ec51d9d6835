"""Auto Scaling: groups spread their instances over all their subnets and launch what their template
says.

moto puts every instance into the first subnet, ignores the version of the launch template and the
overrides of a mixed policy, and loses key pair, profile and network settings of the template.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError
from moto.autoscaling.models import (
    ASG_NAME_TAG,
    FakeAutoScalingGroup,
    FakeLaunchConfiguration,
    InstanceState,
)
from moto.ssm.models import ssm_backends

from ecscli.sandbox.shapes import Json

SSM = "resolve:ssm:"


def repair() -> None:
    FakeAutoScalingGroup.replace_autoscaling_group_instances = launch


def launch(group: FakeAutoScalingGroup, count_needed: int, propagated_tags: dict[str, str]) -> None:
    """Launch instances one by one, each where the group has the fewest."""
    tags = {**group.instance_tags, **propagated_tags, ASG_NAME_TAG: group.name}
    for _ in range(count_needed):
        subnet = emptiest_subnet(group)
        reservation = group.autoscaling_backend.ec2_backend.run_instances(
            image_of(group),
            1,
            group.user_data,
            [],
            tags={"instance": tags},
            subnet_id=subnet,
            placement=zone_of(group, subnet),
            is_instance_type_default=False,
            **template_options(group),
        )
        instance: Any = reservation.instances[0]
        instance.autoscaling_group = group
        instance.launched_from = template_version(group)
        protected = group.new_instances_protected_from_scale_in
        group.instance_states.append(InstanceState(instance, protected_from_scale_in=protected))
        give_profile(group, instance)


def give_profile(group: FakeAutoScalingGroup, instance: Any) -> None:
    """The instance profile that the template or the configuration names, by its ARN or name."""
    if group.ec2_launch_template:
        version = group.ec2_launch_template.get_version(group.launch_template_version)
        given = version.data.get("IamInstanceProfile") or {}
        arn, name = given.get("Arn"), given.get("Name")
    else:
        text = str(getattr(group.launch_config, "instance_profile_name", None) or "")
        arn, name = (text, None) if text.startswith("arn:") else (None, text)
    if arn or name:
        group.autoscaling_backend.ec2_backend.associate_iam_instance_profile(
            instance_id=instance.id,
            iam_instance_profile_name=name,
            iam_instance_profile_arn=arn,
        )


def image_of(group: FakeAutoScalingGroup) -> str:
    """The image of the template; `resolve:ssm:NAME` is read anew at each launch, as EC2 does."""
    image = str(group.image_id)
    if not image.startswith(SSM):
        return image
    backend = group.autoscaling_backend
    parameter = ssm_backends[backend.account_id][backend.region_name].get_parameter(
        image.removeprefix(SSM)
    )
    if parameter is None:
        raise AutoscalingClientError(
            "ValidationError", f"You must use a valid fully-formed launch template. {image}"
        )
    return str(parameter.value)


def emptiest_subnet(group: FakeAutoScalingGroup) -> str | None:
    if not group.vpc_zone_identifier:
        return None
    subnets = [one.strip() for one in group.vpc_zone_identifier.split(",")]
    counts = Counter[str](state.instance.subnet_id for state in group.instance_states)
    return str(min(subnets, key=lambda one: counts[one]))


def zone_of(group: FakeAutoScalingGroup, subnet: str | None) -> str:
    if subnet is not None:
        return str(group.autoscaling_backend.ec2_backend.get_subnet(subnet).availability_zone)
    counts = Counter[str](state.instance.placement.zone for state in group.instance_states)
    return str(min(group.availability_zones, key=lambda zone: counts[zone]))


def template_version(group: FakeAutoScalingGroup) -> str | None:
    """The version of the launch template that the group launches now, as a number."""
    template = group.ec2_launch_template
    return str(template.get_version(group.launch_template_version).number) if template else None


def template_options(group: FakeAutoScalingGroup) -> Json:
    """What run_instances needs besides image and user data."""
    options: Json = {"instance_type": chosen_type(group), "security_group_ids": []}
    if group.ec2_launch_template:
        version = group.ec2_launch_template.get_version(group.launch_template_version)
        options |= options_of_template(version.data)
    elif group.launch_config:
        options |= options_of_configuration(group.launch_config)
    return {name: value for name, value in options.items() if value is not None}


def options_of_template(data: Json) -> Json:
    interfaces = data.get("NetworkInterfaces") or [{}]
    first = interfaces[0] if isinstance(interfaces, list) else next(iter(interfaces.values()))
    return {
        "security_group_ids": data.get("SecurityGroupIds") or first.get("Groups") or [],
        "associate_public_ip": is_true(first.get("AssociatePublicIpAddress")),
        "key_name": data.get("KeyName"),
        "instance_market_options": data.get("InstanceMarketOptions"),
    }


def options_of_configuration(configuration: FakeLaunchConfiguration) -> Json:
    return {
        "security_group_ids": configuration.security_groups or [],
        "associate_public_ip": is_true(configuration.associate_public_ip_address),
        "key_name": configuration.key_name,
        "launch_config": configuration,
    }


def is_true(value: object) -> bool | None:
    return None if value is None else str(value).lower() == "true"


def chosen_type(group: FakeAutoScalingGroup) -> str:
    """The override of a mixed policy whose turn it is, or the template's own type."""
    policy: Json = group.mixed_instances_policy or {}
    overrides = (policy.get("LaunchTemplate") or {}).get("Overrides") or []
    types = [one["InstanceType"] for one in overrides if one.get("InstanceType")]
    if not types:
        return str(group.instance_type)
    return str(types[len(group.instance_states) % len(types)])
