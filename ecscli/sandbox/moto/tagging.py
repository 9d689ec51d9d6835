"""The Resource Groups Tagging API: what moto finds, and the things of our own ECS."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.ecs.tags import Tagged
from ecscli.sandbox.regions import Regions
from ecscli.sandbox.shapes import Environ, Json
from ecscli.sandbox.wire import Call, Reply, reply


def answer(regions: Regions, call: Call, environ: Environ) -> Reply | None:
    """GetResources with ECS in it, on the last page; nothing for the other operations."""
    if call.operation != "GetResources":
        return None
    from_moto = regions.moto.answer(environ)
    found = json.loads(from_moto.body)
    if from_moto.status != 200 or found.get("PaginationToken"):
        return from_moto
    ecs = regions.of(call)
    request = call.parameters()
    found["ResourceTagMappingList"] += [one for one in resources(ecs) if matches(one, request)]
    return reply(call, found)


def resources(ecs: Ecs) -> Iterator[Json]:
    """Everything in ECS that has tags."""
    for revisions in ecs.families.values():
        yield from (shown(one.arn, one.tags) for one in revisions if one.tags)
    for provider in ecs.capacity_providers.values():
        if provider["tags"]:
            yield shown(provider["capacityProviderArn"], provider["tags"])
    for cluster in ecs.clusters.values():
        things: list[Tagged] = [
            cluster,
            *cluster.instances.values(),
            *cluster.services.values(),
            *cluster.tasks.values(),
        ]
        yield from (shown(one.arn, one.tags) for one in things if one.tags)


def shown(arn: str, tags: list[Json]) -> Json:
    return {
        "ResourceARN": arn,
        "Tags": [{"Key": one["key"], "Value": one["value"]} for one in tags],
    }


def matches(one: Json, request: Json) -> bool:
    """Whether a resource has all the tags and one of the types that are asked for."""
    tags = {tag["Key"]: tag["Value"] for tag in one["Tags"]}
    types = request.get("ResourceTypeFilters") or []
    service_and_kind = f"ecs:{one['ResourceARN'].split(':')[5].split('/')[0]}"
    if types and not any(kind in ("ecs", service_and_kind) for kind in types):
        return False
    if request.get("ResourceARNList") and one["ResourceARN"] not in request["ResourceARNList"]:
        return False
    return all(
        wanted["Key"] in tags
        and (not wanted.get("Values") or tags[wanted["Key"]] in wanted["Values"])
        for wanted in request.get("TagFilters") or []
    )
