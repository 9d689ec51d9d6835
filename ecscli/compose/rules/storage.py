"""Rules of storage: volumes, mounts that meet, file systems and disks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ecscli.base.documents import Document
from ecscli.base.limits import Range
from ecscli.base.marks import Mark, where
from ecscli.compose.ecs.images import repository_name, stores_data
from ecscli.compose.rules.places import of_member, of_run_member
from ecscli.compose.rules.subject import Container, Problem, Subject, listed
from ecscli.compose.storage.model import is_place

Found = Iterator[Problem]
# API reference, TaskManagedEBSVolumeConfiguration
EBS_SIZES = {
    "gp2": Range(1, 16384, "GiB"),
    "gp3": Range(1, 16384, "GiB"),
    "io1": Range(4, 16384, "GiB"),
    "io2": Range(4, 16384, "GiB"),
    "st1": Range(125, 16384, "GiB"),
    "sc1": Range(125, 16384, "GiB"),
    "standard": Range(1, 1024, "GiB"),
}
EBS_IOPS = {
    "gp3": Range(3000, 16000, "IOPS"),
    "io1": Range(100, 64000, "IOPS"),
    "io2": Range(100, 256000, "IOPS"),
}
# Images that copy thousands of files of their own into an empty volume
FILLED_BY_THEMSELVES = ("nextcloud", "wordpress")
WITHOUT_IOPS = ("st1", "sc1", "standard")


def volumes(subject: Subject) -> Found:
    """Each volume of a task has a name of its own."""
    names = Counter(str(volume["name"]) for volume in subject.items("volumes"))
    for name, times in names.items():
        if times > 1:
            place = where(subject.project.tree, "volumes", name)
            yield Problem(f"volumes.{name}", "is defined twice", place, "keep one of them")


def volumes_on_fargate(subject: Subject) -> Found:
    """Fargate mounts nothing of a host and has no Docker volume drivers."""
    if not subject.fargate:
        return
    for volume in subject.items("volumes"):
        path = (volume.get("host") or {}).get("sourcePath")
        if path:
            yield from _host_mounts(subject, str(volume["name"]), path)
        elif "dockerVolumeConfiguration" in volume:
            yield Problem(
                f"volumes.{volume['name']}",
                "Fargate has no Docker volume drivers",
                _declared_at(subject, str(volume["name"])),
                "drop the driver, or use EFS",
            )


def _host_mounts(subject: Subject, name: str, path: str) -> Found:
    """A problem for each container that mounts a path of the host."""
    for one in subject.containers:
        for mount in one.items("mountPoints"):
            if mount["sourceVolume"] == name:
                message = f"Fargate has no host whose {path} could be mounted"
                hint = "use a named volume or EFS, or launch type EC2"
                yield one.mount_problem(str(mount["containerPath"]), message, hint)


def _declared_at(subject: Subject, name: str) -> Mark | None:
    """Where a volume is declared: in ecs-params where that has it, else in Compose."""
    if any(volume["name"] == name for volume in subject.params.volumes):
        return subject.params.where("task_definition", "docker_volumes")
    for volume in subject.project.volumes.values():
        if name in (volume.name, volume.real_name):
            return volume.mark
    return None


def at_launch(subject: Subject) -> Found:
    """One volume of a task is made when it starts."""
    given = subject.items("volumes")
    late = [volume["name"] for volume in given if volume.get("configuredAtLaunch")]
    for name in late[1:]:
        message = f"{name}: a task gets one EBS volume, and {late[0]} is one already"
        yield subject.of_task("ebs_volumes", message, "keep one of them")


def efs(subject: Subject) -> Found:
    """An access point of EFS sets the root directory; it and IAM need encryption in transit."""
    for at, volume in enumerate(subject.items("volumes")):
        given = volume.get("efsVolumeConfiguration") or {}
        access = given.get("authorizationConfig") or {}
        point = access.get("accessPointId")
        if point and given.get("rootDirectory") not in (None, "", "/"):
            message = "the access point sets the root directory"
            member = ("volumes", at, "efsVolumeConfiguration", "rootDirectory")
            yield of_member(subject, member, message, 'leave it out, or write "/"')
        if (point or access.get("iam") == "ENABLED") and given.get(
            "transitEncryption"
        ) != "ENABLED":
            message = "an access point and IAM need encryption in transit"
            member = ("volumes", at, "efsVolumeConfiguration", "transitEncryption")
            yield of_member(subject, member, message, "write ENABLED")


def s3_files(subject: Subject) -> Found:
    """An access point of S3 Files sets the root directory."""
    for at, volume in enumerate(subject.items("volumes")):
        given = volume.get("s3filesVolumeConfiguration") or {}
        if given.get("accessPointArn") and given.get("rootDirectory") not in (None, "", "/"):
            message = "the access point sets the root directory"
            member = ("volumes", at, "s3filesVolumeConfiguration", "rootDirectory")
            yield of_member(subject, member, message, 'leave it out, or write "/"')


def ebs(subject: Subject) -> Found:
    """An EBS volume has a size or a snapshot; its type decides size, IOPS and throughput."""
    for at, configuration in enumerate(subject.run.fields.get("volumeConfigurations") or ()):
        given = configuration.get("managedEBSVolume") or {}
        for field, message, hint in _ebs(given):
            member = ("volumeConfigurations", at, "managedEBSVolume", field)
            yield of_run_member(subject, member, message, hint)


def _ebs(given: Document) -> Iterator[tuple[str, str, str | None]]:
    """What does not fit together in one EBS volume: member, message and hint."""
    kind, size = given.get("volumeType"), given.get("sizeInGiB")
    iops, throughput = given.get("iops"), given.get("throughput")
    if size is None and not given.get("snapshotId"):
        yield "sizeInGiB", "needs size or snapshot_id", None
    if size is not None and kind in EBS_SIZES and size not in EBS_SIZES[kind]:
        yield "sizeInGiB", f"{size} is out of range", f"{kind} takes {EBS_SIZES[kind]}"
    if iops is None and kind in ("io1", "io2"):
        yield "iops", f"needs iops, as {kind} does", f"{kind} takes {EBS_IOPS[kind]}"
    if iops is not None and kind in WITHOUT_IOPS:
        yield "iops", f"{kind} does not take iops", "leave it out"
    if iops is not None and kind in EBS_IOPS and iops not in EBS_IOPS[kind]:
        yield "iops", f"{iops} is out of range", f"{kind} takes {EBS_IOPS[kind]}"
    if throughput is not None and kind not in (None, "gp3"):
        yield "throughput", f"{kind} does not take throughput", "leave it out, or use gp3"


def mounts(subject: Subject, one: Container) -> Found:
    """Mounts name volumes of the task."""
    known = {str(volume["name"]) for volume in subject.items("volumes")}
    for mount in one.items("mountPoints"):
        source = mount["sourceVolume"]
        if source not in known:
            yield one.problem("volumes", f"no such volume: {source}", f"there are {listed(known)}")


def mounted_twice(subject: Subject, one: Container) -> Found:
    """Nothing is mounted where something is mounted."""
    mounted = (*one.items("mountPoints"), *_temporary(one))
    paths = Counter(str(mount["containerPath"]) for mount in mounted)
    for path, times in paths.items():
        if times > 1:
            yield one.mount_problem(path, f"{path} is mounted twice", "keep one of them")


def _temporary(one: Container) -> tuple[Document, ...]:
    return tuple(one.linux.get("tmpfs") or ())


def stored_data(subject: Subject, one: Container) -> Found:
    """A volume that only the task has is empty in the next task: no place for a database; and EFS
    is a slow one."""
    if not stores_data(_image(subject, one)):
        return
    for source, path in _written(one):
        if _is_of_task(subject, source):
            message = f"{source} belongs to one task: its data is gone after each deployment"
            yield one.mount_problem(path, message, _keep(source)).as_warning()
        elif _is_made(subject, source):
            message = (
                f"{source} is a file system in the network: each commit of a database waits for it"
            )
            hint = "keep a database that has much to do in a database service, such as RDS"
            yield one.mount_problem(path, message, hint).as_warning()


def split_data(subject: Subject, one: Container) -> Found:
    """Several tasks of a service have several volumes, unless these outlive a task."""
    count = subject.run.fields.get("desiredCount") or 1
    if count < 2 or subject.reproduces_ecs_cli:
        return
    for source, path in _written(one):
        if _is_of_task(subject, source):
            message = f"each of {count} tasks has a {source} of its own, which ends with it"
            yield one.mount_problem(path, message, _keep(source)).as_warning()


def seeded_data(subject: Subject, one: Container) -> Found:
    """Docker fills an empty volume with what the image has there; a file system starts empty."""
    program = repository_name(_image(subject, one)).rpartition("/")[2]
    if program not in FILLED_BY_THEMSELVES:
        return
    for source, path in _written(one):
        if _is_made(subject, source):
            message = (
                f"{source} starts empty: {program} copies its own files there when it first starts,"
                " which takes minutes in EFS"
            )
            hint = "give its health check a start_period that is long enough"
            yield one.mount_problem(path, message, hint).as_warning()


def _image(subject: Subject, one: Container) -> str:
    """The image by the files: ours has another name, with files over that one."""
    service = subject.services.get(one.name)
    named = service.image if service else None
    return named or str(one.definition.get("image", ""))


def _written(one: Container) -> Iterator[tuple[str, str]]:
    """The volumes that a container writes to, and where it mounts them."""
    for mount in one.items("mountPoints"):
        if not mount.get("readOnly"):
            yield str(mount["sourceVolume"]), str(mount["containerPath"])


def _is_of_task(subject: Subject, name: str) -> bool:
    """Whether a volume is declared, and only a task has it."""
    own = any(one.keys() == {"name"} and one["name"] == name for one in subject.items("volumes"))
    return own and _declared_at(subject, name) is not None


def _is_made(subject: Subject, name: str) -> bool:
    """Whether a volume is on a file system that is made for the project."""
    for volume in subject.items("volumes"):
        efs = volume.get("efsVolumeConfiguration") or {}
        if volume["name"] == name:
            return is_place(str(efs.get("fileSystemId", "")))
    return False


def _keep(volume: str) -> str:
    return (
        f"to keep it, write volumes: {{{volume}: {{efs: true}}}} in ecs-params.yml or under x-ecs"
    )


def volumes_from(subject: Subject, one: Container) -> Found:
    """The source of volumes_from is a container of the task."""
    for entry in one.items("volumesFrom"):
        source = entry["sourceContainer"]
        if source not in subject.names:
            hint = f"there are {listed(subject.names)}"
            yield one.problem("volumes_from", f"no such container: {source}", hint)


RULES = (volumes, volumes_on_fargate, at_launch, efs, s3_files)
RUN_RULES = (ebs,)
CONTAINER_RULES = (mounts, mounted_twice, stored_data, split_data, seeded_data, volumes_from)
