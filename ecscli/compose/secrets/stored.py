"""A secret or config that is kept in Secrets Manager or SSM -> what containers name it by, whole or
by the keys of its JSON value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ecscli.base.errors import InputError
from ecscli.base.findings import Findings
from ecscli.base.records import field, record
from ecscli.compose.params.read import EcsParams
from ecscli.compose.params.secret_settings import SecretSettings
from ecscli.compose.project.model import FileSource, Project
from ecscli.compose.secrets.shipped import (
    ShippedSecret,
    ShipSettings,
    reference,
    settings_of_secrets,
    shipped_secrets,
    users_of_secrets,
)

SSM_NAME = re.compile(r"/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")
ARN = re.compile(r"arn:[a-z-]+:(secretsmanager|ssm):[a-z0-9-]+:\d{12}:\S+")
OF_SECRETS_MANAGER = ":secretsmanager:"
ARN_PARTS = 7  # of a secret; a key, a stage and an id of its version may follow


@record
class Part:
    """A secret as a whole, or one `key` of its JSON value: `value_from` is what ECS reads."""

    value_from: str
    key: str | None = None


@record
class StoredSecrets:
    """The secrets of a project by their names: the settings of each, and those that are created."""

    settings: Mapping[str, SecretSettings] = field(default_factory=dict)
    shipped: Mapping[str, ShippedSecret] = field(default_factory=dict)
    ship: ShipSettings = ShipSettings()
    region: str | None = None

    def created_for(self, project: Project) -> tuple[ShippedSecret, ...]:
        """Those that are created, and that services of this project use."""
        used = users_of_secrets(project)
        return tuple(one for name, one in self.shipped.items() if name in used)

    def parts(self, kind: str, source: FileSource) -> Iterator[Part]:
        """What a container gets of an external source, or of a secret that is created. Raises
        InputError where ECS cannot read it."""
        shipped = self.shipped.get(source.name) if kind == "secrets" else None
        settings = self.settings.get(source.name) if kind == "secrets" else None
        keys = settings.keys if settings else ()
        if shipped is not None:
            for key in keys or (None,):
                yield Part(reference(shipped, self.ship, self.region, key), key)
            return
        name = external_name(source)
        if not (ARN.fullmatch(name) or SSM_NAME.fullmatch(name)):
            raise InputError(f'"{name}" is neither an SSM parameter nor an ARN')
        for key in keys or (None,):
            yield Part(_with_key(name, key), key)


def stored_secrets(
    project: Project,
    params: EcsParams,
    ship: ShipSettings,
    region: str | None,
    findings: Findings,
) -> StoredSecrets:
    """The secrets of a project; what is wrong with those that are created goes to `findings`."""
    settings = settings_of_secrets(project, params, ship.agreed, findings)
    shipped = shipped_secrets(project, settings, findings)
    return StoredSecrets(settings, shipped, ship, region)


def external_name(source: FileSource) -> str:
    """What an external secret or config is called where it is stored."""
    return source.real_name or source.name


def _with_key(name: str, key: str | None) -> str:
    """A reference to one key of the JSON value of a secret of Secrets Manager."""
    if key is None:
        return name
    if OF_SECRETS_MANAGER not in name:
        hint = "leave `keys` out, or keep it in Secrets Manager"
        raise InputError("an SSM parameter has no JSON keys", None, hint)
    if len(name.split(":")) > ARN_PARTS:
        hint = "leave what follows the ARN out, or `keys`"
        raise InputError("its name chooses a key already", None, hint)
    return f"{name}:{key}::"
