"""Merging as the original did it for files of its own dialects, so that old stacks of files keep their meaning.

Facts: its v2 loader replaced `environment` where the later file wrote a mapping, and appended list-form commands;
its v3 loader appended commands, ignored `false`, `0` and empty texts on top, and merged ports by host port.
One defect is mended: ports without a host port no longer swallow each other.
"""

from __future__ import annotations

from typing import Any

from ecscli.compose.merge import (
    SERVICE_RULES,
    Merge,
    append,
    by_identity,
    copy_map,
    each,
    merge_maps,
    nested,
    put,
    replace,
)
from ecscli.compose.model import Dialect
from ecscli.compose.reader import FromList, FromText
from ecscli.marks import Map, Seq


def merge_documents(base: Map, over: Map, dialect: Dialect) -> Map:
    """A later file of the same dialect over the earlier ones."""
    merge = _merge_v3 if dialect is Dialect.V3 else _merge_v2
    return merge_maps(base, over, {"services": each(merge)})


def extend_service(base: Map, over: Map) -> Map:
    """`extends` in v1 and v2 files: lists are appended, mappings merge, other kinds replace each other."""
    special: dict[str, Merge] = {**SERVICE_RULES, "command": _command_v2, "entrypoint": _command_v2}
    special |= {"volumes": append, "ports": append, "environment": _same_kind, "labels": _same_kind}
    return merge_maps(base, over, special)


def _same_kind(base: Any, over: Any) -> Any:
    if isinstance(base, Seq) and isinstance(over, Seq):
        return concatenate(base, over)
    if isinstance(base, Map) and isinstance(over, Map) and isinstance(base, FromList) == isinstance(over, FromList):
        return merge_maps(base, over)
    return over


def concatenate(base: Seq, over: Seq) -> Seq:
    """Both lists as they are."""
    joined = Seq((*base, *over), over.mark)
    joined.values_at = [*base.values_at, *over.values_at]
    return joined


def _command_v2(base: Any, over: Any) -> Any:
    """A later text replaces, a later list is appended to the earlier words."""
    if isinstance(over, FromText) or not isinstance(base, Seq) or not isinstance(over, Seq):
        return over
    return concatenate(base, over)


def _append_v2(base: Any, over: Any) -> Any:
    return over if isinstance(over, FromText) or not isinstance(over, Seq) else append(base, over)


def _labels_v2(base: Any, over: Any) -> Any:
    return over if isinstance(over, FromList) or not isinstance(over, Map) else merge_maps(base, over)


V2: dict[str, Merge] = {
    **SERVICE_RULES,
    "command": _command_v2,
    "entrypoint": _command_v2,
    "dns": _append_v2,
    "dns_search": _append_v2,
    "tmpfs": _append_v2,
    "labels": _labels_v2,
    "volumes": append,
    "ports": append,
    "logging": nested({"options": replace}),
}


def _merge_v2(base: Map, over: Map) -> Map:
    merged = merge_maps(base, over, {**V2, "environment": _environment_v2, "env_file": replace})
    # The original read a file's env files into its environment before merging: what replaces one replaces both.
    if "env_file" in over and "environment" not in over:
        merged.pop("environment", None)
    elif "env_file" in over:
        put(merged, "environment", over["environment"], over)
    elif isinstance(over.get("environment"), Map):
        merged.pop("env_file", None)
    return merged


def _environment_v2(base: Any, over: Any) -> Any:
    return concatenate(as_pairs(base), over) if isinstance(over, Seq) else over


def as_pairs(environment: Any) -> Seq:
    """A mapping form as a list of KEY=value."""
    if not isinstance(environment, Map):
        return environment if isinstance(environment, Seq) else Seq()
    pairs = Seq((key if value is None else f"{key}={value}" for key, value in environment.items()), environment.mark)
    pairs.values_at = [environment.values_at[key] for key in environment]
    return pairs


def _concatenate_v3(base: Any, over: Any) -> Any:
    return concatenate(base, over) if isinstance(base, Seq) and isinstance(over, Seq) else over or base


def _ports_v3(base: Any, over: Any) -> Any:
    merged = by_identity(lambda port: port.get("published") or (port.get("target"), port.get("protocol")))(base, over)
    return sort_by_host_port(merged)


def sort_by_host_port(ports: Seq) -> Seq:
    order = sorted(range(len(ports)), key=lambda at: int(ports[at].get("published", "0").partition("-")[0]))
    arranged = Seq((ports[at] for at in order), ports.mark)
    arranged.values_at = [ports.values_at[at] for at in order]
    return arranged


V3: dict[str, Merge] = {
    **SERVICE_RULES,
    "command": _concatenate_v3,
    "entrypoint": _concatenate_v3,
    "healthcheck": replace,
    "ports": _ports_v3,
    "volumes": append,
}


def _merge_v3(base: Map, over: Map) -> Map:
    telling = copy_map(over)
    for key, value in over.items():
        if key in base and value in (False, 0, "", "0", "0s"):
            del telling[key]
    return merge_maps(base, telling, V3)
