"""READS: what CloudWatch knows of a cluster or a service in the last hour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ecscli.base.documents import Document, Draft
from ecscli.console.api import Api, needed

SPAN = timedelta(hours=1)
PERIOD = 60  # seconds
NAMESPACE = "AWS/ECS"
# Source: "Amazon ECS CloudWatch metrics" in the Developer Guide; reservations are of EC2 alone
OF_SERVICE = {"CPUUtilization": "CPU used", "MemoryUtilization": "Memory used"}
OF_CLUSTER = {
    **OF_SERVICE,
    "CPUReservation": "CPU reserved",
    "MemoryReservation": "Memory reserved",
}


def metrics(api: Api, query: Mapping[str, Any]) -> list[Draft]:
    """The series of a cluster, or of one of its services, in percent."""
    dimensions = {"ClusterName": needed(query, "cluster")}
    if query.get("service"):
        dimensions["ServiceName"] = needed(query, "service")
    end = datetime.now(UTC).replace(second=0, microsecond=0)
    names = OF_SERVICE if "ServiceName" in dimensions else OF_CLUSTER
    answer = api.aws.call(
        "cloudwatch",
        "get_metric_data",
        MetricDataQueries=[_query(name, dimensions) for name in names],
        StartTime=end - SPAN,
        EndTime=end,
        ScanBy="TimestampAscending",
    )
    return [series(row, names) for row in answer.get("MetricDataResults") or ()]


def _query(name: str, dimensions: Mapping[str, str]) -> Draft:
    pairs = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    metric = {"Namespace": NAMESPACE, "MetricName": name, "Dimensions": pairs}
    stat = {"Metric": metric, "Period": PERIOD, "Stat": "Average"}
    return {"Id": name.lower(), "MetricStat": stat}


def series(row: Document, names: Mapping[str, str]) -> Draft:
    """One metric: its points as times and percentages, the oldest first."""
    found = {name.lower(): (name, title) for name, title in names.items()}
    name, title = found[row["Id"]]
    points = sorted(zip(row.get("Timestamps") or (), row.get("Values") or (), strict=False))
    return {"name": name, "title": title, "points": [[time, round(one, 2)] for time, one in points]}
