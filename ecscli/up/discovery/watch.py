"""The wait until Cloud Map no longer uses a discovery service, so that its stack can be deleted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.client import SERVICES
from ecscli.base.documents import Document
from ecscli.base.errors import AwsError, DeploymentError

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

UNUSED = 30.0  # seconds in which ECS takes the last instance out of Cloud Map


def wait_until_unused(aws: Aws, service: Document) -> None:
    """ECS takes the instances of a deleted service out of Cloud Map a little later. Raises
    DeploymentError where some are left."""
    arn = str(service["serviceRegistries"][0]["registryArn"])
    count = partial(count_instances, aws, arn)
    *_, left = aws.poll(count, lambda number: not number, SERVICES, UNUSED)
    if left:
        raise DeploymentError(
            "Service Discovery Service can not be deleted. It is still in use."
            f" InstanceCount={left}",
            arn,
            "deregister the instances, then delete the stack",
        )


def count_instances(aws: Aws, arn: str) -> int:
    """How many instances a Cloud Map service has; none where it is gone."""
    service = arn.rsplit("/", 1)[-1]
    try:
        found = aws.call("servicediscovery", "get_service", Id=service)["Service"]
    except AwsError as error:
        if error.code == "ServiceNotFound":
            return 0
        raise
    return int(found.get("InstanceCount") or 0)
