"""PURE: the request for a service or for tasks -> the things on AWS that it names, one function a
kind."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.documents import Document
from ecscli.up.service.desired import awsvpc_of


def roles(fields: Document) -> Iterator[str]:
    """The role of the load balancer's, and those with which ECS makes volumes."""
    yield from _given(fields, "role")
    for volume in _volumes(fields):
        yield from _given(volume, "roleArn")


def snapshots(fields: Document) -> Iterator[str]:
    """The snapshots that EBS volumes are made from."""
    for volume in _volumes(fields):
        yield from _given(volume, "snapshotId")


def keys(fields: Document) -> Iterator[str]:
    """The KMS keys of EBS volumes."""
    for volume in _volumes(fields):
        yield from _given(volume, "kmsKeyId")


def alarms(fields: Document) -> Iterator[str]:
    """The CloudWatch alarms that end a deployment."""
    deployment = fields.get("deploymentConfiguration") or {}
    yield from (deployment.get("alarms") or {}).get("alarmNames") or ()


def subnets(fields: Document) -> Iterator[str]:
    """The subnets of tasks in awsvpc."""
    yield from awsvpc_of(fields).get("subnets") or ()


def security_groups(fields: Document) -> Iterator[str]:
    """The security groups of tasks in awsvpc that are there already."""
    for group in awsvpc_of(fields).get("securityGroups") or ():
        if isinstance(group, str):
            yield group


def providers(fields: Document) -> Iterator[str]:
    """The capacity providers."""
    for row in fields.get("capacityProviderStrategy") or ():
        yield str(row["capacityProvider"])


def connect(fields: Document) -> Iterator[str]:
    """The namespace of Service Connect, by name or ARN; empty for the cluster's own."""
    section = fields.get("serviceConnectConfiguration") or {}
    if section.get("enabled"):
        yield str(section.get("namespace") or "")


def _given(row: Document, name: str) -> Iterator[str]:
    if row.get(name):
        yield str(row[name])


def _volumes(fields: Document) -> Iterator[Document]:
    """The EBS volumes that ECS makes."""
    for row in fields.get("volumeConfigurations") or ():
        yield row.get("managedEBSVolume") or {}
