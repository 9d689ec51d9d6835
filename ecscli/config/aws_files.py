"""The two files of the AWS CLI, as far as they are needed without its SDK: the names of profiles,
and their regions."""

from __future__ import annotations

import configparser
from collections.abc import Iterator, Mapping
from pathlib import Path

from ecscli.config import stored

PLACES = (
    ("AWS_CONFIG_FILE", "config", "profile "),
    ("AWS_SHARED_CREDENTIALS_FILE", "credentials", ""),
)


def profiles(environment: Mapping[str, str]) -> Iterator[str]:
    """The names of the profiles in both files."""
    for _, prefix, parser in _files(environment):
        for section in parser.sections():
            if section == "default" or (section.startswith(prefix) and section != prefix):
                yield section.removeprefix(prefix)


def region_of(environment: Mapping[str, str], profile: str) -> tuple[str, Path] | None:
    """The region of a profile and the file that says it; the credentials file counts too, as the
    old SDK read it."""
    for path, prefix, parser in _files(environment):
        for section in [prefix + profile, *([profile] if profile == "default" else [])]:
            region = parser.get(section, "region", fallback=None)
            if region:
                return region, path
    return None


def unreadable(environment: Mapping[str, str]) -> str | None:
    """Which of the files is there and cannot be read, and why, in words; None where all that are
    there can be."""
    for path, _ in _paths(environment):
        try:
            path.open("rb").close()
        except FileNotFoundError:
            continue
        except OSError as error:
            return f"{path} cannot be read: {error.strerror}"
    return None


def _paths(environment: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    base = stored.home(environment) or Path("~").expanduser()
    for variable, name, prefix in PLACES:
        yield Path(environment.get(variable) or base / ".aws" / name).expanduser(), prefix


def _files(environment: Mapping[str, str]) -> Iterator[tuple[Path, str, configparser.ConfigParser]]:
    """Path, prefix of a profile's section and content; what is wrong with a file, botocore says
    when it signs."""
    for path, prefix in _paths(environment):
        parser = configparser.ConfigParser(
            interpolation=None, strict=False, allow_no_value=True, default_section=""
        )
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError, OSError):
            continue
        yield path, prefix, parser
