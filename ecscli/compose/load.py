"""Compose files -> Project: the phases in order, each in a file of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ecscli.compose.consistency import check_consistency
from ecscli.compose.document import Document, Setting, common_dialect, parse_document, read_document
from ecscli.compose.environment import find_variables, service_environment, service_labels
from ecscli.compose.extends import extend_services
from ecscli.compose.files import Source, Sources, check_project_name, find_sources, name_of_directory, shown_path
from ecscli.compose.forms import Notes
from ecscli.compose.include import include_projects
from ecscli.compose.interpolate import Interpolator
from ecscli.compose.merge import copy_map, merge_documents, settle
from ecscli.compose.merge_original import merge_documents as merge_original
from ecscli.compose.model import Dialect, Project, Service
from ecscli.compose.select import Selection, active_profiles, select_services
from ecscli.compose.typed import build_file_source, build_network, build_service, build_volume
from ecscli.errors import Finding, InputError
from ecscli.marks import Map, Mark


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """What the command line and the environment say about loading; `directory` is the working directory.

    `files`: `-f` values in order, `-` being `stdin`; empty: COMPOSE_FILE of `environment`, else default names.
    """

    directory: str
    environment: Mapping[str, str]
    files: Sequence[str] = ()
    project_name: str | None = None
    env_files: Sequence[str] = ()
    profiles: Sequence[str] = ()
    services: Sequence[str] = ()
    stdin: str | None = field(default=None, repr=False)


def load_project(options: LoadOptions) -> Project:
    """The whole project of the files; raises InputError with everything that is wrong with them."""
    notes = Notes()
    sources = find_sources(options.directory, options.files, options.environment, options.stdin)
    notes.warnings.extend(sources.warnings)
    documents = parse_documents(sources.files, notes)
    setting = find_setting(options, sources, documents, notes)
    tree = settle_if_tagged(read_layers(documents, setting, ()), documents)
    selection = find_selection(tree, options, setting)
    check_consistency(tree, setting.dialect, selection, notes)
    services = resolve_services(tree, selection, setting)
    if notes.findings:
        raise InputError.of(in_order(notes.findings, sources))
    project = build_project(tree, services, setting)
    files = tuple(source.name for source in sources.files)
    return replace(project, name=setting.name, files=files, disabled=selection.disabled)


def in_order(findings: Sequence[Finding], sources: Sources) -> list[Finding]:
    """As one reads the files: those of the project first, each from its top."""
    names = [source.name for source in sources.files]

    def place(finding: Finding) -> tuple[int, str, int, int]:
        mark = finding.where
        if not isinstance(mark, Mark):
            return len(names) + 1, "", 0, 0
        return names.index(mark.file) if mark.file in names else len(names), *mark

    return sorted(findings, key=place)


def parse_documents(sources: Sequence[Source], notes: Notes) -> list[Document]:
    """Every file's YAML; files that are no YAML, or no Compose file, end the run, all of them named."""
    documents: list[Document] = []
    failed = False
    for source in sources:
        try:
            documents.extend(parse_document(source, notes))
        except InputError as error:
            failed = True
            notes.findings.extend(error.findings)
    if not documents and not failed:
        raise InputError(
            "the file is empty", Mark(sources[0].name, 1, 1), "write `services:` with at least one service"
        )
    if failed:
        raise InputError.of(notes.findings)
    return documents


def find_setting(options: LoadOptions, sources: Sources, documents: list[Document], notes: Notes) -> Setting:
    """The rules, the project directory and name, and the variables for every phase that follows."""
    dialect = common_dialect(documents)
    start = options.directory
    default = os.path.join(sources.directory, ".env")
    named = options.env_files or filter(None, options.environment.get("COMPOSE_ENV_FILES", "").split(","))
    env_files = {os.path.normpath(os.path.join(start, path)): path for path in named}
    paths = env_files or {default: shown_path(default, start)}
    variables = find_variables(paths, bool(env_files), options.environment, dialect, notes)
    # The original did not read a COMPOSE_PROJECT_NAME of .env, and did not set one for the files.
    spec = dialect is Dialect.SPEC
    try:
        name = find_name(options, variables if spec else options.environment, documents, sources.directory)
    except InputError as error:
        notes.findings.extend(error.findings)
        name = ""
    if spec:
        variables["COMPOSE_PROJECT_NAME"] = name
    return Setting(dialect, sources.directory, options.environment.get("HOME", ""), variables, notes, name, start)


def read_layers(documents: Sequence[Document], setting: Setting, chain: tuple[str, ...]) -> Map:
    """Each file canonical, with what it extends and includes, merged in order."""
    merged: Map | None = None
    for document in documents:
        path = os.path.join(document.source.directory, os.path.basename(document.source.name))
        tree = read_document(document, setting)
        tree = extend_services(tree, document, setting)
        tree = include_projects(tree, document, setting, load_included, chain or (path,))
        merged = tree if merged is None else merge(merged, tree, setting.dialect)
    assert merged is not None
    return merged


def merge(base: Map, over: Map, dialect: Dialect) -> Map:
    return merge_documents(base, over) if dialect is Dialect.SPEC else merge_original(base, over, dialect)


