"""READS: a load balancer that exists, by name or ARN or as the cluster's stack has it -> its
listeners with their rules, as far as a project may add its own; what does not fit is refused.

Sources: DescribeLoadBalancers, DescribeListeners, DescribeRules and DescribeListenerCertificates in
the Elastic Load Balancing API reference; "Target groups" in its guide: targets in zones that the
balancer does not have are unused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.balanced import CLUSTER, HTTP, HTTPS, PORTS
from ecscli.base.documents import Document
from ecscli.base.errors import AwsError, Finding, InputError
from ecscli.base.marks import Mark
from ecscli.base.records import record, replace
from ecscli.support.balancer.existing import ExistingBalancer, ExistingListener, ExistingRule
from ecscli.up.balancer.listener_names import listener_names
from ecscli.up.service.network import subnet_rows
from ecscli.up.stack.live import outputs_of

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

BALANCER, VPC = "LoadBalancerArn", "VpcId"  # outputs of the cluster
KEY = "load_balancer"
REDIRECTS = "redirect"


@record
class ExistingQuery:
    """Which one is meant: CLUSTER, a name or an ARN; empty: the cluster's where it has one.
    `stack` is that of the cluster. `listener` and `scheme` as files have them; `certificate`: an
    ARN that the listener gets, and `leaving` those that the project takes away from it;
    `needs_names`: the names of its certificates are read. `tasks`: the subnets of tasks with a
    network of their own, `vpc` theirs. `at`: where the file asks for it."""

    use: str = ""
    stack: str = ""
    listener: int | None = None
    scheme: str = ""
    certificate: str = ""
    leaving: tuple[str, ...] = ()
    needs_names: bool = False
    vpc: str = ""
    tasks: tuple[str, ...] = ()
    at: Mark | None = None


def read_existing(aws: Aws, query: ExistingQuery) -> ExistingBalancer | None:
    """The balancer; None where none is asked for and the cluster has none. Raises InputError with
    everything that does not fit."""
    outputs = outputs_of(aws, query.stack)
    wanted = query.use if query.use not in ("", CLUSTER) else outputs.get(BALANCER, "")
    if not wanted:
        if query.use == CLUSTER:
            raise _no_cluster_balancer(query)
        return None
    found = _found(aws, query, wanted)
    problems = list(_unfit(aws, query, found, outputs))
    if problems:
        raise InputError.of(problems)
    listeners = _listeners(aws, query, found)
    groups = found.get("SecurityGroups") or ()
    return ExistingBalancer(
        found["LoadBalancerArn"],
        found.get("DNSName", ""),
        found.get("VpcId", ""),
        next(iter(groups), ""),
        listeners,
        found["LoadBalancerArn"] == outputs.get(BALANCER),
        found.get("CanonicalHostedZoneId", ""),
    )


def _no_cluster_balancer(query: ExistingQuery) -> InputError:
    stack = f"stack {query.stack}" if query.stack else "the cluster"
    message = f"{KEY}.use: {stack} has no load balancer for its projects"
    hint = "add load-balancer: true to ecs-cluster.yml and run `ecscli up`, or write use: own"
    return InputError(message, query.at, hint)


def _found(aws: Aws, query: ExistingQuery, wanted: str) -> Document:
    by = {"LoadBalancerArns": [wanted]} if wanted.startswith("arn:") else {"Names": [wanted]}
    try:
        rows: Sequence[Document] = list(
            aws.pages("elbv2", "describe_load_balancers", "LoadBalancers", **by)
        )
    except AwsError as error:
        if error.code not in ("LoadBalancerNotFound", "ValidationError"):
            raise
        rows = ()
    if not rows:
        message = f"{KEY}.use: there is no load balancer {wanted} in {aws.region}"
        raise InputError(message, query.at, "correct it, or write use: own")
    return rows[0]


# ------------------------------------------------------------- whether it fits


def _unfit(aws: Aws, query: ExistingQuery, found: Document, outputs: Document) -> Iterator[Finding]:
    """What keeps tasks from being behind it."""
    name, at = found.get("LoadBalancerName", ""), query.at
    if found.get("Type") != "application":
        message = f"{name} is a {found.get('Type')} load balancer, and rules are of HTTP"
        yield Finding(f"{KEY}.use: {message}", at, "name an application load balancer")
    if query.scheme and query.scheme != found.get("Scheme"):
        message = f"{name} is {found.get('Scheme')}, and {query.scheme} is asked for"
        yield Finding(f"{KEY}.scheme: {message}", at, "leave scheme out, or name another one")
    rows = subnet_rows(aws, query.tasks)
    vpc = query.vpc or next((row["VpcId"] for row in rows), "") or outputs.get(VPC, "")
    if vpc and vpc != found.get("VpcId"):
        message = f"{name} is in {found.get('VpcId')}, and the tasks are in {vpc}"
        yield Finding(f"{KEY}.use: {message}", at, "name one of the same VPC, or write use: own")
        return
    zones = {one["ZoneName"] for one in found.get("AvailabilityZones") or ()}
    for row in rows:
        if row["AvailabilityZone"] not in zones:
            message = (
                f"tasks run in {row['AvailabilityZone']} ({row['SubnetId']}), where {name} has no"
                " subnet: it would not use them"
            )
            yield Finding(f"{KEY}.use: {message}", at, "take subnets of its zones for the tasks")


# ------------------------------------------------------------- listeners


def _listeners(aws: Aws, query: ExistingQuery, balancer: Document) -> tuple[ExistingListener, ...]:
    """The listener that takes the rules; of the cluster's balancer both, where port 80 does not
    send all requests to HTTPS."""
    arn = balancer["LoadBalancerArn"]
    rows = list(aws.pages("elbv2", "describe_listeners", "Listeners", LoadBalancerArn=arn))
    chosen = _chosen(query, rows, str(balancer.get("LoadBalancerName")))
    return tuple(aws.together(*(partial(_listener, aws, query, row) for row in chosen)))


def _chosen(query: ExistingQuery, rows: Sequence[Document], name: str) -> list[Document]:
    spoken = [row for row in rows if row.get("Protocol") in (HTTP, HTTPS)]
    if query.listener is not None:
        meant = [row for row in spoken if row["Port"] == query.listener]
    else:
        serving = [row for row in spoken if not _redirects(row)]
        secure = [row for row in serving if row["Protocol"] == HTTPS]
        plain = [row for row in serving if row["Protocol"] == HTTP]
        meant = secure or plain
        if query.use in ("", CLUSTER):  # whose listeners are known
            meant = [*secure, *plain]
    if len(meant) == 1 or (meant and query.use in ("", CLUSTER)):
        return meant
    ports = ", ".join(str(row["Port"]) for row in spoken) or "none"
    usual = f" at {query.listener}" if query.listener is not None else " that takes requests"
    what = "several listeners" if meant else f"no HTTP or HTTPS listener{usual}"
    message = f"{KEY}.listener: {name} has {what}; its ports: {ports}"
    raise InputError(message, query.at, f"choose one by {KEY}.listener: {PORTS[HTTPS]}")


def _redirects(row: Document) -> bool:
    """Whether a listener sends what no rule takes elsewhere."""
    return any(action.get("Type") == REDIRECTS for action in row.get("DefaultActions") or ())


def _listener(aws: Aws, query: ExistingQuery, row: Document) -> ExistingListener:
    arn = str(row["ListenerArn"])
    rules = [
        ExistingRule(int(one["Priority"]), tuple(one.get("Conditions") or ()))
        for one in aws.pages("elbv2", "describe_rules", "Rules", ListenerArn=arn)
        if not one.get("IsDefault")
    ]
    added = (query.certificate,) if query.certificate else ()
    found = ExistingListener(arn, int(row["Port"]), str(row["Protocol"]), tuple(rules), added)
    if not query.needs_names or found.protocol != HTTPS:
        return found
    its = listener_names(aws, arn, added, query.leaving)
    return replace(found, names=its.names, unread=its.unread)
