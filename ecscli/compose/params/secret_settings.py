"""`secrets` of ecs-params.yml and of `x-ecs` at the top of a Compose file, and `x-ecs` of one
secret -> whether, where and under which names the secrets of a project are stored."""

from __future__ import annotations

import re

from ecscli.base.documents import Document, Draft
from ecscli.base.findings import Findings
from ecscli.base.keys.kinds import BOOLEAN, STRINGS, Kind, choice, text_of, whole
from ecscli.base.keys.shapes import Key, Keys, Reading
from ecscli.base.marks import Map, Raw
from ecscli.base.records import record

SECRETS_MANAGER, SSM = "secretsmanager", "ssm"
STORES = (SECRETS_MANAGER, SSM)
PROJECT = "{project}"
PREFIX = re.compile(r"[A-Za-z0-9/_+=.@-]*")
AT_ONCE, LEAST_DAYS, MOST_DAYS = 0, 7, 30  # of RecoveryWindowInDays
OF_ONE = "x-ecs"  # under a top-level secret
KEY_OF_DOCKER = "x-aws-keys"  # under a top-level secret, as docker/compose-cli reads it
ALL_KEYS = "*"


def _prefix(value: Raw) -> str:
    text = text_of(value)
    if not PREFIX.fullmatch(text.replace(PROJECT, "")):
        raise ValueError("must be letters, digits and /_+=.@- with {project} for the project")
    return text


def _recovery_days(value: Raw) -> int:
    number = whole(0, MOST_DAYS).read(value)
    assert isinstance(number, int | float)
    days = int(number)
    if days != AT_ONCE and days < LEAST_DAYS:
        raise ValueError(f"must be 0, or {LEAST_DAYS} to {MOST_DAYS} days")
    return days


def _kms_key(value: Raw) -> str:
    text = text_of(value)
    if not re.fullmatch(r"alias/\S+|arn:\S+|[0-9a-f-]{36}|mrk-[0-9a-f]{32}", text):
        raise ValueError("must be the id, the ARN or the alias (alias/NAME) of a KMS key")
    return text


TEXT_SCHEMA = {"type": "string"}
SECRETS: Keys = {
    "ship": Key(
        "ship",
        BOOLEAN,
        "Whether secrets with file: or environment: are created in AWS, as with --ship-secrets.",
    ),
    "store": Key(
        "store",
        choice(*STORES),
        "Where they are created: secretsmanager (the default), or ssm for a SecureString.",
    ),
    "prefix": Key(
        "prefix",
        Kind(_prefix, TEXT_SCHEMA),
        "What their names begin with; {project}/ by default.",
    ),
    "kms_key": Key(
        "kms_key",
        Kind(_kms_key, TEXT_SCHEMA),
        "KMS key that encrypts them; that of the AWS account by default.",
    ),
    "recovery_days": Key(
        "recovery_days",
        Kind(_recovery_days, {"type": "integer", "minimum": 0, "maximum": MOST_DAYS}),
        "Days for which a deleted secret can be restored, 7 by default; 0 deletes at once.",
    ),
}
SECRET: Keys = {
    **SECRETS,
    "keys": Key("keys", STRINGS, "Keys of a JSON secret; each arrives by itself."),
}


@record
class SecretSettings:
    """The settings in force for one secret. `prefix` has the place ``{project}``; `kms_key` None is
    the account's own; `recovery_days` 0 deletes at once; `keys` choose parts of a JSON value."""

    ship: bool = False
    store: str = SECRETS_MANAGER
    prefix: str = "{project}/"
    kms_key: str | None = None
    recovery_days: int = 7
    keys: tuple[str, ...] = ()


def secret_settings(
    tree: Map, name: str, of_project: Document, findings: Findings
) -> SecretSettings:
    """The settings of one top-level secret of the Compose file `tree`, over those `of_project`;
    what is wrong with its own goes to `findings`."""
    own = _of_one(tree, name, findings)
    keys = own.pop("keys", None) or keys_of_docker(tree, name)
    return SecretSettings(**{**of_project, **own}, keys=tuple(keys))


def _of_one(tree: Map, name: str, findings: Findings) -> Draft:
    given = _declared(tree, name).get(OF_ONE)
    if given is None:
        return {}
    return Reading(tree, findings).read(SECRET, given, ("secrets", name, OF_ONE))


def _declared(tree: Map, name: str) -> Document:
    """What the file has below the name of a secret."""
    secrets = tree.get("secrets")
    declared = secrets.get(name) if isinstance(secrets, Map) else None
    return declared if isinstance(declared, Map) else {}


def keys_of_docker(tree: Map, name: str) -> list[str]:
    """`x-aws-keys` of a secret: one key, or a list of them; empty where that cannot be read, or
    where it asks for all keys, which only the value has."""
    given = _declared(tree, name).get(KEY_OF_DOCKER)
    keys = [given] if isinstance(given, str) else given
    if not isinstance(keys, list) or not all(isinstance(key, str) and key for key in keys):
        return []
    return [] if ALL_KEYS in keys else list(keys)
