"""The files beside the Compose file: where ecs-params and registry credentials are, and what they
say."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ecscli.base.composer import LIMITS
from ecscli.base.errors import Finding, InputError
from ecscli.base.system.files import UNCONFINED, Confinement, Unreadable, read_file
from ecscli.compose.params.read import EcsParams, parse_params
from ecscli.compose.params.registry_creds import RegistryCreds, newest, parse_creds

DEFAULT_PARAMS = "ecs-params.yml"


def load_side_files(
    directory: str,
    params_file: str | None,
    creds_file: str | None,
    variables: Mapping[str, str],
    within: Confinement = UNCONFINED,
) -> tuple[EcsParams, RegistryCreds | None]:
    """Params and credentials, as `load_params` and `load_creds` find them; raises InputError with
    all of both."""
    params, creds = EcsParams(), None
    findings: list[Finding] = []
    try:
        params = load_params(directory, params_file, variables, within)
    except InputError as error:
        findings.extend(error.findings)
    try:
        creds = load_creds(directory, creds_file, within)
    except InputError as error:
        findings.extend(error.findings)
    if findings:
        raise InputError.of(findings)
    return params, creds


def load_params(
    directory: str,
    given: str | None,
    variables: Mapping[str, str],
    within: Confinement = UNCONFINED,
) -> EcsParams:
    """The params of the file `given`, else of ecs-params.yml in `directory`, else none at all.

    `variables` are what `${...}` may name: those of the project. Raises InputError.
    """
    name = given or DEFAULT_PARAMS
    if not given and not os.path.lexists(os.path.join(directory, name)):
        return EcsParams()
    return parse_params(_read(directory, name, within, bool(given)), name, variables)


def load_creds(
    directory: str, given: str | None, within: Confinement = UNCONFINED
) -> RegistryCreds | None:
    """The credentials of the file `given`, else of the newest ecs-registry-creds_*.yml in
    `directory`, else None."""
    name = given or newest(path.name for path in Path(directory).glob("ecs-registry-creds_*.yml"))
    return parse_creds(_read(directory, name, within, bool(given)), name) if name else None


def _read(directory: str, name: str, within: Confinement, named: bool) -> bytes:
    path = os.path.join(directory, name)
    try:
        return read_file(path, name, LIMITS.size, within.at(directory), named=named)
    except Unreadable as error:
        if not error.missing:
            raise
        message = f"Error reading file '{name}': no such file or directory"
        raise InputError(message, hint="check the path") from None
