"""EFS's access points: of file systems that there are, known once by their client token, listed in
pages; and the tags of all that EFS has."""

from __future__ import annotations

import functools
import json
import re
from typing import Any

from moto.efs.exceptions import AccessPointNotFound, BadRequest
from moto.efs.models import AccessPoint, EFSBackend
from moto.efs.responses import EFSResponse

from ecscli.sandbox.moto.repairs.efs import life
from ecscli.sandbox.moto.repairs.efs.errors import access_point_exists
from ecscli.sandbox.shapes import Json, Method

JSON = {"Content-Type": "application/json"}
PAGE = 100
#: The longest path of a root directory, and how deep it is at most.
LONGEST, DEEPEST = 100, 4
PERMISSIONS = re.compile(r"[0-7]{3,4}")


def repair() -> None:
    if hasattr(EFSBackend.create_access_point, "__wrapped__"):
        return
    AccessPoint.info_json = described(AccessPoint.info_json)
    EFSBackend.create_access_point = checked(EFSBackend.create_access_point)
    EFSBackend.delete_access_point = delete_access_point
    EFSBackend.describe_access_points = of_one(EFSBackend.describe_access_points)
    EFSResponse.describe_access_points = describe_access_points
    for name in ("list_tags_for_resource", "tag_resource", "untag_resource"):
        setattr(EFSBackend, name, of_known(getattr(EFSBackend, name)))


def described(original: Method) -> Method:
    @functools.wraps(original)
    def info_json(self: AccessPoint) -> Json:
        found = original(self)
        names = [tag["Value"] for tag in found["Tags"] if tag["Key"] == "Name"]
        found |= {"Name": next(iter(names), None), "LifeCycleState": self.life_cycle_state}
        return {name: value for name, value in found.items() if value not in (None, {})}

    return info_json


def checked(original: Method) -> Method:
    @functools.wraps(original)
    def create(
        self: EFSBackend, client_token: str, tags: list[Json], file_system_id: str, **given: Any
    ) -> AccessPoint:
        life.available(self, file_system_id)
        check_directory(given["root_directory"] or {})
        for one in self.access_points.values():
            if one.client_token == client_token:
                raise access_point_exists(one.access_point_id)
        made: AccessPoint = original(self, client_token, tags, file_system_id, **given)
        life.begin(made, "access point is made")
        return made

    return create


def check_directory(directory: Json) -> None:
    path, info = directory.get("Path") or "/", directory.get("CreationInfo")
    if not path.startswith("/") or len(path) > LONGEST or path.strip("/").count("/") >= DEEPEST:
        raise BadRequest(
            f"A path begins with /, has up to {LONGEST} characters and {DEEPEST} directories."
        )
    if info and not {"OwnerUid", "OwnerGid", "Permissions"} <= set(info):
        raise BadRequest("CreationInfo needs OwnerUid, OwnerGid and Permissions.")
    if info and not PERMISSIONS.fullmatch(info["Permissions"]):
        raise BadRequest("Permissions are three or four octal digits.")


def delete_access_point(self: EFSBackend, access_point_id: str) -> None:
    if self.access_points.pop(access_point_id, None) is None:
        raise AccessPointNotFound(access_point_id)


def of_one(original: Method) -> Method:
    @functools.wraps(original)
    def describe(
        self: EFSBackend, access_point_id: str | None, file_system_id: str | None
    ) -> object:
        if access_point_id and file_system_id:
            raise BadRequest("AccessPointId and FileSystemId exclude each other.")
        if file_system_id:
            life.file_system(self, file_system_id)
        return original(self, access_point_id, file_system_id)

    return describe


def describe_access_points(self: EFSResponse) -> tuple[str, Json]:
    """A page of access points; the token is the place in the list at which the next one begins."""
    found = self.efs_backend.describe_access_points(
        self._get_param("AccessPointId"), self._get_param("FileSystemId")
    )
    start = int(self._get_param("NextToken") or 0)
    end = start + int(self._get_param("MaxResults") or PAGE)
    answer: Json = {"AccessPoints": [one.info_json() for one in found[start:end]]}
    if end < len(found):
        answer["NextToken"] = str(end)
    return json.dumps(answer), JSON


def of_known(original: Method) -> Method:
    """Tags belong to a file system or an access point, named by id or ARN."""

    @functools.wraps(original)
    def action(self: EFSBackend, resource: str, *args: object) -> object:
        resource_id = resource.rpartition("/")[2]
        is_point = resource_id.startswith("fsap-")
        if is_point and resource_id not in self.access_points:
            raise AccessPointNotFound(resource_id)
        if not is_point:
            life.file_system(self, resource_id)
        return original(self, resource_id, *args)

    return action
