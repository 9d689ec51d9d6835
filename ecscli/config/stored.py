"""The two files of ~/.ecs, `config` and `credentials`: read and changed, in ecs-cli's formats.

A file is kept as its tree of YAML nodes, so that keys and values which ecscli does not know survive
a rewrite as they were.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode

from ecscli.base.errors import InputError
from ecscli.base.marks import Mark
from ecscli.base.records import record
from ecscli.base.yaml import yamlio
from ecscli.config import places
from ecscli.config.writing import write_private

CLUSTERS = "clusters"  # the map of `config`
PROFILES = "ecs_profiles"  # the map of `credentials`
STRING = "tag:yaml.org,2002:str"
MAPPING = "tag:yaml.org,2002:map"
NULL = "tag:yaml.org,2002:null"
NO_WRAPPING = 10**6  # columns


@record
class StoredEntry:
    """One named entry: its texts by key, and the places of all its values, whatever their type."""

    name: str
    values: Mapping[str, str]
    marks: Mapping[str, Mark]

    def get(self, key: str) -> str:
        """The text of a key, empty where it is missing. Raises InputError where it is a list or a
        mapping."""
        if key in self.marks and key not in self.values:
            raise InputError(f"{key} must be text", self.marks[key], "write one value")
        return self.values.get(key, "")


class StoredFile:
    """A YAML file of named entries below `section`; `path` need not exist yet."""

    def __init__(self, path: Path, section: str, root: MappingNode) -> None:
        self.path, self.section, self._root = path, section, root

    @property
    def default(self) -> str:
        """The name of the default entry; empty where there is none."""
        return _text(_child(self._root, "default"))

    @property
    def version(self) -> str:
        """The version of the format, such as `v1`; empty where it is missing."""
        return _text(_child(self._root, "version"))

    def names(self) -> tuple[str, ...]:
        """The names of the entries, in the order of the file."""
        return tuple(key.value for key, _ in self._entries())

    def entry(self, name: str) -> StoredEntry | None:
        """The entry called `name`, or None."""
        for key, node in self._entries():
            if key.value == name:
                return _entry(name, node, self.path)
        return None

    def set_default(self, name: str) -> None:
        """Make `name` the default entry."""
        _put(self._root, "default", _scalar(name))

    def put(self, name: str, known: Mapping[str, str | None]) -> None:
        """Insert or change an entry: every known key is set, or removed where its value is None.

        Other keys stay. The entries are kept in the order of their names, and the only entry
        becomes the default one, both as in ecs-cli.
        """
        self._add_header()
        entries = _mapping_at(self._root, self.section)
        entry = _mapping_at(entries, name)
        for key, value in known.items():
            _put(entry, key, None if value is None else _scalar(value))
        entries.value.sort(key=lambda pair: _natural_order(pair[0].value))
        entries.flow_style = False
        if len(entries.value) == 1:
            self.set_default(name)

    def text(self) -> str:
        """The file as YAML."""
        self._root.flow_style = False
        text: str = yaml.serialize(
            self._root, Dumper=yaml.SafeDumper, width=NO_WRAPPING, allow_unicode=True
        )
        return text

    def save(self) -> None:
        """Write the file as a whole or not at all, readable by its owner only.

        Raises InputError for a text that would not be read back as it is.
        """
        text = self.text()
        if not _reads_back(text, self._root):
            raise InputError(
                "a name or value cannot be stored as it is", str(self.path), "write it in UTF-8"
            )
        write_private(self.path, text)

    def _add_header(self) -> None:
        if not self.version:
            _put(self._root, "version", _scalar("v1"))
        if _child(self._root, "default") is None:
            _put(self._root, "default", _scalar(""))

    def _entries(self) -> Iterator[tuple[ScalarNode, Node]]:
        return _pairs(_child(self._root, self.section))


def new(path: Path, section: str) -> StoredFile:
    """An empty file, not written yet."""
    return StoredFile(path, section, _new_mapping())


def read(path: Path, section: str) -> StoredFile | None:
    """The file, or None where it does not exist or is empty. Raises InputError at the place where
    it is not as expected."""
    text = read_text(path)
    if text is None or not text.strip():
        return None
    try:
        root = _compose(text)
    except yaml.YAMLError as error:
        raise _not_yaml(path, error) from None
    if root is None:
        return None
    if not isinstance(root, MappingNode):
        raise InputError("a mapping is expected", _mark(path, root), _repair(path))
    return StoredFile(path, section, root)


def read_text(path: Path) -> str | None:
    """The text of one of these files, None where it does not exist. Raises InputError."""
    try:
        content = places.read(path)
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror}", str(path)) from None
    return None if content is None else yamlio.decode(content, str(path))


def _not_yaml(path: Path, error: yaml.YAMLError) -> InputError:
    spot = getattr(error, "problem_mark", None)
    where = Mark(str(path), spot.line + 1, spot.column + 1) if spot else str(path)
    message = f"this is not YAML: {yamlio.problem_of(error)}"
    return InputError(message, where, _repair(path))


def _repair(path: Path) -> str:
    return f"repair or remove the file {path.name}"


def _reads_back(text: str, root: Node) -> bool:
    """Whether the text of a file gives its tree again."""
    try:
        text.encode("utf-8")
        return _same(_compose(text), root)
    except (yaml.YAMLError, UnicodeError):
        return False


# -------------------------------------------------------------------------- trees of YAML nodes


def _compose(text: str) -> Node | None:
    return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _entry(name: str, node: Node, path: Path) -> StoredEntry:
    values, marks = {}, {}
    for key, value in _pairs(node):
        marks[key.value] = _mark(path, value)
        if isinstance(value, ScalarNode):
            values[key.value] = _text(value)
    return StoredEntry(name, values, marks)


def _same(one: Node | None, other: Node) -> bool:
    """Whether two trees hold the same values, however they are written."""
    if one is None or one.tag != other.tag:
        return False
    if isinstance(other, ScalarNode):
        return bool(one.value == other.value)
    mine, others = _children(one), _children(other)
    return len(mine) == len(others) and all(map(_same, mine, others))


def _children(node: Node) -> list[Node]:
    """The children of a collection; keys and values of a mapping in turn."""
    if isinstance(node, MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value)


def _pairs(node: Node | None) -> Iterator[tuple[ScalarNode, Node]]:
    """The keys and values of a mapping; nothing of any other node."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                yield key, value


