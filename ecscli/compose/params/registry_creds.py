"""ecs-registry-creds_*.yml -> the credentials of private registries, laid over container
definitions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath

from ecscli.base.documents import Draft
from ecscli.base.findings import Findings
from ecscli.base.keys.kinds import STRINGS, TEXT
from ecscli.base.keys.shapes import AnyName, Key, Keys, Reading
from ecscli.base.marks import Map, Mark
from ecscli.base.records import record

FILE_NAME = re.compile(r"ecs-registry-creds_(?P<time>\d{8}T\d{6}Z)\.yml")

CREDENTIALS: Keys = {
    "credentials_parameter": Key("parameter", TEXT, "Secret that holds user and password."),
    "kms_key_id": Key("kms_key_id", TEXT, "Key of the secret."),
    "container_names": Key(
        "containers", STRINGS, "Containers whose images come from this registry."
    ),
}
OUTPUTS: Keys = {
    "task_execution_role": Key("role", TEXT, "Role that may read the secrets."),
    "container_credentials": Key("credentials", AnyName(CREDENTIALS), "Credentials by registry."),
}
CREDS_FILE: Keys = {
    "version": Key("version", TEXT, "Version of the format."),
    "registry_credential_outputs": Key("outputs", OUTPUTS, "What `registry-creds up` made."),
}


@record
class Credential:
    registry: str
    parameter: str
    containers: tuple[str, ...]


@record
class RegistryCreds:
    """One output file of `registry-creds up`."""

    file: str
    execution_role: str = ""
    credentials: tuple[Credential, ...] = ()


def newest(names: Iterable[str]) -> str | None:
    """The output file with the latest time in its name; None where no name has one."""
    matches = [(FILE_NAME.fullmatch(PurePath(name).name), name) for name in names]
    found = [(match["time"], name) for match, name in matches if match]
    return max(found)[1] if found else None


def parse_creds(text: str | bytes, file: str) -> RegistryCreds:
    """The credentials in `text`. Raises InputError with every finding. Variables are not
    replaced."""
    from ecscli.base.yaml import yamlio

    tree = yamlio.parse(text, file, duplicates=[])
    reading = Reading(tree)
    outputs = reading.read(CREDS_FILE, Map() if tree is None else tree).get("outputs", {})
    reading.findings.raise_errors()
    return RegistryCreds(
        file=file,
        execution_role=outputs.get("role", ""),
        credentials=tuple(
            Credential(registry, values.get("parameter", ""), tuple(values.get("containers", ())))
            for registry, values in sorted(outputs.get("credentials", {}).items())
            if values is not None
        ),
    )


def apply_creds(creds: RegistryCreds, request: Draft, findings: Findings) -> None:
    """Lay the credentials over the containers of a request, and the role over its execution
    role."""
    findings.notice(f"Found ecs-registry-creds file {creds.file}")
    parameters = _by_container(creds, findings)
    for container in request["containerDefinitions"]:
        parameter = parameters.pop(container["name"], None)
        if parameter is not None:
            _set_credentials(container, parameter, findings)
    if parameters:
        unused = " ".join(sorted(parameters))
        findings.warning(f"Containers listed with registry credentials but not used: [{unused}]")
    if creds.execution_role:
        old = request.get("executionRoleArn")
        _note_use(creds.execution_role, old, "task_execution_role", findings)
        request["executionRoleArn"] = creds.execution_role


def _set_credentials(container: Draft, parameter: str, findings: Findings) -> None:
    old = container.get("repositoryCredentials", {}).get("credentialsParameter")
    _note_use(parameter, old, f"credentials_parameter of {container['name']}", findings)
    container["repositoryCredentials"] = {"credentialsParameter": parameter}


def _note_use(new: str, old: str | None, what: str, findings: Findings) -> None:
    change = f"as override (was {old} but is now {new})" if old else new
    findings.notice(f"Using ecs-registry-creds value {change}: {what}")


def _by_container(creds: RegistryCreds, findings: Findings) -> dict[str, str]:
    found: dict[str, str] = {}
    for credential in creds.credentials:
        if not credential.parameter or not credential.containers:
            findings.warning(f"No containers found for registry {credential.registry}")
            continue
        for name in credential.containers:
            if name in found:
                findings.error(
                    f"Duplicate credential_parameter values found for container {name} "
                    f"({found[name]} and {credential.parameter})",
                    Mark(creds.file, 1, 1),
                    f"list {name} once",
                )
            found[name] = credential.parameter
    return found
