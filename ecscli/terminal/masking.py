"""Credentials in force -> a mask that puts ``***`` in their place, whatever text they turn up
in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from ecscli.base.passwords import MASK
from ecscli.config import places

KEY_LENGTH = 16  # AWS's secret keys have 40 characters; shorter ones are stand-ins such as "test"
BEGINNING = 12  # characters: what is left of a key where a message cuts a long text
PASSWORD_LENGTH = 8  # shorter ones turn up as parts of words
VARIABLES = (
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
)
ADDRESSES = re.compile(r"(?i)(?:AWS_ENDPOINT_URL.*|(?:HTTPS?|ALL)_PROXY)")
STORED_FILES = ("credentials", "config")
# Of the AWS CLI: assumed roles, and sign-ins; each file is one JSON object
CACHES = ("cli/cache", "sso/cache", "login/cache")
MOST_CACHED = 200  # files of a cache
CACHED_KEY = re.compile(
    r'(?i)"(?:SecretAccessKey|SessionToken|accessToken|refreshToken|clientSecret)"\s*:\s*'
    r'"((?:[^"\\]|\\.)*)"'
)
STORED_KEY = re.compile(r"(?mi)^\s*aws_(?:secret_access_key|session_token)\s*[:=]\s*(\S+)\s*$")
AUTHORITY = re.compile(r"://(.*)@")


class Mask:
    """The secrets that are known so far. They are looked for as they are and as JSON, YAML or
    Compose write them."""

    def __init__(self, secrets: Iterable[str] = (), addresses: Iterable[str] = ()) -> None:
        self._forms: dict[str, str] = {}
        self._beginnings: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None
        self.add(secrets)
        for address in addresses:
            self.add_address(address)

    def add(self, secrets: Iterable[str | None], shortest: int = KEY_LENGTH) -> None:
        """Hide these texts; those with fewer than `shortest` characters are taken for stand-ins."""
        for secret in secrets:
            if secret and len(secret) >= shortest:
                self._forms |= dict.fromkeys(_forms(secret), MASK)
                if len(secret) > BEGINNING:
                    self._beginnings[secret[:BEGINNING]] = secret
        self._compile()

    def add_address(self, address: str | None) -> None:
        """Hide the password of an address, whatever its length, where it follows its user."""
        found = AUTHORITY.search(address or "")
        if found:
            user, colon, _ = found[1].partition(":")
            self._forms[f"{found[1]}@"] = f"{user}:{MASK}@" if colon else f"{MASK}@"
            self._compile()

    def __call__(self, text: str) -> str:
        if self._pattern is None:
            return text
        text = self._pattern.sub(lambda found: self._forms[found[0]], text)
        for beginning, secret in list(self._beginnings.items()):  # a call's thread may add one
            text = _without_part_of(secret, beginning, text)
        return text

    def _compile(self) -> None:
        longest_first = sorted(self._forms, key=len, reverse=True)
        alternatives = "|".join(map(re.escape, longest_first))
        self._pattern = re.compile(alternatives) if alternatives else None


def _without_part_of(secret: str, beginning: str, text: str) -> str:
    """A text that was cut in the middle of a secret, without what is left of it."""
    while (at := text.find(beginning)) >= 0:
        rest = text[at:]
        left = _length_in_common(rest, secret)
        text = text[:at] + MASK + rest[left:]
    return text


def _length_in_common(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    length = 0
    while one[length : length + 1] == other[length : length + 1] != "":
        length += 1
    return length


def mask_of(environment: Mapping[str, str]) -> Mask:
    """The mask for what signs with this environment: its variables, and the keys in the files and
    caches of ~/.aws and ~/.ecs."""
    secrets = [environment.get(name, "") for name in VARIABLES]
    addresses = [value for name, value in environment.items() if ADDRESSES.fullmatch(name)]
    stored = [*_stored_keys(environment), *_cached_keys(environment)]
    return Mask([*secrets, *stored], addresses)


def _stored_keys(environment: Mapping[str, str]) -> Iterator[str]:
    for path in _credential_files(environment):
        for found in STORED_KEY.finditer(_text(path)):
            yield found[1].strip("\"'`")


def _cached_keys(environment: Mapping[str, str]) -> Iterator[str]:
    home = places.home(environment)
    if home is None:
        return
    for cache in CACHES:
        for path in _cached(home / ".aws" / cache):
            for found in CACHED_KEY.finditer(_text(path)):
                yield found[1]


def _cached(folder: Path) -> list[Path]:
    """The first files of a cache; none where it cannot be listed."""
    try:
        return list(islice(folder.glob("*.json"), MOST_CACHED))
    except OSError:
        return []


def _text(path: Path) -> str:
    """The text of a file; empty where it cannot be read, which whoever needs it reports."""
    try:
        content = places.read(path)
    except (OSError, ValueError):
        return ""
    return (content or b"").decode("utf-8", errors="replace")


def _credential_files(environment: Mapping[str, str]) -> Iterator[Path]:
    """Where keys may be stored: in the files of the AWS CLI and of ecs-cli."""
    for variable, name in (places.CREDENTIALS, places.CONFIG):
        if environment.get(variable) or places.home(environment):
            yield places.aws_file(environment, variable, name)
    if places.home(environment):
        for name in STORED_FILES:
            yield places.folder(environment) / name


def _forms(secret: str) -> Iterator[str]:
    yield secret
    yield secret.replace("$", "$$")
    yield secret.replace("'", "''")
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield json.dumps(secret)[1:-1]
