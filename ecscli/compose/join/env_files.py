"""`env_file` in files of ecs-cli's dialects: read into `environment` before files merge and
services extend.

So a later file's env file wins over an earlier file's `environment`, as it did there.
"""

from __future__ import annotations

import os
from bisect import bisect_left, insort
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from ecscli.base.errors import InputError
from ecscli.base.marks import Map, Raw, Seq
from ecscli.base.system.files import Unreadable
from ecscli.compose.dialect import EnvFolding
from ecscli.compose.join.merge import copy_map
from ecscli.compose.text.dotenv import lines_of_v2, parse_as_ecs_cli

if TYPE_CHECKING:
    from ecscli.compose.read.setting import Setting


# text, name of the file -> its variables or lines
Parse: TypeAlias = Callable[[str, str], Mapping[str, str | None]]


class FromFiles(Seq):
    """A v1 or v2 environment that env files are part of."""

    __slots__ = ()


def fold_env_files(tree: Map, setting: Setting) -> Map:
    """The canonical tree of one file, every env file read into its service; unchanged for today's
    files."""
    services = tree.get("services")
    if setting.dialect.env_folding is EnvFolding.TODAY or not isinstance(services, Map):
        return tree
    for name, body in services.items():
        if isinstance(body, Map) and "env_file" in body:
            services[name] = _folded(body, f"services.{name}", setting)
    return tree


def _folded(body: Map, path: str, setting: Setting) -> Map:
    folded = copy_map(body)
    entries, at = folded.pop("env_file"), body.values_at.get("env_file")
    written = body.get("environment")
    if setting.dialect.env_folding is EnvFolding.LINES:
        folded["environment"] = _lines_v2(written, entries, path, setting)
    else:
        folded["environment"] = _variables_v3(written, entries, path, setting)
    if at:
        folded.keys_at.setdefault("environment", at)
        folded.values_at.setdefault("environment", at)
    return folded


def _variables_v3(written: Map | None, entries: Seq, path: str, setting: Setting) -> Map:
    """The files in order, then `environment`, by name."""

    def parse(text: str, name: str) -> dict[str, str]:
        return parse_as_ecs_cli(text, name, setting.variables)

    found = Map((), written.mark if written else entries.mark)
    for entry in entries:
        pairs = _read(entry, path, setting, parse)
        found.update(pairs)
        found.values_at.update(dict.fromkeys(pairs, entry.values_at["path"]))
    if written:
        found.update(written)
        found.keys_at.update(written.keys_at)
        found.values_at.update(written.values_at)
    return found


def _lines_v2(written: Map | Seq | None, entries: Seq, path: str, setting: Setting) -> FromFiles:
    """`environment` in its order, then the lines of the files, the last file first, where they add
    names."""
    pairs = as_pairs(written)
    found = FromFiles(pairs, pairs.mark)
    found.values_at = [*pairs.values_at]
    known = sorted(found)
    for entry in reversed(entries):
        for line in _read(entry, path, setting, _distinct_lines):
            name, equals, _ = line.partition("=")
            if not _begins_one_of(name + equals, known):
                insort(known, line)
                found.add(line, entry.values_at["path"])
    return found


def _distinct_lines(text: str, name: str) -> Mapping[str, None]:
    return dict.fromkeys(lines_of_v2(text))


def _begins_one_of(text: str, known: list[str]) -> bool:
    """Whether one of the sorted texts begins with this one."""
    at = bisect_left(known, text)
    return at < len(known) and known[at].startswith(text)


def _read(entry: Map, path: str, setting: Setting, parse: Parse) -> Mapping[str, str | None]:
    """What `parse` finds in an env file; nothing where it cannot be read, which is noted."""
    name = setting.shown(entry["path"])
    if not entry.get("required", True) and not os.path.exists(entry["path"]):
        return {}
    try:
        return parse(setting.text_of(entry["path"]), name)
    except InputError as error:
        note_env_file(error, entry, path, setting)
        return {}


def as_pairs(environment: Raw) -> Seq:
    """A mapping form as a list of KEY=value."""
    if not isinstance(environment, Map):
        return environment if isinstance(environment, Seq) else Seq()
    pairs = Seq((), environment.mark)
    for name, value in environment.items():
        pairs.add(name if value is None else f"{name}={value}", environment.values_at[name])
    return pairs


def note_env_file(error: InputError, entry: Map, path: str, setting: Setting) -> None:
    """A file that cannot be opened is reported where it is named, one that cannot be read at its
    own lines."""
    if not isinstance(error, Unreadable):
        setting.journal.findings.extend(error.findings)
        return
    message, hint = error.message, error.hint
    if error.missing:
        shown = setting.shown(entry["path"])
        message = f"the env file {shown} does not exist"
        hint = f"create it, or make it optional: `env_file: [{{path: {shown}, required: false}}]`"
    at = entry.mark or entry.values_at.get("path")
    setting.journal.wrong(message, at, f"{path}.env_file", hint)
