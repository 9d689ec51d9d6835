"""READS: the data of each screen of the console as one JSON document."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.aws.client import batches
from ecscli.base.documents import Draft
from ecscli.console.api import Api, needed
from ecscli.up.snapshot.build import cluster_state
from ecscli.watch.documents import document_of

DESCRIBED_CLUSTERS = 100  # the most that DescribeClusters takes
Query = Mapping[str, str]


def about(api: Api, query: Query) -> Draft:
    """Where the data comes from, the parts of a command that name it, its beginning and its end,
    the beginning of one of the AWS CLI, and whether anything may be changed."""
    return {
        "region": api.aws.region,
        "sandbox": api.is_sandbox,
        "actions": api.has_actions,
        "program": api.program,
        "flags": api.flags,
        "aws": api.aws.command("").rstrip(),
    }


def clusters(api: Api, query: Query) -> list[Draft]:
    """The clusters of the region and their counts."""
    names = api.aws.pages("ecs", "list_clusters", "clusterArns")
    rows = [
        row
        for lot in batches(names, DESCRIBED_CLUSTERS)
        for row in api.aws.call("ecs", "describe_clusters", clusters=lot)["clusters"]
    ]
    found = [cluster_state(row, api.aws.region, sandbox=api.is_sandbox) for row in rows]
    return [document_of(one) for one in sorted(found, key=lambda one: one.name)]


def why(api: Api, query: Query) -> Draft:
    """Why a service is not steady."""
    watching = api.feed.watching(needed(query, "cluster"))
    return {"lines": list(watching.why(needed(query, "service")))}


def logs(api: Api, query: Query) -> Draft:
    """The last lines of the newest task of a service."""
    watching = api.feed.watching(needed(query, "cluster"))
    return {"lines": watching.logs(needed(query, "service"))}


def retry(api: Api, query: Query) -> Draft:
    """Look again at once, after credentials had run out; at a cluster where one is named."""
    api.retry()
    if query.get("cluster"):
        api.feed.retry(query["cluster"])
    return {}
