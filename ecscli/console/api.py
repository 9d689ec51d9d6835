"""What the routes of the console work with: the account, each cluster of it, and the views that
their windows share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecscli.aws.client import Aws
from ecscli.base.errors import InputError
from ecscli.base.records import replace
from ecscli.config.settings import Value
from ecscli.console.feed import Feed
from ecscli.workflows.watch import Watching


class Api:
    """The account that is shown. `flags`: those that were given and name an account."""

    def __init__(self, aws: Aws, flags: Mapping[str, str] | None = None) -> None:
        self.aws, self.flags = aws, flags or {}
        self.feed = Feed(lambda cluster: Watching(self.on(cluster)))

    @property
    def is_sandbox(self) -> bool:
        return self.aws.settings.sandbox_url is not None

    def on(self, cluster: str) -> Aws:
        """The same account, with this cluster."""
        settings = replace(self.aws.settings, cluster=Value(cluster, "the console"))
        return self.aws.with_settings(settings)


def needed(given: Mapping[str, Any], name: str) -> str:
    """A text that a request has to give. Raises InputError where it is missing."""
    value = given.get(name, "")
    if not value or not isinstance(value, str):
        raise InputError(f"the request has no {name}")
    return value
