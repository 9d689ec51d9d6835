"""Scaling of services and groups, and the alarms that go with it: kept as they come; nothing acts
on them in the sandbox."""

from __future__ import annotations

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.kinds.kind import Kind, Made, Site, without

TARGET_KEYS = ("ResourceId", "ScalableDimension", "ServiceNamespace")


def create_target(site: Site, properties: Json) -> Made:
    scaling = site.client("application-autoscaling")
    scaling.register_scalable_target(**without(properties, "ScheduledActions"))
    keys = {name: properties[name] for name in TARGET_KEYS}
    for one in properties.get("ScheduledActions") or []:
        scaling.put_scheduled_action(**keys, **one)
    identity = "|".join(str(properties[name]) for name in TARGET_KEYS)
    return Made(identity, {"Id": identity})


def update_target(site: Site, made: Made, old: Json, new: Json) -> Made:
    return create_target(site, new)


def delete_target(site: Site, made: Made, properties: Json) -> None:
    keys = {name: properties[name] for name in TARGET_KEYS}
    site.client("application-autoscaling").deregister_scalable_target(**keys)


def target_of(properties: Json) -> Json:
    """The keys of a policy's target, which it may name by its physical id alone."""
    if "ScalingTargetId" in properties:
        return dict(zip(TARGET_KEYS, str(properties["ScalingTargetId"]).split("|"), strict=True))
    return {name: properties[name] for name in TARGET_KEYS}


def create_policy(site: Site, properties: Json) -> Made:
    wanted = {**without(properties, "ScalingTargetId"), **target_of(properties)}
    found = site.client("application-autoscaling").put_scaling_policy(**wanted)
    return Made(found["PolicyARN"], {"Arn": found["PolicyARN"]})


def update_policy(site: Site, made: Made, old: Json, new: Json) -> Made:
    return create_policy(site, new)


def delete_policy(site: Site, made: Made, properties: Json) -> None:
    site.client("application-autoscaling").delete_scaling_policy(
        PolicyName=properties["PolicyName"], **target_of(properties)
    )


def create_group_policy(site: Site, properties: Json) -> Made:
    name = site.name({}, "", 255)
    found = site.client("autoscaling").put_scaling_policy(PolicyName=name, **properties)
    return Made(found["PolicyARN"], {"Arn": found["PolicyARN"], "PolicyName": name})


def delete_group_policy(site: Site, made: Made, properties: Json) -> None:
    site.client("autoscaling").delete_policy(
        AutoScalingGroupName=properties["AutoScalingGroupName"],
        PolicyName=made.attributes["PolicyName"],
    )


def create_alarm(site: Site, properties: Json) -> Made:
    return put_alarm(site, site.name(properties, "AlarmName", 255), properties)


def put_alarm(site: Site, name: str, properties: Json) -> Made:
    cloudwatch = site.client("cloudwatch")
    cloudwatch.put_metric_alarm(AlarmName=name, **without(properties, "AlarmName"))
    (found,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return Made(name, {"Arn": found["AlarmArn"]})


def update_alarm(site: Site, made: Made, old: Json, new: Json) -> Made:
    return put_alarm(site, made.id, new)


def delete_alarm(site: Site, made: Made, properties: Json) -> None:
    site.client("cloudwatch").delete_alarms(AlarmNames=[made.id])


KINDS = (
    Kind(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        create_target,
        delete_target,
        update_target,
        frozenset(TARGET_KEYS),
    ),
    Kind(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        create_policy,
        delete_policy,
        update_policy,
        frozenset({"PolicyName", "ScalingTargetId", *TARGET_KEYS}),
    ),
    Kind("AWS::AutoScaling::ScalingPolicy", create_group_policy, delete_group_policy),
    Kind(
        "AWS::CloudWatch::Alarm", create_alarm, delete_alarm, update_alarm, frozenset({"AlarmName"})
    ),
)
