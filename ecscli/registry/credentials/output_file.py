"""Secrets and a role -> the output file that `compose` finds by its name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ecscli.base.documents import Draft
from ecscli.base.yaml import yamlio
from ecscli.registry.credentials.secrets import Secret


def file_name(now: datetime) -> str:
    """The name that carries the time; `now` is UTC."""
    return f"ecs-registry-creds_{now:%Y%m%dT%H%M%SZ}.yml"


def render(role: str, secrets: Sequence[Secret]) -> str:
    """The file's text, byte for byte as ecs-cli writes it."""
    entries = {
        secret.registry: _entry(secret)
        for secret in sorted(secrets, key=lambda secret: secret.registry)
    }
    outputs = {"task_execution_role": role, "container_credentials": entries}
    return yamlio.dump({"version": "1", "registry_credential_outputs": outputs})


def _entry(secret: Secret) -> Draft:
    key = {"kms_key_id": secret.key} if secret.key else {}
    return {"credentials_parameter": secret.arn, **key, "container_names": list(secret.containers)}
