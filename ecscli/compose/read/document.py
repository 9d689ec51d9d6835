"""One file's bytes -> its raw tree and dialect; and its raw tree -> its canonical one."""

from __future__ import annotations

from collections.abc import Sequence

from ecscli.base.errors import InputError
from ecscli.base.findings import FindingList
from ecscli.base.marks import Map, Mark
from ecscli.base.records import record
from ecscli.base.yamlio import parse_all
from ecscli.compose.find.files import Source
from ecscli.compose.join.env_files import fold_env_files
from ecscli.compose.join.merge import merge_documents
from ecscli.compose.project.model import Dialect
from ecscli.compose.read import canonical
from ecscli.compose.read.flat import drop_volume_driver, flatten, looks_flat
from ecscli.compose.read.reader import Journal, Reader
from ecscli.compose.read.setting import Setting
from ecscli.compose.text.interpolate import Interpolator

TAGS = ("!reset", "!override")
SECTIONS_V2 = ("version", "services", "volumes", "networks", "secrets", "configs")


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
    duplicates = FindingList()
    trees = parse_all(source.content, source.name, tags=TAGS, duplicates=duplicates)
    start = Mark(source.name, 1, 1)
    found = []
    for tree in trees or [None]:
        if tree is None:
            journal.warn("the file is empty", start)
            continue
        if not isinstance(tree, Map):
            raise InputError(
                "a Compose file is a mapping with the key `services`", getattr(tree, "mark", start)
            )
        tagged = b"!reset" in source.content or b"!override" in source.content
        found.append(Document(source, tree, find_dialect(tree), tagged, b"$" in source.content))
    if not found or found[0].dialect is Dialect.SPEC:
        journal.findings.extend(duplicates)
    else:
        # The original took the last one; its files keep their meaning.
        journal.warnings.extend(duplicates)
        del found[1:]
    return found


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
    """Whose rules read this file: exactly the versions that the original accepted go by its own."""
    version = tree.get("version")
    if isinstance(version, str):
        return {"2": Dialect.V2, "3": Dialect.V3, "3.0": Dialect.V3}.get(version, Dialect.SPEC)
    if version == 2 and isinstance(version, int):
        return Dialect.V2
    return Dialect.V1 if looks_flat(tree) else Dialect.SPEC


def common_dialect(documents: list[Document]) -> Dialect:
    """The rules for the whole project: the files' own where they agree, else the
    specification's."""
    dialects = {document.dialect for document in documents}
    if len(dialects) == 1:
        return dialects.pop()
    return Dialect.V2 if dialects <= {Dialect.V1, Dialect.V2} else Dialect.SPEC


def read_layer(document: Document, setting: Setting) -> Map:
    """The canonical tree of one file: variables replaced, long forms, absolute paths, old files'
    env files read."""
    tree = document.tree
    if document.dialect is Dialect.V2:
        tree = _drop_unknown_sections(tree, setting.journal)
    if document.variables:
        interpolator = Interpolator(
            setting.variables,
            dash_like_colon_dash=setting.dialect.libcompose,
            quiet=setting.dialect is Dialect.V3,
        )
        tree = interpolator.tree(tree)
        setting.journal.findings.extend(interpolator.findings)
        setting.journal.warnings.extend(interpolator.warnings)
    if document.dialect is Dialect.V1:
        tree = flatten(tree, setting.journal)
    if str(document.tree.get("version", "")).startswith("2"):
        tree = drop_volume_driver(tree, setting.journal)
    reader = Reader(setting.dialect, directory_of(document, setting), setting.home, setting.journal)
    canonical_tree = canonical.read_document(
        reader, tree, document.tree.mark or Mark(document.source.name, 1, 1)
    )
    return fold_env_files(canonical_tree, setting)


def directory_of(document: Document, setting: Setting) -> str:
    """Relative paths start at the project directory; in the original's v1 and v2 files at the
    file's own."""
    return document.source.directory if setting.dialect.libcompose else setting.directory


def _drop_unknown_sections(tree: Map, journal: Journal) -> Map:
    """The sections that the original read in v2 files; it passed over the others, whatever they
    held."""
    unknown = [key for key in tree if key not in SECTIONS_V2]
    if not unknown:
        return tree
    kept = Map({key: value for key, value in tree.items() if key not in unknown}, tree.mark)
    kept.keys_at, kept.values_at = tree.keys_at, tree.values_at
    for key in unknown:
        if not key.startswith("x-"):
            journal.warn(
                f'the key "{key}" has no effect in a version 2 file and is ignored',
                tree.keys_at.get(key),
            )
    return kept


def merge_parts(parts: list[Map]) -> Map:
    """The documents of one file, or of one included project, in order."""
    merged = parts[0]
    for part in parts[1:]:
        merged = merge_documents(merged, part)
    return merged
