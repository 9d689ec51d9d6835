"""The input file of `registry-creds up` -> RegistryCredentials. No secret of the file ever enters a
message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ecscli.base.errors import Finding, InputError
from ecscli.base.findings import Findings
from ecscli.base.marks import Map, Mark, Seq, where
from ecscli.base.nearest import did_you_mean
from ecscli.base.records import field, record
from ecscli.base.yaml import scalars, yamlio
from ecscli.compose.text.withheld import CREDENTIALS

MOST = 10  # registries in one file, as in ecs-cli
SECRET_ARN = re.compile(
    r"arn:aws[a-z-]*:secretsmanager:(?P<region>[a-z0-9-]+):\d{12}:secret:[A-Za-z0-9/_+=.@-]+"
)
KEY_ARN = re.compile(r"arn:[^:]*:[^:]*:(?P<region>[^:]*):.*:.*", re.DOTALL)
VARIABLE = re.compile(r"\$(?:\{([^}]*)\}|([A-Za-z_][A-Za-z0-9_]*))")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
NOT_A_NAME = "write ${NAME}; a value that looks so can be kept in a secret: secrets_manager_arn"
SECRETS = "registry_credentials"
TEXTS = ("secrets_manager_arn", "username", "password", "kms_key_id")
KEYS = (*TEXTS, "container_names")


@record
class RegistryCredentials:
    """The credentials of one registry: an existing secret, or a user and password to put into one,
    or both."""

    registry: str
    secret_arn: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    kms_key: str = ""
    containers: tuple[str, ...] = ()
    mark: Mark | None = None

    @property
    def region(self) -> str | None:
        """The region of the existing secret."""
        found = SECRET_ARN.fullmatch(self.secret_arn)
        return found and found["region"]

    @property
    def key_region(self) -> str | None:
        """The region of the KMS key, where it is given by its ARN."""
        found = KEY_ARN.fullmatch(self.kms_key)
        return found and found["region"]

    @property
    def has_login(self) -> bool:
        return bool(self.username and self.password)


def parse_input_file(
    text: str, file: str, environment: Mapping[str, str]
) -> tuple[tuple[RegistryCredentials, ...], tuple[Finding, ...]]:
    """The credentials in the order of the file, and warnings. Raises InputError with every
    finding."""
    registries, place = _registries(text, file)
    findings = Findings()
    if len(registries) > MOST:
        findings.error(f"{len(registries)} registries; at most {MOST} at a time", place)
    entries = [_checked_entry(registries, name, environment, findings) for name in registries]
    findings.errors.extend(_repeated(entries))
    if findings.errors:
        raise InputError.of(findings.errors)
    return tuple(entries), tuple(_doubts(entries))


def _checked_entry(
    registries: Map, name: str, environment: Mapping[str, str], findings: Findings
) -> RegistryCredentials:
    """The credentials of one registry; what follows from a mistake is not reported beside it."""
    before = len(findings.errors)
    mark = registries.keys_at.get(name)
    entry = _entry(name, registries[name], mark, environment, findings)
    if len(findings.errors) == before:
        findings.errors.extend(_check(entry))
    return entry


def _registries(text: str, file: str) -> tuple[Map, Mark | str | None]:
    """The registries by their names, and where they are in the file."""
    tree = _tree(text, file)
    found = tree.get(SECRETS) if isinstance(tree, Map) else None
    place = where(tree, SECRETS)
    if isinstance(found, Map) and found:
        return found, place
    message = "there is no registry in this file"
    hint = f"write {SECRETS}: with at least one registry below it"
    raise InputError(message, place or file, hint)


def _tree(text: str, file: str) -> object:
    """The file as YAML. Errors are reported by their place alone: a message of the parser may quote
    a password."""
    try:
        return yamlio.parse(text, file)
    except InputError as error:
        hint = "put passwords in single quotes, or write ${VARIABLE}"
        raise InputError.of(
            Finding("not valid YAML here", found.where, hint) for found in error.findings
        ) from None


def _entry(
    name: str,
    value: object,
    mark: Mark | None,
    environment: Mapping[str, str],
    findings: Findings,
) -> RegistryCredentials:
    if not isinstance(value, Map):
        findings.error(f"{name}: a mapping is expected", mark)
        return RegistryCredentials(name, mark=mark)
    _check_keys(name, value, findings)
    texts = {}
    for key in TEXTS:
        text, place = _text(value, key, name, findings), value.values_at.get(key)
        texts[key] = _expand(text, place, environment, findings)
    return RegistryCredentials(
        registry=name,
        secret_arn=texts["secrets_manager_arn"],
        username=texts["username"],
        password=texts["password"],
        kms_key=texts["kms_key_id"],
        containers=_container_names(value, name, findings),
        mark=mark,
    )


def _check_keys(registry: str, tree: Map, findings: Findings) -> None:
    for key in tree:
        if key not in KEYS:
            hint = did_you_mean(key, KEYS) or f"known: {', '.join(KEYS)}"
            findings.error(f"{registry}: unknown key", tree.keys_at.get(key), hint)


def _text(tree: Map, key: str, registry: str, findings: Findings) -> str:
    value = tree.get(key)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return scalars.source_text(value)
    findings.error(f"{registry}.{key}: a text is expected", tree.values_at.get(key))
    return ""


def _expand(
    text: str, mark: Mark | None, environment: Mapping[str, str], findings: Findings
) -> str:
    """A value that is `${...}` as a whole has its variables replaced; any other ``$`` stays as it
    is."""
    if not (text.startswith("${") and text.endswith("}")):
        return text

    def value_of(found: re.Match[str]) -> str:
        name = found[1] or found[2] or ""
        _check_variable(name, mark, environment, findings)
        return environment.get(name, "")

    return VARIABLE.sub(value_of, text)


def _check_variable(
    name: str, mark: Mark | None, environment: Mapping[str, str], findings: Findings
) -> None:
    if not NAME.fullmatch(name):  # may be a part of a password, so it is not quoted
        message = "what ${...} holds here is not a variable's name"
        findings.error(message, mark, NOT_A_NAME)
    elif name in CREDENTIALS:
        message = f"{name} is a credential of this environment, which is not put into secrets"
        findings.error(message, mark, "use a variable of another name")
    elif not environment.get(name):
        hint = f"export {name} before the command"
        findings.error(f"the variable {name} is not set", mark, hint)


def _container_names(tree: Map, registry: str, findings: Findings) -> tuple[str, ...]:
    value = tree.get("container_names")
    if value is None:
        return ()
    if isinstance(value, Seq) and all(isinstance(name, str) for name in value):
        return tuple(value)
    place = tree.values_at.get("container_names")
    findings.error(f"{registry}.container_names: a list of names is expected", place)
    return ()


def _check(entry: RegistryCredentials) -> Iterator[Finding]:
    if entry.secret_arn and not entry.region:
        message = f"{entry.registry}: secrets_manager_arn is not the ARN of a secret"
        hint = "write arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME"
        yield Finding(message, entry.mark, hint)
    if not entry.secret_arn and not entry.has_login:
        message = f"{entry.registry}: neither an existing secret nor a user with a password"
        hint = "give secrets_manager_arn, or username and password"
        yield Finding(message, entry.mark, hint)
    if entry.region and entry.key_region and entry.region != entry.key_region:
        yield Finding(
            f"{entry.registry}: the secret is in {entry.region} and its key in {entry.key_region}",
            entry.mark,
            "a secret and its key must be in one region",
        )


def _repeated(entries: Sequence[RegistryCredentials]) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for entry in entries:
        for name in entry.containers:
            if name in owners:
                message = f'container "{name}" belongs to {owners[name]} already'
                hint = "a container takes its image from one registry"
                yield Finding(message, entry.mark, hint)
            owners[name] = entry.registry


def _doubts(entries: Sequence[RegistryCredentials]) -> Iterator[Finding]:
    for entry in entries:
        if not entry.containers:
            hint = "without container_names, `compose` cannot use these credentials"
            yield Finding(f"{entry.registry}: no container_names", entry.mark, hint)
