"""The secrets of a project on the way to a deployment: compared with what their stores have, and
planned where they are missing."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from ecscli.aws.errors import NO_CREDENTIALS
from ecscli.base.errors import AccessError
from ecscli.base.records import record, replace
from ecscli.base.tags import Tags
from ecscli.compose.secrets.shipped import ShippedSecret
from ecscli.support.reads import Reads
from ecscli.up.model import Event
from ecscli.up.secrets.live import ABSENT, LiveSecret, key_arn, read_secrets
from ecscli.up.secrets.plan import Owner, plan_secrets
from ecscli.workflows.definition.translation import Translation
from ecscli.workflows.events import warnings
from ecscli.workflows.project import Connect

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


@record
class Handling:
    """What is done with the secrets that are found: `push` updates those that differ; new ones get
    `tags`; `dry_run`: it will only be looked at, which needs no credentials."""

    push: bool = False
    tags: Tags = ()
    dry_run: bool = False


def with_secrets(
    connect: Connect, found: Translation, handling: Handling
) -> Generator[Event, None, Translation]:
    """The same with the account in the references to secrets, and with what is written of them.
    Raises InputError where one must not be written."""
    secrets = found.definition.secrets
    if not secrets:
        return found
    owner, push = Owner(found.project.name, handling.tags), handling.push
    try:
        account, live = _read(connect(), secrets)
    except AccessError as error:
        if not (handling.dry_run and error.code == NO_CREDENTIALS):
            raise
        # the comparison with what is live has a notice of it
        absent = {secret.name: ABSENT for secret in secrets}
        return replace(found, secrets=plan_secrets(owner, secrets, absent, push))
    plan = plan_secrets(owner, secrets, live, push)
    yield from warnings(plan.notices)
    known = found.with_account(account)
    reads = known.reads.with_more(Reads(keys=_keys(connect(), secrets)))
    return replace(known, secrets=plan, reads=reads)


def _keys(aws: Aws, secrets: tuple[ShippedSecret, ...]) -> tuple[str, ...]:
    """The ARNs of the KMS keys of secrets, which their readers decrypt with. Raises InputError
    where one does not exist."""
    names = [secret.settings.kms_key for secret in secrets]
    return tuple(key_arn(aws, name) for name in dict.fromkeys(filter(None, names)))


def _read(aws: Aws, secrets: tuple[ShippedSecret, ...]) -> tuple[str, dict[str, LiveSecret]]:
    return aws.together(aws.account, lambda: read_secrets(aws, secrets))
