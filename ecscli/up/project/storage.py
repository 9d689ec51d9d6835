"""PURE: the volumes of a project that are kept in EFS, who mounts them, and what is there already
-> the part of the support stack, the rights of task roles, and task definitions with the ids."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding
from ecscli.base.records import field, record
from ecscli.compose.storage.model import (
    EfsVolume,
    FileSystem,
    Storage,
    access_point_place,
    file_system_place,
)
from ecscli.support.parts import Part
from ecscli.support.storage.live import (
    file_systems_by_volume,
    fixed_changes,
    kept_storage,
    path_of,
    replaced_points,
    volumes_of,
)
from ecscli.support.storage.model import (
    Directory,
    WantedFileSystem,
    WantedStorage,
    access_point_outputs,
    file_system_outputs,
    mount_target_ids,
)
from ecscli.support.storage.part import storage_part
from ecscli.support.storage.rights import Mounting, mounting_statements
from ecscli.support.template import compact_body, part_of
from ecscli.up.service.names import Names
from ecscli.up.support.live import LiveSupport
from ecscli.up.support.stacks import output_of

FIXED_HINT = (
    "write the value that it has: EFS cannot change it, and a new file system would be empty"
)


@record
class ProjectStorage:
    """`mounts`: for each group by name the volumes that it mounts, and whether it writes; `roles`:
    the task roles that files name, and `security_groups` those of tasks that files give by id, by
    group. `found`: the descriptions of file systems that are
    there and not in the support stack, by their names in `storage`."""

    storage: Storage = Storage()
    mounts: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    security_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    found: Mapping[str, Document] = field(default_factory=dict)

    @property
    def makes(self) -> bool:
        """Whether there is a volume on a file system that is made."""
        return bool(self.storage.made)

    @property
    def mounting(self) -> list[str]:
        """The groups that mount volumes on file systems that are made."""
        return self.groups_with(self.storage.made)

    @property
    def existing(self) -> tuple[EfsVolume, ...]:
        """The volumes on file systems that files name, and that are mounted."""
        return tuple(one for one in self.storage.existing if self.groups_with([one]))

    def groups_with(self, volumes: Iterable[EfsVolume]) -> list[str]:
        """The groups that mount one of these volumes."""
        names = {one.name for one in volumes}
        return [group for group, mounted in self.mounts.items() if names & set(mounted)]

    def given(self, file_system: str) -> str:
        """The id of a file system that is not in the stack; empty for others."""
        return str(self.found.get(file_system, {}).get("FileSystemId", ""))

    def groups_on(self, file_system: str) -> list[str]:
        """The groups that mount volumes of a file system that is made."""
        made = self.storage.made
        return self.groups_with(one for one in made if one.file_system == file_system)


@record
class StoragePlace:
    """Where the file systems are reached: the `vpc`, a subnet for each zone, and the security
    groups of each group of services, by a name for each."""

    vpc: str
    subnets: Mapping[str, str]
    clients: Mapping[str, Mapping[str, object]]


def _outputs(storage: Storage) -> tuple[dict[str, str], dict[str, str]]:
    """The outputs of file systems and of access points."""
    file_systems = file_system_outputs(one.name for one in storage.file_systems)
    return file_systems, access_point_outputs(_in_order(storage))


def _in_order(storage: Storage) -> list[str]:
    """The volumes on file systems that are made, those of one file system together, as the support
    stack has them."""
    made = storage.made
    return [
        volume.name
        for one in storage.file_systems
        for volume in made
        if volume.file_system == one.name
    ]


# ------------------------------------------------------------- rights


def statements_of(project: ProjectStorage, group: str) -> list[Document]:
    """What the task role of a group needs for its volumes; nothing where files name the role, which
    is not ours."""
    if group in project.roles:
        return []
    file_systems, points = _outputs(project.storage)
    mountings = []
    for name, writes in project.mounts.get(group, {}).items():
        volume = project.storage.volumes[name]
        if not volume.iam:
            continue
        mountings.append(
            Mounting(
                file_systems.get(volume.file_system, ""),
                volume.access_point if volume.existing else points[name],
                writes,
                not (volume.acts_as_owner and volume.owner[0]),
                volume.existing or project.given(volume.file_system),
            )
        )
    return list(mounting_statements(mountings))


# ------------------------------------------------------------- the support stack


def stack_part(
    names: Names, project: ProjectStorage, place: StoragePlace | None, live: LiveSupport
) -> Part:
    """What the stack is to have: what the files ask for, and all storage that it has already, as
    data does not go with a line of a file. `place` None: nothing can be made."""
    whole = live.part(names)
    kept = kept_storage(whole)
    if place is None or not project.makes:
        return kept
    file_systems = tuple(
        _file_system(project, one, place, whole) for one in project.storage.file_systems
    )
    wanted = WantedStorage(names.project, names.cluster, place.vpc, file_systems)
    return kept + part_of(compact_body(storage_part(wanted)))


def _file_system(
    project: ProjectStorage, one: FileSystem, place: StoragePlace, live: Part
) -> WantedFileSystem:
    groups = project.groups_on(one.name)
    clients = {
        name: client for group in groups for name, client in place.clients.get(group, {}).items()
    }
    roles = dict.fromkeys(project.roles[group] for group in groups if group in project.roles)
    made = [each for each in project.storage.made if each.file_system == one.name]
    return WantedFileSystem(
        one.name,
        project.given(one.name),
        tuple(_directory(each) for each in made),
        _subnets(one.name, place, live),
        clients,
        tuple(roles),
        one.throughput,
        one.provisioned,
        one.performance,
        one.backup,
        one.lifecycle,
        one.kms_key,
        one.encrypted,
        tuple(dict.fromkeys([*(each.name for each in made), *_volumes_on(one.name, live)])),
    )


def _volumes_on(file_system: str, live: Part) -> list[str]:
    """The volumes that the stack has on one of its file systems."""
    id_ = file_system_outputs([file_system])[file_system]
    there = file_systems_by_volume(live)
    return [volume for volume, reference in there.items() if reference == {"Ref": id_}]


def _directory(volume: EfsVolume) -> Directory:
    return Directory(
        volume.name, volume.path, volume.owner, volume.permissions, volume.acts_as_owner
    )


def _subnets(file_system: str, place: StoragePlace, live: Part) -> dict[str, str]:
    """The subnet of each zone: that of the mount target which is there, as a zone has room for one
    alone, else the one of the tasks."""
    ids = mount_target_ids(file_system, _suffix(file_system), place.subnets)
    found = {}
    for zone, subnet in place.subnets.items():
        there = live.resources.get(ids[zone], {}).get("Properties", {})
        found[zone] = str(there.get("SubnetId") or subnet)
    return found


def _suffix(file_system: str) -> str:
    outputs = file_system_outputs([file_system])
    return outputs[file_system].removeprefix(outputs[""])


# ------------------------------------------------------------- what task definitions get


def values_of(
    names: Names, project: ProjectStorage, live: LiveSupport, part: Part
) -> dict[str, object]:
    """The id, or the output of the stack that will have it, for each place in task definitions."""
    file_systems, points = _outputs(project.storage)
    whole = live.part(names)
    replaced = set(replaced_points(whole, part))
    found: dict[str, object] = {}
    for one in project.storage.file_systems:
        id_ = project.given(one.name) or output_of(file_systems[one.name], names, live)
        found[file_system_place(one.name)] = id_
    for volume in project.storage.made:
        output = points[volume.name]
        # its output has the old id until the stack has made the new one
        source = LiveSupport() if output in replaced else live
        found[access_point_place(volume.name)] = output_of(output, names, source)
    return found


def with_ids(definition: Document, values: Mapping[str, object]) -> Draft:
    """The task definition with values in its places."""
    if not definition.get("volumes"):
        return {**definition}
    return {**definition, "volumes": [_with_ids(one, values) for one in definition["volumes"]]}


def _with_ids(volume: Document, values: Mapping[str, object]) -> Document:
    efs = volume.get("efsVolumeConfiguration")
    if not efs:
        return volume
    found = {**efs, "fileSystemId": values.get(efs["fileSystemId"], efs["fileSystemId"])}
    access = efs.get("authorizationConfig") or {}
    point = access.get("accessPointId")
    if point:
        found["authorizationConfig"] = {**access, "accessPointId": values.get(point, point)}
    return {**volume, "efsVolumeConfiguration": found}


def sought_file_systems(names: Names, project: ProjectStorage, live: LiveSupport) -> list[str]:
    """The file systems by name that the stack does not have, and that may be there without it."""
    outputs, _ = _outputs(project.storage)
    whole = live.part(names)
    made = [one.name for one in project.storage.file_systems]
    return [name for name in made if outputs[name] not in whole.resources]


# ------------------------------------------------------------- what stands in the way, and remarks


def fixed_findings(names: Names, project: ProjectStorage, live: LiveSupport) -> Iterator[Finding]:
    """The keys that EFS cannot change of a file system that is there."""
    outputs, _ = _outputs(project.storage)
    whole = live.part(names)
    for one in project.storage.file_systems:
        wanted = WantedFileSystem(
            one.name, performance=one.performance, kms_key=one.kms_key, encrypted=one.encrypted
        )
        resource, description = whole.resources.get(outputs[one.name]), project.found.get(one.name)
        there, of_stack = description, False
        if resource is not None:
            there, of_stack = resource["Properties"], True
        if there is None:
            continue
        id_ = project.given(one.name) or live.outputs.get(outputs[one.name], outputs[one.name])
        for key, value in fixed_changes(there, wanted, of_stack):
            message = f"volumes: {key}: file system {id_} has {value}, which cannot be changed"
            yield Finding(message, one.marks.get(key), FIXED_HINT)


def unreached_findings(
    volumes: Iterable[EfsVolume],
    vpc: str,
    zones: Iterable[str],
    targets: Mapping[str, Sequence[Document]],
) -> Iterator[Finding]:
    """The volumes on existing file systems that tasks in these zones cannot mount; `targets` are
    the mount targets by the file system, without one that does not exist."""
    for volume in volumes:
        id_, place = volume.existing, volume.marks.get("file_system") or volume.where
        rows = targets.get(id_)
        if rows is None:
            continue
        others = [str(row.get("VpcId")) for row in rows if row.get("VpcId") != vpc]
        if others:
            message = (
                f"volumes.{volume.volume}: file system {id_} is in {others[0]}, the tasks in {vpc}"
            )
            yield Finding(message, place, "use subnets of its VPC")
            continue
        reached = {row.get("AvailabilityZoneName") for row in rows}
        missing = [zone for zone in zones if zone not in reached]
        if missing:
            message = (
                f"volumes.{volume.volume}: file system {id_} has no mount target in"
                f" {', '.join(missing)}"
            )
            yield Finding(message, place, "make one there, or choose other subnets for the tasks")


def moved_findings(
    names: Names, project: ProjectStorage, live: LiveSupport, part: Part
) -> Iterator[Finding]:
    """The volumes that would begin empty in another file system than the one with their data."""
    whole = live.part(names)
    before = file_systems_by_volume(whole)
    for volume, file_system in file_systems_by_volume(part).items():
        if before.get(volume, file_system) != file_system and volume in project.storage.volumes:
            yield _left_behind(project.storage.volumes[volume], "another file system")


def strayed_findings(
    project: ProjectStorage, there: Mapping[str, tuple[str, Collection[str]]]
) -> Iterator[Finding]:
    """The same of file systems outside of the stack: `there` has by the id of each its name and the
    volumes whose data it has."""
    for volume in project.storage.made:
        for id_, (name, volumes) in there.items():
            if name != volume.file_system and volume.volume in volumes:
                yield _left_behind(volume, f"file system {id_}")


def _left_behind(volume: EfsVolume, where: str) -> Finding:
    message = f"volumes.{volume.volume}: its data is in {where}, which it would leave"
    hint = "change own back; a volume of another name may begin with an empty one"
    return Finding(message, volume.marks.get("own") or volume.where, hint)


def storage_remarks(
    names: Names, project: ProjectStorage, live: LiveSupport, part: Part
) -> Iterator[Finding]:
    """What happens to data: volumes that the files no longer have, access points that are
    replaced, file systems that are found again."""
    whole = live.part(names)
    for name, description in project.found.items():
        what = f"volume {name}" if name else "the volumes"
        message = f"file system {description['FileSystemId']} of {what} is used again"
        yield Finding(f"{message}, with the data and settings that it has")
    yield from _left(project, volumes_of(whole).values())
    named = volumes_of(part)
    for id_ in replaced_points(whole, part):
        path, before = path_of(part, id_), path_of(whole, id_)
        stays = "the data stays where it is"
        if path != before:
            stays = f"it is {path} from now on, and what is in {before} stays there"
        yield Finding(f"! access point {id_} of volume {named[id_]} is replaced: {stays}")


def _left(project: ProjectStorage, volumes: Iterable[str]) -> Iterator[Finding]:
    known = {one.name for one in project.storage.made}
    left = [name for name in volumes if name not in known]
    if left:
        one_volume = len(left) == 1
        subject = f"volume {left[0]}" if one_volume else f"volumes {', '.join(left)}"
        keeps = "keeps its file system" if one_volume else "keep their file system"
        message = (
            f"{subject} {keeps}, though the files no longer have {'it' if one_volume else 'them'}"
        )
        hint = (
            "EFS bills what is stored, about 0.30 USD for each GiB and month;"
            " `ecscli compose down --volumes` deletes it"
        )
        yield Finding(message, None, hint)
