"""READS: one container instance: what ECS knows of it, its user data and role, and what its agent
says of itself."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import urllib.request
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from functools import partial
from typing import Any

from ecscli.aws.client import Aws
from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AwsError, InputError
from ecscli.console.api import Api, needed
from ecscli.console.screens.clusters import pair, tags_of
from ecscli.console.screens.masking import masked_script
from ecscli.up.model import short
from ecscli.up.stack.live import instance_of
from ecscli.watch.documents import document_of

Query = Mapping[str, Any]
PORTS = ("PORTS", "PORTS_UDP")
AGENT_PAGES = ("metadata", "tasks")
PATIENCE = 5.0  # seconds
GZIP = b"\x1f\x8b"
LARGEST = 1 << 20  # bytes of user data once it is unpacked; packed, AWS takes 16 KiB


def instance(api: Api, query: Query) -> Draft:
    """A container instance by its id."""
    cluster, id_ = needed(query, "cluster"), needed(query, "instance")
    answer = api.aws.call(
        "ecs",
        "describe_container_instances",
        cluster=cluster,
        containerInstances=[id_],
        include=["TAGS"],
    )
    rows = answer["containerInstances"]
    if not rows:
        hint = f"see those that are with `ecscli instances --cluster {cluster}`"
        raise InputError(f"there is no container instance {id_} in cluster {cluster}", hint=hint)
    return instance_document(rows[0])


def instance_document(row: Document) -> Draft:
    """The form of `ecscli instances`, and more."""
    attributes = [pair(one["name"], one.get("value")) for one in row.get("attributes") or ()]
    return {
        **document_of(instance_of(row)),
        "registeredAt": row.get("registeredAt"),
        "statusReason": row.get("statusReason"),
        "agentUpdateStatus": row.get("agentUpdateStatus"),
        "capacityProviderName": row.get("capacityProviderName"),
        "attributes": sorted(attributes, key=lambda one: str(one["name"])),
        "reservedPorts": list(reserved_ports(row.get("registeredResources"))),
        "takenPorts": list(reserved_ports(row.get("remainingResources"))),
        "tags": tags_of(row.get("tags")),
    }


def reserved_ports(resources: Iterable[Document] | None) -> Iterator[str]:
    """``22/tcp``: the ports that no task gets any more, as resources list them."""
    for resource in resources or ():
        if resource["name"] in PORTS:
            protocol = "udp" if resource["name"].endswith("UDP") else "tcp"
            for port in sorted(resource.get("stringSetValue") or (), key=int):
                yield f"{port}/{protocol}"


def user_data(api: Api, query: Query) -> Draft:
    """What an instance runs when it first starts, without secrets."""
    answer = api.aws.call(
        "ec2",
        "describe_instance_attribute",
        InstanceId=needed(query, "instance"),
        Attribute="userData",
    )
    text = (answer.get("UserData") or {}).get("Value") or ""
    return {"text": masked_script(decoded(text))}


def decoded(text: str) -> str:
    """User data as it was written: base64 and gzip taken off."""
    try:
        data = base64.b64decode(text, validate=True)
        if data.startswith(GZIP):
            data = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, LARGEST)
        return data.decode(errors="replace")
    except (binascii.Error, gzip.BadGzipFile, zlib.error, ValueError):
        return text


def role(api: Api, query: Query) -> Draft:
    """The role of an instance and the policies that it has."""
    id_ = needed(query, "instance")
    filters = [
        {"Name": "instance-id", "Values": [id_]},
        {"Name": "state", "Values": ["associated"]},
    ]
    found = api.aws.pages(
        "ec2",
        "describe_iam_instance_profile_associations",
        "IamInstanceProfileAssociations",
        Filters=filters,
    )
    profile = next((one["IamInstanceProfile"]["Arn"] for one in found), None)
    if not profile:
        return {"instanceProfile": None, "roles": []}
    answer = api.aws.call("iam", "get_instance_profile", InstanceProfileName=short(profile))
    names = [one["RoleName"] for one in answer["InstanceProfile"].get("Roles") or ()]
    roles = api.aws.together(*(partial(_role, api.aws, name) for name in names))
    return {"instanceProfile": short(profile), "roles": list(roles)}


def _role(aws: Aws, name: str) -> Draft:
    attached, inline = aws.together(
        lambda: list(
            aws.pages("iam", "list_attached_role_policies", "AttachedPolicies", RoleName=name)
        ),
        lambda: list(aws.pages("iam", "list_role_policies", "PolicyNames", RoleName=name)),
    )
    policies = [{"name": one["PolicyName"], "arn": one["PolicyArn"]} for one in attached]
    return {"name": name, "policies": policies, "inlinePolicies": inline}


def agent(api: Api, query: Query) -> Draft:
    """What the agent of an instance answers on its introspection port: in the sandbox alone, as
    that port is open on the instance itself alone."""
    url = api.aws.settings.sandbox_url
    if not url:
        raise InputError("the agent of an instance answers on the instance itself alone")
    id_ = needed(query, "instance")
    if not id_.replace("-", "").isalnum():
        raise InputError(f"{id_} is not the id of an EC2 instance")
    base = f"{url}/_sandbox/instances/{id_}/v1/"
    return {page: _asked(base + page) for page in AGENT_PAGES}


def _asked(address: str) -> Document:
    try:
        with closing(urllib.request.urlopen(address, timeout=PATIENCE)) as answer:
            found: Document = json.load(answer)
            return found
    except (OSError, ValueError) as error:
        raise AwsError(f"the agent does not answer: {error}") from None
