"""Tags of ECS things: checked, attached, removed, listed by ARN."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from ecscli.sandbox.ecs.model import Cluster, Definition
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.errors import ApiError, invalid
from ecscli.sandbox.shapes import Json


class Tagged(Protocol):
    """Whatever has an ARN and tags."""

    tags: list[Json]

    @property
    def arn(self) -> str: ...


def checked_tags(tags: Iterable[Json]) -> list[Json]:
    """Tags as ECS keeps them; at most 50, no empty key, none of AWS's own."""
    kept = {one.get("key", ""): one.get("value", "") for one in tags}
    if len(kept) > 50:
        raise invalid("Too many tags: at most 50 are allowed.")
    if any(not key or len(key) > 128 or key.lower().startswith("aws:") for key in kept):
        raise invalid(
            "Some tags contain invalid characters. Valid characters: UTF-8 "
            "letters, spaces, numbers and _ . / = + - : @."
        )
    return [{"key": key, "value": value} for key, value in kept.items()]


def tags_of(ecs: Ecs, arn: str) -> list[Json]:
    """The list that holds the tags of a thing, to be changed in place."""
    kind, _, path = arn.split(":", 5)[-1].partition("/")
    name = path.rpartition("/")[2]
    if kind == "task-definition":
        return definition_at(ecs, arn, name).tags
    if kind == "capacity-provider" and name in ecs.capacity_providers:
        return list_in(ecs.capacity_providers[name])
    for cluster in ecs.clusters.values():
        found = things_in(cluster, kind).get(name)
        if found is not None and found.arn == arn:
            return found.tags
    raise ApiError("ResourceNotFoundException", "The specified resource could not be found.")


def things_in(cluster: Cluster, kind: str) -> Mapping[str, Tagged]:
    """What a cluster has of a kind of ARN, by name; the cluster itself is one of its things."""
    things: dict[str, Mapping[str, Tagged]] = {
        "cluster": {cluster.name: cluster},
        "service": cluster.services,
        "task": cluster.tasks,
        "container-instance": cluster.instances,
    }
    return things.get(kind, {})


def definition_at(ecs: Ecs, arn: str, name: str) -> Definition:
    """The task definition of an ARN; InvalidParameterException for another one."""
    family, _, _ = name.partition(":")
    found = [one for one in ecs.families.get(family, []) if one.arn == arn]
    if not found:
        raise invalid("The specified task definition could not be found.")
    return found[0]


def list_in(record: Json) -> list[Json]:
    tags: list[Json] = record.setdefault("tags", [])
    return tags


def tag(ecs: Ecs, request: Json) -> Json:
    have = tags_of(ecs, request["resourceArn"])
    have[:] = checked_tags([*have, *request["tags"]])
    return {}


def untag(ecs: Ecs, request: Json) -> Json:
    have = tags_of(ecs, request["resourceArn"])
    have[:] = [one for one in have if one["key"] not in request["tagKeys"]]
    return {}


def listed(ecs: Ecs, request: Json) -> Json:
    return {"tags": tags_of(ecs, request["resourceArn"])}


ACTIONS = {"TagResource": tag, "UntagResource": untag, "ListTagsForResource": listed}
