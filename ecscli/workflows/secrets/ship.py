"""The secrets of a project on the way to a deployment: compared with what their stores have, and
planned where they are missing."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping, Sequence
from typing import TYPE_CHECKING

from ecscli.aws.errors import NO_CREDENTIALS
from ecscli.base.errors import AccessError
from ecscli.base.records import record, replace
from ecscli.base.tags import Tags
from ecscli.compose.secrets.shipped import ShippedSecret
from ecscli.support.reads import Reads
from ecscli.up.model import Event
from ecscli.up.secrets.live import ABSENT, LiveSecret, key_arn, read_secrets
from ecscli.up.secrets.plan import Owner, SecretPlan, plan_secrets
from ecscli.workflows.definition.groups import GroupSecrets, GroupTranslation
from ecscli.workflows.definition.translation import Translation
from ecscli.workflows.events import warnings
from ecscli.workflows.project import Connect

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

Secrets = Sequence[ShippedSecret]


@record
class Handling:
    """What is done with the secrets that are found: `push` updates those that differ; new ones get
    `tags`; `dry_run`: it will only be looked at, which needs no credentials."""

    push: bool = False
    tags: Tags = ()
    dry_run: bool = False


@record
class Stores:
    """What was read for secrets: what their stores have, by name; the ARNs of their KMS keys, by
    the keys as files name them; and the account, None where nobody may ask."""

    live: Mapping[str, LiveSecret]
    keys: Mapping[str, str]
    account: str | None = None

    def reads(self, secrets: Secrets) -> Reads:
        """The keys that readers of these secrets decrypt with."""
        return Reads(keys=tuple(self.keys[name] for name in _keys(secrets) if name in self.keys))


def with_secrets(
    connect: Connect, found: Translation, handling: Handling
) -> Generator[Event, None, Translation]:
    """The same with the account in the references to secrets, and with what is written of them.
    Raises InputError where one must not be written."""
    secrets = found.definition.secrets
    if not secrets:
        return found
    stores = _read(connect, secrets, handling)
    plan = plan_secrets(_owner(found.project.name, handling), secrets, stores.live, handling.push)
    if stores.account is None:
        return replace(found, secrets=plan)
    yield from warnings(plan.notices)
    known = found.with_account(stores.account)
    reads = known.reads.with_more(stores.reads(secrets))
    return replace(known, secrets=plan, reads=reads)


def with_secrets_of_groups(
    connect: Connect, found: GroupTranslation, meant: Collection[str], handling: Handling
) -> Generator[Event, None, GroupTranslation]:
    """The same for the groups of a project: a secret is written once, however many groups use it,
    where one of those that are `meant` does."""
    own = {name: one.definition.secrets for name, one in found.groups.items()}
    secrets = list({one.name: one for group in own.values() for one in group}.values())
    if not secrets:
        return found
    stores = _read(connect, secrets, handling)
    used = {one.name for name in meant for one in own[name]}
    owner, push = _owner(found.project.name, handling), handling.push

    def plan(some: Secrets) -> SecretPlan:
        return plan_secrets(owner, some, stores.live, push)

    whole = plan([one for one in secrets if one.name in used])
    pushed = {name: replace(plan(own[name]), writes=(), notices=()) for name in meant}
    reads = {name: stores.reads(some) for name, some in own.items()}
    planned = GroupSecrets(whole, pushed, reads)
    if stores.account is None:
        return replace(found, secrets=planned)
    yield from warnings(whole.notices)
    return replace(found.with_account(stores.account), secrets=planned)


def _owner(project: str, handling: Handling) -> Owner:
    return Owner(project, handling.tags)


def _read(connect: Connect, secrets: Secrets, handling: Handling) -> Stores:
    """What AWS has for the secrets; nothing in a dry run without credentials: the comparison with
    what is live has a notice of it. Raises InputError where a KMS key does not exist."""
    try:
        return _stores(connect(), secrets)
    except AccessError as error:
        if not (handling.dry_run and error.code == NO_CREDENTIALS):
            raise
    return Stores({secret.name: ABSENT for secret in secrets}, {})


def _stores(aws: Aws, secrets: Secrets) -> Stores:
    account, live = aws.together(aws.account, lambda: read_secrets(aws, secrets))
    keys = {name: key_arn(aws, name) for name in _keys(secrets)}
    return Stores(live, keys, account)


def _keys(secrets: Secrets) -> tuple[str, ...]:
    """The KMS keys of secrets as the files name them, each once."""
    names = [secret.settings.kms_key for secret in secrets]
    return tuple(dict.fromkeys(filter(None, names)))
