"""Which services take part: profiles and a selection of names, with what they depend on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from ecscli.base.errors import Finding, InputError
from ecscli.base.marks import Map
from ecscli.base.nearest import did_you_mean

EVERY_PROFILE = "*"


class Selection(NamedTuple):
    """The services that take part and those that do not, in the order of the files."""

    active: tuple[str, ...]
    disabled: tuple[str, ...]


def active_profiles(flags: Sequence[str], environment: Mapping[str, str]) -> frozenset[str]:
    """Profiles of the command line; without any, those of COMPOSE_PROFILES, split at commas."""
    named = flags or environment.get("COMPOSE_PROFILES", "").split(",")
    return frozenset(profile.strip() for profile in named if profile.strip())


def unknown_profiles(services: Map, profiles: Collection[str]) -> Iterator[Finding]:
    """The profiles that no service has: a typing error, or an AWS profile."""
    known = {
        profile for body in services.values() if body for profile in body.get("profiles") or ()
    }
    for name in sorted(set(profiles) - known - {EVERY_PROFILE}):
        there = f"profiles of the files: {', '.join(sorted(known))}" if known else ""
        hint = did_you_mean(name, known) or there or "the files have no profiles"
        yield Finding(
            f'no service has the Compose profile "{name}"',
            "--profile",
            f"{hint}; an AWS profile is chosen with --aws-profile",
        )


def select_services(services: Map, profiles: Collection[str], wanted: Sequence[str]) -> Selection:
    """The services that take part, in the order of the files.

    Without a selection: those without profiles or with an active one. With one: the named ones,
    whatever their profiles, and everything that they depend on. Raises InputError for a name that
    no service has.
    """
    if wanted:
        _check_names(services, wanted)
        chosen = _with_dependencies(services, wanted)
    else:
        chosen = {name for name, body in services.items() if in_profiles(body, profiles)}
    active = tuple(name for name in services if name in chosen)
    return Selection(active, tuple(name for name in services if name not in chosen))


def in_profiles(body: Map | None, profiles: Collection[str]) -> bool:
    """Whether a service is on without being asked for."""
    needed = body.get("profiles") if body else None
    return not needed or EVERY_PROFILE in profiles or any(profile in profiles for profile in needed)


def _check_names(services: Map, wanted: Sequence[str]) -> None:
    for name in wanted:
        if name not in services:
            known = ", ".join(services) or "none"
            raise InputError(
                f'there is no service "{name}"',
                hint=did_you_mean(name, services) or f"known: {known}",
            )


def _with_dependencies(services: Map, wanted: Sequence[str]) -> set[str]:
    chosen: set[str] = set()
    queue = list(wanted)
    while queue:
        name = queue.pop()
        if name not in chosen and name in services:
            chosen.add(name)
            queue.extend(needed_services(services[name] or Map()))
    return chosen


def needed_services(body: Map) -> Iterator[str]:
    """The services that must be there for this one: `depends_on`, and those that other keys refer
    to."""
    yield from body.get("depends_on") or ()
    yield from (name for _, _, name in referenced_services(body))


SHARED_NAMESPACES = ("network_mode", "ipc", "pid", "uts", "cgroup")  # service:NAME shares one


def referenced_services(body: Map) -> Iterator[tuple[str, int | None, str]]:
    """(key, index in its list, service) for each service that a key other than `depends_on`
    names."""
    for key in SHARED_NAMESPACES:
        kind, colon, name = str(body.get(key, "")).partition(":")
        if kind == "service" and colon:
            yield key, None, name
    for key in ("links", "volumes_from"):
        for index, entry in enumerate(body.get(key) or ()):
            names_a_container = key == "volumes_from" and entry.startswith("container:")
            if not names_a_container:
                yield key, index, entry.partition(":")[0]
