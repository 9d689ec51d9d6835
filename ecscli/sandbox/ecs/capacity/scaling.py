"""Managed scaling of capacity providers: instances for tasks that find no room, and none for those
that idle.

One instance more at each review while a service waits; idle instances beyond the target leave at
the next review but one. Reviews happen when something gave a reason for one, never by the clock
alone.
"""

from __future__ import annotations

import math

from ecscli.sandbox.ecs.capacity.api import group_name
from ecscli.sandbox.ecs.model import Instance
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.shapes import Json


def review_soon(ecs: Ecs) -> None:
    """Review all providers after a while, once."""
    managed = any(is_managed(one) for one in ecs.capacity_providers.values())
    if managed and not ecs.reviewing:
        ecs.reviewing = True
        ecs.timeline.paced("capacity is reviewed", review, ecs)


def is_managed(provider: Json) -> bool:
    return bool(provider["autoScalingGroupProvider"]["managedScaling"]["status"] == "ENABLED")


def review(ecs: Ecs) -> None:
    ecs.reviewing = False
    for provider in ecs.capacity_providers.values():
        if is_managed(provider):
            adjust(ecs, provider)


def adjust(ecs: Ecs, provider: Json) -> None:
    """Bring the group of one provider a step nearer to what its tasks need."""
    group = group_name(provider)
    mine = [one for one in ecs.by_ec2_id.values() if one.capacity_provider == provider["name"]]
    coming = ecs.neighbours.group_size(group) - len(mine)
    if is_waited_for(ecs, provider["name"]):
        if coming <= 0:
            ecs.neighbours.add_instance(group)
        review_soon(ecs)
        return
    idle = [one for one in mine if not one.tasks]
    leaving = idle[: surplus(provider, len(mine), len(idle))]
    for one in leaving:
        if one.arn in ecs.idle:
            ecs.neighbours.remove_instance(group, one.ec2_id)
    ecs.idle -= {one.arn for one in mine}
    ecs.idle |= {one.arn for one in idle}
    if any(still_here(ecs, one) for one in leaving):
        review_soon(ecs)


def surplus(provider: Json, instances: int, idle: int) -> int:
    """How many idle instances are more than the target capacity leaves room for."""
    target = int(provider["autoScalingGroupProvider"]["managedScaling"]["targetCapacity"])
    return max(instances - math.ceil((instances - idle) * 100 / target), 0)


def still_here(ecs: Ecs, one: Instance) -> bool:
    return one.ec2_id in ecs.by_ec2_id and ecs.neighbours.may_remove(one.ec2_id)


def is_waited_for(ecs: Ecs, provider: str) -> bool:
    """Whether a service that uses the provider has found no room, or a task waits for it."""
    if any(
        task.capacity_provider == provider
        for one in ecs.clusters.values()
        for task, _ in one.queued
    ):
        return True
    return any(
        provider
        in (
            one["capacityProvider"]
            for one in cluster.services[name].settings.get("capacityProviderStrategy", [])
        )
        for cluster in ecs.clusters.values()
        for name in cluster.waiting
    )
