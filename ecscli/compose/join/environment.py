"""Variables: `.env` and the shell for `${...}`; `env_file`, `label_file` and `environment` for each
service."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

from ecscli.base.errors import InputError
from ecscli.base.marks import Map, Mark, Seq, where
from ecscli.base.system.files import Confinement, Unreadable, may_be_file
from ecscli.compose.dialect import Dialect
from ecscli.compose.find.files import read_text
from ecscli.compose.join.env_files import as_pairs, note_env_file
from ecscli.compose.read.reader import Journal
from ecscli.compose.read.setting import Setting
from ecscli.compose.text.dotenv import parse_as_ecs_cli, parse_env, parse_raw
from ecscli.compose.text.withheld import HINT, Withheld, beneath, problem

Pairs = tuple[tuple[str, str], ...]


class EnvFiles(NamedTuple):
    """Files of variables: `paths` maps each to the name that messages show.

    Files that the user `named` must be there; others may be missing.
    """

    paths: Mapping[str, str]
    named: bool
    within: Confinement


def find_variables(
    files: EnvFiles, environment: Mapping[str, str], dialect: Dialect, journal: Journal
) -> dict[str, str]:
    """What `${...}` can refer to: the env files' variables under those of the shell.

    In version 1 and 2 files an empty variable of the shell counts as not set; a `.env` that cannot
    be read is passed over there with a warning.
    """
    shell = {name: value for name, value in environment.items() if _counts(value, dialect)}
    must_be_readable = files.named or dialect.unreadable_env_file_is_error
    problems = journal.findings if must_be_readable else journal.warnings
    found: dict[str, str] = {}
    for path, name in files.paths.items():
        if not files.named and not may_be_file(path):
            continue
        try:
            text = read_text(path, name, files.within, named=files.named)
            found |= _parse(text, name, dialect, shell, found)
        except InputError as error:
            problems.extend(error.findings)
    return beneath(shell, found)


def _counts(value: str, dialect: Dialect) -> bool:
    return bool(value) or isinstance(value, Withheld) or dialect.empty_shell_variables_count


def _parse(
    text: str, name: str, dialect: Dialect, shell: Mapping[str, str], earlier: Mapping[str, str]
) -> dict[str, str]:
    if dialect.reads_env_files_as_today:
        return parse_env(text, name, shell, earlier)
    first_wins = dialect.first_line_of_env_file_wins
    return parse_as_ecs_cli(text, name, beneath(shell, earlier), first_wins=first_wins)


def service_environment(body: Map, path: str, setting: Setting) -> Pairs:
    """The variables of one container, env files first where `environment` wins over them."""
    if setting.dialect.environment_repeats_names:
        found = _environment_v2(body.get("environment"), path, setting)
    else:
        found = _variables(body, path, setting)
    for name, value in found:
        if isinstance(value, Withheld):
            named = name in (body.get("environment") or ()) or "env_file" not in body
            at = where(body, "environment" if named else "env_file", name)
            setting.journal.wrong(problem(name), at, f"{path}.environment", HINT)
    return found


def _variables(body: Map, path: str, setting: Setting) -> Pairs:
    environment: Mapping[str, str | None] = body.get("environment") or {}
    # what `${...}` in an env file may name
    outside = beneath(setting.variables, _with_values(environment))
    found: dict[str, str] = {}
    for entry in body.get("env_file") or ():
        found |= _env_file(entry, path, outside, found, setting)
    for name, value in environment.items():
        _set(found, name, value, setting)
    return tuple(found.items())


def _with_values(environment: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if value is not None}


def _set(found: dict[str, str], name: str, value: str | None, setting: Setting) -> None:
    """A name without a value takes that of the shell; unset it is left out, or empty in
    version 3 files."""
    blank_is_unset = setting.dialect.blank_variable_is_unset
    if value is None or (value == "" and blank_is_unset):
        value = setting.variables.get(name, "" if blank_is_unset else None)
    if value is None:
        found.pop(name, None)
    else:
        found[name] = value


def _env_file(
    entry: Map,
    path: str,
    outside: Mapping[str, str],
    earlier: Mapping[str, str],
    setting: Setting,
) -> dict[str, str]:
    file = entry["path"]
    name = setting.shown(file)
    if not entry.get("required", True) and not os.path.exists(file):
        return {}
    try:
        text = setting.text_of(file)
        if entry.get("format") == "raw":
            return parse_raw(text, {**earlier, **outside})
        return parse_env(text, name, outside, earlier)
    except InputError as error:
        note_env_file(error, entry, path, setting)
        return {}


def _environment_v2(written: Map | Seq | None, path: str, setting: Setting) -> Pairs:
    """`environment` in its order and with repeated names; a name without a value takes that of the
    shell."""
    pairs = []
    for entry, at in as_pairs(written).marked():
        name, equals, value = entry.partition("=")
        resolved = value or setting.variables.get(name)
        if resolved is None and not equals:
            what = f'Environment variable is unresolved. Setting it to a blank value: "{name}"'
            setting.journal.warn(what, at, f"{path}.environment")
        # a withheld variable is empty too, and must stay the object that it is
        pairs.append((name, "" if resolved is None else resolved))
    return tuple(pairs)


def service_labels(body: Map, path: str, setting: Setting) -> Pairs:
    """Label files under `labels`."""
    found: dict[str, str] = {}
    for file, at in (body.get("label_file") or Seq()).marked():
        found |= _label_file(file, at, f"{path}.label_file", setting)
    found |= body.get("labels") or {}
    return tuple(found.items())


def _label_file(file: str, at: Mark, path: str, setting: Setting) -> dict[str, str]:
    """The labels of a file; none where it cannot be read, which is noted."""
    name = setting.shown(file)
    try:
        return parse_env(setting.text_of(file), name, {})
    except Unreadable as error:
        message = f"the label file {name} does not exist" if error.missing else error.message
        setting.journal.wrong(message, at, path, error.hint)
    except InputError as error:
        setting.journal.findings.extend(error.findings)
    return {}
