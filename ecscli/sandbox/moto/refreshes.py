"""Instance refreshes and scaling activities of Auto Scaling groups, which moto does not have.

A refresh replaces the instances of a group one after the other, each new one first.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.regions import Regions
from ecscli.sandbox.shapes import Environ, Json
from ecscli.sandbox.wire import Call, Reply, reply

if TYPE_CHECKING:
    from moto.autoscaling.models import FakeAutoScalingGroup, InstanceState

RUNNING = ("Pending", "InProgress")
#: What moto's groups keep their refreshes and activities in, so that a reset forgets them.
KEPT = "_ecscli_refreshes"


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def group_of(regions: Regions, call: Call, name: str) -> FakeAutoScalingGroup:
    """moto's group; ValidationError when there is none."""
    from moto.autoscaling.models import autoscaling_backends

    backend = autoscaling_backends[regions.moto.account_of(call.access_key)][call.region]
    if name not in backend.autoscaling_groups:
        raise ApiError(
            "ValidationError",
            f"AutoScalingGroup name not found - AutoScalingGroup: {name} not found",
        )
    return backend.autoscaling_groups[name]


def refreshes_of(group: FakeAutoScalingGroup) -> list[Json]:
    found: list[Json] = group.__dict__.setdefault(KEPT, [])
    return found


def start(regions: Regions, call: Call, request: Json) -> Json:
    group = group_of(regions, call, request["AutoScalingGroupName"])
    if any(one["Status"] in RUNNING for one in refreshes_of(group)):
        raise ApiError(
            "InstanceRefreshInProgress",
            "An Instance Refresh is already in progress and blocks the execution of this Instance"
            " Refresh.",
        )
    old = replaced_by(group, request)
    refresh: Json = {
        "InstanceRefreshId": str(uuid.uuid4()),
        "AutoScalingGroupName": group.name,
        "Status": "Pending",
        "StartTime": moment(regions.timeline.now),
        "PercentageComplete": 0,
        "InstancesToUpdate": len(old),
        "Preferences": request.get("Preferences") or {},
    }
    refreshes_of(group).insert(0, refresh)
    regions.timeline.paced("refresh looks", step, regions, group, refresh, old)
    return {"InstanceRefreshId": refresh["InstanceRefreshId"]}


def replaced_by(group: FakeAutoScalingGroup, request: Json) -> list[str]:
    """The ids of the instances that a refresh replaces: all, or those that are not current."""
    skips = bool((request.get("Preferences") or {}).get("SkipMatching"))
    states = [one for one in group.instance_states if not (skips and is_current(group, one))]
    return [state.instance.id for state in states]


def is_current(group: FakeAutoScalingGroup, state: InstanceState) -> bool:
    """Whether an instance comes from the version that the group would launch now."""
    from ecscli.sandbox.moto.repairs.machines.autoscaling import template_version

    return getattr(state.instance, "launched_from", None) == template_version(group)


def step(regions: Regions, group: FakeAutoScalingGroup, refresh: Json, old: list[str]) -> None:
    """Replace the next instance; the last step completes the refresh."""
    if refresh["Status"] not in RUNNING:
        return
    refresh["Status"] = "InProgress"
    states = {state.instance.id: state for state in group.instance_states}
    left = [one for one in old if one in states]
    if left:
        replace(group, states[left[0]])
        regions.look()
    refresh["InstancesToUpdate"] = max(len(left) - 1, 0)
    refresh["PercentageComplete"] = 100 - 100 * refresh["InstancesToUpdate"] // max(len(old), 1)
    if refresh["InstancesToUpdate"]:
        regions.timeline.paced("refresh looks", step, regions, group, refresh, old)
    else:
        refresh.update(Status="Successful", EndTime=moment(regions.timeline.now))


def replace(group: FakeAutoScalingGroup, state: InstanceState) -> None:
    """Launch an instance, then end the one that it replaces."""
    group.replace_autoscaling_group_instances(1, group.get_propagated_tags())
    group.instance_states.remove(state)
    group.autoscaling_backend.ec2_backend.terminate_instances([state.instance.id])


def describe(regions: Regions, call: Call, request: Json) -> Json:
    wanted = request.get("InstanceRefreshIds") or []
    found = refreshes_of(group_of(regions, call, request["AutoScalingGroupName"]))
    return {
        "InstanceRefreshes": [
            one for one in found if not wanted or one["InstanceRefreshId"] in wanted
        ]
    }


def cancel(regions: Regions, call: Call, request: Json) -> Json:
    for one in refreshes_of(group_of(regions, call, request["AutoScalingGroupName"])):
        if one["Status"] in RUNNING:
            one.update(Status="Cancelled", EndTime=moment(regions.timeline.now))
            return {"InstanceRefreshId": one["InstanceRefreshId"]}
    raise ApiError(
        "ActiveInstanceRefreshNotFound",
        "No in progress or pending Instance Refresh found for Auto Scaling group",
    )


CAUSE = "an instance was started in response to a difference between desired and actual capacity."


def activities(regions: Regions, call: Call, request: Json) -> Json:
    """The launches of one group, or of all groups without a name: those that failed, and those of
    the instances that there are, the newest first."""
    now = moment(regions.timeline.now)
    groups = groups_of(regions, call, request.get("AutoScalingGroupName"))
    found = [one for group in groups for one in (*failures(group, now), *launches(group))]
    wanted = request.get("ActivityIds")
    return {"Activities": [one for one in found if not wanted or one["ActivityId"] in wanted]}


def groups_of(regions: Regions, call: Call, name: str | None) -> list[FakeAutoScalingGroup]:
    """moto's groups: the one of this name, or all."""
    from moto.autoscaling.models import autoscaling_backends

    if name:
        return [group_of(regions, call, name)]
    backend = autoscaling_backends[regions.moto.account_of(call.access_key)][call.region]
    return list(backend.autoscaling_groups.values())


def failures(group: FakeAutoScalingGroup, now: datetime) -> list[Json]:
    from ecscli.sandbox.moto.repairs.machines.instances import FAILED

    reasons = list(enumerate(group.__dict__.get(FAILED, [])))
    return [
        {
            "ActivityId": f"failed-{number}",
            "AutoScalingGroupName": group.name,
            "Description": (
                f"Launching a new EC2 instance.  Status Reason: {reason} Launching EC2 instance"
                " failed."
            ),
            "Cause": CAUSE,
            "StartTime": now,
            "EndTime": now,
            "StatusCode": "Failed",
            "StatusMessage": f"{reason} Launching EC2 instance failed.",
            "Progress": 100,
        }
        for number, reason in reversed(reasons)
    ]


def launches(group: FakeAutoScalingGroup) -> list[Json]:
    return [
        {
            "ActivityId": f"launch-{state.instance.id}",
            "AutoScalingGroupName": group.name,
            "Description": f"Launching a new EC2 instance: {state.instance.id}",
            "Cause": CAUSE,
            "StartTime": state.instance.launch_time,
            "EndTime": state.instance.launch_time,
            "StatusCode": "Successful",
            "Progress": 100,
        }
        for state in reversed(group.instance_states)
    ]


ACTIONS: dict[str, Callable[[Regions, Call, Json], Json]] = {
    "StartInstanceRefresh": start,
    "DescribeInstanceRefreshes": describe,
    "CancelInstanceRefresh": cancel,
    "DescribeScalingActivities": activities,
}


def answer(regions: Regions, call: Call, environ: Environ) -> Reply | None:
    """The operations above; nothing for those that moto answers."""
    action = ACTIONS.get(call.operation)
    return None if action is None else reply(call, action(regions, call, call.parameters()))
