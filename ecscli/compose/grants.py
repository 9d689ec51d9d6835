"""What a service is granted from outside the image: secrets, configs and credential specs."""

from __future__ import annotations

import re
from typing import Any

from ecscli.compose.model import FileGrant, FileSource, Project, Service
from ecscli.compose.notes import Notes
from ecscli.compose.params import ServiceParams

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
SSM_NAME = re.compile(r"/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")
ARN = re.compile(r"arn:[a-z-]+:(secretsmanager|ssm):[a-z0-9-]+:\d{12}:\S+")
CREDENTIAL_SPEC = re.compile(r"credentialspec(domainless)?:\S+|arn:[a-z-]+:(s3|ssm):\S+")


def secrets(service: Service, project: Project, params: ServiceParams, notes: Notes) -> list[dict[str, Any]]:
    """`secrets` of a container: environment variables whose values ECS reads when the container starts.

    An external secret, or config, is an SSM parameter (its name or ARN) or a Secrets Manager secret (its ARN, with
    `:json-key:version-stage:version-id` behind it as ECS takes it). ecs-params wins over Compose by name.
    """
    found: dict[str, dict[str, Any]] = {}
    for key, grants, sources in (
        ("configs", service.configs, project.configs),
        ("secrets", service.secrets, project.secrets),
    ):
        for grant in grants:
            entry = _secret(service, key, grant, sources.get(grant.source), notes)
            if entry:
                found[entry["name"]] = entry
    # ecs-params may name one variable twice as the original sent it; only Compose's are replaced by name.
    given = [dict(entry) for entry in params.secrets]
    names = {entry.get("name") for entry in given}
    return [*(entry for name, entry in found.items() if name not in names), *given]


def _secret(
    service: Service, key: str, grant: FileGrant, source: FileSource | None, notes: Notes
) -> dict[str, str] | None:
    place = f"services.{service.name}.{key}"
    if source is None:
        notes.refuse(f'{place}: "{grant.source}" is not declared', grant.mark, f"declare it under the top-level {key}:")
        return None
    if not source.external:
        notes.refuse(
            f'{place}: "{grant.source}" is not external, and ECS reads no files of this machine',
            grant.mark,
            "keep it in SSM or Secrets Manager and say external: true, name: <parameter name or ARN>",
        )
        return None
    name = _variable(grant)
    if name is None:
        notes.refuse(
            f'{place}: ECS hands "{grant.source}" over as an environment variable, not as the file {grant.target}',
            grant.mark,
            "say target: NAME_OF_A_VARIABLE",
        )
        return None
    value = source.real_name or source.name
    if not (ARN.fullmatch(value) or SSM_NAME.fullmatch(value)):
        notes.refuse(f'{key}.{source.name}: "{value}" is no SSM parameter and no ARN', source.mark)
    notes.tell(f"{place}: {grant.source} arrives as the environment variable {name}", grant.mark)
    return {"name": name, "valueFrom": value}


def _variable(grant: FileGrant) -> str | None:
    """The variable: the target where that is a name, the source in capitals where there is none."""
    if grant.target and grant.target not in (f"/run/secrets/{grant.source}", f"/{grant.source}", grant.source):
        return grant.target if VARIABLE.fullmatch(grant.target) else None
    return re.sub(r"[^A-Za-z0-9_]", "_", grant.source).upper()


def credential_specs(service: Service, project: Project, notes: Notes) -> list[str]:
    """`credentialSpecs` of a container: one ARN in SSM or S3."""
    given = service.credential_spec
    if given is None:
        return []
    config = project.configs.get(given.config) if given.config else None
    value = (config.real_name or config.name) if config is not None and config.external else given.file
    if value is None or not CREDENTIAL_SPEC.fullmatch(value.removeprefix("file://")):
        notes.refuse(
            f"services.{service.name}.credential_spec: ECS takes the ARN of a credential spec in SSM or S3",
            given.mark,
            "say file: credentialspec:arn:aws:ssm:..., or config: with an external config of that name",
        )
        return []
    return [value if value.startswith("credentialspec") else f"credentialspec:{value}"]
