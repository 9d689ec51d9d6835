"""The newest deployment of a service followed to its end."""

from __future__ import annotations

from collections.abc import Generator

from ecscli.up.model import Event
from ecscli.workflows.project import Connect, ProjectRequest
from ecscli.workflows.service.change import find_service
from ecscli.workflows.service.deployment import Deployed, Waiting, until_deployed


def wait(
    connect: Connect, request: ProjectRequest, timeout: float
) -> Generator[Event, None, Deployed]:
    """Follow the newest deployment of the service to its end."""
    names, service = find_service(connect, request, timeout)
    waiting = Waiting(timeout, no_wait=False)
    return (yield from until_deployed(connect(), names, service, False, waiting))
