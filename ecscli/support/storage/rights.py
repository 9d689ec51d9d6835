"""PURE: how a group mounts its volumes -> what its task role needs.

Source: "Using IAM to control file system data access" in the EFS user guide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ecscli.base.documents import Document, Draft
from ecscli.base.records import record
from ecscli.support.storage.model import (
    AS_ROOT,
    MOUNT,
    WRITE,
)


@record
class Mounting:
    """How a group mounts a volume: the outputs of its file system and access point, or the ids of
    existing ones; `given` is the id of the file system where it is not in the stack."""

    file_system: str
    access_point: str
    writes: bool
    as_root: bool = True
    given: str = ""


def mounting_statements(mountings: Iterable[Mounting]) -> Iterator[Document]:
    """What a task role needs to mount these."""
    for one in mountings:
        actions = [MOUNT]
        if one.writes:
            actions.append(WRITE)
        if one.as_root:
            actions.append(AS_ROOT)
        statement: Draft = {"Effect": "Allow", "Action": actions, "Resource": _file_system_arn(one)}
        point = _access_point_arn(one)
        if point:
            statement["Condition"] = {"StringEquals": {"elasticfilesystem:AccessPointArn": point}}
        yield statement


def _file_system_arn(one: Mounting) -> object:
    if one.given:
        return _arn(f"file-system/{one.given}")
    return {"Fn::GetAtt": [one.file_system, "Arn"]}


def _access_point_arn(one: Mounting) -> object:
    if one.access_point.startswith("fsap-"):
        return _arn(f"access-point/{one.access_point}")
    return {"Fn::GetAtt": [one.access_point, "Arn"]} if one.access_point else None


def _arn(resource: str) -> Document:
    place = "arn:${AWS::Partition}:elasticfilesystem:${AWS::Region}:${AWS::AccountId}"
    return {"Fn::Sub": f"{place}:{resource}"}
