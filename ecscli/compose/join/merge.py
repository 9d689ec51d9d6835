"""Two canonical trees -> one, the later file on top, by the specification's rules of merging.

Mappings merge by key, lists are appended without repeating, scalars are replaced; what merges
otherwise is in the tables below. `!reset` removes what came before, `!override` takes its place
whole.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from itertools import chain
from typing import TypeAlias, TypeVar, cast

from ecscli.base.marks import Map, Raw, Seq, Tagged

T = TypeVar("T")
Item = TypeVar("Item")
Identity: TypeAlias = Callable[[Item], Hashable]
Merge: TypeAlias = Callable[[Raw, Raw], Raw]  # below, on top -> both


def copy_map(tree: Map) -> Map:
    """A shallow copy of the same kind, with marks of its own."""
    copy = type(tree)(tree, tree.mark)
    copy.keys_at, copy.values_at = dict(tree.keys_at), dict(tree.values_at)
    return copy


def put(target: Map, key: str, value: Raw, source: Map) -> None:
    """Sets a key with the marks that it has in `source`."""
    target[key] = value
    if key in source.keys_at:
        target.keys_at[key] = source.keys_at[key]
    if key in source.values_at:
        target.values_at[key] = source.values_at[key]


def merge_maps(base: Map, over: Map, special: Mapping[str, Merge] | None = None) -> Map:
    """Key by key; `special` has the rules for the values of some keys."""
    rules = special or {}
    merged = copy_map(base)
    for key, value in over.items():
        if type(value) is Tagged:
            _apply_tag(merged, key, value, over)
        elif key not in merged or key.startswith("x-"):
            put(merged, key, value, over)
        else:
            merge = rules.get(key, merge_values)
            put(merged, key, merge(_untagged(merged[key]), value), over)
    return merged


def _untagged(value: Raw) -> Raw:
    return value.value if type(value) is Tagged else value


def _apply_tag(merged: Map, key: str, value: Tagged, over: Map) -> None:
    """`!reset` removes what is below, `!override` takes its place."""
    merged.pop(key, None)
    if value.tag == "!override":
        put(merged, key, value.value, over)


def merge_values(base: Raw, over: Raw) -> Raw:
    """The rule for whatever has no rule of its own."""
    if isinstance(base, Map) and isinstance(over, Map):
        return merge_maps(base, over)
    if isinstance(base, Seq) and isinstance(over, Seq):
        return append(base, over)
    return base if isinstance(base, Map) and over is None else over


def by_identity(identity: Identity[Item]) -> Merge:
    """Both lists; of two items with one identity the later takes the place of the earlier."""

    def merge(base: Raw, over: Raw) -> Raw:
        if not isinstance(base, Seq) or not isinstance(over, Seq):
            return base if over is None else over
        items = {identity(item): (item, mark) for item, mark in chain(base.marked(), over.marked())}
        merged = Seq((), over.mark)
        for item, mark in items.values():
            merged.add(item, mark)
        return merged

    return merge


def _whole(item: Raw) -> str:
    return item if isinstance(item, str) else repr(item)


append = by_identity(_whole)  # both lists, an equal item once


def replace(base: Raw, over: Raw) -> Raw:
    return over


def _first_of(*keys: str) -> Identity[Map]:
    """The value of the first of these keys that an item has."""
    return lambda item: next((item[key] for key in keys if item.get(key)), None)


def _subnet(block: Map) -> Hashable:
    return block.get("subnet") or repr(block)


def _port(port: Map) -> Hashable:
    host_ip = port.get("host_ip", "0.0.0.0")
    return host_ip, port.get("published"), port.get("target"), port.get("protocol")


def _tmpfs_path(written: str) -> str:
    """The path of `/run:size=64m`, whatever its options."""
    path = written.partition(":")[0]
    return path.rstrip("/") or path


def _grant_in(folder: str) -> Identity[Map]:
    return lambda grant: grant.get("target") or f"{folder}{grant.get('source')}"


def if_given(merge: Callable[[Map, Map], Map]) -> Merge:
    """The rule for mappings; one that is null changes nothing."""

    def merge_given(base: Raw, over: Raw) -> Raw:
        if isinstance(base, Map) and isinstance(over, Map):
            return merge(base, over)
        return base if over is None else over

    return merge_given


def nested(special: Mapping[str, Merge]) -> Merge:
    """A mapping some of whose keys merge in their own way."""
    return if_given(lambda base, over: merge_maps(base, over, special))


def each(merge: Callable[[Map, Map], Map]) -> Merge:
    """A section of named entries that merge one by one."""
    merge_entry = if_given(merge)
    return if_given(lambda base, over: merge_maps(base, over, dict.fromkeys(over, merge_entry)))


def _merge_logging(base: Map, over: Map) -> Map:
    """Options merge only where both files mean the same driver."""
    drivers = {base.get("driver"), over.get("driver")} - {None}
    return merge_maps(base, over) if len(drivers) < 2 else over


SERVICE_RULES: dict[str, Merge] = {
    "command": replace,
    "entrypoint": replace,
    "healthcheck": nested({"test": replace}),
    "logging": if_given(_merge_logging),
    "ports": by_identity(_port),
    "volumes": by_identity(_first_of("target")),
    "devices": by_identity(_first_of("target", "source")),
    "configs": by_identity(_grant_in("/")),
    "secrets": by_identity(_grant_in("/run/secrets/")),
    "tmpfs": by_identity(_tmpfs_path),
    "env_file": by_identity(_first_of("path")),
    "build": nested({"secrets": by_identity(_grant_in(""))}),
}
NETWORK_RULES: dict[str, Merge] = {
    "ipam": nested({"config": by_identity(_subnet)}),
}


def merge_service(base: Map, over: Map) -> Map:
    """One service over another: of the same name in an earlier file, or the one that it extends."""
    return merge_maps(base, over, SERVICE_RULES)


def _merge_network(base: Map, over: Map) -> Map:
    return merge_maps(base, over, NETWORK_RULES)


TOP_RULES: dict[str, Merge] = {
    "services": each(merge_service),
    "jobs": each(merge_service),
    "networks": each(_merge_network),
}


def merge_documents(base: Map, over: Map) -> Map:
    """A later file over the earlier ones."""
    return merge_maps(base, over, TOP_RULES)


def settle(tree: T) -> T:
    """The tree with its tags gone: reset values are absent, overriding ones are left alone."""
    return cast(T, _without_tags(tree))


def _without_tags(tree: Raw) -> Raw:
    if type(tree) is Tagged:
        return _without_tags(tree.value)
    if isinstance(tree, Map):
        return _map_without_tags(tree)
    if isinstance(tree, Seq):
        copy = type(tree)((_without_tags(item) for item in tree), tree.mark)
        copy.values_at = tree.values_at
        return copy
    return tree


def _map_without_tags(tree: Map) -> Map:
    settled = copy_map(tree)
    for key, value in tree.items():
        if type(value) is Tagged and value.tag == "!reset":
            del settled[key]
        else:
            settled[key] = _without_tags(value)
    return settled
