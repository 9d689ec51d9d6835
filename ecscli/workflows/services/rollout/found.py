"""The wait until DNS finds the services that others are about to look for: who asks too early goes
on believing for a while that there is no such name."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.client import SERVICES
from ecscli.aws.errors import denied, transient
from ecscli.base.errors import AwsError, DeploymentError, EcsCliError, Finding
from ecscli.up.model import Event
from ecscli.workflows.events import warning

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

LONGEST = 120.0  # seconds from the start of a task to its entry in Cloud Map


def until_found(
    aws: Aws, namespace: str, names: Sequence[str]
) -> Generator[Event, None, tuple[DeploymentError, ...]]:
    """Wait until each of the names in Cloud Map has a healthy instance; an error for each that has
    none in the end. Who may not ask does not wait."""
    fetch = partial(_missing, aws, namespace, names)
    left: list[str] = []
    try:
        for left in aws.poll(fetch, lambda missing: not missing, SERVICES, LONGEST):
            yield Event("", "live", {"lines": [f"{name}: not found by DNS yet" for name in left]})
    except EcsCliError as error:
        if not denied(error):
            raise
        message = f"whether names are found could not be looked up: {next(error.lines())}"
        yield warning(Finding(message))
        return ()
    return tuple(_error(name, namespace) for name in left)


def may_begin(aws: Aws, namespace: str, name: str) -> bool:
    """Whether a name in Cloud Map has a healthy instance, or this cannot be asked, which
    `until_found` reports."""
    try:
        return _is_found(aws, namespace, name)
    except AwsError as error:
        if not transient(error):
            raise
        return False
    except EcsCliError as error:
        if not denied(error):
            raise
        return True


def _missing(aws: Aws, namespace: str, names: Sequence[str]) -> list[str]:
    """The names without a healthy instance."""
    found = aws.together(*(partial(_is_found, aws, namespace, name) for name in names))
    return [name for name, is_found in zip(names, found, strict=True) if not is_found]


def _is_found(aws: Aws, namespace: str, name: str) -> bool:
    query = {"NamespaceName": namespace, "ServiceName": name, "HealthStatus": "HEALTHY"}
    try:
        answer = aws.call("servicediscovery", "discover_instances", **query, MaxResults=1)
    except AwsError as error:
        if error.code in ("ServiceNotFound", "NamespaceNotFound"):
            return False
        raise
    return bool(answer.get("Instances"))


def _error(name: str, namespace: str) -> DeploymentError:
    return DeploymentError(
        f"{name} has no healthy instance in Cloud Map, so that {name}.{namespace} does not resolve",
        hint="its tasks may have stopped: `ecscli compose ps` and `ecscli compose why` have more",
    )
