"""The licence of ecscli and the notices of what it uses, from the metadata of the installed
packages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib import metadata

from ecscli.base import resources

# where ecscli itself runs from a checkout
USED = (
    "boto3",
    "click",
    "jsonschema",
    "pyyaml",
    "rich",
)
OPTIONAL = ("sandbox", "docker")  # extras that are for users
RULE = "*" * 79
FILE = re.compile(r"(?i)(?:^|/)(?:licen[cs]e|notice|copying)[^/]*$")


def notices() -> Iterator[str]:
    """Our own licence, then one text for each package that ecscli needs, by name."""
    yield own_licence()
    for package in needed():
        yield f"{RULE}\n{notice(package)}"


def own_licence() -> str:
    """The text of LICENSE."""
    try:
        return resources.read("LICENSE")
    except FileNotFoundError:
        return "\n".join(_texts(metadata.distribution("ecscli"))) or "Apache License, Version 2.0"


def needed() -> list[metadata.Distribution]:
    """The installed packages that ecscli needs, its sandbox's too where it is installed, and those
    that these need."""
    found: dict[str, metadata.Distribution] = {}
    todo = list(_requirements("ecscli", OPTIONAL) or USED)
    while todo:
        name = todo.pop()
        if name not in found:
            try:
                found[name] = metadata.distribution(name)
            except metadata.PackageNotFoundError:
                continue
            todo += _requirements(name)
    return [found[name] for name in sorted(found)]


def _requirements(name: str, extras: Sequence[str] = ()) -> list[str]:
    """The names of what a package needs, with these extras of its own and no other."""
    try:
        lines = metadata.distribution(name).requires or []
    except metadata.PackageNotFoundError:
        return []
    plain = [line for line in lines if _wanted(line, extras)]
    return [
        match[0].lower().replace("_", "-")
        for line in plain
        if (match := re.match(r"[A-Za-z0-9._-]+", line))
    ]


def _wanted(line: str, extras: Sequence[str]) -> bool:
    """Whether a requirement holds without an extra or with one of these, whatever else its
    condition says."""
    extra = re.search(r"""extra\s*==\s*["']([^"']+)["']""", line)
    return extra is None or extra[1] in extras


def notice(package: metadata.Distribution) -> str:
    """Name, version, licence and the licence files of a package."""
    about = package.metadata
    licence = _field(about, "License-Expression") or _field(about, "License") or _classified(about)
    return "\n".join((f"{about['Name']} {package.version}: {licence}", "", *_texts(package)))


def _field(about: metadata.PackageMetadata, name: str) -> str:
    """The first line of a field, empty where there is none."""
    lines = about[name].strip().splitlines() if name in about else []
    return lines[0] if lines else ""


def _classified(about: metadata.PackageMetadata) -> str:
    found = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    return found[0].rsplit(":: ", 1)[-1] if found else "see its home page"


def _texts(package: metadata.Distribution) -> Iterator[str]:
    for path in package.files or []:
        if ".dist-info/" in str(path) and FILE.search(str(path)):
            yield path.read_text(encoding="utf-8")
