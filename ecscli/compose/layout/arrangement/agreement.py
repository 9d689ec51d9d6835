"""Services of one group -> an error where they disagree in what a task has once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ecscli.base.findings import Findings
from ecscli.base.marks import Mark
from ecscli.compose.ecs.limits import MAX_CONTAINERS
from ecscli.compose.layout.arrangement.groups import OF_SERVICE
from ecscli.compose.project.model import Service


class Given(NamedTuple):
    """A value that a service has for a key, and its place."""

    value: object
    key: str
    mark: Mark | None


def check_agreement(group: str, services: Sequence[Service], findings: Findings) -> None:
    """Note each service that has another value than the first one that has any, and a group that no
    task can hold."""
    if len(services) > MAX_CONTAINERS:
        findings.error(
            f"group {group} has {len(services)} of them; a task has {MAX_CONTAINERS} containers at"
            " most",
            services[MAX_CONTAINERS].where(),
            "give some of them a group of their own",
            key="services",
        )
    for read in READERS:
        first: tuple[Service, Given] | None = None
        for service in services:
            given = read(service)
            if given is None:
                continue
            if first is None:
                first = (service, given)
            elif given.value != first[1].value:
                _refuse(group, service, given, first, findings)


def _refuse(
    group: str, service: Service, given: Given, first: tuple[Service, Given], findings: Findings
) -> None:
    other, known = first
    findings.error(
        f"{given.value}, and {other.name} has {known.value} ({known.mark}): group {group} is one"
        " task",
        given.mark,
        "give both the same value, or one of them another group",
        key=f"services.{service.name}.{given.key}",
    )


def _count(service: Service) -> Given | None:
    deploy = service.deploy
    if deploy is not None and deploy.replicas is not None:
        return Given(deploy.replicas, "deploy.replicas", service.where("deploy", "replicas"))
    if service.scale is not None:
        return Given(service.scale, "scale", service.where("scale"))
    return None


def _mode(service: Service) -> Given | None:
    mode = service.deploy.mode if service.deploy else None
    return Given(mode, "deploy.mode", service.where("deploy", "mode")) if mode else None


def _platform(service: Service) -> Given | None:
    written = service.platform
    return Given(written, "platform", service.where("platform")) if written else None


def _network_mode(service: Service) -> Given | None:
    written = service.network_mode
    if not written or written.startswith(OF_SERVICE):
        return None
    return Given(written, "network_mode", service.where("network_mode"))


READERS: Sequence[Callable[[Service], Given | None]] = (_count, _mode, _platform, _network_mode)
