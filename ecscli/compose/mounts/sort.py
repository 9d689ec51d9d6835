"""The services of a project -> the same with the mounts that ECS gets, and what becomes of the
others. Files of ecs-cli's dialects keep all of theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecscli.base.findings import Findings
from ecscli.base.records import record, replace
from ecscli.compose.find.files import shown_path
from ecscli.compose.mounts.development import development_mounts
from ecscli.compose.project.model import Mount, Project, Service


@record
class SortedMounts:
    """`project` is the same with the mounts that are left."""

    project: Project


def sort_mounts(project: Project, findings: Findings) -> SortedMounts:
    """What becomes of the mounts of all services."""
    if project.dialect.reproduces_ecs_cli:
        return SortedMounts(project)
    shown = {one.name: tuple(development_mounts(one, project.within)) for one in project.services}
    _note_development(project, shown, findings)
    services = [_without(service, shown[service.name]) for service in project.services]
    return SortedMounts(replace(project, services=tuple(services)))


def _without(service: Service, gone: Sequence[Mount]) -> Service:
    kept = tuple(mount for mount in service.volumes if mount not in gone)
    return service if len(kept) == len(service.volumes) else replace(service, volumes=kept)


def _note_development(
    project: Project, shown: Mapping[str, Sequence[Mount]], findings: Findings
) -> None:
    """One notice of all mounts that are for development."""
    named = []
    for service, mounts in shown.items():
        if mounts:
            words = ", ".join(_words(mount, project.directory) for mount in mounts)
            named.append(f"{service}: {words}")
    if not named:
        return
    first = next(mount for mounts in shown.values() for mount in mounts)
    findings.notice(
        f"mounts for development are left out, as the images have these files: {'; '.join(named)}",
        first.mark,
    )


def _words(mount: Mount, directory: str) -> str:
    if mount.source is None:
        return mount.target
    return f"{shown_path(mount.source, directory)} at {mount.target}"
