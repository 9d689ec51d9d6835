"""READS: clusters: how much of their instances is taken, their tags, settings and capacity
providers, and what is scheduled to run on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from ecscli.aws.client import Aws, batches
from ecscli.base.documents import Document, Draft
from ecscli.console.api import Api, needed
from ecscli.up.model import short
from ecscli.up.stack.absent import absent
from ecscli.up.stack.live import cluster as described_cluster
from ecscli.up.stack.live import instances
from ecscli.up.stack.model import Instance

Query = Mapping[str, Any]
MOST_CLUSTERS = 20  # whose instances are read at once
DESCRIBED_PROVIDERS = 10  # the most that DescribeCapacityProviders takes names of


def usage(api: Api, query: Query) -> dict[str, Draft]:
    """CPU units and MiB of all container instances of each of the clusters: registered and free."""
    names = needed(query, "clusters").split(",")[:MOST_CLUSTERS]
    found = api.aws.together(*(partial(instances, api.aws, name) for name in names))
    return {name: amounts(rows) for name, rows in zip(names, found, strict=True)}


def amounts(rows: Iterable[Instance]) -> Draft:
    """The sums over instances."""
    found = {name: {"registered": 0, "free": 0} for name in ("cpu", "memory")}
    for row in rows:
        for name, (registered, free) in (("cpu", row.cpu), ("memory", row.memory)):
            found[name]["registered"] += registered
            found[name]["free"] += free
    return dict(found)


def cluster(api: Api, query: Query) -> Draft:
    """The tags, settings and default strategy of a cluster."""
    found = _described(api.aws, needed(query, "cluster"))
    return {
        "clusterArn": found.get("clusterArn", ""),
        "status": found.get("status", ""),
        "tags": tags_of(found.get("tags")),
        "settings": [
            pair(one.get("name"), one.get("value")) for one in found.get("settings") or ()
        ],
        "executeCommandLogging": _exec_logging(found),
    }


def _described(aws: Aws, name: str) -> Document:
    found = described_cluster(aws, name)
    if found is None:
        raise absent(aws, name)
    return found


def _exec_logging(found: Document) -> str | None:
    configuration = found.get("configuration") or {}
    logging: str | None = (configuration.get("executeCommandConfiguration") or {}).get("logging")
    return logging


def pair(name: str | None, value: str | None) -> Draft:
    """A name and its value."""
    return {"name": name or "", "value": value or ""}


def tags_of(tags: Iterable[Document] | None) -> list[Draft]:
    """Tags of any service of AWS, by name."""
    found = [
        pair(tag.get("key") or tag.get("Key"), tag.get("value") or tag.get("Value"))
        for tag in tags or ()
    ]
    return sorted(found, key=lambda tag: str(tag["name"]))


def capacity(api: Api, query: Query) -> list[Draft]:
    """The capacity providers of a cluster, with their place in its default strategy."""
    found = _described(api.aws, needed(query, "cluster"))
    strategy = {
        one["capacityProvider"]: one for one in found.get("defaultCapacityProviderStrategy") or ()
    }
    names = found.get("capacityProviders") or ()
    rows = [
        row
        for lot in batches(names, DESCRIBED_PROVIDERS)
        for row in api.aws.call("ecs", "describe_capacity_providers", capacityProviders=lot)[
            "capacityProviders"
        ]
    ]
    return [provider_document(row, strategy.get(row["name"])) for row in rows]


def provider_document(row: Document, part: Document | None) -> Draft:
    """One capacity provider; `part` is its item of the default strategy."""
    group = row.get("autoScalingGroupProvider") or {}
    scaling = group.get("managedScaling") or {}
    arn = group.get("autoScalingGroupArn") or ""
    return {
        "name": row["name"],
        "status": row.get("status", ""),
        "updateStatus": row.get("updateStatus"),
        "autoScalingGroup": short(arn) if arn else None,
        "managedScaling": scaling.get("status"),
        "targetCapacity": scaling.get("targetCapacity"),
        "managedTerminationProtection": group.get("managedTerminationProtection"),
        "managedDraining": group.get("managedDraining"),
        "isDefault": part is not None,
        "base": (part or {}).get("base", 0),
        "weight": (part or {}).get("weight", 0),
    }


# ------------------------------------------------------------------------- scheduled tasks


def rules(api: Api, query: Query) -> list[Draft]:
    """The rules of EventBridge that start tasks on a cluster."""
    aws = api.aws
    arn = _described(aws, needed(query, "cluster"))["clusterArn"]
    names = aws.pages("events", "list_rule_names_by_target", "RuleNames", TargetArn=arn)
    found = aws.together(*(partial(_rule, aws, name, arn) for name in names))
    return [row for rows in found for row in rows]


def _rule(aws: Aws, name: str, arn: str) -> list[Draft]:
    rule, targets = aws.together(
        lambda: aws.call("events", "describe_rule", Name=name),
        lambda: aws.call("events", "list_targets_by_rule", Rule=name)["Targets"],
    )
    return [
        rule_document(rule, target)
        for target in targets
        if target["Arn"] == arn and target.get("EcsParameters")
    ]


def rule_document(rule: Document, target: Document) -> Draft:
    """What a rule starts, and when."""
    return {
        "name": rule.get("Name", ""),
        "state": rule.get("State", ""),
        "schedule": rule.get("ScheduleExpression") or rule.get("EventPattern") or "",
        **_started(target),
    }


def schedules(api: Api, query: Query) -> list[Draft]:
    """The schedules of EventBridge Scheduler that start tasks on a cluster."""
    aws = api.aws
    arn = _described(aws, needed(query, "cluster"))["clusterArn"]
    listed = aws.pages("scheduler", "list_schedules", "Schedules")
    own = [row for row in listed if (row.get("Target") or {}).get("Arn") == arn]
    found = aws.together(*(partial(_schedule, aws, row) for row in own))
    return [schedule_document(row) for row in found]


def _schedule(aws: Aws, row: Document) -> Draft:
    return aws.call(
        "scheduler", "get_schedule", Name=row["Name"], GroupName=row.get("GroupName", "default")
    )


def schedule_document(row: Document) -> Draft:
    """What a schedule starts, and when."""
    return {
        "name": row.get("Name", ""),
        "state": row.get("State", ""),
        "schedule": " ".join(filter(None, _times(row))),
        **_started(row.get("Target") or {}),
    }


def _times(row: Document) -> Iterator[str]:
    yield row.get("ScheduleExpression", "")
    zone = row.get("ScheduleExpressionTimezone", "UTC")
    yield "" if zone == "UTC" else zone


def _started(target: Document) -> Draft:
    parameters = target.get("EcsParameters") or {}
    return {
        "taskDefinition": short(parameters.get("TaskDefinitionArn", "")),
        "taskCount": parameters.get("TaskCount", 1),
        "launchType": parameters.get("LaunchType"),
    }