def _child(node: Node | None, key: str) -> Node | None:
    return next((value for name, value in _pairs(node) if name.value == key), None)


def _mapping_at(parent: MappingNode, key: str) -> MappingNode:
    """The mapping at a key, put there where there is none."""
    found = _child(parent, key)
    if isinstance(found, MappingNode):
        return found
    made = _new_mapping()
    _put(parent, key, made)
    return made


def _new_mapping() -> MappingNode:
    return MappingNode(MAPPING, [], flow_style=False)


def _put(node: MappingNode, key: str, value: Node | None) -> None:
    """Set a key in its place, append it, or remove it (None)."""
    if value is None:
        node.value = [pair for pair in node.value if pair[0].value != key]
        return
    places_of_key = [at for at, (name, _) in enumerate(node.value) if name.value == key]
    for at in places_of_key:
        node.value[at] = (node.value[at][0], value)
    if not places_of_key:
        node.value.append((_scalar(key), value))


def _text(node: Node | None) -> str:
    if not isinstance(node, ScalarNode) or node.tag == NULL:
        return ""
    text: str = node.value
    return text


def _scalar(text: str) -> ScalarNode:
    """A string as ecs-cli writes it: plain where that reads back as the same string, else
    double-quoted."""
    plain = bool(text) and text.isprintable() and _plain_tag(text) == STRING
    return ScalarNode(STRING, text, style=None if plain else '"')


def _plain_tag(text: str) -> str:
    """The tag that a plain scalar of this text gets in YAML 1.1."""
    resolve: Callable[..., str] = yaml.SafeLoader("").resolve
    return resolve(ScalarNode, text, (True, False))


def _mark(path: Path, node: Node) -> Mark:
    return Mark(str(path), node.start_mark.line + 1, node.start_mark.column + 1)


def _natural_order(name: str) -> list[tuple[int, int, str]]:
    """A sort key that puts ``a2`` before ``a10``."""
    parts = filter(None, re.split(r"(\d+)", name))
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]
