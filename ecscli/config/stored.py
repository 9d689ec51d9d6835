"""The two files of ~/.ecs, `config` and `credentials`: read and rewritten in the formats of the
original.

A file is kept as its tree of YAML nodes, so that keys and values which ecscli does not know survive
a rewrite as they were. The old INI form (a section `[ecs]`) is read, never written.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecscli.base.errors import EcsCliError, InputError
from ecscli.base.marks import Mark
from ecscli.base.records import record

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node, ScalarNode

CLUSTERS = "clusters"  # the map of `config`
PROFILES = "ecs_profiles"  # the map of `credentials`
SECTION = "ecs"
INI_DEFAULTS = {
    "compose-project-name-prefix": "ecscompose-",
    "compose-service-name-prefix": "ecscompose-service-",
    "cfn-stack-name-prefix": "amazon-ecs-cli-setup-",
}
STRING = "tag:yaml.org,2002:str"
MAPPING = "tag:yaml.org,2002:map"
INI_FORM = "write one `key = value` a line below [ecs]"
LOCK = ".lock"


def home(environment: Mapping[str, str]) -> Path | None:
    """The user's home directory by HOME, then USERPROFILE; None where neither is set."""
    found = environment.get("HOME") or environment.get("USERPROFILE")
    return Path(found) if found else None


def folder(environment: Mapping[str, str], sandbox: bool = False) -> Path:
    """Where the files are: ~/.ecs, or for the sandbox a folder in it that no command against AWS
    reads.

    Raises InputError where the home directory is not known.
    """
    base = home(environment)
    if base is None:
        raise InputError(
            "the home directory is not known", hint="set HOME to a directory for the folder .ecs"
        )
    base = base / "AppData" / "local" / "ecs" if os.name == "nt" else base / ".ecs"
    return base / "sandbox" if sandbox else base


@record
class Entry:
    """One named entry: its texts by key, and the places of the values, also of those that are no
    text."""

    name: str
    values: Mapping[str, str]
    marks: Mapping[str, Mark]

    def get(self, key: str) -> str:
        """The text of a key, empty where it is not there. Raises InputError where it is a list or a
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
        """The name of the default entry; empty where none is said."""
        return _text(_child(self._root, "default"))

    @property
    def version(self) -> str:
        return _text(_child(self._root, "version"))

    def names(self) -> tuple[str, ...]:
        return tuple(key.value for key, _ in self._entries())

    def entry(self, name: str) -> Entry | None:
        """The entry called `name`, or None."""
        from yaml.nodes import ScalarNode

        for key, node in self._entries():
            if key.value == name:
                values = {k.value: _text(v) for k, v in _pairs(node) if isinstance(v, ScalarNode)}
                marks = {k.value: _mark(self.path, v) for k, v in _pairs(node)}
                return Entry(name, values, marks)
        return None

    def set_default(self, name: str) -> None:
        _put(self._root, "default", _scalar(name))

    def put(self, name: str, known: Mapping[str, str | None]) -> None:
        """Insert or replace an entry: every known key is set, or left out where its value is None.

        Keys that are not named in `known` stay. The entries are kept in the order of their names,
        and the only entry becomes the default one, both as in the original.
        """
        from yaml.nodes import MappingNode

        if not self.version:
            _put(self._root, "version", _scalar("v1"))
        if _child(self._root, "default") is None:
            _put(self._root, "default", _scalar(""))
        entries = _child(self._root, self.section)
        if not isinstance(entries, MappingNode):
            entries = MappingNode(MAPPING, [], flow_style=False)
            _put(self._root, self.section, entries)
        entry = _child(entries, name)
        if not isinstance(entry, MappingNode):
            entry = MappingNode(MAPPING, [], flow_style=False)
            _put(entries, name, entry)
        for key, value in known.items():
            _put(entry, key, None if value is None else _scalar(value))
        entries.value.sort(key=lambda pair: _natural(pair[0].value))
        entries.flow_style = False
        if len(entries.value) == 1:
            self.set_default(name)

    def text(self) -> str:
        import yaml

        self._root.flow_style = False
        text: str = yaml.serialize(
            self._root, Dumper=yaml.SafeDumper, width=10**6, allow_unicode=True
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

    def _entries(self) -> Iterator[tuple[ScalarNode, Node]]:
        return _pairs(_child(self._root, self.section))


def new(path: Path, section: str) -> StoredFile:
    """An empty file, not written yet."""
    from yaml.nodes import MappingNode

    return StoredFile(path, section, MappingNode(MAPPING, [], flow_style=False))


def read(path: Path, section: str) -> StoredFile | None:
    """The file, or None where it does not exist or is empty. Raises InputError at the place where
    it is wrong."""
    text = _read_text(path)
    if text is None or not text.strip():
        return None
    import yaml
    from yaml.nodes import MappingNode

    try:
        root = _compose(text)
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        where = Mark(str(path), place.line + 1, place.column + 1) if place else str(path)
        from ecscli.base.yamlio import problem_of

        hint = f"repair or remove the file {path.name}"
        raise InputError(f"this is not YAML: {problem_of(error)}", where, hint) from None
    if root is None:
        return None
    if not isinstance(root, MappingNode):
        raise InputError(
            "a mapping is expected", _mark(path, root), f"repair or remove the file {path.name}"
        )
    return StoredFile(path, section, root)


def is_ini(path: Path) -> bool:
    """Whether the file is of the old INI form."""
    text = _read_text(path)
    return text is not None and re.search(rf"(?m)^\s*\[{SECTION}\]\s*$", text) is not None


def read_ini(path: Path) -> Entry:
    """The section [ecs] of an old file; an absent prefix has the original's default, an empty one
    stays empty."""
    import configparser

    parser = configparser.ConfigParser(interpolation=None, strict=False, allow_no_value=True)
    try:
        parser.read_string("\n".join(_ini_lines(path)))
    except configparser.Error as error:  # whose message quotes the line, which may hold a key
        line = getattr(error, "lineno", None) or next(
            (at for at, _ in getattr(error, "errors", ())), 1
        )
        raise InputError("this line is not INI", Mark(str(path), line, 1), INI_FORM) from None
    section = parser[SECTION] if parser.has_section(SECTION) else {}
    values = {key: _unquoted((value or "").strip()) for key, value in section.items()}
    return Entry(SECTION, {**INI_DEFAULTS, **values}, {})


def _ini_lines(path: Path) -> Iterator[str]:
    """The lines without their indentation, which means nothing in the original's files."""
    for number, line in enumerate((_read_text(path) or "").splitlines(), 1):
        text = line.strip()
        indented = line[:1].isspace() and bool(text)
        if indented and not re.match(r"[\[#;]|[^=:]+[=:]", text):
            column = len(line) - len(line.lstrip()) + 1
            raise InputError(
                "a value cannot go on in a second line", Mark(str(path), number, column), INI_FORM
            )
        yield text


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'`" else text


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder's files, from reading to writing them; another process waits for
    its turn.

    Without effect where the system has no such locks.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    path = folder / LOCK
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(path, flags, stat.S_IRUSR | stat.S_IWUSR)
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_private(path: Path, text: str) -> None:
    """Replace `path` by `text` atomically with mode 0600; a symbolic link keeps pointing to its
    file."""
    import tempfile

    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, stat.S_IRUSR | stat.S_IWUSR)
        os.replace(temporary, target)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _unwritable(path, error) from None
        raise


