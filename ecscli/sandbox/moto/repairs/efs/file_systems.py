"""EFS's file systems: their throughput, backup and policy can be changed; one is deleted only
without mount targets, with its access points."""

from __future__ import annotations

import functools
import json
import time

from moto.efs.exceptions import BadRequest, FileSystemInUse, PolicyNotFound
from moto.efs.models import EFSBackend, FileSystem
from moto.efs.responses import EFSResponse

from ecscli.sandbox.moto.repairs import clock
from ecscli.sandbox.moto.repairs.efs import life
from ecscli.sandbox.moto.repairs.efs.errors import bad_policy, changed_too_often
from ecscli.sandbox.shapes import Json, Method

#: What an empty file system is metered with.
LEAST_SIZE = 6144
DAY = 24 * 60 * 60
BURSTING, ELASTIC, PROVISIONED = "bursting", "elastic", "provisioned"
PERFORMANCE, THROUGHPUT = ("generalPurpose", "maxIO"), (BURSTING, PROVISIONED, ELASTIC)
JSON = {"Content-Type": "application/json"}


def repair() -> None:
    if hasattr(EFSBackend.create_file_system, "__wrapped__"):
        return
    FileSystem.size_in_bytes = property(size_in_bytes)
    EFSBackend.create_file_system = checked(EFSBackend.create_file_system)
    EFSBackend.delete_file_system = unless_used(EFSBackend.delete_file_system)
    EFSBackend.describe_backup_policy = describe_backup_policy
    EFSBackend.put_lifecycle_configuration = of_available(EFSBackend.put_lifecycle_configuration)
    EFSBackend.describe_file_system_policy = describe_policy
    EFSBackend.put_file_system_policy = put_policy
    EFSResponse.update_file_system = update_file_system
    EFSResponse.put_backup_policy = put_backup_policy
    EFSResponse.delete_file_system_policy = delete_policy


def size_in_bytes(self: FileSystem) -> Json:
    size = max(self._size_value, LEAST_SIZE)
    return {"Value": size, "ValueInIA": 0, "ValueInStandard": size, "Timestamp": time.time()}


def checked(original: Method) -> Method:
    @functools.wraps(original)
    def create(self: EFSBackend, creation_token: str, **given: object) -> FileSystem:
        check_modes(given)
        made: FileSystem = original(self, creation_token, **given)
        life.begin(made, "file system is made")
        return made

    return create


def check_modes(given: Json) -> None:
    """What does not go together, from the reference of CreateFileSystem."""
    performance = given["performance_mode"] or "generalPurpose"
    throughput = given["throughput_mode"] or BURSTING
    check_throughput(throughput, given["provisioned_throughput_in_mibps"])
    if performance not in PERFORMANCE:
        raise BadRequest(f"PerformanceMode is one of {', '.join(PERFORMANCE)}.")
    if performance == "maxIO" and throughput == ELASTIC:
        raise BadRequest("The performance mode maxIO does not go with elastic throughput.")
    if performance == "maxIO" and given["availability_zone_name"]:
        raise BadRequest("The performance mode maxIO does not go with One Zone storage.")


def check_throughput(mode: str, provisioned: object) -> None:
    if mode not in THROUGHPUT:
        raise BadRequest(f"ThroughputMode is one of {', '.join(THROUGHPUT)}.")
    if (mode == PROVISIONED) != bool(provisioned):
        raise BadRequest("ProvisionedThroughputInMibps goes with the mode provisioned, and only.")


def update_file_system(self: EFSResponse) -> tuple[str, Json]:
    found = life.available(self.efs_backend, self._get_param("FileSystemId"))
    mode = self._get_param("ThroughputMode") or found.throughput_mode
    provisioned = self._get_param("ProvisionedThroughputInMibps")
    if mode == PROVISIONED and not provisioned:
        provisioned = found.provisioned_throughput_in_mibps
    check_throughput(mode, provisioned)
    note_change(found, mode, provisioned)
    found.throughput_mode, found.provisioned_throughput_in_mibps = mode, provisioned
    life.begin(found, "file system is made", life.UPDATING)
    return json.dumps(found.info_json()), {**JSON, "status": 202}


def note_change(found: FileSystem, mode: str, provisioned: float | None) -> None:
    """Refuse a second change of the mode, or decrease, within a day."""
    before = found.provisioned_throughput_in_mibps or 0
    if mode == found.throughput_mode and (provisioned or 0) >= before:
        return
    last = getattr(found, "_changed_at", None)
    if last is not None and clock.now() - last < DAY:
        raise changed_too_often()
    found._changed_at = clock.now()


def unless_used(original: Method) -> Method:
    @functools.wraps(original)
    def delete(self: EFSBackend, file_system_id: str) -> None:
        found = life.file_system(self, file_system_id)
        if found.number_of_mount_targets:
            raise FileSystemInUse("Must delete all mount targets before deleting file system.")
        life.end(found, "file system is made", gone, self, original, file_system_id)

    return delete


def gone(backend: EFSBackend, original: Method, file_system_id: str) -> None:
    """A file system takes its access points with it."""
    for one in list(backend.access_points.values()):
        if one.file_system_id == file_system_id:
            del backend.access_points[one.access_point_id]
    original(backend, file_system_id)
    life.DELETIONS.heard_by(file_system_id)


def of_available(original: Method) -> Method:
    @functools.wraps(original)
    def put(self: EFSBackend, file_system_id: str, policies: list[Json]) -> object:
        life.available(self, file_system_id)
        return original(self, file_system_id, policies)

    return put


def put_backup_policy(self: EFSResponse) -> tuple[str, Json]:
    found = life.available(self.efs_backend, self._get_param("FileSystemId"))
    found._backup_status = self._get_param("BackupPolicy")["Status"]
    return json.dumps({"BackupPolicy": {"Status": found._backup_status}}), JSON


def describe_backup_policy(self: EFSBackend, file_system_id: str) -> Json:
    found = life.file_system(self, file_system_id)
    first = "ENABLED" if found._backup else ""
    status = getattr(found, "_backup_status", first)
    if not status:
        raise PolicyNotFound("There is no backup policy.")
    return {"Status": status}


def describe_policy(self: EFSBackend, file_system_id: str) -> str:
    policy = life.file_system(self, file_system_id).file_system_policy
    if not policy:
        raise PolicyNotFound(f"There is no policy of file system '{file_system_id}'.")
    return str(policy)


def put_policy(self: EFSBackend, file_system_id: str, policy: str, **_: object) -> None:
    found = life.available(self, file_system_id)
    try:
        is_object = isinstance(json.loads(policy), dict)
    except (TypeError, ValueError):
        is_object = False
    if not is_object:
        raise bad_policy()
    found.file_system_policy = policy


def delete_policy(self: EFSResponse) -> tuple[str, Json]:
    found = life.available(self.efs_backend, self._get_param("FileSystemId"))
    found.file_system_policy = None
    return "{}", JSON
