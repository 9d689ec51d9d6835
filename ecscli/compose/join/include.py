"""`include`: other Compose projects, each with its own directory and env files, become part of the
file."""

from __future__ import annotations

import os
from collections.abc import Callable

from ecscli.base.errors import InputError
from ecscli.base.marks import Map, Mark, Raw, Seq, Tagged
from ecscli.base.records import replace
from ecscli.base.system.files import may_be_file
from ecscli.compose.find.files import Source, read_bytes, read_text
from ecscli.compose.join.merge import copy_map, merge_maps, merge_service, put
from ecscli.compose.read.reader import Journal
from ecscli.compose.read.setting import Setting
from ecscli.compose.text.dotenv import parse_env
from ecscli.compose.text.withheld import beneath

LONGEST_CHAIN = 50
MOST_INCLUDED = 1000
SECTIONS = ("services", "networks", "volumes", "secrets", "configs", "models", "jobs")
LoadFiles = Callable[[list[Source], Setting, tuple[str, ...]], Map | None]


def include_projects(tree: Map, setting: Setting, load: LoadFiles, chain: tuple[str, ...]) -> Map:
    """The tree with its included projects in it; `load` reads the files of one, `chain` are the
    files on the way."""
    entries = tree.get("include")
    if not isinstance(entries, Seq):
        return tree
    whole = copy_map(tree)
    del whole["include"]
    for entry, at in entries.marked():
        included = _load_entry(entry, at, setting, load, chain)
        if included is not None:
            _add(whole, included, setting.journal)
    return whole


def _load_entry(
    entry: Map, at: Mark, setting: Setting, load: LoadFiles, chain: tuple[str, ...]
) -> Map | None:
    """The tree of one entry's files; None where they cannot be included, which is noted."""
    paths = [setting.absolute(path) for path in entry["path"]]
    if not _may_be_included(paths, at, setting, chain):
        return None
    try:
        own = _setting_of(entry, paths[0], setting)
        sources = [_read(path, setting) for path in paths]
    except InputError as error:
        _note(error, at, setting.journal)
        return None
    return load(sources, own, (*chain, *paths))


def _setting_of(entry: Map, first: str, setting: Setting) -> Setting:
    """The directory and the variables of an included project whose first file this is."""
    directory = os.path.dirname(first)
    if "project_directory" in entry:
        directory = setting.absolute(entry["project_directory"])
    variables = beneath(setting.variables, _env(entry, directory, setting))
    return replace(setting, directory=directory, variables=variables)


def _note(error: InputError, at: Mark, journal: Journal) -> None:
    """Report what is wrong with included files at the entry that names them."""
    for finding in error.findings:
        journal.wrong(finding.message, at, "include", finding.hint)


def _may_be_included(paths: list[str], at: Mark, setting: Setting, chain: tuple[str, ...]) -> bool:
    """Whether these files end no circle and pass no limit."""
    journal = setting.journal
    if len(chain) > LONGEST_CHAIN:
        journal.wrong(f"files include each other more than {LONGEST_CHAIN} deep", at, "include")
        return False
    if not _count(len(paths), at, journal):
        return False
    again = next((path for path in paths if path in chain), None)
    if again:
        names = " -> ".join(setting.shown(path) for path in (*chain, again))
        journal.wrong(f"files include each other: {names}", at, "include")
    return again is None


def _count(files: int, at: Mark, journal: Journal) -> bool:
    """Whether all included files stay below the limit with these; the first that break it are
    noted."""
    before = journal.included
    journal.included += files
    if before <= MOST_INCLUDED < journal.included:
        journal.wrong(f"more than {MOST_INCLUDED} files are included", at, "include")
    return journal.included <= MOST_INCLUDED


def merge_section(section: str, theirs: Map, ours: Map) -> Map:
    """An included entry under one that comes on top, as its `!reset` or `!override` shows."""
    holds_services = section in ("services", "jobs")
    return merge_service(theirs, ours) if holds_services else merge_maps(theirs, ours)


def has_tags(tree: Raw) -> bool:
    """Whether an entry has `!reset` or `!override` anywhere."""
    if isinstance(tree, Map):
        return any(has_tags(value) for value in tree.values())
    return isinstance(tree, Tagged)


def _read(path: str, setting: Setting) -> Source:
    name = setting.shown(path)
    return Source(name, os.path.dirname(path), read_bytes(path, name, setting.within))


def _env(entry: Map, directory: str, setting: Setting) -> dict[str, str]:
    """Variables of the entry's env files, else of the included directory's own `.env`."""
    found: dict[str, str] = {}
    for path in _env_files(entry, directory, setting):
        name = setting.shown(path)
        found |= parse_env(read_text(path, name, setting.within), name, setting.variables)
    return found


def _env_files(entry: Map, directory: str, setting: Setting) -> list[str]:
    if "env_file" in entry:
        return [setting.absolute(path) for path in entry["env_file"]]
    default = os.path.join(directory, ".env")
    return [default] if may_be_file(default) else []


def _add(whole: Map, included: Map, journal: Journal) -> None:
    """Add every section of the included project."""
    for section in SECTIONS:
        theirs = included.get(section)
        if not isinstance(theirs, Map):
            continue
        ours = whole.get(section)
        if isinstance(ours, Map):
            whole[section] = copy_map(ours)
        else:
            put(whole, section, Map((), theirs.mark), included)
        for name in theirs:
            _add_entry(whole[section], theirs, name, section, journal)


def _add_entry(ours: Map, theirs: Map, name: str, section: str, journal: Journal) -> None:
    """Add one entry; a name that is there already must mean the same."""
    body = theirs[name]
    if name not in ours:
        put(ours, name, body, theirs)
    elif isinstance(body, Map) and has_tags(ours[name]):
        put(ours, name, merge_section(section, body, ours[name]), theirs)
    elif ours[name] != body:
        other = theirs.keys_at.get(name)
        problem = f'"{name}" is already defined; the included file has it too, at {other}'
        journal.wrong(problem, ours.keys_at.get(name) or ours.mark, f"{section}.{name}")
