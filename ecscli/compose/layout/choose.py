"""Flag, environment, ecs-params and `x-ecs` -> the layout of a project: the first that names
one."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.base.errors import InputError
from ecscli.base.nearest import did_you_mean
from ecscli.compose.params.keys import LAYOUTS
from ecscli.compose.params.read import LayoutParams

TASK, SERVICES = LAYOUTS
VARIABLE = "ECSCLI_LAYOUT"


def choose_layout(flag: str | None, environment: Mapping[str, str], params: LayoutParams) -> str:
    """The layout in force; nothing in the project itself changes it. Raises InputError for a
    variable that names none."""
    variable = environment.get(VARIABLE, "")
    if not flag and variable and variable not in LAYOUTS:
        hint = did_you_mean(variable, LAYOUTS) or f"use {' or '.join(LAYOUTS)}"
        raise InputError(f'there is no layout "{variable}"', VARIABLE, hint)
    return flag or variable or params.layout or TASK
