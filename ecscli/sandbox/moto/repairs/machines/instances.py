"""EC2 launches: as many as MaxCount, where moto launches MinCount; and none while somebody refuses
capacity.

An Auto Scaling group that gets none notes a failed activity, and launches once there is capacity
again.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from moto.autoscaling.models import FakeAutoScalingGroup, autoscaling_backends
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.responses.instances import InstanceResponse

from ecscli.sandbox.shapes import Method

#: Where moto's class keeps the reason of the refusal: like everything of moto, it is the process's.
REFUSED = "_ecscli_refused"
#: Where a group keeps the launches that failed.
FAILED = "_ecscli_failed_launches"


def repair() -> None:
    if not hasattr(EC2Backend.run_instances, "__wrapped__"):
        EC2Backend.run_instances = refusable(EC2Backend.run_instances)
        InstanceResponse.run_instances = as_many_as_possible(InstanceResponse.run_instances)
        FakeAutoScalingGroup.replace_autoscaling_group_instances = noted(
            FakeAutoScalingGroup.replace_autoscaling_group_instances
        )


def refuse(reason: str) -> None:
    """No instance is launched any more, for this reason; an empty one ends it, and groups get what
    they lack."""
    setattr(EC2Backend, REFUSED, reason)
    for group in groups() if not reason else ():
        if len(group.instance_states) < (group.desired_capacity or 0):
            group.set_desired_capacity(group.desired_capacity)


def groups() -> Iterator[FakeAutoScalingGroup]:
    for regions in list(autoscaling_backends.values()):
        for backend in list(regions.values()):
            yield from backend.autoscaling_groups.values()


def refusable(original: Method) -> Method:
    @functools.wraps(original)
    def run_instances(self: EC2Backend, *args: object, **kwargs: object) -> object:
        reason = getattr(EC2Backend, REFUSED, "")
        if reason:
            raise EC2ClientError("InsufficientInstanceCapacity", reason)
        return original(self, *args, **kwargs)

    return run_instances


def as_many_as_possible(original: Method) -> Method:
    @functools.wraps(original)
    def run_instances(self: InstanceResponse) -> object:
        asked = self._get_param

        def parameter(name: str, *args: object, **kwargs: object) -> object:
            return asked("MaxCount" if name == "MinCount" else name, *args, **kwargs)

        self._get_param = parameter
        return original(self)

    return run_instances


def noted(original: Method) -> Method:
    @functools.wraps(original)
    def launch(group: FakeAutoScalingGroup, *args: object, **kwargs: object) -> None:
        try:
            original(group, *args, **kwargs)
        except EC2ClientError as error:
            if error.code != "InsufficientInstanceCapacity":
                raise
            group.__dict__.setdefault(FAILED, []).append(str(error.message))

    return launch
