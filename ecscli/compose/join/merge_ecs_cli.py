"""Merging as ecs-cli did it for files of its own dialects, so that old sets of files keep their
meaning.

Facts: its v2 loader replaced `environment` where the later file wrote a mapping, and appended
list-form commands; its v3 loader appended commands, ignored `false`, `0` and empty texts on top,
and merged ports by host port. Two of its defects are gone: ports without a host port, or of two
protocols, no longer replace each other, and a mount or port of both files is kept once.
"""

from __future__ import annotations

from typing import Any

from ecscli.base.marks import Map, Seq
from ecscli.compose.dialect import Dialect, Merging
from ecscli.compose.join.env_files import FromFiles, as_pairs
from ecscli.compose.join.merge import (
    SERVICE_RULES,
    Merge,
    append,
    by_identity,
    copy_map,
    each,
    merge_maps,
    nested,
    replace,
)
from ecscli.compose.read.reader import FromList, FromText


def merge_documents(base: Map, over: Map, dialect: Dialect) -> Map:
    """A later file of the same dialect over the earlier ones."""
    return merge_maps(base, over, {"services": each(MERGES[dialect.merging])})


def extend_service(base: Map, over: Map) -> Map:
    """`extends` in v1 and v2 files: lists are appended, mappings merge at their top, other kinds
    replace each other."""
    return merge_maps(base, over, dict.fromkeys(over, _raw) | {"volumes": append, "ports": append})


def _raw(base: Any, over: Any) -> Any:
    alone = (FromText, FromFiles)
    if (
        isinstance(base, Seq)
        and isinstance(over, Seq)
        and not isinstance(base, alone)
        and not isinstance(over, alone)
    ):
        return concatenate(base, over)
    if (
        isinstance(base, Map)
        and isinstance(over, Map)
        and isinstance(base, FromList) == isinstance(over, FromList)
    ):
        return merge_maps(base, over, dict.fromkeys(over, replace))
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
    if isinstance(over, FromText) or not isinstance(over, Seq) or not isinstance(base, Seq):
        return over
    return concatenate(base, over)


def _labels_v2(base: Any, over: Any) -> Any:
    return (
        over if isinstance(over, FromList) or not isinstance(over, Map) else merge_maps(base, over)
    )


def _environment_v2(base: Any, over: Any) -> Any:
    """A later list is appended; a later mapping replaces, and so does whatever env files are part
    of."""
    if not isinstance(over, Seq) or isinstance(over, FromFiles):
        return over
    return concatenate(as_pairs(base), over)


LISTS = (
    "cap_add",
    "cap_drop",
    "dns",
    "dns_search",
    "extra_hosts",
    "links",
    "security_opt",
    "tmpfs",
    "volumes_from",
)

V2: dict[str, Merge] = {
    **SERVICE_RULES,
    **dict.fromkeys(LISTS, _append_v2),
    "command": _command_v2,
    "entrypoint": _command_v2,
    "environment": _environment_v2,
    "labels": _labels_v2,
    "volumes": append,
    "ports": append,
    "logging": nested({"options": replace}),
}


def _merge_v2(base: Map, over: Map) -> Map:
    return merge_maps(base, over, V2)


def _concatenate_v3(base: Any, over: Any) -> Any:
    return (
        concatenate(base, over) if isinstance(base, Seq) and isinstance(over, Seq) else over or base
    )


def _ports_v3(base: Any, over: Any) -> Any:
    merged: Seq = by_identity(_host_port)(base, over)
    return merged


def _host_port(port: Map) -> Any:
    return port.get("published") or port.get("target"), "published" in port, port.get("protocol")


def sort_by_host_port(ports: Seq) -> Seq:
    order = sorted(
        range(len(ports)), key=lambda at: int(ports[at].get("published", "0").partition("-")[0])
    )
    arranged = Seq((ports[at] for at in order), ports.mark)
    arranged.values_at = [ports.values_at[at] for at in order]
    return arranged


V3: dict[str, Merge] = {
    **SERVICE_RULES,
    **dict.fromkeys(LISTS, _concatenate_v3),
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
    merged = merge_maps(base, telling, V3)
    if isinstance(base.get("ports"), Seq) and isinstance(telling.get("ports"), Seq):
        merged["ports"] = sort_by_host_port(merged["ports"])
    return merged


MERGES = {Merging.VERSION_2: _merge_v2, Merging.VERSION_3: _merge_v3}
