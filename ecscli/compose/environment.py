"""Variables: `.env` and the shell for `${...}`; `env_file`, `label_file` and `environment` for each service."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from ecscli.compose.dotenv import lines_of_v2, parse_env, parse_original, parse_raw
from ecscli.compose.files import read_text
from ecscli.compose.forms import Notes
from ecscli.compose.model import Dialect
from ecscli.errors import Finding, InputError
from ecscli.marks import Map, Mark, Seq

Pairs = tuple[tuple[str, str], ...]


def find_variables(
    directory: str, env_files: Sequence[str], environment: Mapping[str, str], dialect: Dialect, notes: Notes
) -> dict[str, str]:
    """What `${...}` can refer to: the env files' variables under those of the shell.

    Without `--env-file` it is `.env` of the project directory. In the original's v1 and v2 files an empty variable
    of the shell counts as not set; a `.env` that cannot be read is passed over there with a warning.
    """
    shell = {name: value for name, value in environment.items() if value or not dialect.libcompose}
    found: dict[str, str] = {}
    for path in env_files or [os.path.join(directory, ".env")]:
        if not env_files and not os.path.isfile(path):
            continue
        try:
            found |= _parse(path, dialect, {**found, **shell})
        except InputError as error:
            known = notes.findings if env_files or dialect is Dialect.SPEC else notes.warnings
            known.extend(error.findings)
    return {**found, **shell}


def _parse(path: str, dialect: Dialect, outside: Mapping[str, str]) -> dict[str, str]:
    text = read_text(path, path)
    if dialect is Dialect.SPEC:
        return parse_env(text, path, outside)
    return parse_original(text, path, outside, first_wins=dialect.libcompose)


def service_environment(body: Map, path: str, dialect: Dialect, variables: Mapping[str, str], notes: Notes) -> Pairs:
    """The variables of one container, env files first where `environment` wins over them."""
    if dialect.libcompose:
        return _environment_v2(body, path, variables, notes)
    found: dict[str, str] = {}
    for entry in body.get("env_file") or ():
        found |= _env_file(entry, path, dialect, {**found, **variables}, notes)
    for name, value in (body.get("environment") or {}).items():
        _set(found, name, value, dialect, variables)
    return tuple(found.items())


def _set(found: dict[str, str], name: str, value: str | None, dialect: Dialect, variables: Mapping[str, str]) -> None:
    """A name without a value takes that of the shell; unset it is left out, or empty in the original's v3 files."""
    if value is None or (value == "" and dialect is Dialect.V3):
        resolved = variables.get(name, "" if dialect is Dialect.V3 else None)
        if resolved is None:
            found.pop(name, None)
        else:
            found[name] = resolved
    else:
        found[name] = value


def _env_file(entry: Map, path: str, dialect: Dialect, outside: Mapping[str, str], notes: Notes) -> dict[str, str]:
    file, at = entry["path"], entry.mark
    if not entry.get("required", True) and not os.path.exists(file):
        return {}
    try:
        text = read_text(file, file)
        if entry.get("format") == "raw":
            return parse_raw(text, outside)
        return parse_env(text, file, outside) if dialect is Dialect.SPEC else parse_original(text, file, outside)
    except InputError as error:
        _note(error.findings, file, at or entry.values_at.get("path"), path, notes)
        return {}


def _note(findings: Sequence[Finding], file: str, at: Mark | None, path: str, notes: Notes) -> None:
    """A file that cannot be opened is reported where it is named, one that cannot be read at its own lines."""
    if os.path.isfile(file):
        notes.findings.extend(findings)
    else:
        notes.wrong(f"the env file {file} does not exist", at, f"{path}.env_file", "create it or set required: false")


def _environment_v2(body: Map, path: str, variables: Mapping[str, str], notes: Notes) -> Pairs:
    """`environment` in its order and with repeated names, then the env files, the last first, where they add names."""
    written = body.get("environment")
    if isinstance(written, Map):
        entries = list(written.items())
    else:
        entries = [(name, value) for name, _, value in (entry.partition("=") for entry in written or ())]
    pairs = [(name, value or variables.get(name, "")) for name, value in entries]
    collected = [f"{name}={value}" for name, value in pairs]
    for entry in reversed(body.get("env_file") or Seq()):
        try:
            lines = lines_of_v2(read_text(entry["path"], entry["path"]))
        except InputError as error:
            _note(error.findings, entry["path"], entry.mark, path, notes)
            continue
        for line in lines:
            name, equals, value = line.partition("=")
            start = name + equals
            if not any(known.startswith(start) for known in collected):
                resolved = value or variables.get(name, "")
                collected.append(f"{name}={resolved}")
                pairs.append((name, resolved))
    return tuple(pairs)


def service_labels(body: Map, path: str, notes: Notes) -> Pairs:
    """Label files under `labels`."""
    found: dict[str, str] = {}
    for index, file in enumerate(body.get("label_file") or ()):
        try:
            found |= parse_env(read_text(file, file), file, {})
        except InputError as error:
            at = body["label_file"].values_at[index]
            for finding in error.findings:
                where = finding.where if isinstance(finding.where, Mark) and os.path.isfile(file) else at
                notes.wrong(finding.message, where, f"{path}.label_file", finding.hint)
    found |= body.get("labels") or {}
    return tuple(found.items())
