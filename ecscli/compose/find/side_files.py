"""The files beside the Compose file: where ecs-params and registry credentials are, and what they
say."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record
from ecscli.base.system.files import UNCONFINED, Confinement, Unreadable, read_file
from ecscli.base.yaml.composer import LIMITS
from ecscli.compose.params.read import EcsParams, read_params
from ecscli.compose.params.registry_creds import RegistryCreds, newest, parse_creds

DEFAULT_PARAMS = "ecs-params.yml"


@record
class SideFiles:
    """Where the files beside the Compose file are: named ones by their paths from `directory`,
    others there or in the directory `beside` the Compose file."""

    directory: str
    ecs_params: str | None = None
    registry_creds: str | None = None
    beside: str = ""


def load_side_files(
    files: SideFiles, variables: Mapping[str, str], within: Confinement = UNCONFINED
) -> tuple[EcsParams, RegistryCreds | None]:
    """Params and credentials, as `find_params` and `load_creds` find them; raises InputError with
    all of both where either cannot be read."""
    params, creds = EcsParams(), None
    findings: list[Finding] = []
    try:
        params = find_params(files.directory, files.ecs_params, variables, within, files.beside)
    except InputError as error:
        findings.extend(error.findings)
    try:
        creds = load_creds(files.directory, files.registry_creds, within, files.beside)
    except InputError as error:
        findings.extend(error.findings)
    if findings:
        raise InputError.of([*params.errors, *findings])
    return params, creds


def load_params(
    directory: str,
    given: str | None,
    variables: Mapping[str, str],
    within: Confinement = UNCONFINED,
    beside: str = "",
) -> EcsParams:
    """Like `find_params`; raises InputError with everything that is wrong with the file."""
    params = find_params(directory, given, variables, within, beside)
    if params.errors:
        raise InputError.of(params.errors)
    return params


def find_params(
    directory: str,
    given: str | None,
    variables: Mapping[str, str],
    within: Confinement = UNCONFINED,
    beside: str = "",
) -> EcsParams:
    """The params of the file `given`, else of ecs-params.yml in `directory`, else of the one in the
    directory `beside` the Compose file, else none at all; what is wrong with them is in their
    `errors`.

    `variables` are what `${...}` may name: those of the project. Raises InputError where the file
    cannot be read.
    """
    name = given or _first(_default_params, directory, beside)
    if not name:
        return EcsParams()
    return read_params(_read(directory, name, within, bool(given)), name, variables)


def load_creds(
    directory: str, given: str | None, within: Confinement = UNCONFINED, beside: str = ""
) -> RegistryCreds | None:
    """The credentials of the file `given`, else of the newest ecs-registry-creds_*.yml in
    `directory`, else of the newest `beside` the Compose file, else None."""
    name = given or _first(_newest_creds, directory, beside)
    return parse_creds(_read(directory, name, within, bool(given)), name) if name else None


def _first(find: Callable[[str], str | None], directory: str, beside: str) -> str | None:
    """What `find` finds in the first of two directories that has it, as a path from the first."""
    name = find(directory)
    if name or not beside:
        return name
    name = find(beside)
    return name and os.path.relpath(os.path.join(beside, name), directory)


def _default_params(directory: str) -> str | None:
    return DEFAULT_PARAMS if os.path.lexists(os.path.join(directory, DEFAULT_PARAMS)) else None


def _newest_creds(directory: str) -> str | None:
    return newest(path.name for path in Path(directory).glob("ecs-registry-creds_*.yml"))


def _read(directory: str, name: str, within: Confinement, named: bool) -> bytes:
    path = os.path.join(directory, name)
    try:
        return read_file(path, name, LIMITS.size, within.at(directory), named=named)
    except Unreadable as error:
        if not error.missing:
            raise
        message = f"Error reading file '{name}': no such file or directory"
        raise InputError(message, hint=error.hint or "check the path") from None
