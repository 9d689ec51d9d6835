"""The licence of ecscli and the notices of what it uses, from the metadata of the installed
packages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib import metadata

from ecscli.base.system import resources

# where ecscli itself runs from a checkout
USED = (
    "boto3",
    "click",
    "jmespath",
    "pyyaml",
    "rich",
)
OPTIONAL = ("sandbox", "docker")  # extras that are for users
RULE = "*" * 79
NAME = re.compile(r"[A-Za-z0-9._-]+")
EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")
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
        package = _installed(name)
        if package is not None and name not in found:
            found[name] = package
            todo += _requirements(name)
    return [found[name] for name in sorted(found)]


def _requirements(name: str, extras: Sequence[str] = ()) -> list[str]:
    """The names of what a package needs, with these extras of its own and no other."""
    package = _installed(name)
    lines = (package.requires if package else None) or []
    matches = [NAME.match(line) for line in lines if _applies(line, extras)]
    return [match[0].lower().replace("_", "-") for match in matches if match]


def _installed(name: str) -> metadata.Distribution | None:
    try:
        return metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None


def _applies(line: str, extras: Sequence[str]) -> bool:
    """Whether a requirement holds without an extra or with one of these, whatever else its
    condition asks for."""
    extra = EXTRA.search(line)
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
