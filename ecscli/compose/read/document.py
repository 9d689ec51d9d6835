"""One file's bytes -> its raw tree and dialect; and its raw tree -> its canonical one."""

from __future__ import annotations

from collections.abc import Sequence

from ecscli.base.errors import InputError
from ecscli.base.findings import FindingList
from ecscli.base.marks import Map, Mark, Raw
from ecscli.base.records import record
from ecscli.base.yaml.yamlio import parse_all
from ecscli.compose.dialect import BY_VERSION, TODAY, VERSION_1, VERSION_2, Dialect
from ecscli.compose.find.files import Source
from ecscli.compose.join.env_files import fold_env_files
from ecscli.compose.join.merge import merge_documents
from ecscli.compose.read import canonical
from ecscli.compose.read.flat import drop_volume_driver, flatten, looks_flat
from ecscli.compose.read.reader import Journal, Reader
from ecscli.compose.read.setting import Setting
from ecscli.compose.text.interpolate import Interpolator

TAGS = ("!reset", "!override")


@record
class Document:
    """A parsed file; `tagged` and `variables` say whether its text may hold tags and variables at
    all."""

    source: Source
    tree: Map
    dialect: Dialect
    tagged: bool
    variables: bool


def parse_document(source: Source, journal: Journal) -> list[Document]:
    """The file's documents (`---` makes several, merged in order); raises InputError."""
    same_keys = FindingList()
    trees = parse_all(source.content, source.name, tags=TAGS, duplicates=same_keys)
    found = [_document(tree, source) for tree in trees if tree is not None]
    if len(found) < max(len(trees), 1):
        journal.warn("the file is empty", Mark(source.name, 1, 1))
    dialect = found[0].dialect if found else TODAY
    known = journal.findings if dialect.duplicate_keys_are_errors else journal.warnings
    known.extend(same_keys)
    return found if dialect.reads_all_documents else found[:1]


def _document(tree: Raw, source: Source) -> Document:
    if not isinstance(tree, Map):
        start = getattr(tree, "mark", Mark(source.name, 1, 1))
        raise InputError("a Compose file is a mapping with the key `services`", start)
    tagged = any(tag.encode() in source.content for tag in TAGS)
    return Document(source, tree, find_dialect(tree), tagged, b"$" in source.content)


def parse_documents(sources: Sequence[Source], journal: Journal) -> list[Document]:
    """Every file's YAML, none for empty ones; files that are no YAML, or no Compose file, end the
    run, all named."""
    documents: list[Document] = []
    failed = False
    for source in sources:
        try:
            documents.extend(parse_document(source, journal))
        except InputError as error:
            failed = True
            journal.findings.extend(error.findings)
    if failed:
        raise InputError.of(journal.findings)
    return documents


def find_dialect(tree: Map) -> Dialect:
    """Whose rules read this file: exactly the versions that ecs-cli accepted go by its rules."""
    version = tree.get("version")
    if looks_flat(tree):
        return VERSION_1
    if isinstance(version, str):
        return BY_VERSION.get(version, TODAY)
    if version == 2 and isinstance(version, int):
        return VERSION_2
    return TODAY


def read_layer(document: Document, setting: Setting) -> Map:
    """The canonical tree of one file: variables replaced, long forms, absolute paths, old files'
    env files read."""
    tree = _in_todays_shape(document, setting)
    reader = Reader(setting.dialect, directory_of(document, setting), setting.home, setting.journal)
    at = document.tree.mark or Mark(document.source.name, 1, 1)
    return fold_env_files(canonical.read_document(reader, tree, at), setting)


def _in_todays_shape(document: Document, setting: Setting) -> Map:
    """The raw tree with its variables replaced, without what only old files have."""
    tree, dialect, journal = document.tree, document.dialect, setting.journal
    if dialect.sections is not None:
        tree = _drop_unknown_sections(document, journal)
    if document.variables:
        tree = _interpolated(tree, setting)
    if dialect.is_flat:
        tree = flatten(tree, journal)
    if str(document.tree.get("version", "")).startswith("2"):
        tree = drop_volume_driver(tree, journal)
    return tree


def _interpolated(tree: Map, setting: Setting) -> Map:
    dialect = setting.dialect
    interpolator = Interpolator(
        setting.variables,
        dash_like_colon_dash=dialect.dash_like_colon_dash,
        lone_dollar_stays=dialect.lone_dollar_stays,
        quiet=not dialect.warns_of_unset_variables,
    )
    replaced = interpolator.tree(tree)
    setting.journal.findings.extend(interpolator.findings)
    setting.journal.warnings.extend(interpolator.warnings)
    return replaced


def directory_of(document: Document, setting: Setting) -> str:
    """Relative paths start at the project directory; in version 1 and 2 files at the
    directory of the file."""
    return document.source.directory if setting.dialect.paths_start_at_file else setting.directory


def _drop_unknown_sections(document: Document, journal: Journal) -> Map:
    """The sections that ecs-cli read in version 2 files; it passed over the others, whatever they
    held."""
    tree = document.tree
    unknown = [key for key in tree if not document.dialect.reads_section(key)]
    if not unknown:
        return tree
    kept = Map({key: value for key, value in tree.items() if key not in unknown}, tree.mark)
    kept.keys_at, kept.values_at = tree.keys_at, tree.values_at
    for key in unknown:
        if not key.startswith("x-"):
            problem = f'the key "{key}" has no effect in a version 2 file and is ignored'
            journal.warn(problem, tree.keys_at.get(key))
    return kept


def merge_parts(parts: list[Map]) -> Map:
    """The documents of one file, or of one included project, in order."""
    merged = parts[0]
    for part in parts[1:]:
        merged = merge_documents(merged, part)
    return merged
