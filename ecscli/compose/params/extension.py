"""`x-ecs` of a Compose file, at its top and in its services -> ecs-params with these settings below
its own: one set of keys, which may be in either file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecscli.base.documents import Draft
from ecscli.base.errors import Finding
from ecscli.base.findings import Findings
from ecscli.base.keys.shapes import Reading
from ecscli.base.marks import Map, dotted
from ecscli.base.records import record, replace
from ecscli.compose.params.discovery_settings import joined, settings_in
from ecscli.compose.params.keys import X_ECS, X_ECS_OF_SERVICE
from ecscli.compose.params.read import EcsParams, LayoutParams, as_map, maps_in
from ecscli.compose.project.model import Project

EXTENSION = "x-ecs"


@record
class Extension:
    """What `x-ecs` has: `values` of its top by the names of the API, and as written, with marks,
    the `top` and what each of the `services` has."""

    values: Draft
    top: Map
    services: Mapping[str, Map]


def with_extension(params: EcsParams, project: Project) -> EcsParams:
    """The params of the project with what `x-ecs` adds; where both have a key, ecs-params wins."""
    findings = Findings()
    extension = _read(project, findings)
    _note_overlap(extension, params, findings)
    return replace(
        params,
        images={**extension.values.get("images", {}), **params.images},
        logs=params.logs or extension.values.get("logs"),
        secrets={**extension.values.get("secrets", {}), **params.secrets},
        layout=_layout(extension, params.layout),
        volume_settings=_by_name(maps_in(extension.top.get("volumes")), params.volume_settings),
        warnings=(*params.warnings, *findings.warnings.counted()),
        notices=(*params.notices, *findings.notices.counted()),
        errors=(*params.errors, *findings.errors.in_order()),
    )


def _read(project: Project, findings: Findings) -> Extension:
    """Check what is written, and collect it."""
    reading = Reading(project.tree, findings)
    top = project.tree.get(EXTENSION)
    values = {} if top is None else reading.read(X_ECS, top, (EXTENSION,))
    services: dict[str, Map] = {}
    for service in project.services:
        given = service.tree.get(EXTENSION)
        if given is not None:
            reading.read(X_ECS_OF_SERVICE, given, ("services", service.name, EXTENSION))
            services[service.name] = as_map(given)
    return Extension(values, as_map(top), services)


def _by_name(base: Mapping[str, Map], over: Mapping[str, Map]) -> dict[str, Map]:
    """The mappings of both, those of the same name joined."""
    names = dict.fromkeys((*base, *over))
    return {name: laid_over(base.get(name, Map()), over.get(name, Map())) for name in names}


def _layout(extension: Extension, params: LayoutParams) -> LayoutParams:
    services = _by_name(extension.services, params.services)
    return LayoutParams(
        params.layout or extension.values.get("layout"),
        joined(settings_in(extension.values.get("discovery")), params.discovery),
        params.discovery_at or extension.top.keys_at.get("discovery"),
        laid_over(as_map(extension.top.get("network")), params.network),
        services,
        laid_over(as_map(extension.top.get("load_balancer")), params.balancer),
    )


def laid_over(base: Map, over: Map) -> Map:
    """Mappings joined key by key, with the marks of what remains; all other values of `over`
    replace those of `base`."""
    joined = Map(base, over.mark or base.mark)
    joined.keys_at, joined.values_at = dict(base.keys_at), dict(base.values_at)
    for key, value in over.items():
        below = base.get(key)
        if isinstance(below, Map) and isinstance(value, Map):
            joined[key] = laid_over(below, value)
        else:
            joined[key] = value
    joined.keys_at |= over.keys_at
    joined.values_at |= over.values_at
    return joined


# ------------------------------------------------------------- keys in both files


def _note_overlap(extension: Extension, params: EcsParams, findings: Findings) -> None:
    """One notice of all keys that both files have."""
    tree = as_map(params.tree)
    twice = [
        (f"{EXTENSION}.{key}", extension.top.keys_at.get(key.partition(".")[0]))
        for key in _keys_in_both(extension.top, tree)
    ]
    for name, given in maps_in(tree.get("service_params")).items():
        own = extension.services.get(name, Map())
        for key in _keys_in_both(own, given):
            place = own.keys_at.get(key.partition(".")[0])
            twice.append((f"services.{name}.{EXTENSION}.{key}", place))
    if twice:
        names = ", ".join(name for name, _ in twice)
        message = f"{names}: {params.file} has the same, which wins"
        findings.notices.append(Finding(message, twice[0][1]))


def _keys_in_both(one: Map, other: Map, above: tuple[str, ...] = ()) -> Iterator[str]:
    """The paths of the values that both mappings have."""
    for key, value in one.items():
        if key not in other:
            continue
        path, there = (*above, key), other[key]
        if isinstance(value, Map) and isinstance(there, Map):
            yield from _keys_in_both(value, there, path)
        else:
            yield dotted(path)
