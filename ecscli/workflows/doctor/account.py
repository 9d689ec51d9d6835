"""READS: what the settings in force reach on AWS: the region, whose credentials sign, the cluster,
the roles that ECS needs, and the room for a network."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.errors import denied, missing
from ecscli.base.errors import AwsError, EcsCliError, InputError
from ecscli.up.stack.live import active_cluster
from ecscli.up.stack.preflight.network import count_vpcs, most_vpcs
from ecscli.up.support.account_role import NAME as EXECUTION_ROLE
from ecscli.up.support.account_role import trusts_tasks
from ecscli.workflows.doctor.model import ABSENT, FAILED, OK, Row, looked_at

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

SERVICE_ROLE = "AWSServiceRoleForECS"


def look_at_account(aws: Aws) -> Iterator[Row]:
    """A row for each; nothing more is asked where the region or the credentials are not right."""
    for topic, look in (("region", _region), ("credentials", _credentials)):
        row = looked_at(topic, partial(look, aws))
        yield row
        if row.state == FAILED:
            return
    yield from aws.together(
        *(partial(look, aws) for look in (_cluster, _service_role, _execution_role, _room))
    )


def _region(aws: Aws) -> str:
    return f"{aws.region}, by {aws.settings.region.source}"


def _credentials(aws: Aws) -> str:
    identity = aws.call("sts", "get_caller_identity")
    return f"{identity['Arn']}, by {aws.settings.login.source}"


def _cluster(aws: Aws) -> Row:
    """The cluster of the settings; one may still be made, or chosen for each command."""
    try:
        name = aws.settings.need_cluster()
        found = active_cluster(aws, name)
    except InputError as error:
        return Row("cluster", ABSENT, error.message, error.hint or "")
    except EcsCliError as error:
        return Row("cluster", FAILED, error.message, error.hint or "")
    services, instances = (
        found[key] for key in ("activeServicesCount", "registeredContainerInstancesCount")
    )
    detail = f"{name} is ACTIVE; instances: {instances}, services: {services}"
    return Row("cluster", OK, f"{detail}, by {aws.settings.cluster.source}")


def _service_role(aws: Aws) -> Row:
    """The role that ECS itself works with, where these credentials may look it up."""
    topic = f"role {SERVICE_ROLE}"
    try:
        aws.call("iam", "get_role", RoleName=SERVICE_ROLE)
    except EcsCliError as error:
        return _without(topic, error, "AWS makes it with the first cluster of an account")
    return Row(topic, OK, "is there")


def _execution_role(aws: Aws) -> Row:
    """The role with which the ECS agent pulls images and writes logs, as the console names it."""
    topic = f"role {EXECUTION_ROLE}"
    remedy = (
        "name another with task_execution_role in ecs-params.yml, or let `ecscli compose up"
        " --capability-iam` make one for the project"
    )
    try:
        role = aws.call("iam", "get_role", RoleName=EXECUTION_ROLE)["Role"]
    except EcsCliError as error:
        return _without(topic, error, remedy)
    if not trusts_tasks(role.get("AssumeRolePolicyDocument") or {}):
        return Row(topic, FAILED, "ecs-tasks.amazonaws.com may not assume it", remedy)
    return Row(topic, OK, "is there, and tasks may assume it")


def _without(topic: str, error: EcsCliError, remedy: str) -> Row:
    """The row of a role that is not there, or that these credentials may not look up."""
    if isinstance(error, AwsError) and missing(error):
        return Row(topic, ABSENT, "is not there", remedy)
    if denied(error):
        return Row(topic, ABSENT, f"not looked up: {error.message}", error.hint or "")
    return Row(topic, FAILED, error.message, error.hint or "")


def _room(aws: Aws) -> Row:
    """Whether `up` may make a network of its own."""
    topic = "quota of VPCs"
    try:
        most, count = most_vpcs(aws), count_vpcs(aws)
    except EcsCliError as error:
        state = ABSENT if denied(error) else FAILED
        return Row(topic, state, f"not looked up: {error.message}", error.hint or "")
    detail = f"{count} of {most} are used in {aws.region}"
    if count < most:
        return Row(topic, OK, detail)
    remedy = "use a VPC that exists (--vpc and --subnets), or ask for more in Service Quotas"
    return Row(topic, ABSENT, detail, remedy)
