"""The services of groups as Compose names them, and the words of a service."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.documents import Document
from ecscli.compose.layout.arrangement.model import Arrangement, Group
from ecscli.compose.project.model import Service


def members(arrangement: Arrangement) -> Iterator[tuple[Group, Service]]:
    """Each service, with its group."""
    for group in arrangement.groups:
        for service in arrangement.project.services:
            if service.name in group.services:
                yield group, service


def words_of_service(service: Service) -> Document:
    """A service as far as its words go, in the form of a container definition."""
    return {
        "environment": [{"name": name, "value": value} for name, value in service.environment],
        "command": service.command or (),
        "entryPoint": service.entrypoint or (),
    }