def load_included(sources: list[Source], setting: Setting, chain: tuple[str, ...]) -> Map | None:
    """The tree of an included project; None where it cannot be parsed, which is noted."""
    own = Notes()
    try:
        documents = parse_documents(sources, own)
    except InputError as error:
        setting.notes.findings.extend(error.findings)
        return None
    setting.notes.findings.extend(own.findings)
    setting.notes.warnings.extend(own.warnings)
    setting = replace(setting, dialect=common_dialect(documents))
    tree = settle_if_tagged(read_layers(documents, setting, chain), documents)
    fill_environment(tree, setting.variables)
    return tree


def fill_environment(tree: Map, variables: Mapping[str, str]) -> None:
    """Names without a value in an included project take the variables of its own env files."""
    services = tree.get("services")
    for body in services.values() if isinstance(services, Map) else ():
        environment = body.get("environment") if isinstance(body, Map) else None
        if isinstance(environment, Map):
            environment.update(
                {name: variables[name] for name in environment if environment[name] is None and name in variables}
            )


def settle_if_tagged(tree: Map, documents: Sequence[Document]) -> Map:
    return settle(tree) if any(document.tagged for document in documents) else tree


def find_selection(tree: Map, options: LoadOptions, setting: Setting) -> Selection:
    services = tree.get("services")
    if not isinstance(services, Map):
        return Selection((), ())
    profiles = active_profiles(options.profiles, setting.variables)
    try:
        return select_services(services, profiles, options.services)
    except InputError as error:
        setting.notes.findings.extend(error.findings)
        return Selection(tuple(services), ())


def resolve_services(tree: Map, selection: Selection, setting: Setting) -> tuple[Service, ...]:
    """The typed services that take part, their environment read from files and shell."""
    found: list[Service] = []
    notes, services = setting.notes, tree.get("services")
    for name in selection.active:
        path, body = f"services.{name}", services[name] if services else None
        if not isinstance(body, Map) or path in notes.broken:
            continue
        environment = service_environment(body, path, setting)
        labels = service_labels(body, path, setting)
        body = complete_build(drop_absent_dependencies(body, selection), setting)
        found.append(build_service(name, body, environment, labels))
    return tuple(found)


def drop_absent_dependencies(body: Map, selection: Selection) -> Map:
    """`required: false` dependencies on services that do not take part fall away."""
    depends = body.get("depends_on")
    if not isinstance(depends, Map) or not any(name in selection.disabled for name in depends):
        return body
    kept, smaller = copy_map(depends), copy_map(body)
    for name in depends:
        if name in selection.disabled:
            del kept[name]
    smaller["depends_on"] = kept
    if not kept:
        del smaller["depends_on"]
    return smaller


def complete_build(body: Map, setting: Setting) -> Map:
    """A build without a context starts at the project directory; arguments without a value take their variable's."""
    build = body.get("build")
    if not isinstance(build, Map):
        return body
    args = build.get("args")
    open_args = isinstance(args, Map) and None in args.values()
    if "context" in build and not open_args:
        return body
    whole, smaller = copy_map(build), copy_map(body)
    whole.setdefault("context", setting.directory)
    if isinstance(args, Map):
        whole["args"] = copy_map(args)
        whole["args"].update({name: setting.variables.get(name) for name, value in args.items() if value is None})
    smaller["build"] = whole
    return smaller


def find_name(options: LoadOptions, variables: Mapping[str, str], documents: Sequence[Document], directory: str) -> str:
    """The flag, COMPOSE_PROJECT_NAME, the last top-level `name`, the directory: the first that there is."""
    if options.project_name:
        return check_project_name(options.project_name, "--project-name")
    if variables.get("COMPOSE_PROJECT_NAME"):
        return check_project_name(variables["COMPOSE_PROJECT_NAME"], "COMPOSE_PROJECT_NAME")
    for tree in (document.tree for document in reversed(documents)):
        if isinstance(tree.get("name"), str) and tree["name"]:
            written = Interpolator(variables, quiet=True).text(tree["name"])
            return check_project_name(written, tree.values_at.get("name"))
    return name_of_directory(directory)


def build_project(tree: Map, services: tuple[Service, ...], setting: Setting) -> Project:
    """The project, but for what only the command line knows: its name, its files and what was left out."""
    return Project(
        name="",
        directory=setting.directory,
        files=(),
        dialect=setting.dialect,
        services=services,
        tree=tree,
        volumes=build_entries(tree, "volumes", build_volume),
        networks=build_entries(tree, "networks", build_network),
        configs=build_entries(tree, "configs", build_file_source),
        secrets=build_entries(tree, "secrets", build_file_source),
        warnings=tuple(dict.fromkeys(setting.notes.warnings)),
        variables=setting.variables,
    )


def build_entries(tree: Map, section: str, build: Callable[..., Any]) -> dict[str, Any]:
    entries = tree.get(section)
    if not isinstance(entries, Map):
        return {}
    return {
        name: build(name, body, entries.keys_at.get(name))
        for name, body in entries.items()
        if not name.startswith("x-")
    }
