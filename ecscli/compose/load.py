"""Compose files -> Project: the phases in order, each in a file of its own."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import reduce

from ecscli.base.errors import InputError
from ecscli.base.marks import Map, Mark
from ecscli.base.records import replace
from ecscli.base.system.files import Confinement
from ecscli.compose.dialect import Dialect, Merging, common_dialect
from ecscli.compose.find.choose import choose_sources, named_env_files
from ecscli.compose.find.files import (
    Source,
    Sources,
    check_project_name,
    name_of_directory,
    shown_path,
)
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.join.consistency import check_consistency
from ecscli.compose.join.environment import EnvFiles, find_variables
from ecscli.compose.join.extends import extend_services
from ecscli.compose.join.include import include_projects
from ecscli.compose.join.merge import merge_documents, settle
from ecscli.compose.join.merge_ecs_cli import merge_documents as merge_ecs_cli
from ecscli.compose.join.resolve import (
    build_project,
    complete_contexts,
    complete_dependencies,
    fill_environment,
    resolve_services,
)
from ecscli.compose.join.select import (
    Selection,
    active_profiles,
    select_services,
    unknown_profiles,
)
from ecscli.compose.project.encoding import encoding_findings
from ecscli.compose.project.model import Project, Service
from ecscli.compose.read.document import (
    Document,
    parse_documents,
    read_layer,
)
from ecscli.compose.read.reader import Journal
from ecscli.compose.read.setting import Setting
from ecscli.compose.text.interpolate import Interpolator
from ecscli.compose.text.withheld import without_credentials


def load_project(options: LoadOptions) -> Project:
    """The whole project of the files; raises InputError with everything that is wrong with them."""
    project = read_project(options)
    if project.errors:
        raise InputError.of(project.errors)
    return project


def read_project(options: LoadOptions) -> Project:
    """The project of the files as far as they can be read, with what is wrong as its `errors`.

    Raises InputError with all of it where a service cannot be read at all.
    """
    journal = Journal()
    sources = choose_sources(options, journal)
    journal.warnings.extend(sources.warnings)
    documents = parse_documents(sources.files, journal)
    if not documents:
        start = Mark(sources.files[0].name, 1, 1)
        raise InputError("the file is empty", start, "write `services:` with at least one service")
    setting = find_setting(options, sources, documents, journal)
    tree = join_documents(documents, setting)
    selection = find_selection(tree, options, setting)
    services = check_and_resolve(tree, selection, setting)
    files = tuple(source.name for source in sources.files)
    errors = journal.findings.in_order(files)
    if errors and not is_usable(services, selection, journal):
        raise InputError.of(errors)
    return replace(
        build_project(tree, services, setting),
        name=setting.name,
        files=files,
        disabled=selection.disabled,
        errors=errors,
        broken=frozenset(journal.broken),
    )


def is_usable(services: Sequence[Service], selection: Selection, journal: Journal) -> bool:
    """Whether there is a task to judge beside what is wrong: its services are known, and each of
    them has been read."""
    if "services" in journal.broken or not services:
        return False
    return len(services) == len(selection.active)


def join_documents(documents: Sequence[Document], setting: Setting) -> Map:
    """The canonical tree of all files together, its defaults written out."""
    tree = settle_if_tagged(read_layers(documents, setting, ()), documents)
    complete_dependencies(tree)
    return tree


def check_and_resolve(tree: Map, selection: Selection, setting: Setting) -> tuple[Service, ...]:
    """The services that take part; what does not fit together is noted."""
    check_consistency(tree, setting.dialect, selection, setting.journal)
    services = resolve_services(tree, selection, setting)
    setting.journal.findings.extend(encoding_findings(tree, services, setting.variables))
    return services


def outlook_of(options: LoadOptions) -> tuple[Mapping[str, str], Confinement]:
    """What `${...}` may name, and where files may lie, beside a project that may be wrong.

    Raises InputError where there is no YAML to read.
    """
    sources = choose_sources(options, Journal())
    documents = parse_documents(sources.files, Journal())
    setting = find_setting(options, sources, documents, Journal())
    return setting.variables, setting.within


def find_setting(
    options: LoadOptions, sources: Sources, documents: list[Document], journal: Journal
) -> Setting:
    """The rules, the project directory and name, and the variables for every phase that follows."""
    dialect = common_dialect(document.dialect for document in documents)
    variables = find_variables(
        env_files_of(options, sources), environment_of(options), dialect, journal
    )
    naming = variables if dialect.project_name_from_env_file else options.environment
    name = usable_name(options, naming, documents, sources.directory, journal)
    if not dialect.reproduces_ecs_cli:
        name = without_dots(name, journal)
    if dialect.project_name_is_variable:
        variables["COMPOSE_PROJECT_NAME"] = name
    return Setting(
        dialect=dialect,
        directory=sources.directory,
        home=options.environment.get("HOME", ""),
        variables=variables,
        journal=journal,
        name=name,
        start=options.directory,
        within=sources.within,
    )


def usable_name(
    options: LoadOptions,
    variables: Mapping[str, str],
    documents: Sequence[Document],
    directory: str,
    journal: Journal,
) -> str:
    """The project name; empty where none can be used, which is noted."""
    try:
        return find_name(options, variables, documents, directory)
    except InputError as error:
        journal.findings.extend(error.findings)
        journal.broken.add("name")
        return ""


def without_dots(name: str, journal: Journal) -> str:
    """The project name as ECS takes it for task definitions and services, as for a directory's."""
    if "." not in name:
        return name
    short = name.replace(".", "")
    journal.warn(f'the project is called "{short}": names in ECS have no dots ("{name}")', None)
    return short


