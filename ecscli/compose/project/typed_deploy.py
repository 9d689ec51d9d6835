"""The canonical tree of `deploy` and of `gpus` -> their dataclasses; and the small readers of typed
values."""

from __future__ import annotations

from typing import TypeVar

from ecscli.base.documents import Document
from ecscli.base.marks import Map, Seq
from ecscli.base.units import parse_duration
from ecscli.compose.project.model import (
    Deploy,
    DeviceRequest,
    GenericResource,
    Resources,
    RestartPolicy,
    UpdateConfig,
)

T = TypeVar("T")
Pairs = tuple[tuple[str, str], ...]


def seconds(value: str | None) -> float | None:
    return None if value is None else parse_duration(value)


def count(value: str | None) -> int | None:
    """Bytes of a canonical size."""
    return None if value is None else int(value)


def pairs(value: Document | None) -> Pairs:
    return tuple((key, "" if item is None else str(item)) for key, item in (value or {}).items())


def octal(value: str | None) -> int | None:
    return None if value is None else int(value, 8)


def same(value: T) -> T:
    return value


def build_device_requests(items: Seq) -> tuple[DeviceRequest, ...]:
    return tuple(
        DeviceRequest(
            count=None if request.get("count") == -1 else request.get("count"),
            all=request.get("count") == -1,
            capabilities=tuple(request.get("capabilities") or ()),
            driver=request.get("driver"),
            device_ids=tuple(request.get("device_ids") or ()),
            mark=mark,
        )
        for request, mark in items.marked()
    )


def build_deploy(tree: Map) -> Deploy:
    resources = tree.get("resources") or {}
    placement = tree.get("placement") or {}
    preferences = placement.get("preferences") or ()
    return Deploy(
        mode=tree.get("mode"),
        replicas=tree.get("replicas"),
        endpoint_mode=tree.get("endpoint_mode"),
        labels=pairs(tree.get("labels")),
        limits=_resources(resources.get("limits") or {}),
        reservations=_resources(resources.get("reservations") or {}),
        restart_policy=_restart_policy(tree.get("restart_policy")),
        update_config=_update_config(tree.get("update_config")),
        placement_constraints=tuple(placement.get("constraints") or ()),
        placement_spread=tuple(entry["spread"] for entry in preferences if "spread" in entry),
        max_replicas_per_node=placement.get("max_replicas_per_node"),
        mark=tree.mark,
    )


def _resources(tree: Document) -> Resources:
    return Resources(
        cpus=cores(tree.get("cpus")),
        memory=count(tree.get("memory")),
        pids=tree.get("pids"),
        devices=build_device_requests(tree.get("devices") or Seq()),
        generic=_generic_resources(tree.get("generic_resources") or Seq()),
    )


def cores(value: float | None) -> float | None:
    return None if value is None else float(value)


def _generic_resources(items: Seq) -> tuple[GenericResource, ...]:
    specs = ((entry.get("discrete_resource_spec") or {}, mark) for entry, mark in items.marked())
    return tuple(
        GenericResource(kind=spec.get("kind", ""), value=spec.get("value", 0), mark=mark)
        for spec, mark in specs
    )


def _restart_policy(tree: Map | None) -> RestartPolicy | None:
    if tree is None:
        return None
    return RestartPolicy(
        condition=tree.get("condition"),
        delay=seconds(tree.get("delay")),
        max_attempts=tree.get("max_attempts"),
        window=seconds(tree.get("window")),
    )


def _update_config(tree: Map | None) -> UpdateConfig | None:
    if tree is None:
        return None
    return UpdateConfig(
        parallelism=tree.get("parallelism"),
        order=tree.get("order"),
        failure_action=tree.get("failure_action"),
        monitor=seconds(tree.get("monitor")),
        delay=seconds(tree.get("delay")),
        max_failure_ratio=cores(tree.get("max_failure_ratio")),
    )
