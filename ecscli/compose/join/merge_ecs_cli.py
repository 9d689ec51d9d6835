"""Merging as ecs-cli did it for files of its own dialects, so that old sets of files keep their
meaning.

Facts: its v2 loader replaced `environment` where the later file wrote a mapping, and appended
list-form commands; its v3 loader appended commands, ignored `false`, `0` and empty texts on top,
and merged ports by host port. Two of its defects are gone: ports without a host port, or of two
protocols, no longer replace each other, and a mount or port of both files is kept once.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeGuard

from ecscli.base.marks import Map, Raw, Seq
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
    return merge_maps(
        base, over, dict.fromkeys(over, _by_kind) | {"volumes": append, "ports": append}
    )


def _by_kind(base: Raw, over: Raw) -> Raw:
    if _is_plain_list(base) and _is_plain_list(over):
        return concatenate(base, over)
    if isinstance(base, Map) and isinstance(over, Map):
        written_alike = isinstance(base, FromList) == isinstance(over, FromList)
        return merge_maps(base, over, dict.fromkeys(over, replace)) if written_alike else over
    return over


def _is_plain_list(value: Raw) -> TypeGuard[Seq]:
    return isinstance(value, Seq) and not isinstance(value, FromText | FromFiles)


def concatenate(base: Seq, over: Seq) -> Seq:
    """Both lists as they are."""
    joined = Seq((*base, *over), over.mark)
    joined.values_at = [*base.values_at, *over.values_at]
    return joined


def _append_list(base: Raw, over: Raw) -> Raw:
    """A later text replaces, a later list is appended."""
    if not isinstance(base, Seq) or not isinstance(over, Seq) or isinstance(over, FromText):
        return over
    return concatenate(base, over)


def _labels_v2(base: Raw, over: Raw) -> Raw:
    """A later list replaces, a later mapping is merged."""
    if not isinstance(base, Map) or not isinstance(over, Map) or isinstance(over, FromList):
        return over
    return merge_maps(base, over)


def _environment_v2(base: Raw, over: Raw) -> Raw:
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
    **dict.fromkeys(LISTS, _append_list),
    "command": _append_list,
    "entrypoint": _append_list,
    "environment": _environment_v2,
    "labels": _labels_v2,
    "volumes": append,
    "ports": append,
    "logging": nested({"options": replace}),
}


def _merge_v2(base: Map, over: Map) -> Map:
    return merge_maps(base, over, V2)


def _concatenate_v3(base: Raw, over: Raw) -> Raw:
    if isinstance(base, Seq) and isinstance(over, Seq):
        return concatenate(base, over)
    return over or base


def _host_port(port: Map) -> Hashable:
    return port.get("published") or port.get("target"), "published" in port, port.get("protocol")


def sort_by_host_port(ports: Seq) -> Seq:
    arranged = Seq((), ports.mark)
    for port, spot in sorted(ports.marked(), key=lambda pair: _first_host_port(pair[0])):
        arranged.add(port, spot)
    return arranged


def _first_host_port(port: Map) -> int:
    published: str = port.get("published", "0")
    return int(published.partition("-")[0])


V3: dict[str, Merge] = {
    **SERVICE_RULES,
    **dict.fromkeys(LISTS, _concatenate_v3),
    "command": _concatenate_v3,
    "entrypoint": _concatenate_v3,
    "healthcheck": replace,
    "ports": by_identity(_host_port),
    "volumes": append,
}


NOTHING = (False, 0, "", "0", "0s")  # what ecs-cli took for not given in a later file


def _merge_v3(base: Map, over: Map) -> Map:
    given = copy_map(over)
    for key, value in over.items():
        if key in base and value in NOTHING:
            del given[key]
    merged = merge_maps(base, given, V3)
    if isinstance(base.get("ports"), Seq) and isinstance(given.get("ports"), Seq):
        merged["ports"] = sort_by_host_port(merged["ports"])
    return merged


MERGES = {Merging.VERSION_2: _merge_v2, Merging.VERSION_3: _merge_v3}
