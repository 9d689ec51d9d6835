"""The files beside the Compose file: where ecs-params and registry credentials are, and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ecscli.compose.params import EcsParams, parse_params
from ecscli.compose.registry_creds import RegistryCreds, newest, parse_creds
from ecscli.errors import Finding, InputError

DEFAULT_PARAMS = "ecs-params.yml"


def load_side_files(
    directory: str, params_file: str | None, creds_file: str | None, variables: Mapping[str, str]
) -> tuple[EcsParams, RegistryCreds | None]:
    """Params and credentials, as `load_params` and `load_creds` find them; raises InputError with all of both."""
    params, creds = EcsParams(), None
    findings: list[Finding] = []
    try:
        params = load_params(directory, params_file, variables)
    except InputError as error:
        findings.extend(error.findings)
    try:
        creds = load_creds(directory, creds_file)
    except InputError as error:
        findings.extend(error.findings)
    if findings:
        raise InputError.of(findings)
    return params, creds


def load_params(directory: str, given: str | None, variables: Mapping[str, str]) -> EcsParams:
    """The params of the file `given`, else of ecs-params.yml in `directory`, else none at all.

    `variables` are what `${...}` may name: those of the project. Raises InputError.
    """
    path = Path(directory, given or DEFAULT_PARAMS)
    if not given and not path.is_file():
        return EcsParams()
    return parse_params(_read(path, given or DEFAULT_PARAMS), given or DEFAULT_PARAMS, variables)


def load_creds(directory: str, given: str | None) -> RegistryCreds | None:
    """The credentials of the file `given`, else of the newest ecs-registry-creds_*.yml in `directory`, else None."""
    name = given or newest(path.name for path in Path(directory).glob("ecs-registry-creds_*.yml"))
    return parse_creds(_read(Path(directory, name), name), name) if name else None


def _read(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"Error reading file '{name}': {reason}", hint="check the path") from None