def env_files_of(options: LoadOptions, sources: Sources) -> EnvFiles:
    """The env files that the user names, else `.env` of the project directory."""
    named = named_env_files(options)
    default = os.path.join(sources.directory, ".env")
    paths = named or {default: shown_path(default, options.directory)}
    return EnvFiles(paths, bool(named), sources.within)


def environment_of(options: LoadOptions) -> Mapping[str, str]:
    """What files may name of the environment."""
    if options.interpolate_credentials:
        return options.environment
    return without_credentials(options.environment)


def read_layers(documents: Sequence[Document], setting: Setting, chain: tuple[str, ...]) -> Map:
    """The files of a project, merged in order."""
    trees = [read_file(document, setting, chain) for document in documents]
    return reduce(lambda base, over: merge(base, over, setting.dialect), trees)


def read_file(document: Document, setting: Setting, chain: tuple[str, ...]) -> Map:
    """One file: canonical, its services extended, its included projects in it."""
    path = os.path.join(document.source.directory, os.path.basename(document.source.name))
    tree = extend_services(read_layer(document, setting), document, setting)
    return include_projects(tree, setting, load_included, chain or (path,))


def merge(base: Map, over: Map, dialect: Dialect) -> Map:
    """A later file over the earlier ones, by the rules of the dialect."""
    if dialect.merging is Merging.TODAY:
        return merge_documents(base, over)
    return merge_ecs_cli(base, over, dialect)


def load_included(sources: list[Source], setting: Setting, chain: tuple[str, ...]) -> Map | None:
    """The tree of an included project; None where it cannot be parsed, which is noted."""
    documents = parse_included(sources, setting.journal)
    if not documents:
        return None if documents is None else Map()
    own = replace(setting, dialect=common_dialect(document.dialect for document in documents))
    tree = settle_if_tagged(read_layers(documents, own, chain), documents)
    fill_environment(tree, own.variables)
    complete_contexts(tree, own.directory)
    return tree


def parse_included(sources: list[Source], journal: Journal) -> list[Document] | None:
    """The documents of an included project; None where one cannot be parsed, which is noted."""
    own = Journal()
    try:
        documents = parse_documents(sources, own)
    except InputError as error:
        journal.findings.extend(error.findings)
        return None
    journal.findings.extend(own.findings)
    journal.warnings.extend(own.warnings)
    return documents


def settle_if_tagged(tree: Map, documents: Sequence[Document]) -> Map:
    return settle(tree) if any(document.tagged for document in documents) else tree


def find_selection(tree: Map, options: LoadOptions, setting: Setting) -> Selection:
    services = tree.get("services")
    if not isinstance(services, Map):
        return Selection((), ())
    profiles = active_profiles(options.profiles, setting.variables)
    if options.profiles:
        setting.journal.findings.extend(unknown_profiles(services, profiles))
    try:
        return select_services(services, profiles, options.services)
    except InputError as error:
        setting.journal.findings.extend(error.findings)
        setting.journal.broken.add("services")
        return Selection(tuple(services), ())


def find_name(
    options: LoadOptions,
    variables: Mapping[str, str],
    documents: Sequence[Document],
    directory: str,
) -> str:
    """The flag, COMPOSE_PROJECT_NAME, the last top-level `name`, the directory: the first that
    there is."""
    if options.project_name:
        return check_project_name(options.project_name, "--project-name")
    if variables.get("COMPOSE_PROJECT_NAME"):
        return check_project_name(variables["COMPOSE_PROJECT_NAME"], "COMPOSE_PROJECT_NAME")
    for document in reversed(documents):
        name = document.tree.get("name")
        if document.dialect.reads_section("name") and isinstance(name, str) and name:
            written = Interpolator(variables, quiet=True).text(name)
            return check_project_name(written, document.tree.values_at.get("name"))
    return name_of_directory(directory)
