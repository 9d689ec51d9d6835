"""The data of the console's screens, each as one JSON document: `GET /api/...`. Only reads."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import Any

from ecscli.aws.client import Aws, batches
from ecscli.base.documents import Draft
from ecscli.base.errors import InputError
from ecscli.base.records import replace
from ecscli.config.settings import Value
from ecscli.console.feed import Feed
from ecscli.up.snapshot.build import cluster_state
from ecscli.watch.documents import document_of
from ecscli.workflows.watch import Watching

DESCRIBED_CLUSTERS = 100  # the most that DescribeClusters takes
Answer = Callable[[Mapping[str, str]], Any]


class Api:
    """The documents, by path. Each gets the query of the address. `flags`: those that were given
    and name an account."""

    def __init__(self, aws: Aws, flags: Mapping[str, str] | None = None) -> None:
        self._aws, self._flags = aws, flags or {}
        self.feed = Feed(lambda cluster: Watching(self._of(cluster)))
        self.routes: Mapping[str, Answer] = {
            "/api/about": self._about,
            "/api/clusters": self._clusters,
            "/api/why": self._why,
            "/api/logs": self._logs,
        }

    def _of(self, cluster: str) -> Aws:
        """The same account, with this cluster."""
        settings = replace(self._aws.settings, cluster=Value(cluster, "the console"))
        return self._aws.with_settings(settings)

    def _about(self, query: Mapping[str, str]) -> Draft:
        """Where the data comes from, and the parts of a command that name it: its beginning and
        its end."""
        settings = self._aws.settings
        is_sandbox = settings.sandbox_url is not None
        program = "ecscli --sandbox" if is_sandbox else "ecscli"
        given = {"aws-profile": settings.login.profile, **self._flags, "region": self._aws.region}
        flags = " ".join(f"--{name} {shlex.quote(one)}" for name, one in given.items() if one)
        return {
            "region": self._aws.region,
            "sandbox": is_sandbox,
            "program": program,
            "flags": flags,
        }

    def _clusters(self, query: Mapping[str, str]) -> list[Draft]:
        """The clusters of the region and their counts."""
        names = self._aws.pages("ecs", "list_clusters", "clusterArns")
        sandbox = self._aws.settings.sandbox_url is not None
        rows = [
            row
            for lot in batches(names, DESCRIBED_CLUSTERS)
            for row in self._aws.call("ecs", "describe_clusters", clusters=lot)["clusters"]
        ]
        found = [cluster_state(row, self._aws.region, sandbox=sandbox) for row in rows]
        return [document_of(one) for one in sorted(found, key=lambda one: one.name)]

    def _why(self, query: Mapping[str, str]) -> Draft:
        """Why a service is not steady."""
        watching = self.feed.watching(needed(query, "cluster"))
        return {"lines": list(watching.why(needed(query, "service")))}

    def _logs(self, query: Mapping[str, str]) -> Draft:
        """The last lines of the newest task of a service."""
        watching = self.feed.watching(needed(query, "cluster"))
        return {"lines": watching.logs(needed(query, "service"))}


def needed(query: Mapping[str, str], name: str) -> str:
    """A value of the query. Raises InputError where it is missing."""
    value = query.get(name, "")
    if not value:
        raise InputError(f"the address has no {name}")
    return value
