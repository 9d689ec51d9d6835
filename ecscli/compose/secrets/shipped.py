"""The top-level secrets of a project that services use -> those that are created in Secrets Manager
or SSM, once the user has agreed to that: their names there, and their values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ecscli.base.documents import Document
from ecscli.base.errors import InputError
from ecscli.base.findings import Findings
from ecscli.base.records import field, record
from ecscli.compose.params.read import EcsParams
from ecscli.compose.params.secret_settings import (
    PROJECT,
    SSM,
    SecretSettings,
    secret_settings,
)
from ecscli.compose.project.model import FileSource, Project
from ecscli.compose.secrets.values import Hidden, check_keys, origin_of, read_value

MOST_CHARACTERS = {"secretsmanager": 512, "ssm": 1011}  # of a name
NAMES = {
    "secretsmanager": re.compile(r"[A-Za-z0-9/_+=.@-]+"),
    "ssm": re.compile(r"(/[A-Za-z0-9_.-]+)+"),
}
ALLOWED = {
    "secretsmanager": "letters, digits and /_+=.@-",
    "ssm": "letters, digits and _.- between slashes",
}
RESERVED = ("/aws", "/ssm")  # beginnings of SSM's own parameters, in any case of letters
ACCOUNT, REGION = "<account>", "<region>"  # where they are not known
PARTITIONS = {  # by what the names of their regions begin with
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eusc-": "aws-eusc",
}
LIKE_AN_ARN = re.compile(r"-.{6}$")  # Secrets Manager ends the ARN of a secret like that


@record
class NamedSecret:
    """A secret by its `name` in the Compose file, and as it is `stored`."""

    name: str
    stored: str
    settings: SecretSettings


@record
class ShippedSecret(NamedSecret):
    """One secret that is created. `origin` is where its value comes from, for people; `services`
    use it."""

    origin: str
    value: Hidden = field(repr=False, compare=False)
    services: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What a plan adds to its name."""
        unit = "byte" if self.value.size == 1 else "bytes"
        return f"from {self.origin}, {self.value.size} {unit}"


@record
class ShipSettings:
    """Whether a flag has `agreed` to create secrets, and the `account`, where it is known."""

    agreed: bool = False
    account: str | None = None


def settings_of_secrets(
    project: Project, params: EcsParams, agreed: bool, findings: Findings
) -> dict[str, SecretSettings]:
    """The settings of each top-level secret, by name; what is wrong with those of a secret itself
    goes to `findings`."""
    of_project: Document = params.secrets
    if agreed:
        of_project = {**of_project, "ship": True}
    return {
        name: secret_settings(project.tree, name, of_project, findings) for name in project.secrets
    }


def shipped_secrets(
    project: Project, settings: Mapping[str, SecretSettings], findings: Findings
) -> dict[str, ShippedSecret]:
    """The secrets that are created, by name; what is wrong with them goes to `findings`."""
    found: dict[str, ShippedSecret] = {}
    for name, services in users_of_secrets(project).items():
        source = project.secrets.get(name)
        if source is None or not is_here(source) or not settings[name].ship:
            continue
        try:
            found[name] = _shipped(project, source, settings[name], services)
        except InputError as error:
            findings.error(error.message, source.mark, error.hint, f"secrets.{name}")
    _refuse_twins(project, found, findings)
    return found


def named_secrets(
    project: Project, settings: Mapping[str, SecretSettings]
) -> tuple[NamedSecret, ...]:
    """Every secret that may be created, whether or not its value is here any longer. Raises
    InputError where a store does not take a name."""
    found = []
    for name, source in project.secrets.items():
        if is_here(source):
            stored = stored_name(project.name, source, settings[name])
            found.append(NamedSecret(name, stored, settings[name]))
    return tuple(found)


def is_here(source: FileSource) -> bool:
    """Whether the value of a secret is a file or a variable on this side."""
    return not source.external and (source.file or source.environment) is not None


def users_of_secrets(project: Project) -> dict[str, tuple[str, ...]]:
    """The services that use each secret, by its name."""
    found: dict[str, tuple[str, ...]] = {}
    for service in project.services:
        for name in dict.fromkeys(grant.source for grant in service.secrets):
            found[name] = (*found.get(name, ()), service.name)
    return found


def _shipped(
    project: Project, source: FileSource, settings: SecretSettings, services: tuple[str, ...]
) -> ShippedSecret:
    stored = stored_name(project.name, source, settings)
    value = read_value(project, source, settings.store)
    if settings.keys and settings.store == SSM:
        hint = "store it in Secrets Manager, or leave `keys` out"
        raise InputError("an SSM parameter has no JSON keys", None, hint)
    check_keys(value, settings.keys)
    origin = origin_of(project, source)
    return ShippedSecret(source.name, stored, settings, origin, value, services)


def stored_name(project: str, source: FileSource, settings: SecretSettings) -> str:
    """The name in the store: that of the file's `name`, else prefix and name. Raises InputError
    where the store does not take it.

    Secrets Manager finds a secret by its ARN without the random end only where its name does not
    look as if it had one, with a hyphen and six characters at its end; such a name gets a `_`.
    """
    store = settings.store
    name = source.real_name or settings.prefix.replace(PROJECT, project) + source.name
    if store == SSM:
        name = f"/{name.lstrip('/')}"
    while store != SSM and LIKE_AN_ARN.search(name):
        name = f"{name}_"
    problem = next(_problems(name, store), None)
    if problem:
        hint = f"give the secret another `name`, or `prefix`; allowed are {ALLOWED[store]}"
        raise InputError(f'"{name}" {problem}', None, hint)
    return name


def _problems(name: str, store: str) -> Iterator[str]:
    if len(name) > MOST_CHARACTERS[store]:
        yield f"has more than {MOST_CHARACTERS[store]} characters"
    if not NAMES[store].fullmatch(name):
        yield "has characters that the store does not take in a name"
    if store == SSM and name.lower().startswith(RESERVED):
        yield "begins as the names of AWS's own parameters"


def _refuse_twins(project: Project, found: Mapping[str, ShippedSecret], findings: Findings) -> None:
    """Two secrets cannot have one name in a store."""
    first: dict[tuple[str, str], str] = {}
    for name, secret in found.items():
        key = (secret.settings.store, secret.stored)
        if key in first:
            message = f"secrets {first[key]} and {name} would both be stored as {secret.stored}"
            mark = project.secrets[name].mark
            findings.error(message, mark, "give one of them another `name`", f"secrets.{name}")
        first.setdefault(key, name)


def reference(
    secret: ShippedSecret, ship: ShipSettings, region: str | None, key: str | None = None
) -> str:
    """What `valueFrom` of a container has for a secret: the ARN without the random end that Secrets
    Manager adds, so that it is the same before and after the secret is made; the name in SSM.

    What is not known yet of account and region has a place, as in images that will be built.
    """
    if secret.settings.store == SSM:
        return secret.stored
    region = region or REGION
    place = f"{_partition(region)}:secretsmanager:{region}:{ship.account or ACCOUNT}"
    arn = f"arn:{place}:secret:{secret.stored}"
    return f"{arn}:{key}::" if key else arn


def _partition(region: str) -> str:
    """The partition of AWS that a region belongs to."""
    for beginning, partition in PARTITIONS.items():
        if region.startswith(beginning):
            return partition
    return "aws"
