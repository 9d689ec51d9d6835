"""What the routes of the console work with: the account, each cluster of it, and the views that
their windows share."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Mapping
from typing import Any

from ecscli.aws.client import Aws
from ecscli.base.errors import InputError
from ecscli.base.records import replace
from ecscli.config.settings import Value
from ecscli.console.feed import Feed
from ecscli.workflows.watch import Watching


class Api:
    """The account that is shown. `flags`: those that were given and name an account;
    `has_actions`: whether it may be changed."""

    def __init__(
        self, aws: Aws, flags: Mapping[str, str] | None = None, *, has_actions: bool = False
    ) -> None:
        self.aws, self.has_actions, self._given = aws, has_actions, flags or {}
        self._on = dict[str, Aws]()  # by cluster: each has clients, which take time to make
        self._lock = threading.Lock()
        self.feed = Feed(lambda cluster: Watching(self.on(cluster)))

    @property
    def is_sandbox(self) -> bool:
        return self.aws.settings.sandbox_url is not None

    @property
    def program(self) -> str:
        """How a command line begins that reaches the same place."""
        return "ecscli --sandbox" if self.is_sandbox else "ecscli"

    @property
    def flags(self) -> str:
        """The flags that name the place to a command."""
        profile, region = self.aws.settings.login.profile, self.aws.region
        given = {"aws-profile": profile, **self._given, "region": region}
        return " ".join(f"--{name} {shlex.quote(one)}" for name, one in given.items() if one)

    def on(self, cluster: str) -> Aws:
        """The same account, with this cluster."""
        with self._lock:
            if cluster not in self._on:
                settings = replace(self.aws.settings, cluster=Value(cluster, "the console"))
                self._on[cluster] = self.aws.with_settings(settings)
            return self._on[cluster]

    def retry(self) -> None:
        """Read credentials anew for all that is asked from now on."""
        with self._lock:
            for aws in (self.aws, *self._on.values()):
                aws.reopen()


def needed(given: Mapping[str, Any], name: str) -> str:
    """A text that a request has to give. Raises InputError where it is missing."""
    value = given.get(name, "")
    if not value or not isinstance(value, str):
        raise InputError(f"the request has no {name}")
    return value
