"""What a service is granted from outside the image: secrets, configs and credential specs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecscli.base.documents import Draft
from ecscli.base.errors import InputError
from ecscli.compose.project.model import FileGrant, FileSource, Service
from ecscli.compose.secrets.shipped import is_here
from ecscli.compose.secrets.stored import external_name
from ecscli.compose.task.scene import Scene

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
NOT_IN_AWS = '"{}" is a value of this machine, and ECS reads secrets from AWS alone'
AGREE = (
    "--ship-secrets creates it in Secrets Manager, as does `secrets: {ship: true}` in"
    " ecs-params.yml; or keep it there and write external: true, name: <parameter name or ARN>"
)
KEEP_IT = (
    "keep it in SSM or Secrets Manager and write external: true, name: <parameter name or ARN>"
)
CREDENTIAL_SPEC = re.compile(r"credentialspec(domainless)?:\S+|arn:[a-z-]+:(s3|ssm):\S+")


def secrets(service: Service, scene: Scene) -> list[Draft]:
    """`secrets` of a container: environment variables whose values ECS reads when the container
    starts.

    An external secret, or config, is an SSM parameter (its name or ARN) or a Secrets Manager secret
    (its ARN, with `:json-key:version-stage:version-id` behind it as ECS takes it). A target with a
    slash makes it a file, and so does content that is part of the project; a secret that is created
    from a file or variable is a file unless its target names a variable. ecs-params wins over
    Compose by name.
    """
    found: dict[str, Draft] = {}
    for key, grant, source in _declared(service, scene):
        for entry in _granted(service, key, grant, source, scene):
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
) -> Iterator[dict[str, str]]:
    """The entries for variables; none where it becomes a file or cannot be."""
    is_shipped = key == "secrets" and source.name in scene.secrets.shipped
    is_stored = source.external or is_shipped
    if key == "configs" and not is_stored:
        scene.deliveries.add(service, grant, source)
        return
    place = f"services.{service.name}.{key}"
    if not is_stored:
        _refuse_unshipped(place, grant, source, scene)
        return
    try:
        parts = list(scene.secrets.parts(key, source))
    except InputError as error:
        scene.findings.error(error.message, source.mark, error.hint, f"{key}.{source.name}")
        return
    for part in parts:
        if _is_file(grant, source):
            scene.deliveries.add_stored(service, key, grant, part)
            continue
        name = _variable(_with_key(grant.target or grant.source, part.key))
        message = f"{grant.source} arrives as the environment variable {name}"
        scene.findings.notice(message, grant.mark, key=place)
        yield {"name": name, "valueFrom": part.value_from}


def _refuse_unshipped(place: str, grant: FileGrant, source: FileSource, scene: Scene) -> None:
    """A secret whose value is here stays here until the user agrees to its creation in AWS."""
    if is_here(source):
        known = {error.key for error in scene.findings.errors}
        if f"secrets.{source.name}" in known:
            return  # it is to be created, and something is wrong with it
        scene.findings.error(NOT_IN_AWS.format(grant.source), grant.mark, AGREE, place)
        return
    message = (
        f'"{grant.source}" is not external, and a secret must not be part of a task definition'
    )
    scene.findings.error(message, grant.mark, KEEP_IT, place)


def _is_file(grant: FileGrant, source: FileSource) -> bool:
    """Whether a stored value arrives as a file: where its target is a path; where it is created
    from a file or variable, as in Docker, unless its target names a variable."""
    target = grant.target or ""
    if source.external:
        return "/" in target
    return not (target.isupper() and VARIABLE.fullmatch(target))


def _with_key(name: str, key: str | None) -> str:
    return f"{name}_{key}" if key else name


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
        value = external_name(config)
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
