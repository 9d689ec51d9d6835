"""A project and its ecs-params -> the volumes that are kept in EFS, and the file systems that are
made for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ecscli.base.documents import Document
from ecscli.base.findings import Findings
from ecscli.base.keys.shapes import Reading
from ecscli.base.marks import Map, Mark
from ecscli.base.nearest import did_you_mean
from ecscli.base.records import replace
from ecscli.compose.params.extension import EXTENSION, laid_over
from ecscli.compose.params.read import EcsParams, as_map
from ecscli.compose.params.volume_settings import OF_FILE_SYSTEM, VOLUME
from ecscli.compose.project.model import Project, Service, Volume
from ecscli.compose.storage.check import check_efs, check_paths
from ecscli.compose.storage.driver_options import asks_for_efs, options_of
from ecscli.compose.storage.model import (
    OF_PROJECT,
    OWNER,
    PERMISSIONS,
    EfsVolume,
    FileSystem,
    Storage,
)

IN_MADE = {"provisioned_throughput": "provisioned"}  # keys that have another name in FileSystem


def read_storage(project: Project, params: EcsParams, findings: Findings) -> Storage:
    """The volumes of a project that are kept in EFS; what cannot be is an error of `findings`."""
    _check_declared(project, params, findings)
    settings = {
        name: _settings(project, volume, params, findings)
        for name, volume in project.volumes.items()
    }
    kept = {name: efs for name, efs in settings.items() if efs is not None}
    values = {name: _values(name, efs, findings) for name, efs in kept.items()}
    volumes: dict[str, EfsVolume] = {}
    for name, efs in kept.items():
        _check_twice(name, params, efs, findings)
        volume = _volume(project, name, values[name], efs)
        volumes[name] = volume
        volumes |= {part.name: part for part in _parts(project.services, volume)}
    check_paths(volumes.values(), findings)
    others = {name: _others(project, name, params) for name in project.volumes}
    _check_one_place(kept, others, params, findings)
    return Storage(
        volumes,
        _file_systems(kept, values, findings),
        {name: one["ebs"] for name, one in others.items() if one.get("ebs")},
        {name: one["s3files"] for name, one in others.items() if one.get("s3files")},
    )


# ------------------------------------------------------------- settings of a volume


def _settings(
    project: Project, volume: Volume, params: EcsParams, findings: Findings
) -> Map | None:
    """`efs` of one volume, of all places that have it, ecs-params first; None where it has none."""
    own = as_map(as_map(project.tree.get("volumes")).get(volume.name)).get(EXTENSION)
    layers: list[Map | bool | None] = []
    if not project.dialect.reproduces_ecs_cli and asks_for_efs(volume):
        layers.append(options_of(project, volume, findings))
    if own is not None:
        Reading(project.tree, findings).read(VOLUME, own, ("volumes", volume.name, EXTENSION))
        layers.append(_efs_of(as_map(own)))
    layers.append(_efs_of(params.volume_settings.get(volume.name, Map())))
    return _joined(layers)


def _others(project: Project, name: str, params: EcsParams) -> Document:
    """What a volume is kept in beside EFS: values of VOLUME."""
    own = as_map(as_map(as_map(project.tree.get("volumes")).get(name)).get(EXTENSION))
    joined = laid_over(own, params.volume_settings.get(name, Map()))
    values = Reading(joined, Findings()).read(VOLUME, joined)
    values.pop("efs", None)
    return values


def _check_one_place(
    kept: Mapping[str, Map],
    others: Mapping[str, Document],
    params: EcsParams,
    findings: Findings,
) -> None:
    """Note volumes that would be kept in two places."""
    for name, values in others.items():
        places = [*(["efs"] if name in kept else []), *values]
        if len(places) > 1:
            given = params.volume_settings.get(name, Map())
            message = f"is kept in {' and '.join(places)}"
            findings.error(message, given.mark, "keep one of them", f"volumes.{name}")
        elif values:
            _check_twice(name, params, params.volume_settings.get(name, Map()), findings)


def _efs_of(given: Map) -> Map | bool | None:
    """`efs` as a mapping, an empty one for true; False where it is switched off, None where it is
    not given."""
    efs = given.get("efs")
    if isinstance(efs, Map):
        return efs
    switched = Reading(given, Findings()).read(VOLUME, given).get("efs")
    if switched is True:
        return Map(mark=given.keys_at.get("efs"))
    return switched if isinstance(switched, bool) else None


def _joined(layers: Sequence[Map | bool | None]) -> Map | None:
    """The layers key by key, later ones over earlier ones."""
    found: Map | None = None
    for layer in layers:
        if layer is False:
            found = None
        elif isinstance(layer, Map):
            found = laid_over(found or Map(), layer)
    return found


def _values(name: str, efs: Map, findings: Findings) -> Document:
    """The values as they are meant; what does not go together is noted."""
    tree = Map({"efs": efs})
    values: Document = Reading(tree, Findings()).read(VOLUME, tree).get("efs", {})
    check_efs(name, values, efs, findings)
    return values


def _check_declared(project: Project, params: EcsParams, findings: Findings) -> None:
    """Note volumes that only ecs-params or `x-ecs` has."""
    for name, given in params.volume_settings.items():
        if name not in project.volumes:
            hint = did_you_mean(name, project.volumes)
            message = "the Compose file has no such volume"
            findings.warning(message, given.mark, hint, f"volumes.{name}")


def _check_twice(name: str, params: EcsParams, efs: Map, findings: Findings) -> None:
    """Note a volume that ecs-params defines in another way too."""
    if any(volume["name"] == name for volume in params.volumes):
        message = "is defined under task_definition too, where its file system is given by an id"
        findings.error(message, efs.mark, "keep one of them", f"volumes.{name}")


# ------------------------------------------------------------- volumes


def _volume(project: Project, name: str, values: Document, efs: Map) -> EfsVolume:
    existing = values.get("file_system", "")
    acts_as_owner = "uid" in values and "gid" in values
    owner = (values["uid"], values["gid"]) if acts_as_owner else _user(project.services, name)
    return EfsVolume(
        name,
        values.get("path") or ("/" if existing else f"/{name}"),
        name if values.get("own") else OF_PROJECT,
        existing,
        values.get("access_point", ""),
        values.get("iam", True),
        owner,
        values.get("permissions", PERMISSIONS),
        acts_as_owner,
        efs.mark or project.volumes[name].mark,
        dict(efs.keys_at),
    )


def _user(services: Sequence[Service], volume: str) -> tuple[int, int]:
    """The numeric `user` of the first service that mounts a volume; root without one."""
    for service in services:
        user, _, group = (service.user or "").partition(":")
        if user.isdecimal() and any(mount.source == volume for mount in service.volumes):
            return int(user), int(group) if group.isdecimal() else 0
    return OWNER


def _parts(services: Sequence[Service], volume: EfsVolume) -> Iterator[EfsVolume]:
    """A part of the volume for each `subpath` by which services mount it."""
    if volume.existing:
        return
    mounts = [mount for service in services for mount in service.volumes]
    for mount in mounts:
        if mount.source == volume.name and mount.subpath:
            part = mount.subpath.strip("/")
            path = f"{volume.path}/{part}"
            yield replace(volume, name=f"{volume.name}/{part}", path=path, where=mount.mark)


# ------------------------------------------------------------- file systems


def _file_systems(
    kept: Mapping[str, Map], values: Mapping[str, Document], findings: Findings
) -> tuple[FileSystem, ...]:
    """The file systems that are made, with the keys of all volumes that share each."""
    found: dict[str, FileSystem] = {}
    for name, efs in kept.items():
        given = values[name]
        if given.get("file_system"):
            continue
        own = name if given.get("own") else OF_PROJECT
        known = found.get(own, FileSystem(own))
        found[own] = _with_keys(name, known, given, efs, findings)
    return tuple(found.values())


def _with_keys(
    volume: str, known: FileSystem, given: Document, efs: Map, findings: Findings
) -> FileSystem:
    """The same with the keys that a volume gives; one that another volume gives otherwise is an
    error."""
    marks: dict[str, Mark] = dict(known.marks)
    fields: dict[str, object] = {}
    for key in OF_FILE_SYSTEM:
        if key not in given:
            continue
        field, place = IN_MADE.get(key, key), efs.keys_at.get(key) or efs.mark
        before = getattr(known, field)
        if key in marks and before != given[key]:
            message = f"is {given[key]}, and {marks[key]} has {before} for the same file system"
            hint = "give both the same value, or the volume a file system of its own: own: true"
            findings.error(message, place, hint, f"volumes.{volume}.efs.{key}")
            continue
        fields[field] = given[key]
        if place is not None:
            marks[key] = place
    return replace(known, **fields, marks=marks)
