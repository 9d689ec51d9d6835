"""The secrets of a project in their stores, by commands of their own: listed, written, deleted."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ecscli.base.errors import InputError
from ecscli.base.findings import Findings
from ecscli.base.nearest import did_you_mean
from ecscli.base.records import record
from ecscli.base.tags import Tags
from ecscli.compose.params.secret_settings import SecretSettings
from ecscli.compose.project.model import Project
from ecscli.compose.secrets.shipped import (
    NamedSecret,
    ShippedSecret,
    named_secrets,
    settings_of_secrets,
    shipped_secrets,
)
from ecscli.up.model import Event, Plan
from ecscli.up.secrets.live import LiveSecret, read_owners, read_secrets
from ecscli.up.secrets.plan import Owner, plan_deletion, plan_secrets
from ecscli.workflows.changes import apply_plan
from ecscli.workflows.project import Connect, ProjectRequest, load_files

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


@record
class StoredSecret:
    """One row of the list. `state` is missing, same, differs, unread, or leaving: scheduled for
    deletion; `size` is in bytes."""

    secret: str
    stored: str
    store: str
    state: str
    source: str
    size: int
    changed: datetime | None = None
    services: tuple[str, ...] = ()


def list_secrets(connect: Connect, request: ProjectRequest) -> list[StoredSecret]:
    """The secrets with a file or a variable that services use, compared with their stores. Raises
    InputError where a value is missing."""
    _, secrets = _shipped(request)
    live = read_secrets(connect(), secrets) if secrets else {}
    return [_row(secret, live[secret.name]) for secret in secrets]


def _row(secret: ShippedSecret, live: LiveSecret) -> StoredSecret:
    return StoredSecret(
        secret.name,
        secret.stored,
        secret.settings.store,
        _state(live),
        secret.origin,
        secret.value.size,
        live.changed,
        secret.services,
    )


def _state(live: LiveSecret) -> str:
    if not live.exists:
        return "missing"
    if live.is_leaving:
        return "leaving"
    if live.same is None:
        return "unread"
    return "same" if live.same else "differs"


def plan_push(
    connect: Connect, request: ProjectRequest, names: Sequence[str], tags: Tags = ()
) -> Plan:
    """Plan to create what is missing, and to give what differs the value of this machine. Without
    `names` of the Compose file that is all of them."""
    project, secrets = _shipped(request)
    chosen = [secret for secret in secrets if _is_chosen(secret, names)]
    _refuse_unknown(names, [secret.name for secret in secrets])
    if not chosen:
        return Plan()
    live = read_secrets(connect(), chosen)
    found = plan_secrets(Owner(project.name, tags), chosen, live, push=True)
    return Plan(found.writes, found.notices)


def plan_removal(connect: Connect, request: ProjectRequest, names: Sequence[str] = ()) -> Plan:
    """Plan to delete the secrets that were made for the project; their values need not be here any
    longer."""
    project, settings, findings = _settings(request)
    secrets = named_secrets(project, settings)
    findings.raise_errors(project.files)
    _refuse_unknown(names, [secret.name for secret in secrets])
    chosen = [secret for secret in secrets if _is_chosen(secret, names)]
    live = read_owners(connect(), chosen) if chosen else {}
    return plan_deletion(project.name, chosen, live)


def apply(aws: Aws, plan: Plan) -> Generator[Event, None, None]:
    """Carry a plan out."""
    yield from apply_plan(aws, plan, "the secrets")


def _settings(
    request: ProjectRequest,
) -> tuple[Project, Mapping[str, SecretSettings], Findings]:
    project, params, _ = load_files(request)
    findings = Findings()
    findings.errors.extend((*project.errors, *params.errors))
    return project, settings_of_secrets(project, params, True, findings), findings


def _shipped(request: ProjectRequest) -> tuple[Project, tuple[ShippedSecret, ...]]:
    """The project, and its secrets with their values; the command is the agreement."""
    project, settings, findings = _settings(request)
    found = shipped_secrets(project, settings, findings)
    findings.raise_errors(project.files)
    return project, tuple(found.values())


def _is_chosen(secret: NamedSecret, names: Sequence[str]) -> bool:
    return not names or secret.name in names


def _refuse_unknown(names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            message = f'the project creates no secret "{name}"'
            raise InputError(message, None, did_you_mean(name, known))
