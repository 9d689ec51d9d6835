"""Two canonical trees -> one, the later file on top, by the specification's rules of merging.

Mappings merge by key, lists are appended without repeating, scalars are replaced; what merges
otherwise is in the tables below. `!reset` removes what came before, `!override` takes its place
whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any, TypeVar, cast

from ecscli.base.marks import Map, Raw, Seq, Tagged

T = TypeVar("T")
Identity = Callable[[Any], Any]
Merge = Callable[[Any, Any], Any]


def copy_map(tree: Map) -> Map:
    """A shallow copy of the same kind, with marks of its own."""
    copy = type(tree)(tree, tree.mark)
    copy.keys_at, copy.values_at = dict(tree.keys_at), dict(tree.values_at)
    return copy


def put(target: Map, key: str, value: Any, source: Map) -> None:
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
            below = merged[key].value if type(merged[key]) is Tagged else merged[key]
            put(merged, key, rules.get(key, merge_values)(below, value), over)
    return merged


def _apply_tag(merged: Map, key: str, value: Tagged, over: Map) -> None:
    """`!reset` removes what is below, `!override` takes its place."""
    merged.pop(key, None)
    if value.tag == "!override":
        put(merged, key, value.value, over)


def merge_values(base: Any, over: Any) -> Any:
    """The rule for whatever has no rule of its own."""
    if isinstance(base, Map):
        return merge_maps(base, over) if isinstance(over, Map) else base if over is None else over
    if isinstance(base, Seq) and isinstance(over, Seq):
        return append(base, over)
    return over


def append(base: Seq, over: Seq) -> Seq:
    """Both lists, an equal item once."""
    merged: Seq = by_identity(lambda item: item if isinstance(item, str) else repr(item))(
        base, over
    )
    return merged


def by_identity(identity: Identity) -> Merge:
    """Both lists; of two items with one identity the later takes the place of the earlier."""

    def merge(base: Any, over: Any) -> Any:
        if not isinstance(base, Seq) or not isinstance(over, Seq):
            return base if over is None else over
        items = {identity(item): (item, mark) for item, mark in chain(base.marked(), over.marked())}
        merged = Seq((), over.mark)
        for item, mark in items.values():
            merged.add(item, mark)
        return merged

    return merge


def replace(base: Any, over: Any) -> Any:
    return over


def _port(port: Map) -> Any:
    return (
        port.get("host_ip", "0.0.0.0"),
        port.get("published"),
        port.get("target"),
        port.get("protocol"),
    )


def _tmpfs_path(written: str) -> str:
    """The path of `/run:size=64m`, whatever its options."""
    path = written.partition(":")[0]
    return path.rstrip("/") or path


def _grant_in(folder: str) -> Identity:
    return lambda grant: grant.get("target") or f"{folder}{grant.get('source')}"


def _merge_logging(base: Map, over: Any) -> Any:
    """Options merge only where both files mean the same driver."""
    if not isinstance(over, Map):
        return base
    drivers = (base.get("driver"), over.get("driver"))
    return merge_maps(base, over) if None in drivers or drivers[0] == drivers[1] else over


def nested(special: Mapping[str, Merge]) -> Merge:
    """A mapping some of whose keys merge in their own way."""
    return lambda base, over: merge_maps(base, over, special) if isinstance(over, Map) else base


SERVICE_RULES: dict[str, Merge] = {
    "command": replace,
    "entrypoint": replace,
    "healthcheck": nested({"test": replace}),
    "logging": _merge_logging,
    "ports": by_identity(_port),
    "volumes": by_identity(lambda mount: mount.get("target")),
    "devices": by_identity(lambda device: device.get("target") or device.get("source")),
    "configs": by_identity(_grant_in("/")),
    "secrets": by_identity(_grant_in("/run/secrets/")),
    "tmpfs": by_identity(_tmpfs_path),
    "env_file": by_identity(lambda entry: entry.get("path")),
    "build": nested({"secrets": by_identity(_grant_in(""))}),
}
NETWORK_RULES: dict[str, Merge] = {
    "ipam": nested({"config": by_identity(lambda block: block.get("subnet") or repr(block))}),
}


def merge_service(base: Map, over: Map) -> Map:
    """One service over another: of the same name in an earlier file, or the one that it extends."""
    return merge_maps(base, over, SERVICE_RULES)


def _merge_network(base: Map, over: Map) -> Map:
    return merge_maps(base, over, NETWORK_RULES)


def each(merge: Callable[[Map, Map], Map]) -> Merge:
    """A section of named entries that merge one by one; an entry that is null changes nothing."""

    def merge_entry(base: Any, over: Any) -> Any:
        if isinstance(base, Map) and isinstance(over, Map):
            return merge(base, over)
        return base if over is None else over

    def merge_section(base: Any, over: Any) -> Any:
        if isinstance(base, Map) and isinstance(over, Map):
            return merge_maps(base, over, dict.fromkeys(over, merge_entry))
        return base if over is None else over

    return merge_section


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
