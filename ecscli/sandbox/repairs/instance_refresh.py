"""Auto Scaling: instance refresh, which moto lacks: instances of an older launch template are replaced at once."""

from __future__ import annotations

import uuid
from typing import Any

from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult

from ecscli.sandbox.repairs.autoscaling import template_version


def mend() -> None:
    AutoScalingResponse.start_instance_refresh = start
    AutoScalingResponse.describe_instance_refreshes = describe


def start(self: Any) -> ActionResult:
    """StartInstanceRefresh: the record of it stays with the group."""
    name = self._get_params()["AutoScalingGroupName"]
    backend = self.autoscaling_backend
    group = backend.autoscaling_groups[name]
    wanted = template_version(group)
    for state in list(group.instance_states):
        if getattr(state.instance, "launched_from", None) != wanted:
            backend.terminate_instance(state.instance.id, False)
    refresh = {"InstanceRefreshId": str(uuid.uuid4()), "AutoScalingGroupName": name, "Status": "Successful"}
    refresh["PercentageComplete"] = 100
    group.refreshes = [refresh, *getattr(group, "refreshes", [])]
    return ActionResult({"InstanceRefreshId": refresh["InstanceRefreshId"]})


def describe(self: Any) -> ActionResult:
    """DescribeInstanceRefreshes, newest first."""
    group = self.autoscaling_backend.autoscaling_groups[self._get_params()["AutoScalingGroupName"]]
    return ActionResult({"InstanceRefreshes": getattr(group, "refreshes", [])})
