"""READS: load balancers: the list, the listeners of one with their rules in order, its targets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from ecscli.aws.client import Aws
from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AwsError, InputError
from ecscli.console.api import Api, needed
from ecscli.console.screens.services import target_document
from ecscli.up.tasks.listeners import tagged_urls

Query = Mapping[str, Any]
WITH_RULES = ("HTTP", "HTTPS")
DEFAULT = "default"  # how ELB calls the priority of a listener's last rule
# Where each kind of condition has its values
VALUES = {
    "host-header": "HostHeaderConfig",
    "path-pattern": "PathPatternConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "source-ip": "SourceIpConfig",
}


def balancers(api: Api, query: Query) -> list[Draft]:
    """The load balancers of the region."""
    rows = api.aws.pages("elbv2", "describe_load_balancers", "LoadBalancers")
    return sorted((balancer_document(row) for row in rows), key=lambda one: str(one["name"]))


def balancer(api: Api, query: Query) -> Draft:
    """One load balancer by its name; `url` is where a tag says that it answers."""
    found = _found(api, query)
    urls = tagged_urls(api.aws, [found["LoadBalancerArn"]])
    return {**balancer_document(found), "url": urls.get(found["LoadBalancerArn"])}


def _found(api: Api, query: Query) -> Document:
    name = needed(query, "balancer")
    try:
        (row,) = api.aws.call("elbv2", "describe_load_balancers", Names=[name])["LoadBalancers"]
    except AwsError as error:
        if error.code not in ("LoadBalancerNotFound", "LoadBalancerNotFoundException"):
            raise
        hint = "`load_balancer` in ecs-params.yml has `ecscli compose service up` make one"
        raise InputError(f"there is no load balancer {name}", hint=hint) from None
    found: Document = row
    return found


def balancer_document(row: Document) -> Draft:
    """A row of DescribeLoadBalancers."""
    return {
        "name": row["LoadBalancerName"],
        "type": row.get("Type", ""),
        "scheme": row.get("Scheme", ""),
        "state": (row.get("State") or {}).get("Code", ""),
        "dnsName": row.get("DNSName", ""),
        "vpc": row.get("VpcId"),
        "zones": [one.get("ZoneName", "") for one in row.get("AvailabilityZones") or ()],
        "securityGroups": list(row.get("SecurityGroups") or ()),
        "createdAt": row.get("CreatedTime"),
    }


def listeners(api: Api, query: Query) -> list[Draft]:
    """The listeners of a load balancer, each with its rules in the order in which they are
    tried."""
    aws, arn = api.aws, _found(api, query)["LoadBalancerArn"]
    rows = list(aws.pages("elbv2", "describe_listeners", "Listeners", LoadBalancerArn=arn))
    found = aws.together(*(partial(_rules, aws, row) for row in rows))
    documents = [listener_document(row, rules) for row, rules in zip(rows, found, strict=True)]
    return sorted(documents, key=lambda one: int(one["port"] or 0))


def _rules(aws: Aws, listener: Document) -> list[Document]:
    if listener.get("Protocol") not in WITH_RULES:
        return [{"Priority": DEFAULT, "Actions": listener.get("DefaultActions") or ()}]
    arn = listener["ListenerArn"]
    return list(aws.pages("elbv2", "describe_rules", "Rules", ListenerArn=arn))


def listener_document(row: Document, rules: Iterable[Document]) -> Draft:
    """A listener of DescribeListeners with its rules of DescribeRules."""
    certificates = [one.get("CertificateArn", "") for one in row.get("Certificates") or ()]
    return {
        "port": row.get("Port"),
        "protocol": row.get("Protocol", ""),
        "certificates": [arn.rpartition("/")[2] for arn in certificates],
        "rules": [
            {
                "priority": rule.get("Priority", DEFAULT),
                "conditions": list(_conditions(rule)),
                "actions": [_action(one) for one in rule.get("Actions") or ()],
            }
            for rule in sorted(rules, key=_order)
        ],
    }


def _order(rule: Document) -> float:
    priority = str(rule.get("Priority", DEFAULT))
    return int(priority) if priority.isdecimal() else float("inf")


def _conditions(rule: Document) -> Iterator[str]:
    """``host-header shop.example`` of each condition."""
    for one in rule.get("Conditions") or ():
        field = one.get("Field", "")
        yield f"{field} {' or '.join(_values(one, field))}".strip()


def _values(condition: Document, field: str) -> list[str]:
    if field in VALUES:
        return list(
            (condition.get(VALUES[field]) or {}).get("Values") or condition.get("Values") or ()
        )
    if field == "http-header":
        config = condition.get("HttpHeaderConfig") or {}
        return [f"{config.get('HttpHeaderName')}: {one}" for one in config.get("Values") or ()]
    pairs = (condition.get("QueryStringConfig") or {}).get("Values") or ()
    return [f"{one.get('Key', '')}={one.get('Value', '')}" for one in pairs]


def _action(action: Document) -> str:
    """``forward to shop``: what a rule does with a request."""
    kind = action.get("Type", "")
    if kind == "redirect":
        to = action.get("RedirectConfig") or {}
        url = f"{to.get('Protocol')}://{to.get('Host')}:{to.get('Port')}{to.get('Path')}"
        return f"redirect to {url} ({to.get('StatusCode')})"
    if kind == "fixed-response":
        return f"answer {(action.get('FixedResponseConfig') or {}).get('StatusCode')}"
    if kind != "forward":
        return str(kind)
    several = (action.get("ForwardConfig") or {}).get("TargetGroups") or ()
    groups = [
        f"{_group_name(one['TargetGroupArn'])} ({one.get('Weight', 1)})"
        if len(several) > 1
        else _group_name(one["TargetGroupArn"])
        for one in several
    ]
    return f"forward to {', '.join(groups or [_group_name(action.get('TargetGroupArn', ''))])}"


def _group_name(arn: str) -> str:
    return arn.split("/")[1] if arn.count("/") > 1 else arn


def targets(api: Api, query: Query) -> list[Draft]:
    """The target groups of a load balancer with the health of each target."""
    aws, arn = api.aws, _found(api, query)["LoadBalancerArn"]
    groups = list(aws.pages("elbv2", "describe_target_groups", "TargetGroups", LoadBalancerArn=arn))
    found = aws.together(*(partial(_health, aws, one["TargetGroupArn"]) for one in groups))
    rows = [group_document(group, rows) for group, rows in zip(groups, found, strict=True)]
    return sorted(rows, key=lambda one: str(one["name"]))


def _health(aws: Aws, arn: str) -> list[Document]:
    answer = aws.call("elbv2", "describe_target_health", TargetGroupArn=arn)
    found: list[Document] = answer["TargetHealthDescriptions"]
    return found


def group_document(group: Document, rows: Iterable[Document]) -> Draft:
    """A target group of DescribeTargetGroups and its targets of DescribeTargetHealth."""
    return {
        "name": group["TargetGroupName"],
        "protocol": group.get("Protocol"),
        "port": group.get("Port"),
        "targetType": group.get("TargetType"),
        "healthCheckPath": group.get("HealthCheckPath"),
        "healthCheckPort": group.get("HealthCheckPort"),
        "healthCheckCodes": (group.get("Matcher") or {}).get("HttpCode"),
        "targets": [target_document(one) for one in rows],
    }
