"""What a service is granted from outside the image: secrets, configs and credential specs."""

from __future__ import annotations

import re

from ecscli.base.documents import Draft
from ecscli.base.findings import Findings
from ecscli.compose.project.model import FileGrant, FileSource, Project, Service
from ecscli.compose.task.scene import Scene

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
SSM_NAME = re.compile(r"/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")
ARN = re.compile(r"arn:[a-z-]+:(secretsmanager|ssm):[a-z0-9-]+:\d{12}:\S+")
CREDENTIAL_SPEC = re.compile(r"credentialspec(domainless)?:\S+|arn:[a-z-]+:(s3|ssm):\S+")


def secrets(service: Service, scene: Scene) -> list[Draft]:
    """`secrets` of a container: environment variables whose values ECS reads when the container
    starts.

    An external secret, or config, is an SSM parameter (its name or ARN) or a Secrets Manager secret
    (its ARN, with `:json-key:version-stage:version-id` behind it as ECS takes it). A target with a
    slash makes it a file, and so does content that stands in the project. ecs-params wins over
    Compose by name.
    """
    found: dict[str, Draft] = {}
    for key, grants, sources in (
        ("configs", service.configs, scene.project.configs),
        ("secrets", service.secrets, scene.project.secrets),
    ):
        for grant in grants:
            entry = _granted(service, key, grant, sources.get(grant.source), scene)
            if entry:
                found[entry["name"]] = entry
    # ecs-params may name one variable twice as the original sent it; only Compose's are replaced by
    # name.
    given = [dict(entry) for entry in scene.of(service).secrets]
    names = {entry.get("name") for entry in given}
    return [*(entry for name, entry in found.items() if name not in names), *given]


def _granted(
    service: Service, key: str, grant: FileGrant, source: FileSource | None, scene: Scene
) -> dict[str, str] | None:
    """The entry for a variable; None where it becomes a file or cannot be."""
    place, findings = f"services.{service.name}.{key}", scene.findings
    if source is None:
        findings.error(
            f'{place}: "{grant.source}" is not declared',
            grant.mark,
            f"declare it under the top-level {key}:",
        )
        return None
    if not source.external and key == "secrets":
        findings.error(
            f'{place}: "{grant.source}" is not external, and a secret must not stand in a task'
            " definition",
            grant.mark,
            "keep it in SSM or Secrets Manager and say external: true, name: <parameter name or"
            " ARN>",
        )
        return None
    value = source.real_name or source.name
    if source.external and not (ARN.fullmatch(value) or SSM_NAME.fullmatch(value)):
        findings.error(
            f'{key}.{source.name}: "{value}" is no SSM parameter and no ARN', source.mark
        )
        return None
    if not source.external or "/" in (grant.target or ""):
        scene.deliveries.add(service, key, grant, source)
        return None
    name = _variable(grant.target or grant.source)
    findings.notice(
        f"{place}: {grant.source} arrives as the environment variable {name}", grant.mark
    )
    return {"name": name, "valueFrom": value}


def _variable(name: str) -> str:
    """The name itself where it can name a variable on purpose, else in capitals."""
    return (
        name
        if name.isupper() and VARIABLE.fullmatch(name)
        else re.sub(r"[^A-Za-z0-9_]", "_", name).upper()
    )


def credential_specs(service: Service, project: Project, findings: Findings) -> list[str]:
    """`credentialSpecs` of a container: one ARN in SSM or S3."""
    given = service.credential_spec
    if given is None:
        return []
    config = project.configs.get(given.config) if given.config else None
    value = (
        (config.real_name or config.name) if config is not None and config.external else given.file
    )
    if value is None or not CREDENTIAL_SPEC.fullmatch(value.removeprefix("file://")):
        findings.error(
            f"services.{service.name}.credential_spec: ECS takes the ARN of a credential spec in"
            " SSM or S3",
            given.mark,
            "say file: credentialspec:arn:aws:ssm:..., or config: with an external config of that"
            " name",
        )
        return []
    return [value if value.startswith("credentialspec") else f"credentialspec:{value}"]
