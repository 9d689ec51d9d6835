"""The names of clusters and services of an account, for a shell, which waits only shortly for
them."""

from __future__ import annotations

import threading
from contextlib import suppress

from ecscli.aws.client import Aws
from ecscli.base.errors import EcsCliError
from ecscli.config.settings import Settings

PATIENCE = 2.0  # seconds that a shell waits for AWS


def cluster_names(settings: Settings) -> list[str]:
    """The clusters that ECS lists soon enough."""
    return _listed(settings, "list_clusters", "clusterArns")


def service_names(settings: Settings) -> list[str]:
    """The services of the cluster that ECS lists soon enough."""
    if not settings.cluster.value:
        return []
    return _listed(settings, "list_services", "serviceArns", cluster=settings.cluster.value)


def _listed(settings: Settings, operation: str, key: str, **query: str) -> list[str]:
    """What ECS lists within two seconds, by credentials that need no prompt, no process and no
    sign-in."""
    if not (_at_hand(settings) and settings.region):
        return []
    names: list[str] = []

    def ask() -> None:
        with suppress(EcsCliError):
            for arn in Aws(settings).pages("ecs", operation, key, **query):
                names.append(arn.rsplit("/", 1)[-1])

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(PATIENCE)
    return names


def _at_hand(settings: Settings) -> bool:
    login = settings.login
    return login.kind in ("sandbox", "static") or login.source.startswith("AWS_ACCESS_KEY_ID")