def set_aside(path: Path) -> Path:
    """Keep a file under the name `NAME.old`; its new path."""
    kept = path.with_name(path.name + ".old")
    try:
        os.replace(path, kept)
        kept.chmod(stat.S_IRUSR | stat.S_IWUSR)
    except OSError as error:
        raise _unwritable(kept, error) from None
    return kept


def _unwritable(path: Path, error: OSError) -> EcsCliError:
    return EcsCliError(f"the file cannot be written: {error.strerror}", str(path))


def _read_text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except IsADirectoryError:
        raise InputError("a file is expected here, and this is a directory", str(path)) from None
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror}", str(path)) from None
    except UnicodeDecodeError:
        from ecscli.base import yamlio

        return yamlio.decode(path.read_bytes(), str(path))  # which says where the byte is


def _reads_back(text: str, root: Node) -> bool:
    """Whether the text of a file gives its tree again."""
    import yaml

    try:
        text.encode("utf-8")
        return _same(_compose(text), root)
    except (yaml.YAMLError, UnicodeError):
        return False


def _compose(text: str) -> Node | None:
    import yaml

    return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _same(one: Node | None, other: Node) -> bool:
    if one is None or one.tag != other.tag:
        return False
    if not isinstance(other.value, list):
        return bool(one.value == other.value)
    mine, others = _flat(one), _flat(other)
    return len(mine) == len(others) and all(map(_same, mine, others))


def _flat(node: Node) -> list[Node]:
    """The children of a collection; keys and values of a mapping in turn."""
    return [part for item in node.value for part in (item if isinstance(item, tuple) else (item,))]


def _pairs(node: Node | None) -> Iterator[tuple[ScalarNode, Node]]:
    from yaml.nodes import MappingNode, ScalarNode

    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                yield key, value


def _child(node: Node | None, key: str) -> Node | None:
    return next((value for name, value in _pairs(node) if name.value == key), None)


def _put(node: MappingNode, key: str, value: Node | None) -> None:
    """Set a key in its place, append it, or remove it (None)."""
    kept = [
        (k, value if k.value == key else v)
        for k, v in node.value
        if value is not None or k.value != key
    ]
    if value is not None and all(k.value != key for k, _ in kept):
        kept.append((_scalar(key), value))
    node.value = kept


def _text(node: Node | None) -> str:
    from yaml.nodes import ScalarNode

    if not isinstance(node, ScalarNode) or node.tag.endswith(":null"):
        return ""
    text: str = node.value
    return text


def _scalar(text: str) -> ScalarNode:
    """A string as the original writes it: plain where that reads back as the same string, else
    double-quoted."""
    import yaml
    from yaml.nodes import ScalarNode

    resolver: Any = yaml.SafeLoader("")
    plain = resolver.resolve(ScalarNode, text, (True, False)) == STRING
    return ScalarNode(STRING, text, style=None if plain and text and text.isprintable() else '"')


def _mark(path: Path, node: Node) -> Mark:
    return Mark(str(path), node.start_mark.line + 1, node.start_mark.column + 1)


def _natural(name: str) -> list[tuple[int, int, str]]:
    """The order of names in which ``a2`` stands before ``a10``."""
    return [
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in re.split(r"(\d+)", name)
        if part
    ]
