"""Which files make up a project: those of the command line, of COMPOSE_FILE, or with default names.

Where ecs-cli and Docker Compose differ, the dialect of the files decides:
old files keep theirs.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from ecscli.base.errors import Finding, InputError
from ecscli.base.records import replace
from ecscli.base.system.files import confine
from ecscli.compose.dialect import TODAY
from ecscli.compose.find.files import (
    Search,
    Source,
    Sources,
    default_names,
    ecs_cli_names,
    find_sources,
    from_start,
    nearest_directory,
)
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.join.environment import EnvFiles, find_variables
from ecscli.compose.read.document import parse_documents
from ecscli.compose.read.reader import Journal


def choose_sources(options: LoadOptions, journal: Journal) -> Sources:
    """The files of the command line, of COMPOSE_FILE in the shell or in the env files, or of the
    default names.

    ecs-cli read no COMPOSE_FILE from `.env`: beside a file of its dialects it still does not count.
    """
    search, compose_file = search_of(options), options.environment.get("COMPOSE_FILE")
    if options.files:
        sources = find_sources(search, options.files)
        return above_others(sources, options, journal) if compose_file else sources
    if compose_file:
        return find_sources(search, (), compose_file)
    return unnamed_sources(replace(search, named=False), variables_before(options), journal)


def unnamed_sources(search: Search, variables: Mapping[str, str], journal: Journal) -> Sources:
    """The files of COMPOSE_FILE in the env files, whose `variables` these are, or of the default
    names."""
    compose_file = variables.get("COMPOSE_FILE")
    if not compose_file:
        return default_sources(search)
    if has_files_of_ecs_cli(search):
        message = "COMPOSE_FILE of the env file is not used, as ecs-cli did not use it"
        hint = "name the files with --file, or set it in the environment"
        journal.warnings.append(Finding(message, None, hint))
        return default_sources(search)
    return find_sources(replace(search, environment=variables), (), compose_file)


def search_of(options: LoadOptions) -> Search:
    """Where the files of these options are looked for."""
    return Search(options.directory, options.environment, options.stdin, options.confined)


def directory_beside(options: LoadOptions) -> str:
    """Where the other files of the project are, such as ecs-params.yml, where the working directory
    has none: the directory above it in which the search finds the Compose file, else itself."""
    directory, environment = options.directory, options.environment
    if options.files or environment.get("COMPOSE_FILE") or default_names(directory):
        return directory
    if variables_before(options).get("COMPOSE_FILE"):
        return directory
    return nearest_directory(search_of(options))


def variables_before(options: LoadOptions) -> Mapping[str, str]:
    """The variables of the env files in the working directory, before it is known which project it
    is."""
    named = named_env_files(options)
    paths = named or {os.path.join(options.directory, ".env"): ".env"}
    within = confine(options.directory, options.confined, options.environment)
    files = EnvFiles(paths, bool(named), within)
    return find_variables(files, options.environment, TODAY, Journal())


def default_sources(search: Search) -> Sources:
    """The files with default names in the nearest directory that has any: those of ecs-cli where it
    could read them, else the specification's first."""
    directory = nearest_directory(search)
    names = ecs_cli_names(directory)
    if len(default_names(directory)) > 1 and names:
        sources = find_sources(search, from_start(names, directory, search.directory))
        if are_of_ecs_cli(sources.files):
            used = sources.files[0].name
            message = f"{used} is used, as ecs-cli did; other Compose files beside it are not"
            return sources._replace(warnings=(Finding(message, None, "name files with --file"),))
    return find_sources(search, ())


def above_others(sources: Sources, options: LoadOptions, journal: Journal) -> Sources:
    """The files of `-f` alone; above those of COMPOSE_FILE where all are of ecs-cli's
    dialects, as there."""
    try:
        found = find_sources(search_of(options), (), options.environment["COMPOSE_FILE"])
    except InputError:
        return sources
    below = tuple(source for source in found.files if source not in sources.files)
    if not below or not are_of_ecs_cli((*below, *sources.files)):
        return sources
    names = ", ".join(source.name for source in below)
    message = f"COMPOSE_FILE and --file are both given: {names} is read first, as ecs-cli did"
    hint = "unset COMPOSE_FILE to have the files of --file alone"
    journal.warnings.append(Finding(message, None, hint))
    return sources._replace(files=(*below, *sources.files))


def named_env_files(options: LoadOptions) -> dict[str, str]:
    """The env files that the command line or COMPOSE_ENV_FILES names: absolute path -> path as
    written."""
    listed = options.environment.get("COMPOSE_ENV_FILES", "").split(",")
    named = options.env_files or filter(None, listed)
    return {os.path.normpath(os.path.join(options.directory, path)): path for path in named}


def has_files_of_ecs_cli(search: Search) -> bool:
    """Whether the files with default names are of ecs-cli's dialects."""
    try:
        return are_of_ecs_cli(default_sources(search).files)
    except InputError:
        return False


def are_of_ecs_cli(sources: Sequence[Source]) -> bool:
    """Whether all files can be parsed and are of ecs-cli's dialects."""
    try:
        documents = parse_documents(sources, Journal())
    except InputError:
        return False
    return all(document.dialect.reproduces_ecs_cli for document in documents)
