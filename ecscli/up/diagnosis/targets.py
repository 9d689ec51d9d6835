"""READS: targets that load balancers find unhealthy -> how they are checked, and whether the
security groups let the check through; and, pure, what that comes to in words.

Sources: "Target health reason codes" in the guides of Application and Network Load Balancers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.records import record, replace

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef, TaskTypeDef
    from types_boto3_elbv2.type_defs import TargetHealthDescriptionTypeDef

    from ecscli.aws.client import Aws

TIMEOUT, MISMATCH = "Target.Timeout", "Target.ResponseCodeMismatch"
UNAUTHORIZED = "401"
ALL = "-1"
FAILED = "failed ELB health checks"  # of stoppedReason


@record
class TargetChecks:
    """How the `groups` of a service are checked, as DescribeTargetGroups has them; `balancers`: the
    security groups of the load balancers in front of them, `tasks` those of the service's tasks;
    `failed`: the target groups, by ARN, and container ports of a service whose tasks were stopped
    for failed checks."""

    groups: tuple[Document, ...] = ()
    balancers: tuple[str, ...] = ()
    tasks: tuple[Document, ...] = ()
    failed: tuple[tuple[str, int], ...] = ()


def target_checks(
    aws: Aws,
    service: ServiceTypeDef,
    targets: Sequence[TargetHealthDescriptionTypeDef],
    tasks: Iterable[TaskTypeDef],
) -> TargetChecks:
    """What is known of the checks of unhealthy targets, and of `tasks` that were stopped for them;
    security groups are read where a check may have got no answer."""
    reasons = {(one.get("TargetHealth") or {}).get("Reason") for one in targets if _is_bad(one)}
    failed = any(FAILED in (task.get("stoppedReason") or "") for task in tasks)
    arns = [row.get("targetGroupArn", "") for row in service.get("loadBalancers") or ()]
    if not any(arns) or not (reasons or failed):
        return TargetChecks()
    arns = [arn for arn in arns if arn]
    groups = aws.call("elbv2", "describe_target_groups", TargetGroupArns=arns)["TargetGroups"]
    balancers = sorted({arn for group in groups for arn in group.get("LoadBalancerArns") or ()})
    if not balancers or (TIMEOUT not in reasons and not failed):
        return TargetChecks(tuple(groups))
    found = aws.pages(
        "elbv2", "describe_load_balancers", "LoadBalancers", LoadBalancerArns=balancers
    )
    own = [id_ for one in found for id_ in one.get("SecurityGroups") or ()]
    own_tasks = tuple(_groups_of_tasks(aws, service))
    rows = [row for row in service.get("loadBalancers") or () if row.get("targetGroupArn")]
    ports = tuple((row["targetGroupArn"], row.get("containerPort", 0)) for row in rows)
    return TargetChecks(tuple(groups), tuple(own), own_tasks, ports if failed else ())


def _groups_of_tasks(aws: Aws, service: ServiceTypeDef) -> Iterator[Document]:
    """Those of tasks that have a network of their own."""
    fields: Document = {**service}
    network = fields.get("networkConfiguration") or {}
    ids = (network.get("awsvpcConfiguration") or {}).get("securityGroups")
    if ids:
        yield from aws.pages("ec2", "describe_security_groups", "SecurityGroups", GroupIds=ids)


def _is_bad(target: TargetHealthDescriptionTypeDef) -> bool:
    return (target.get("TargetHealth") or {}).get("State") in ("unhealthy", "unavailable")


# ------------------------------------------------------------- in words


def remarks(target: TargetHealthDescriptionTypeDef, checks: TargetChecks) -> str:
    """What is added to the reason of an unhealthy target: how it is checked, and what to do."""
    health = target.get("TargetHealth") or {}
    reason, description = health.get("Reason") or "", health.get("Description") or ""
    traffic = target["Target"].get("Port") or 0
    found = sorted({_checked(group, traffic) for group in checks.groups})
    words = [f"checked at {', '.join(found)}"] if found else []
    if reason == MISMATCH and UNAUTHORIZED in description:
        words.append("targets answer 401: set health.codes, or a health.path without login")
    if reason == TIMEOUT:
        words += _closed(traffic, checks)
    return "".join(f"; {one}" for one in words)


def of_stopped(checks: TargetChecks) -> Iterator[str]:
    """How tasks were checked that were stopped for it, and are no targets any more."""
    for arn, port in checks.failed:
        own = tuple(one for one in checks.groups if one.get("TargetGroupArn") == arn)
        found = sorted({_checked(group, port) for group in own})
        closed = "".join(f"; {one}" for one in _closed(port, replace(checks, groups=own)))
        yield f"the load balancer checks {', '.join(found)}{closed}"


def _checked(group: Document, traffic: int) -> str:
    """``/healthz of port 80, which is to answer 200-399``"""
    port = group.get("HealthCheckPort")
    if port in (None, "traffic-port"):
        port = traffic
    path = group.get("HealthCheckPath")
    codes = (group.get("Matcher") or {}).get("HttpCode") or (group.get("Matcher") or {}).get(
        "GrpcCode"
    )
    if not path:
        return f"port {port} over TCP"
    return f"{path} of port {port}" + (f", which is to answer {codes}" if codes else "")


def _closed(traffic: int, checks: TargetChecks) -> Iterator[str]:
    """The rule that is missing, where the tasks' security groups let no balancer through."""
    ports = [group.get("HealthCheckPort") for group in checks.groups]
    for port in sorted(
        {traffic if one in (None, "traffic-port") else int(str(one)) for one in ports}
    ):
        if checks.tasks and checks.balancers and not _is_open(checks, port):
            groups = ", ".join(str(one["GroupId"]) for one in checks.tasks)
            sources = " or ".join(checks.balancers)
            yield f"no rule of {groups} lets TCP {port} in from {sources}"


def _is_open(checks: TargetChecks, port: int) -> bool:
    rules = [rule for group in checks.tasks for rule in group.get("IpPermissions") or ()]
    return any(_has_port(rule, port) and _has_source(rule, checks.balancers) for rule in rules)


def _has_port(rule: Document, port: int) -> bool:
    if rule.get("IpProtocol") == ALL:
        return True
    first, last = rule.get("FromPort", 0), rule.get("ToPort", 65_535)
    return rule.get("IpProtocol") in ("tcp", "6") and first <= port <= last


def _has_source(rule: Document, balancers: Iterable[str]) -> bool:
    """Whether it names a balancer's group, or addresses, among which the balancer's may be."""
    pairs = {pair.get("GroupId") for pair in rule.get("UserIdGroupPairs") or ()}
    others = ("IpRanges", "Ipv6Ranges", "PrefixListIds")
    return bool(pairs & set(balancers)) or any(rule.get(name) for name in others)
