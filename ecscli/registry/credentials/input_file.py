"""The input file of `registry-creds up` -> Entries. No secret of the file ever enters a message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecscli.base import scalars, yamlio
from ecscli.base.errors import Finding, InputError
from ecscli.base.marks import Map, Mark, Seq, where
from ecscli.base.nearest import did_you_mean
from ecscli.base.records import field, record
from ecscli.compose.text.withheld import CREDENTIALS

MOST = 10  # registries in one file, as in the original
SECRET_ARN = re.compile(
    r"arn:aws[a-z-]*:secretsmanager:(?P<region>[a-z0-9-]+):\d{12}:secret:[A-Za-z0-9/_+=.@-]+"
)
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
    def has_login(self) -> bool:
        return bool(self.username and self.password)


def parse_input_file(
    text: str, file: str, environment: Mapping[str, str]
) -> tuple[tuple[RegistryCredentials, ...], tuple[Finding, ...]]:
    """The entries by the order of the file, and warnings. Raises InputError with every finding."""
    tree = _tree(text, file)
    registries = tree.get(SECRETS) if isinstance(tree, Map) else None
    if not isinstance(registries, Map) or not registries:
        raise InputError(
            "there is no registry in this file",
            where(tree, SECRETS) or file,
            f"write {SECRETS}: with at least one registry below it",
        )
    problems: list[Finding] = []
    if len(registries) > MOST:
        problems.append(
            Finding(f"{len(registries)} registries; at most {MOST} at a time", where(tree, SECRETS))
        )
    entries = []
    for name, value in registries.items():
        known = len(problems)
        entries.append(_entry(name, value, registries.keys_at.get(name), environment, problems))
        if len(problems) == known:  # what follows from a mistake is not told beside it
            problems += _check(entries[-1])
    problems += _repeated(entries)
    if problems:
        raise InputError.of(problems)
    return tuple(entries), tuple(_doubts(entries))


def _tree(text: str, file: str) -> Any:
    """The file as YAML. What is wrong is told by its place alone: a message of the parser may quote
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
    value: Any,
    mark: Mark | None,
    environment: Mapping[str, str],
    problems: list[Finding],
) -> RegistryCredentials:
    if not isinstance(value, Map):
        problems.append(Finding(f"{name}: a mapping is expected", mark))
        return RegistryCredentials(name, mark=mark)
    for key in value:
        if key not in KEYS:
            hint = did_you_mean(key, KEYS) or f"known: {', '.join(KEYS)}"
            problems.append(Finding(f"{name}: unknown key", value.keys_at.get(key), hint))
    texts = {key: _text(value, key, name, problems) for key in TEXTS}
    expanded = {
        key: _expand(text, value.values_at.get(key), environment, problems)
        for key, text in texts.items()
    }
    return RegistryCredentials(
        name,
        expanded["secrets_manager_arn"],
        expanded["username"],
        expanded["password"],
        expanded["kms_key_id"],
        _names(value, name, problems),
        mark,
    )


def _text(tree: Map, key: str, registry: str, problems: list[Finding]) -> str:
    value = tree.get(key)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return scalars.source_text(value)
    problems.append(Finding(f"{registry}.{key}: a text is expected", tree.values_at.get(key)))
    return ""


def _expand(
    text: str, mark: Mark | None, environment: Mapping[str, str], problems: list[Finding]
) -> str:
    """A value that is `${...}` as a whole has its variables replaced; any other ``$`` stands for
    itself."""
    if not (text.startswith("${") and text.endswith("}")):
        return text

    def value_of(found: re.Match[str]) -> str:
        name = found[1] or found[2] or ""
        value = environment.get(name, "")
        if not NAME.fullmatch(name):  # may be a part of a password, so it is not quoted
            message = "what ${...} holds here is not a variable's name"
            problems.append(Finding(message, mark, NOT_A_NAME))
        elif name in CREDENTIALS:
            message = f"{name} is a credential of this environment, which is not put into secrets"
            problems.append(Finding(message, mark, "use a variable of another name"))
        elif not value:
            hint = f"export {name} before the command"
            problems.append(Finding(f"the variable {name} is not set", mark, hint))
        return value

    return VARIABLE.sub(value_of, text)


def _names(tree: Map, registry: str, problems: list[Finding]) -> tuple[str, ...]:
    value = tree.get("container_names")
    if value is None:
        return ()
    if not isinstance(value, Seq) or not all(isinstance(name, str) for name in value):
        problems.append(
            Finding(
                f"{registry}.container_names: a list of names is expected",
                tree.values_at.get("container_names"),
            )
        )
        return ()
    return tuple(value)


def _check(entry: RegistryCredentials) -> Iterator[Finding]:
    if entry.secret_arn and not entry.region:
        hint = "write arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME"
        yield Finding(
            f"{entry.registry}: secrets_manager_arn is not the ARN of a secret", entry.mark, hint
        )
    if not entry.secret_arn and not entry.has_login:
        hint = "give secrets_manager_arn, or username and password"
        yield Finding(
            f"{entry.registry}: neither an existing secret nor a user with a password",
            entry.mark,
            hint,
        )
    key_region = (
        entry.kms_key.split(":")[3]
        if entry.kms_key.startswith("arn:") and entry.kms_key.count(":") > 4
        else ""
    )
    if entry.region and key_region and entry.region != key_region:
        yield Finding(
            f"{entry.registry}: the secret is in {entry.region} and its key in {key_region}",
            entry.mark,
            "a secret and its key must be in one region",
        )


def _repeated(entries: Sequence[RegistryCredentials]) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for entry in entries:
        for name in entry.containers:
            if name in owners:
                told = f'container "{name}" belongs to {owners[name]} already'
                yield Finding(told, entry.mark, "a container takes its image from one registry")
            owners[name] = entry.registry


def _doubts(entries: Sequence[RegistryCredentials]) -> Iterator[Finding]:
    for entry in entries:
        if not entry.containers:
            hint = "without container_names, `compose` cannot use these credentials"
            yield Finding(f"{entry.registry}: no container_names", entry.mark, hint)
