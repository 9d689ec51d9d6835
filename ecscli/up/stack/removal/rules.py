"""READS only: the rules that projects have at the listeners of a cluster's stack, in words; while
they are there, the load balancer that they share has to stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from ecscli.aws.client import Aws
from ecscli.aws.tags import balancer_tags
from ecscli.base.errors import AwsError, InputError
from ecscli.support.names import CLUSTER, PROJECT
from ecscli.up.stack.model import ChangeSet, Resource

LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
HINT = (
    "delete them first: `ecscli compose down` or `service rm` of each project, or give it a load"
    " balancer of its own by load_balancer: {use: own} and `up`"
)


def rules_of_projects(aws: Aws, resources: Iterable[Resource]) -> tuple[str, ...]:
    """A line for each project, or each rule that has no tag of one."""
    arns = [row.physical_id for row in resources if row.type == LISTENER]
    found = aws.together(*(partial(_rules, aws, arn) for arn in arns))
    rules = [arn for some in found for arn in some]
    return tuple(dict.fromkeys(_owners(aws, rules)))


def _rules(aws: Aws, listener: str) -> list[str]:
    """The ARNs of the rules of a listener beside its default one; none of one that has gone."""
    try:
        rows = list(aws.pages("elbv2", "describe_rules", "Rules", ListenerArn=listener))
    except AwsError as error:
        if error.code != "ListenerNotFound":
            raise
        return []
    return [row["RuleArn"] for row in rows if not row.get("IsDefault")]


def _owners(aws: Aws, rules: Iterable[str]) -> Iterator[str]:
    for arn, tags in balancer_tags(aws, rules):
        if PROJECT in tags:
            yield f"project {tags[PROJECT]} on cluster {tags.get(CLUSTER, '?')}"
        else:
            yield f"{arn}, of no project"


def refuse_loss(
    aws: Aws, change_set: ChangeSet, resources: Callable[[], Iterable[Resource]]
) -> None:
    """Raise InputError where a change would delete listeners that have rules of projects; the
    stack's `resources` are asked for where they matter."""
    changes = change_set.changes
    hurt = [one for one in changes if one.hurts and one.type in (LISTENER, BALANCER)]
    if not hurt:
        return
    lost = [one.logical_id for one in hurt]
    goes_whole = any(one.type == BALANCER for one in hurt)
    gone = [row for row in resources() if goes_whole or row.logical_id in lost]
    what = f"{', '.join(lost)} of the shared load balancer cannot be replaced or deleted"
    refuse_used(what, rules_of_projects(aws, gone))


def refuse_used(what: str, users: Iterable[str]) -> None:
    """Raise InputError with all users, where there are any."""
    names = ", ".join(users)
    if names:
        raise InputError(f"{what}: it has rules of {names}", hint=HINT)
