"""READS: the secrets of a project in Secrets Manager and SSM: whether they are there, and whether
their values are those of this machine. No value leaves this file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.client import batches
from ecscli.aws.errors import is_session_over, missing
from ecscli.base.documents import Document
from ecscli.base.errors import AccessError, AwsError, InputError
from ecscli.base.records import record
from ecscli.base.tags import PROJECT_TAG
from ecscli.compose.params.secret_settings import SSM
from ecscli.compose.secrets.shipped import NamedSecret, ShippedSecret

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

NO_PARAMETER = "InvalidResourceId"  # of ListTagsForResource
MOST_SECRETS, MOST_PARAMETERS = 20, 10  # of one BatchGetSecretValue, of one GetParameters


@record
class LiveSecret:
    """What a store has under the name of a secret. `same`: whether its value is that of this
    machine, None where it may not be read; `is_leaving`: scheduled for deletion; `project`: whose
    it is by its tag; `changed`: when it last was."""

    exists: bool = True
    same: bool | None = None
    is_leaving: bool = False
    rotates: bool = False
    project: str | None = None
    changed: datetime | None = None


ABSENT = LiveSecret(exists=False)


def read_secrets(aws: Aws, secrets: Sequence[ShippedSecret]) -> dict[str, LiveSecret]:
    """What the stores have, by the names of the secrets in the Compose file."""
    managed = [secret for secret in secrets if secret.settings.store != SSM]
    parameters = [secret for secret in secrets if secret.settings.store == SSM]
    found, more = aws.together(
        lambda: _read_managed(aws, managed), lambda: _read_parameters(aws, parameters)
    )
    return {**found, **more}


def key_arn(aws: Aws, key: str) -> str:
    """The ARN of a KMS key by its id or alias. Raises InputError where there is none."""
    if key.startswith("arn:") and ":alias/" not in key:
        return key
    try:
        return str(aws.call("kms", "describe_key", KeyId=key)["KeyMetadata"]["Arn"])
    except AwsError as error:
        if not missing(error):
            raise
        hint = "write its id, its ARN or alias/NAME, and check --region"
        raise InputError(f"there is no KMS key {key} in {aws.region}", None, hint) from None


def read_owners(aws: Aws, secrets: Sequence[NamedSecret]) -> dict[str, LiveSecret]:
    """What the stores have, without a look at values: whether it is there, and whose it is."""
    found = aws.together(*(partial(_read_owner, aws, secret) for secret in secrets))
    return {secret.name: one for secret, one in zip(secrets, found, strict=True)}


def _read_owner(aws: Aws, secret: NamedSecret) -> LiveSecret:
    if secret.settings.store != SSM:
        return _live(_describe(aws, secret), None)
    try:
        return LiveSecret(project=_owner(aws, secret.stored))
    except AwsError as error:
        if error.code != NO_PARAMETER:
            raise
        return ABSENT


# ------------------------------------------------------------------------- Secrets Manager


def _read_managed(aws: Aws, secrets: Sequence[ShippedSecret]) -> dict[str, LiveSecret]:
    if not secrets:
        return {}
    lots = list(batches(secrets, MOST_SECRETS))
    answers = aws.together(*(partial(_compare_managed, aws, lot) for lot in lots))
    same = {name: one for answer in answers for name, one in answer.items()}
    described = aws.together(*(partial(_describe, aws, secret) for secret in secrets))
    return {
        secret.name: _live(description, same.get(secret.stored))
        for secret, description in zip(secrets, described, strict=True)
    }


def _compare_managed(aws: Aws, secrets: Sequence[ShippedSecret]) -> dict[str, bool]:
    """Whether the values are the same, by the stored names of those that can be read."""
    names = [secret.stored for secret in secrets]
    try:
        answer = aws.call("secretsmanager", "batch_get_secret_value", SecretIdList=names)
    except AccessError as error:
        if is_session_over(error):
            raise
        return {}
    texts = {row["Name"]: row.get("SecretString") for row in answer["SecretValues"]}
    return _compared(secrets, texts)


def _compared(secrets: Sequence[ShippedSecret], texts: Mapping[str, str | None]) -> dict[str, bool]:
    """Whether each value is that of this machine; one that is binary is not."""
    return {
        secret.stored: secret.value.is_same(texts[secret.stored] or "")
        for secret in secrets
        if secret.stored in texts
    }


def _describe(aws: Aws, secret: NamedSecret) -> Document | None:
    try:
        return aws.call("secretsmanager", "describe_secret", SecretId=secret.stored)
    except AwsError as error:
        if missing(error):
            return None
        raise


def _live(description: Document | None, same: bool | None) -> LiveSecret:
    if description is None:
        return ABSENT
    tags = {tag["Key"]: tag["Value"] for tag in description.get("Tags") or ()}
    return LiveSecret(
        same=same,
        is_leaving=bool(description.get("DeletedDate")),
        rotates=bool(description.get("RotationEnabled")),
        project=tags.get(PROJECT_TAG),
        changed=description.get("LastChangedDate"),
    )


# ------------------------------------------------------------------------- SSM


def _read_parameters(aws: Aws, secrets: Sequence[ShippedSecret]) -> dict[str, LiveSecret]:
    lots = list(batches(secrets, MOST_PARAMETERS))
    answers = aws.together(*(partial(_compare_parameters, aws, lot) for lot in lots))
    return {name: one for answer in answers for name, one in answer.items()}


def _compare_parameters(aws: Aws, secrets: Sequence[ShippedSecret]) -> dict[str, LiveSecret]:
    names = [secret.stored for secret in secrets]
    try:
        answer = aws.call("ssm", "get_parameters", Names=names, WithDecryption=True)
    except AccessError as error:
        if is_session_over(error):
            raise
        return {secret.name: LiveSecret() for secret in secrets}  # whether they exist is not known
    rows = {row["Name"]: row for row in answer["Parameters"]}
    same = _compared(secrets, {name: row.get("Value") for name, row in rows.items()})
    owners = aws.together(*(partial(_owner, aws, name) for name in rows))
    project = dict(zip(rows, owners, strict=True))
    found = {}
    for secret in secrets:
        row = rows.get(secret.stored)
        if row is None:
            found[secret.name] = ABSENT
            continue
        found[secret.name] = LiveSecret(
            same=same[secret.stored],
            project=project[secret.stored],
            changed=row.get("LastModifiedDate"),
        )
    return found


def _owner(aws: Aws, name: str) -> str | None:
    """Whose parameter it is by its tag; None where that may not be read."""
    query = {"ResourceType": "Parameter", "ResourceId": name}
    try:
        answer = aws.call("ssm", "list_tags_for_resource", **query)
    except AccessError as error:
        if is_session_over(error):
            raise
        return None
    tags = {tag["Key"]: tag["Value"] for tag in answer.get("TagList") or ()}
    return tags.get(PROJECT_TAG)
