"""What a service is granted from outside the image: secrets, configs and credential specs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecscli.base.documents import Draft
from ecscli.compose.project.model import FileGrant, FileSource, Service
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
    slash makes it a file, and so does content that is part of the project. ecs-params wins over
    Compose by name.
    """
    found: dict[str, Draft] = {}
    for key, grant, source in _declared(service, scene):
        entry = _granted(service, key, grant, source, scene)
        if entry:
            found[entry["name"]] = entry
    # ecs-params may have one name twice, and ecs-cli sent both; only Compose's are replaced.
    given = [dict(entry) for entry in scene.of(service).secrets]
    names = {entry.get("name") for entry in given}
    composed = [entry for name, entry in found.items() if name not in names]
    return [*composed, *given]


def _declared(service: Service, scene: Scene) -> Iterator[tuple[str, FileGrant, FileSource]]:
    """Each config and secret of a service with its key and what the top level declares."""
    for key, grants, sources in (
        ("configs", service.configs, scene.project.configs),
        ("secrets", service.secrets, scene.project.secrets),
    ):
        for grant in grants:
            source = sources.get(grant.source)
            if source is not None:
                yield key, grant, source
                continue
            message = f'"{grant.source}" is not declared'
            hint = f"declare it under the top-level {key}:"
            scene.findings.error(message, grant.mark, hint, f"services.{service.name}.{key}")


def _granted(
    service: Service, key: str, grant: FileGrant, source: FileSource, scene: Scene
) -> dict[str, str] | None:
    """The entry for a variable; None where it becomes a file or cannot be."""
    place = f"services.{service.name}.{key}"
    if not _can_be_sent(place, key, grant, source, scene):
        return None
    if not source.external or "/" in (grant.target or ""):
        scene.deliveries.add(service, key, grant, source)
        return None
    name = _variable(grant.target or grant.source)
    message = f"{grant.source} arrives as the environment variable {name}"
    scene.findings.notice(message, grant.mark, key=place)
    return {"name": name, "valueFrom": _stored_name(source)}


def _can_be_sent(place: str, key: str, grant: FileGrant, source: FileSource, scene: Scene) -> bool:
    """Whether ECS can read it from SSM or Secrets Manager, or a config can be written to a file."""
    if source.external:
        name = _stored_name(source)
        if ARN.fullmatch(name) or SSM_NAME.fullmatch(name):
            return True
        message = f'"{name}" is neither an SSM parameter nor an ARN'
        scene.findings.error(message, source.mark, key=f"{key}.{source.name}")
        return False
    if key != "secrets":
        return True
    scene.findings.error(
        f'"{grant.source}" is not external, and a secret must not be part of a task definition',
        grant.mark,
        "keep it in SSM or Secrets Manager and write external: true, name: <parameter name or ARN>",
        place,
    )
    return False


def _stored_name(source: FileSource) -> str:
    """What an external secret or config is called where it is stored."""
    return source.real_name or source.name


def _variable(name: str) -> str:
    """The name itself where it can name a variable on purpose, else in capitals."""
    if name.isupper() and VARIABLE.fullmatch(name):
        return name
    return re.sub(r"[^A-Za-z0-9_]", "_", name).upper()


def credential_specs(service: Service, scene: Scene) -> list[str]:
    """`credentialSpecs` of a container: one ARN in SSM or S3."""
    given = service.credential_spec
    if given is None:
        return []
    config = scene.project.configs.get(given.config) if given.config else None
    value = given.file
    if config is not None and config.external:
        value = _stored_name(config)
    if value is None or not CREDENTIAL_SPEC.fullmatch(value.removeprefix("file://")):
        scene.findings.error(
            "ECS takes the ARN of a credential spec in SSM or S3",
            given.mark,
            "write file: credentialspec:arn:aws:ssm:..., or config: with an external config of that"
            " name",
            key=f"services.{service.name}.credential_spec",
        )
        return []
    return [value if value.startswith("credentialspec") else f"credentialspec:{value}"]
