"""`build`, a context or a mapping -> the mapping, local contexts absolute."""

from __future__ import annotations

import re

from ecscli.base.marks import Map, Mark, Raw
from ecscli.compose.read.device_forms import ulimits
from ecscli.compose.read.forms import (
    boolean,
    key_values,
    mapping,
    one_or_more,
    scalar_text,
    size,
    text,
    texts,
)
from ecscli.compose.read.mounts import resolve_path
from ecscli.compose.read.reader import DROP, Dropped, Reader
from ecscli.compose.read.shorts import extra_hosts, grants

REMOTE = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|git@|github\.com/|oci:|docker-image:|service:|target:)"
)


def context_path(reader: Reader, value: Raw, at: Mark, path: str) -> str | Dropped:
    """A build context: a local path made absolute, or an address."""
    found = text(reader, value, at, path)
    return DROP if found is DROP else _absolute(reader, found)


def _contexts(reader: Reader, value: Raw, at: Mark, path: str) -> Map | Dropped:
    found = key_values(reader, value, at, path)
    if found is DROP:
        return DROP
    for name, context in found.items():
        if context is not None:
            found[name] = _absolute(reader, context)
    return found


def _absolute(reader: Reader, context: str) -> str:
    return context if REMOTE.match(context) else resolve_path(reader, context)


def build(reader: Reader, value: Raw, at: Mark, path: str) -> Map | Dropped:
    """A context or the whole mapping."""
    if isinstance(value, str):
        found = context_path(reader, value, at, path)
        return Map({"context": found}, at)
    return BUILD(reader, value, at, path)


BUILD = mapping(
    {
        "context": context_path,
        "dockerfile": text,
        "dockerfile_inline": text,
        "entitlements": texts,
        "args": key_values,
        "ssh": one_or_more(key_values),
        "labels": key_values,
        "cache_from": one_or_more(texts),
        "cache_to": one_or_more(texts),
        "no_cache": boolean,
        "no_cache_filter": one_or_more(texts),
        "additional_contexts": _contexts,
        "network": text,
        "provenance": scalar_text,
        "sbom": scalar_text,
        "pull": boolean,
        "target": text,
        "shm_size": size,
        "extra_hosts": extra_hosts,
        "isolation": text,
        "privileged": boolean,
        "secrets": grants,
        "tags": texts,
        "ulimits": ulimits,
        "platforms": texts,
    }
)
