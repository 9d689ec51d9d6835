"""The docker command and the engine of this machine -> which builder is used: buildx where it
answers, else BuildKit in the command, else the Engine API."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ecscli.base.errors import InputError
from ecscli.base.system.programs import environment_for, find_program
from ecscli.registry.builders.buildkit import BuildKit
from ecscli.registry.builders.buildx import Buildx
from ecscli.registry.builders.by_engine import ByEngine
from ecscli.registry.builders.jobs import Builder
from ecscli.registry.builders.keys import BUILDKIT, BUILDX, ENGINE, INSTALL
from ecscli.registry.builders.program import output_of
from ecscli.registry.engine import Engine

AUTO = "auto"
BUILDX_VERSION = re.compile(r"\bv?(\d+)\.(\d+)\.\d+")
VERSION = re.compile(r"version (\d+)\.(\d+)")
# The versions of the docker command with BuildKit built in; later ones need buildx for it
FIRST, BEFORE = (18, 9), (23, 0)
OLD_COMMAND = "a docker command from 18.09 to 20.10; later ones build with buildx"


def choose_builder(wanted: str, environment: Mapping[str, str]) -> Builder:
    """The builder of a name, or by `auto` the best of this machine. Raises EcsCliError where no
    engine answers, InputError where the one that is wanted is not here."""
    program = find_program("docker", environment)
    buildx = _buildx_version(program, environment) if program else None
    if wanted in (AUTO, BUILDX) and program and buildx:
        return Buildx(program, buildx)
    if wanted == BUILDX:
        raise InputError("docker buildx does not answer", "--builder", INSTALL)
    has_buildkit = bool(program) and _has_buildkit(str(program), environment)
    if wanted == BUILDKIT and not has_buildkit:
        raise InputError(
            "BuildKit without buildx is not here", "--builder", f"it needs {OLD_COMMAND}"
        )
    _check_engine(environment)
    if wanted != ENGINE and has_buildkit:
        return BuildKit(str(program))
    return ByEngine()


def _buildx_version(program: str, environment: Mapping[str, str]) -> tuple[int, int] | None:
    """The version of buildx, (0, 0) for one without a number; None where it does not answer."""
    kept = environment_for("docker", environment)
    found = output_of([program, "buildx", "version"], kept)
    if found is None:
        return None
    version = BUILDX_VERSION.search(found)
    return (int(version[1]), int(version[2])) if version else (0, 0)


def _has_buildkit(program: str, environment: Mapping[str, str]) -> bool:
    found = output_of([program, "--version"], environment_for("docker", environment)) or ""
    version = VERSION.search(found)
    return version is not None and FIRST <= (int(version[1]), int(version[2])) < BEFORE


def _check_engine(environment: Mapping[str, str]) -> None:
    """Raises EcsCliError where no engine answers."""
    with Engine(environment):
        pass
