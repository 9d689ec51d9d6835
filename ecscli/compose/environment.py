"""Variables: `.env` and the shell for `${...}`; `env_file`, `label_file` and `environment` for each service."""

from __future__ import annotations

import os
from collections.abc import Mapping

from ecscli.compose.document import Setting
from ecscli.compose.dotenv import parse_env, parse_original, parse_raw
from ecscli.compose.env_files import as_pairs, note_env_file
from ecscli.compose.files import read_text
from ecscli.compose.model import Dialect
from ecscli.compose.reader import Journal
from ecscli.errors import InputError
from ecscli.marks import Map, Seq

Pairs = tuple[tuple[str, str], ...]


def find_variables(
    paths: Mapping[str, str], required: bool, environment: Mapping[str, str], dialect: Dialect, journal: Journal
) -> dict[str, str]:
    """What `${...}` can refer to: the env files' variables under those of the shell.

    `paths` maps each env file to the name that messages show; files that are not `required` may be missing.
    In the original's v1 and v2 files an empty variable of the shell counts as not set; a `.env` that cannot be
    read is passed over there with a warning.
    """
    shell = {name: value for name, value in environment.items() if value or not dialect.libcompose}
    found: dict[str, str] = {}
    for path, name in paths.items():
        if not required and not os.path.isfile(path):
            continue
        try:
            found |= _parse(read_text(path, name), name, dialect, {**found, **shell})
        except InputError as error:
            known = journal.findings if required or dialect is Dialect.SPEC else journal.warnings
            known.extend(error.findings)
    return {**found, **shell}


def _parse(text: str, name: str, dialect: Dialect, outside: Mapping[str, str]) -> dict[str, str]:
    if dialect is Dialect.SPEC:
        return parse_env(text, name, outside)
    return parse_original(text, name, outside, first_wins=dialect.libcompose)


def service_environment(body: Map, path: str, setting: Setting) -> Pairs:
    """The variables of one container, env files first where `environment` wins over them."""
    if setting.dialect.libcompose:
        return _environment_v2(body.get("environment"), path, setting)
    found: dict[str, str] = {}
    written = {} if setting.dialect is Dialect.V3 else _written(body)
    for entry in body.get("env_file") or ():
        found |= _env_file(entry, path, {**found, **written, **setting.variables}, setting)
    for name, value in (body.get("environment") or {}).items():
        _set(found, name, value, setting)
    return tuple(found.items())


def _written(body: Map) -> dict[str, str]:
    """The values of `environment`, which `${...}` in an env file may name."""
    return {name: value for name, value in (body.get("environment") or {}).items() if value is not None}


def _set(found: dict[str, str], name: str, value: str | None, setting: Setting) -> None:
    """A name without a value takes that of the shell; unset it is left out, or empty in the original's v3 files."""
    original = setting.dialect is Dialect.V3
    if value is None or (value == "" and original):
        resolved = setting.variables.get(name, "" if original else None)
        if resolved is None:
            found.pop(name, None)
        else:
            found[name] = resolved
    else:
        found[name] = value


def _env_file(entry: Map, path: str, outside: Mapping[str, str], setting: Setting) -> dict[str, str]:
    file = entry["path"]
    name = setting.shown(file)
    if not entry.get("required", True) and not os.path.exists(file):
        return {}
    try:
        text = read_text(file, name)
        return parse_raw(text, outside) if entry.get("format") == "raw" else parse_env(text, name, outside)
    except InputError as error:
        note_env_file(error, entry, path, setting)
        return {}


def _environment_v2(written: Map | Seq | None, path: str, setting: Setting) -> Pairs:
    """`environment` in its order and with repeated names; a name without a value takes that of the shell."""
    entries = as_pairs(written)
    pairs = []
    for (name, equals, value), at in zip((entry.partition("=") for entry in entries), entries.values_at, strict=True):
        resolved = value or setting.variables.get(name)
        if resolved is None and not equals:
            what = f'Environment variable is unresolved. Setting it to a blank value: "{name}"'
            setting.journal.warn(what, at, f"{path}.environment")
        pairs.append((name, resolved or ""))
    return tuple(pairs)


def service_labels(body: Map, path: str, setting: Setting) -> Pairs:
    """Label files under `labels`."""
    found: dict[str, str] = {}
    files = body.get("label_file") or Seq()
    for file, at in zip(files, files.values_at, strict=True):
        name = setting.shown(file)
        try:
            found |= parse_env(read_text(file, name), name, {})
        except InputError as error:
            if os.path.isfile(file):
                setting.journal.findings.extend(error.findings)
            else:
                setting.journal.wrong(f"the label file {name} does not exist", at, f"{path}.label_file")
    found |= body.get("labels") or {}
    return tuple(found.items())
