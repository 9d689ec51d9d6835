"""Flag, environment, ecs-params and `x-ecs` -> the layout of a project: the first that names
one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecscli.base.errors import Finding, InputError
from ecscli.base.marks import Mark
from ecscli.base.nearest import did_you_mean
from ecscli.compose.params.keys import LAYOUTS
from ecscli.compose.params.read import EcsParams, LayoutParams

TASK, SERVICES = LAYOUTS
VARIABLE = "ECSCLI_LAYOUT"
IN_BOTH = {"load_balancer"}  # keys of service_params that each layout reads


def unused_settings(params: EcsParams) -> Iterator[Finding]:
    """A warning for each key that the layout task does not read."""
    for key in ("network", "discovery"):
        if getattr(params.layout, key):
            yield _unused(key, params.where(key))
    for name, settings in params.layout.services.items():
        if set(settings) != IN_BOTH:
            yield _unused(f"service_params.{name}", settings.mark)


def _unused(key: str, mark: Mark | None) -> Finding:
    message = "has an effect with layout services alone"
    return Finding.about(key, message, mark, "write layout: services, or leave it out")


def choose_layout(flag: str | None, environment: Mapping[str, str], params: LayoutParams) -> str:
    """The layout in force; nothing in the project itself changes it. Raises InputError for a
    variable that names none."""
    variable = environment.get(VARIABLE, "")
    if not flag:
        check_layout(variable, VARIABLE)
    return flag or variable or params.layout or TASK


def check_layout(name: str | None, where: str) -> None:
    """Raise InputError where a layout is named that does not exist."""
    if name and name not in LAYOUTS:
        hint = did_you_mean(name, LAYOUTS) or f"use {' or '.join(LAYOUTS)}"
        raise InputError(f'there is no layout "{name}"', where, hint)
