"""PURE: the secrets of a project, and what their stores have -> what is written, and what is left
and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ecscli.base.documents import Draft
from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record
from ecscli.base.tags import PROJECT_TAG, Tags
from ecscli.compose.params.secret_settings import SSM
from ecscli.compose.secrets.shipped import NamedSecret, ShippedSecret
from ecscli.compose.secrets.values import STANDARD_SIZE
from ecscli.up.model import DeleteSecret, Plan, WriteSecret

if TYPE_CHECKING:
    from ecscli.up.secrets.live import LiveSecret

PUSH = "--push-secrets updates it"


@record
class SecretPlan:
    """What is written; `notices` name what is left; `since`: tasks that are older than this have
    values that were pushed since, None where no task needs a look; `updates`: whether a value that
    tasks may have gets another one."""

    writes: tuple[WriteSecret, ...] = ()
    notices: tuple[Finding, ...] = ()
    since: datetime | None = None
    updates: bool = False


@record
class Owner:
    """Whose the secrets are: a project, and further tags of what it makes."""

    project: str
    tags: Tags = ()


def plan_secrets(
    owner: Owner,
    secrets: Sequence[ShippedSecret],
    live: Mapping[str, LiveSecret],
    push: bool,
) -> SecretPlan:
    """Create what is missing; what differs is updated only by `push`. Raises InputError for what
    must not be written."""
    writes: list[WriteSecret] = []
    notices: list[Finding] = []
    errors: list[Finding] = []
    for secret in secrets:
        found = live[secret.name]
        if not found.exists or found.is_leaving:
            writes.append(_creation(owner, secret, found))
        elif found.same:
            continue
        elif not push:
            notices.append(_left(secret, found))
        else:
            errors += _refusals(owner.project, secret, found)
            writes.append(_update(secret))
    if errors:
        raise InputError.of(errors)
    since = _last_change(live[secret.name] for secret in secrets) if push else None
    updates = any(write.before is not None for write in writes)
    return SecretPlan(tuple(writes), tuple(notices), since, updates)


def _last_change(live: Iterable[LiveSecret]) -> datetime | None:
    """When the newest value was written: by this command, perhaps, which came no further."""
    return max((one.changed for one in live if one.changed), default=None)


def _left(secret: ShippedSecret, found: LiveSecret) -> Finding:
    if found.same is None:
        return Finding(f"secret {secret.stored} may not be read: it is left as it is", None, PUSH)
    return Finding(f"secret {secret.stored} differs, not pushed", None, PUSH)


def _refusals(project: str, secret: ShippedSecret, found: LiveSecret) -> Iterator[Finding]:
    """Why a value must not be overwritten."""
    if found.rotates:
        message = f"secret {secret.stored} rotates, and is not written"
        hint = "leave its value to the rotation: declare it external, with its ARN as name"
        yield Finding(message, None, hint)
    if found.project not in (None, project):
        message = f"secret {secret.stored} belongs to project {found.project}"
        yield Finding(message, None, "choose another `prefix` or `name`")


def _creation(owner: Owner, secret: ShippedSecret, found: LiveSecret) -> WriteSecret:
    """A new secret. One that is scheduled for deletion has its name until then: it is restored, and
    gets the value."""
    if found.is_leaving:
        return WriteSecret(secret, {"SecretId": secret.stored}, restores=True)
    all_tags = [*owner.tags, {"key": PROJECT_TAG, "value": owner.project}]
    request: Draft = {"Name": secret.stored, **_key(secret)}
    if secret.settings.store == SSM:
        tier = "Advanced" if secret.value.size > STANDARD_SIZE else "Standard"
        request |= {"Type": "SecureString", "Tier": tier}
    request["Tags"] = [{"Key": tag["key"], "Value": tag["value"]} for tag in all_tags]
    return WriteSecret(secret, request)


def _update(secret: ShippedSecret) -> WriteSecret:
    if secret.settings.store != SSM:
        return WriteSecret(secret, {"SecretId": secret.stored}, before={})
    request: Draft = {"Name": secret.stored, **_key(secret)}
    request |= {"Type": "SecureString", "Overwrite": True}
    if secret.value.size > STANDARD_SIZE:
        request["Tier"] = "Advanced"  # else it stays what it is: SSM refuses the way back
    return WriteSecret(secret, request, before={})


def _key(secret: ShippedSecret) -> Draft:
    """The KMS key by the member of either store."""
    key = secret.settings.kms_key
    if key is None:
        return {}
    return {"KeyId" if secret.settings.store == SSM else "KmsKeyId": key}


def plan_deletion(
    project: str, secrets: Sequence[NamedSecret], live: Mapping[str, LiveSecret]
) -> Plan:
    """Delete what the project has made; notices name what is left, and why."""
    deletions: list[DeleteSecret] = []
    left: list[Finding] = []
    for secret in secrets:
        found = live[secret.name]
        if not found.exists:
            continue
        if found.is_leaving:
            left.append(Finding(f"secret {secret.stored} is scheduled for deletion already"))
        elif found.project != project:
            message = f"secret {secret.stored} was not made for project {project}: it is left"
            left.append(Finding(message))
        else:
            deletions.append(DeleteSecret(secret.settings.store, _deletion_request(secret)))
    return Plan(tuple(deletions), tuple(left))


def _deletion_request(secret: NamedSecret) -> Draft:
    if secret.settings.store == SSM:
        return {"Name": secret.stored}
    days = secret.settings.recovery_days
    if not days:
        return {"SecretId": secret.stored, "ForceDeleteWithoutRecovery": True}
    return {"SecretId": secret.stored, "RecoveryWindowInDays": days}
