"""RegistryCredentials -> secrets of Secrets Manager: found, made, or given a new value; their KMS
keys by ARN."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Generator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.errors import missing
from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AwsError, Finding, InputError
from ecscli.base.findings import Findings
from ecscli.base.records import record, replace
from ecscli.base.tags import TagPairs, aws_tags
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
    findings = Findings()
    keys = [_key_arn(aws, entry, findings) for entry in entries]
    if findings.errors:
        raise InputError.of(findings.errors)
    return tuple(replace(entry, kms_key=key) for entry, key in zip(entries, keys, strict=True))


def _key_arn(aws: Aws, entry: RegistryCredentials, findings: Findings) -> str:
    if not entry.kms_key or entry.kms_key.startswith("arn:"):
        return entry.kms_key
    try:
        answer = aws.elsewhere(entry.region).call("kms", "describe_key", KeyId=entry.kms_key)
    except AwsError as error:
        if not missing(error):
            raise
        message = f'{entry.registry}: there is no KMS key "{entry.kms_key}"'
        hint = "give its id, its ARN or alias/NAME, and check --region"
        findings.error(message, entry.mark, hint)
        return ""
    return str(answer["KeyMetadata"]["Arn"])


def find(aws: Aws, entries: Sequence[RegistryCredentials]) -> tuple[Document | None, ...]:
    """The secret of each entry as Secrets Manager describes it, None where one has to be made.

    Raises InputError for every ARN of a secret that does not exist, before anything is changed.
    """
    reads = [partial(_describe, aws.elsewhere(entry.region), _name(entry)) for entry in entries]
    found = aws.together(*reads)
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
    aws: Aws, entry: RegistryCredentials, found: Document | None, update: bool, tags: TagPairs
) -> Generator[Event, None, Secret]:
    """Make the secret of an entry, or use what `find` has found."""
    yield Event(f"Processing credentials for registry {entry.registry}...")
    there = aws.elsewhere(entry.region)
    if found is None:
        found, is_ours = _create(there, entry, tags)
        if is_ours:
            yield Event(f"New credential secret created: {found['ARN']}")
            return _secret(entry, found, entry.kms_key)
    yield _put(there, entry, found, update)
    if tags:
        there.call("secretsmanager", "tag_resource", SecretId=found["ARN"], Tags=aws_tags(tags))
    return _secret(entry, found, entry.kms_key or str(found.get("KmsKeyId") or ""))


def _secret(entry: RegistryCredentials, found: Document, key: str) -> Secret:
    return Secret(entry.registry, str(found["ARN"]), key, entry.containers)


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


def _create(aws: Aws, entry: RegistryCredentials, tags: TagPairs) -> tuple[Document, bool]:
    """The new secret, True; or one that somebody else has made meanwhile, False. The token names
    our version."""
    token = str(uuid.uuid4())
    request = _secret_request(entry, tags)
    try:
        return aws.call(
            "secretsmanager", "create_secret", ClientRequestToken=token, **request
        ), True
    except AwsError as error:
        if error.code != "ResourceExistsException":
            raise
        found = _describe(aws, _name(entry))
        if found is None:
            raise
        return found, token in found.get("VersionIdsToStages", ())


def _secret_request(entry: RegistryCredentials, tags: TagPairs) -> Draft:
    request: Draft = {
        "Name": _name(entry),
        "Description": DESCRIPTION.format(entry.registry),
        "SecretString": _value(entry),
    }
    if entry.kms_key:
        request["KmsKeyId"] = entry.kms_key
    if tags:
        request["Tags"] = aws_tags(tags)
    return request


def _put(aws: Aws, entry: RegistryCredentials, found: Document, update: bool) -> Event:
    """Give an existing secret the new value, where that was asked for."""
    arn = str(found["ARN"])
    if not entry.has_login:
        return Event(f"Using existing secret {arn}.")
    if not update:
        message = (
            f"Existing credential secret found, using {arn}; --update-existing-secrets gives it the"
            " new value"
        )
        return Event(message, "warning" if entry.secret_arn else "info")
    aws.call("secretsmanager", "put_secret_value", SecretId=arn, SecretString=_value(entry))
    return Event(f"Updated existing secret {arn} with new value")


def _value(entry: RegistryCredentials) -> str:
    login = {"username": entry.username, "password": entry.password}
    return json.dumps(login, separators=(",", ":"))
