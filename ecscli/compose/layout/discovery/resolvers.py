"""The files that services are given -> a warning for each that names Docker's own resolver, which
no task on ECS has.

Source: "DHCP option sets" in the VPC user guide: the resolver of a VPC is at the base of its range
plus two.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from ecscli.base.findings import Findings
from ecscli.base.marks import Mark
from ecscli.base.system.files import TEXT_LIMIT, Unreadable, read_file
from ecscli.compose.layout.arrangement.model import Arrangement
from ecscli.compose.layout.discovery.members import members
from ecscli.compose.layout.discovery.model import Discovery
from ecscli.compose.params.discovery_settings import NONE
from ecscli.compose.project.model import Project, Service

OF_DOCKER = "127.0.0.11"


class Given(NamedTuple):
    """A file of a service: its path on this machine or its content, and where it is named."""

    key: str
    mark: Mark | None
    path: str | None = None
    content: str = ""


def check_resolvers(arrangement: Arrangement, discovery: Discovery, findings: Findings) -> None:
    """Note the files that name it."""
    for group, service in members(arrangement):
        if discovery.of(group.name).mode == NONE:
            continue
        for given in _files(service, arrangement.project):
            if OF_DOCKER in _text(given, arrangement.project):
                findings.warning(
                    f"the file names {OF_DOCKER}, the resolver of Docker, which tasks do not have",
                    given.mark,
                    "name that of the VPC, such as 10.0.0.2, and services with their domain, such"
                    f" as SERVICE.{discovery.dns_namespace or 'DOMAIN'}",
                    f"services.{service.name}.{given.key}",
                )


def _files(service: Service, project: Project) -> Iterator[Given]:
    """The configs of a service, and the single files that it mounts."""
    for grant in service.configs:
        source = project.configs.get(grant.source)
        if source is not None:
            yield Given("configs", grant.mark, source.file, source.content or "")
    for mount in service.volumes:
        if mount.type == "bind" and mount.source and os.path.isfile(mount.source):
            yield Given("volumes", mount.mark, mount.source)


def _text(given: Given, project: Project) -> str:
    """The content; empty where it cannot be read, which has an error of its own."""
    if given.path is None:
        return given.content
    try:
        content = read_file(given.path, given.path, TEXT_LIMIT, project.within)
    except Unreadable:
        return ""
    return content.decode(errors="replace")
