"""Entries -> secrets of Secrets Manager: found, made, or given a new value; their KMS keys by
ARN."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.aws.errors import missing
from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AwsError, Finding, InputError
from ecscli.base.records import record, replace
from ecscli.base.tags import Pairs, aws_tags
from ecscli.registry.credentials.input_file import RegistryCredentials
from ecscli.up.model import Event

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

PREFIX = "amazon-ecs-cli-setup-"
DESCRIPTION = "Created with the ECS CLI for use with registry {}"
# not allowed in a secret's name, but in a registry's: the colon
FORBIDDEN = re.compile(r"[^A-Za-z0-9/_+=.@-]")


@record
class Secret:
    """Where the credentials of a registry are kept; `key` is the ARN of its KMS key, or empty."""

    registry: str
    arn: str
    key: str
    containers: tuple[str, ...]


def resolve_keys(
    aws: Aws, entries: Sequence[RegistryCredentials]
) -> tuple[RegistryCredentials, ...]:
    """The entries with every KMS key as an ARN. Raises InputError for keys that do not exist."""
    problems: list[Finding] = []
    found = tuple(replace(entry, kms_key=_key_arn(aws, entry, problems)) for entry in entries)
    if problems:
        raise InputError.of(problems)
    return found


def _key_arn(aws: Aws, entry: RegistryCredentials, problems: list[Finding]) -> str:
    if not entry.kms_key or entry.kms_key.startswith("arn:"):
        return entry.kms_key
    try:
        answer = aws.elsewhere(entry.region).call("kms", "describe_key", KeyId=entry.kms_key)
    except AwsError as error:
        if not missing(error):
            raise
        told = f'{entry.registry}: there is no KMS key "{entry.kms_key}"'
        problems.append(
            Finding(told, entry.mark, "give its id, its ARN or alias/NAME, and check --region")
        )
        return ""
    return str(answer["KeyMetadata"]["Arn"])


def find(aws: Aws, entries: Sequence[RegistryCredentials]) -> tuple[Document | None, ...]:
    """The secret of each entry as Secrets Manager describes it, None where one has to be made.

    Raises InputError for every ARN of a secret that does not exist, before anything is changed.
    """
    found = aws.together(
        *(
            lambda entry=entry: _describe(aws.elsewhere(entry.region), _name(entry))
            for entry in entries
        )
    )
    hint = "check its ARN and its account, or leave secrets_manager_arn out to have one made"
    problems = [
        Finding(f'{entry.registry}: there is no secret "{entry.secret_arn}"', entry.mark, hint)
        for entry, secret in zip(entries, found, strict=True)
        if secret is None and entry.secret_arn
    ]
    if problems:
        raise InputError.of(problems)
    return found


def _name(entry: RegistryCredentials) -> str:
    return entry.secret_arn or PREFIX + FORBIDDEN.sub("-", entry.registry)


def ensure(
    aws: Aws, entry: RegistryCredentials, found: Document | None, update: bool, tags: Pairs
) -> Iterator[Event | Secret]:
    """Make the secret of an entry, or use what `find` has found: events, and at last the Secret."""
    yield Event(f"Processing credentials for registry {entry.registry}...")
    there = aws.elsewhere(entry.region)
    if found is None:
        found, ours = _create(there, entry, _name(entry), tags)
        if ours:
            yield Event(f"New credential secret created: {found['ARN']}")
            yield Secret(entry.registry, str(found["ARN"]), entry.kms_key, entry.containers)
            return
    arn = str(found["ARN"])
    yield _put(there, entry, arn, update)
    if tags:
        there.call("secretsmanager", "tag_resource", SecretId=arn, Tags=aws_tags(tags))
    yield Secret(
        entry.registry, arn, entry.kms_key or str(found.get("KmsKeyId") or ""), entry.containers
    )


def _describe(aws: Aws, name: str) -> Document | None:
    try:
        found = aws.call("secretsmanager", "describe_secret", SecretId=name)
    except AwsError as error:
        if missing(error):
            return None
        raise
    if found.get("DeletedDate"):
        hint = f"wait, or bring it back: aws secretsmanager restore-secret --secret-id {name}"
        raise InputError("the secret is about to be deleted", str(found["ARN"]), hint)
    return found


def _create(aws: Aws, entry: RegistryCredentials, name: str, tags: Pairs) -> tuple[Document, bool]:
    """The new secret, True; or one that somebody else has made meanwhile, False. The token names
    our version."""
    token = str(uuid.uuid4())
    request: Draft = {
        "Name": name,
        "ClientRequestToken": token,
        "Description": DESCRIPTION.format(entry.registry),
        "SecretString": _value(entry),
    }
    request |= {"KmsKeyId": entry.kms_key} if entry.kms_key else {}
    request |= {"Tags": aws_tags(tags)} if tags else {}
    try:
        return aws.call("secretsmanager", "create_secret", **request), True
    except AwsError as error:
        found = _describe(aws, name) if error.code == "ResourceExistsException" else None
        if found is None:
            raise
        return found, token in found.get("VersionIdsToStages", ())


def _put(aws: Aws, entry: RegistryCredentials, arn: str, update: bool) -> Event:
    if not entry.has_login:
        return Event(f"Using existing secret {arn}.")
    if not update:
        told = (
            f"Existing credential secret found, using {arn}; --update-existing-secrets gives it the"
            " new value"
        )
        return Event(told, "warning" if entry.secret_arn else "info")
    aws.call("secretsmanager", "put_secret_value", SecretId=arn, SecretString=_value(entry))
    return Event(f"Updated existing secret {arn} with new value")


def _value(entry: RegistryCredentials) -> str:
    return json.dumps(
        {"username": entry.username, "password": entry.password}, separators=(",", ":")
    )
