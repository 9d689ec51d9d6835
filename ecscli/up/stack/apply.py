"""WRITES only: the plan of a cluster -> its calls, one arm for each kind of action; Events come
out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import assert_never

from ecscli.aws.client import Aws
from ecscli.base.errors import AwsError, DeploymentError
from ecscli.up.model import (
    ClusterAction,
    ClusterPlan,
    CreateCluster,
    DeleteCluster,
    DeleteService,
    DeleteStack,
    DeregisterInstances,
    Event,
    ExecuteChangeSet,
    StopTasks,
    TagResource,
    UpdateCluster,
    UpdateStack,
)
from ecscli.up.stack import change_sets, deploy, live
from ecscli.up.stack.removal import empty, foreign

SingleCall = CreateCluster | UpdateCluster | TagResource
DONE = {
    "create_cluster": "Created cluster",
    "update_cluster": "Updated cluster",
    "tag_resource": "Tagged",
}


def apply(aws: Aws, plan: ClusterPlan, limit: float | None = None) -> Iterator[Event]:
    """Carry the plan out in its order; adjacent deletions of services are waited for together.

    `limit`: seconds for each step. Raises AwsError at the first call that AWS refuses, and
    DeploymentError where a step does not reach its end.
    """
    for kind, group in groupby(plan.actions, type):
        if kind is DeleteService:
            services = [action for action in group if isinstance(action, DeleteService)]
            yield from empty.delete_services(aws, services, limit)
        else:
            for action in group:
                yield from _apply_one(aws, action, limit)


def _apply_one(aws: Aws, action: ClusterAction, limit: float | None) -> Iterator[Event]:
    match action:
        case CreateCluster() | UpdateCluster() | TagResource():
            yield _call(aws, action)
        case ExecuteChangeSet():
            yield from change_sets.execute(aws, action.change_set, limit)
        case UpdateStack():
            yield from deploy.update(aws, action, limit)
        case DeleteStack():
            yield from _delete_stack(aws, action.subject, limit)
        case DeleteService():
            yield from empty.delete_services(aws, [action], limit)
        case StopTasks():
            yield from empty.stop_tasks(aws, action)
        case DeregisterInstances():
            yield from empty.deregister_instances(aws, action)
        case DeleteCluster():
            yield from empty.delete_cluster(aws, action, limit)
        case _:
            assert_never(action)


def _call(aws: Aws, action: SingleCall) -> Event:
    aws.call(action.call.service, action.call.operation, **action.request)
    return Event(f"{DONE[action.call.operation]} {action.subject}")


def _delete_stack(aws: Aws, name: str, limit: float | None) -> Iterator[Event]:
    """Delete a stack; the error of one that stays names what others put into its VPC."""
    try:
        yield from deploy.delete(aws, name, limit)
    except DeploymentError as error:
        left = foreign.beside(aws, live.resources(aws, name))
        reasons = [*error.reasons, *(f"still in its VPC: {one}" for one in left)]
        raise DeploymentError(error.message, error.where, error.hint, reasons) from error


def start_refresh(aws: Aws, group: str, *, every: bool) -> Event:
    """Let the Auto Scaling group replace, a few at a time, `every` instance, or those alone that do
    not match its launch template."""
    try:
        aws.call(
            "autoscaling",
            "start_instance_refresh",
            AutoScalingGroupName=group,
            Preferences={"SkipMatching": not every},
        )
    except AwsError as error:
        if error.code != "InstanceRefreshInProgress":
            raise
    return Event(f"Replacing the instances of {group}, a few at a time")
