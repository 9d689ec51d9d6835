"""The services of a project -> the same with the mounts that ECS gets, and the files that are baked
into their images. Files of ecs-cli's dialects keep all of their mounts."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from ecscli.base.errors import InputError
from ecscli.base.findings import Findings
from ecscli.base.records import field, mutable, record, replace
from ecscli.base.system.files import Confinement, check_path, find_root, is_inside
from ecscli.compose.find.files import shown_path
from ecscli.compose.mounts.configs import baked_configs
from ecscli.compose.mounts.data import why_data
from ecscli.compose.mounts.development import BuiltFrom, built_from, development_mounts
from ecscli.compose.mounts.small_tree import BakedMount, read_small
from ecscli.compose.mounts.system_paths import system_path
from ecscli.compose.project.model import FileGrant, Mount, Project, Service, Volume

DEVELOPMENT = "mounts for development are left out, as the images have these files"
BAKED = "files are baked into images of the project's own, over what is there"


@record
class SortedMounts:
    """`project` is the same with the mounts that are left; `baked` is by service."""

    project: Project
    baked: Mapping[str, tuple[BakedMount, ...]] = field(default_factory=dict)


def sort_mounts(project: Project, on_fargate: bool, findings: Findings) -> SortedMounts:
    """What becomes of the mounts of all services."""
    if project.dialect.reproduces_ecs_cli:
        return SortedMounts(project)
    sorting = _Sorting(project, findings, on_fargate, Confinement(_root(project.directory)))
    services = tuple(sorting.left_of(service) for service in project.services)
    _note(DEVELOPMENT, sorting.development, project, findings)
    _note(BAKED, sorting.baked, project, findings)
    volumes = {name: Volume(name) for name in sorting.data.values()}
    left = replace(project, services=services, volumes={**project.volumes, **volumes})
    return SortedMounts(left, {name: tuple(found) for name, found in sorting.baked.items()})


def _root(directory: str) -> str:
    """The top of the project's files: nobody's whole home directory, nor the whole machine."""
    root = find_root(directory)
    is_too_much = root in ("/", os.path.realpath(os.path.expanduser("~")))
    return os.path.realpath(directory) if is_too_much else root


@mutable
class _Sorting:
    """The mounts of a project while they are sorted; `data` maps directories to volumes."""

    project: Project
    findings: Findings
    on_fargate: bool
    within: Confinement
    development: dict[str, Sequence[Mount]] = field(default_factory=dict)
    baked: dict[str, list[BakedMount]] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)

    def left_of(self, service: Service) -> Service:
        """The service with the mounts that are left."""
        built = built_from(service, self.project.within)
        shown = tuple(development_mounts(service, built))
        if shown:
            self.development[service.name] = shown
        kept = []
        for mount in service.volumes:
            if mount not in shown:
                left = self._bind(service, mount) if mount.type == "bind" else mount
                kept += [left] if left else []
        configs = self._configs(service, built)
        self._warn_of_hidden(service, kept)
        return replace(service, volumes=tuple(kept), configs=configs)

    def _configs(self, service: Service, built: BuiltFrom) -> tuple[FileGrant, ...]:
        """The configs that are left, which a container of the task delivers."""
        found = baked_configs(self.project, service, built)
        if found:
            self.baked.setdefault(service.name, []).extend(one.mount for one in found)
        gone = [one.grant for one in found]
        return tuple(grant for grant in service.configs if grant not in gone)

    def _bind(self, service: Service, mount: Mount) -> Mount | None:
        """The mount that is left of a bind."""
        source, key = mount.source or "", f"services.{service.name}.volumes"
        if not self._is_of_project(source):
            return self._of_host(mount, source, key)
        try:
            return self._of_project(service, mount, source, key)
        except InputError as error:
            self.findings.error(error.message, mount.mark, error.hint, key)
        except OSError as error:
            message = f"{self._shown(source)} cannot be read: {error.strerror}"
            self.findings.error(message, mount.mark, key=key)
        return None

    def _is_of_project(self, source: str) -> bool:
        if not os.path.isabs(source):
            return False
        directory = os.path.normpath(self.project.directory)
        inside = directory != "/" and is_inside(source, directory)
        return inside or is_inside(os.path.realpath(source), str(self.within.root))

    def _shown(self, source: str) -> str:
        return shown_path(source, self.project.directory)

    # ------------------------------------------------------------- paths of the host

    def _of_host(self, mount: Mount, source: str, key: str) -> Mount | None:
        known = system_path(source)
        if known is None:
            return mount
        about = f"{source}: {known.reason}"
        if not self.on_fargate:
            self.findings.notice(f"{about}; it is that of the instance", mount.mark, key=key)
            return mount
        if known.without is not None:
            message = f"{source} is left out, as Fargate has no host: {known.without}"
            self.findings.notice(message, mount.mark, key=key)
            return None
        self.findings.error(f"Fargate has no host for {about}", mount.mark, known.hint, key)
        return None

    # ------------------------------------------------------------- paths of the project

    def _of_project(self, service: Service, mount: Mount, source: str, key: str) -> Mount | None:
        """A volume for data; None for what is baked. Raises InputError, OSError."""
        shown = self._shown(source)
        real = check_path(source, shown, self.within)
        why = why_data(mount, real, shown)
        if why is not None:
            return self._data(mount, shown, why, key)
        files = read_small(source, shown, self.within)
        baked = BakedMount(shown, mount.target, files, mount.mark)
        self.baked.setdefault(service.name, []).append(baked)
        return None

    def _data(self, mount: Mount, shown: str, why: str, key: str) -> Mount:
        """An empty volume of the task in place of a directory."""
        source = mount.source or ""
        name = self.data.setdefault(source, self._volume_name(source))
        self.findings.warning(
            f"{shown} {why}: the task gets the empty volume {name} in its place, whose data is gone"
            " after each deployment",
            mount.mark,
            "to keep data, mount a named volume with driver: efs; files that the service needs"
            " belong into its image",
            key,
        )
        return replace(mount, type="volume", source=name)

    def _volume_name(self, source: str) -> str:
        """A name by the directory that no other volume has."""
        stem = re.sub(r"[^A-Za-z0-9_-]", "-", os.path.basename(source)) or "data"
        taken = {*self.project.volumes, *self.data.values()}
        name, number = stem, 2
        while name in taken:
            name, number = f"{stem}-{number}", number + 1
        return name

    def _warn_of_hidden(self, service: Service, kept: Sequence[Mount]) -> None:
        """A volume that is mounted above baked files hides them once it has data."""
        for baked in self.baked.get(service.name, ()):
            for mount in kept:
                if baked.target != mount.target and is_inside(baked.target, mount.target):
                    self.findings.warning(
                        f"{baked.shown} is baked into the image at {baked.target},"
                        f" and what is mounted at {mount.target} hides it",
                        baked.mark,
                        "mount the volume at another place, or put the file on it",
                        f"services.{service.name}.volumes",
                    )


def _note(
    words: str,
    mounts: Mapping[str, Sequence[Mount | BakedMount]],
    project: Project,
    findings: Findings,
) -> None:
    """One notice of all mounts of a kind, with the place of the first."""
    named, places = [], []
    for service, found in mounts.items():
        paths = ", ".join(_words(mount, project.directory) for mount in found)
        named.append(f"{service}: {paths}")
        places += [mount.mark for mount in found]
    if named:
        findings.notice(f"{words}: {'; '.join(named)}", places[0])


def _words(mount: Mount | BakedMount, directory: str) -> str:
    if isinstance(mount, BakedMount):
        return f"{mount.shown} at {mount.target}"
    if mount.source is None:
        return mount.target
    return f"{shown_path(mount.source, directory)} at {mount.target}"
