"""The two files of the AWS CLI, as far as they are needed without its SDK: the names of profiles,
and their regions."""

from __future__ import annotations

import configparser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ecscli.config import places

# variable, name, and what stands before a profile's name in its section
FILES = ((*places.CONFIG, "profile "), (*places.CREDENTIALS, ""))


class AwsFile(NamedTuple):
    """One of the two files that could be read."""

    path: Path
    prefix: str
    sections: configparser.ConfigParser


def profiles(environment: Mapping[str, str]) -> Iterator[str]:
    """The names of the profiles in both files."""
    for file in _files(environment):
        for section in file.sections.sections():
            name = section.removeprefix(file.prefix)
            if section == "default" or (section.startswith(file.prefix) and name):
                yield name


def region_of(environment: Mapping[str, str], profile: str) -> tuple[str, Path] | None:
    """The region of a profile and the file that names it; the credentials file counts too, as it
    did for the SDK of ecs-cli."""
    for file in _files(environment):
        candidates = [file.prefix + profile]
        if profile == "default":
            candidates.append(profile)
        for section in candidates:
            region = file.sections.get(section, "region", fallback=None)
            if region:
                return region, file.path
    return None


def unreadable(environment: Mapping[str, str]) -> str | None:
    """Which of the files exists and cannot be read, and why, in words; None where every one that
    exists can be."""
    for path, _ in _paths(environment):
        try:
            places.read(path)
        except OSError as error:
            return f"{path} cannot be read: {error.strerror}"
    return None


def _paths(environment: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    for variable, name, prefix in FILES:
        yield places.aws_file(environment, variable, name), prefix


def _files(environment: Mapping[str, str]) -> Iterator[AwsFile]:
    """The files that can be read; what is wrong with another one, botocore reports when it
    signs."""
    for path, prefix in _paths(environment):
        parser = configparser.ConfigParser(
            interpolation=None, strict=False, allow_no_value=True, default_section=""
        )
        try:
            parser.read_string((places.read(path) or b"").decode("utf-8"))
        except (configparser.Error, UnicodeDecodeError, OSError):
            continue
        yield AwsFile(path, prefix, parser)
