"""YAML text -> a tree of Map, Seq and scalars with marks; and plain data -> YAML text.

Scalars follow YAML 1.2: `yes`, `on`, `N` and `22:22` are text, `0777` and `0o777` are octal. A
number keeps the text it was written with where that says more than its value
(`scalars.source_text`). Everything that is wrong with the text becomes an InputError with its
place; documents past the limits are refused in bounded time and memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from ecscli.base import printable
from ecscli.base.documents import Draft
from ecscli.base.errors import Finding, InputError
from ecscli.base.findings import FindingList
from ecscli.base.marks import Map, Mark, Seq
from ecscli.base.records import record
from ecscli.base.scalars import STARTS, WrittenFloat, WrittenInt, resolve, source_text

__all__ = [
    "LIMITS",
    "Limits",
    "Tagged",
    "WrittenFloat",
    "WrittenInt",
    "dump",
    "parse",
    "parse_all",
    "source_text",
]


@record
class Limits:
    """How much one document may be: bytes of text, nested collections, nodes once aliases are
    expanded.

    A text counts as one more node for each `characters` in it, as aliases repeat long texts as
    well.
    """

    size: int = 8 * 1024 * 1024
    depth: int = 100
    nodes: int = 500_000
    characters: int = 32


LIMITS = Limits()
TOO_DEEP = f"nested more than {LIMITS.depth} levels deep"
QUOTED = re.compile(r"""(?:, but found)? *(?:'([^']*)'|".*")""")
GRAMMAR = re.compile(r"[][{},:?-]|<.*>")  # what a parser expects, quoted as what it found is
QUOTES = "put the value in quotes where it is a text"


class Tagged(NamedTuple):
    """A value with a tag that the caller asked for, such as `!reset`."""

    tag: str
    value: Any


def parse(
    text: str | bytes,
    file: str,
    *,
    yes_no: bool = False,
    tags: tuple[str, ...] = (),
    duplicates: list[Finding] | None = None,
) -> Any:
    """The one document of `text` (None where it is empty); `file` is the name that marks carry.

    `yes_no` reads YAML 1.1's extra booleans; values with one of `tags` come as Tagged; duplicate
    keys are an error unless `duplicates` collects them, in which case the last one wins. Raises
    InputError.
    """
    documents = parse_all(text, file, yes_no=yes_no, tags=tags, duplicates=duplicates)
    if len(documents) > 1:
        raise InputError(
            "more than one YAML document in this file",
            Mark(file, 1, 1),
            "keep one, or split the file",
        )
    return documents[0] if documents else None


def parse_all(
    text: str | bytes,
    file: str,
    *,
    yes_no: bool = False,
    tags: tuple[str, ...] = (),
    duplicates: list[Finding] | None = None,
) -> list[Any]:
    """Every document of `text`, as `parse` reads one."""
    source = decode(text, file)
    try:
        composer = _Composer(_parser(source), file, yes_no, tags)
        documents = composer.documents()
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, file, source) from None
    except yaml.reader.ReaderError as error:
        raise _character_error(error, file, source) from None
    if duplicates is None:
        composer.findings.extend(composer.duplicates)
    else:
        duplicates.extend(composer.duplicates)
    if composer.findings:
        raise InputError.of(composer.findings.in_order())
    return documents


def _parser(source: str) -> Any:
    """libyaml's parser where PyYAML has it, else PyYAML's own, several times slower and with the
    same events."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)(source)


def decode(text: str | bytes, file: str) -> str:
    """The text of a file: UTF-8, or UTF-16 with its mark. Raises InputError at the byte that is
    neither."""
    if len(text) > LIMITS.size:
        problem = f"the file has more than {LIMITS.size} bytes"
        raise InputError(problem, Mark(file, 1, 1), "split it into several files")
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return text.decode("utf-16", errors="replace").removeprefix("\ufeff")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = text[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        mark = Mark(file, before.count(b"\n") + 1, column)
        raise InputError(
            f"byte 0x{text[error.start]:02x} is not UTF-8", mark, "save the file as UTF-8"
        ) from None


def _syntax_error(error: yaml.MarkedYAMLError, file: str, source: str) -> InputError:
    spot = error.problem_mark or error.context_mark
    mark = Mark(file, spot.line + 1, spot.column + 1) if spot else Mark(file, 1, 1)
    # libyaml 0.2.6 has a limit of its own, and scans ahead of ours
    if "nesting depth" in (error.problem or ""):
        return InputError(TOO_DEEP, mark)
    lines = source.split("\n", mark.line)
    line = lines[mark.line - 1] if mark.line <= len(lines) else ""
    indented_by_tab = line.lstrip(" ").startswith("\t")
    hint = "YAML is indented with spaces, not with tabs" if indented_by_tab else None
    return InputError(f"not valid YAML: {problem_of(error)}", mark, hint)


def problem_of(error: yaml.YAMLError) -> str:
    """What a YAML parser says, without what it quotes of the text: that may be a part of a
    password."""
    problem = getattr(error, "problem", None) or "not readable"
    return QUOTED.sub(_grammar_alone, problem)


def _grammar_alone(quoted: re.Match[str]) -> str:
    return quoted[0] if GRAMMAR.fullmatch(quoted[1] or "") else ""


def _character_error(error: yaml.reader.ReaderError, file: str, source: str) -> InputError:
    """libyaml counts bytes up to the character that it refuses; the text is searched for it
    instead."""
    bad = re.search("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", source)
    at = bad.start() if bad else 0
    mark = Mark(file, source.count("\n", 0, at) + 1, at - source.rfind("\n", 0, at))
    what = f"character U+{ord(bad.group()):04X} is" if bad else f"{error.reason}:"
    return InputError(f"not valid YAML: {what} not allowed", mark)


class _Composer:
    """Turns the parser's events into a tree."""

    def __init__(self, parser: Any, file: str, yes_no: bool, tags: tuple[str, ...]) -> None:
        self.next: Callable[[], Any] = parser.get_event
        self.file, self.tags, self.yes_no = file, tags, yes_no
        self.findings = FindingList()
        self.duplicates = FindingList()
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.open: set[str] = set()
        self.nodes = 0
        self.depth = 0
        self.memo: Draft = {}

    def documents(self) -> list[Any]:
        found: list[Any] = []
        event = self.next()
        while type(event) is not StreamEndEvent:
            if type(event) not in (StreamStartEvent, DocumentStartEvent, DocumentEndEvent):
                found.append(self.node(event))
                self.anchors = {}
            event = self.next()
        return found

    def mark(self, event: Any) -> Mark:
        at = event.start_mark
        return tuple.__new__(Mark, (self.file, at.line + 1, at.column + 1))

    def node(self, event: Any) -> Any:
        kind = type(event)
        if kind is AliasEvent:
            return self.alias(event)
        self.nodes += 1
        if self.nodes > LIMITS.nodes:
            raise self.too_large(event)
        anchor = event.anchor
        if anchor is None:
            return self.content(kind, event)
        before = self.nodes
        self.open.add(anchor)
        value = self.content(kind, event)
        self.open.discard(anchor)
        self.anchors[anchor] = (value, self.nodes - before + 1)
        return value

    def content(self, kind: type, event: Any) -> Any:
        if kind is ScalarEvent:
            value = self.scalar(event)
            self.nodes += len(event.value) // LIMITS.characters
        else:
            self.depth += 1
            if self.depth > LIMITS.depth:
                raise InputError(TOO_DEEP, self.mark(event))
            value = self.mapping(event) if kind is MappingStartEvent else self.sequence(event)
            self.depth -= 1
        if event.tag is None:
            return value
        return self.tagged(event, value)

    def too_large(self, event: Any) -> InputError:
        return InputError(
            f"more than {LIMITS.nodes} values once aliases are expanded",
            self.mark(event),
            "use fewer aliases",
        )

    def alias(self, event: Any) -> Any:
        anchor = event.anchor
        if anchor in self.open:
            raise InputError(
                "an alias (*) stands inside the value that it names", self.mark(event), QUOTES
            )
        if anchor not in self.anchors:
            raise InputError(
                "an alias (*) has no anchor (&) of its name before it", self.mark(event), QUOTES
            )
        value, size = self.anchors[anchor]
        self.nodes += size
        if self.nodes > LIMITS.nodes:
            raise self.too_large(event)
        return value

    def scalar(self, event: Any) -> Any:
        text: str = event.value
        if not event.implicit[0] or (text and text[0] not in STARTS):
            return text
        memo = self.memo
        if text in memo:
            return memo[text]
        value = memo[text] = resolve(text, self.yes_no)
        return value

    def tagged(self, event: Any, value: Any) -> Any:
        tag: str = event.tag
        if tag in self.tags:
            plain = (
                resolve(value, self.yes_no)
                if type(event) is ScalarEvent and not event.style
                else value
            )
            return Tagged(tag, plain)
        if type(event) is ScalarEvent:
            if tag in ("!", "tag:yaml.org,2002:str"):
                return event.value
            resolved = resolve(event.value, self.yes_no)
            if isinstance(resolved, SCALAR_TAGS.get(tag, ())):
                return resolved
            if tag == "tag:yaml.org,2002:float" and isinstance(resolved, int):
                return float(resolved)
        elif (tag, type(event)) in COLLECTION_TAGS:
            return value
        known = ", ".join(self.tags) or "none but the standard ones are"
        hint = f"known tags: {known}; {QUOTES}"
        self.findings.append(Finding("this tag (!) cannot be used here", self.mark(event), hint))
        return value

    def sequence(self, event: Any) -> Seq:
        found = Seq((), self.mark(event))
        marks, file = found.values_at, self.file
        step = self.next
        item = step()
        while type(item) is not SequenceEndEvent:
            at = item.start_mark
            marks.append(tuple.__new__(Mark, (file, at.line + 1, at.column + 1)))
            found.append(self.node(item))
            item = step()
        return found

    def mapping(self, event: Any) -> Map:
        found = Map((), self.mark(event))
        keys_at, values_at, file, step = found.keys_at, found.values_at, self.file, self.next
        merged: list[tuple[Any, Mark]] = []
        item = step()
        while type(item) is not MappingEndEvent:
            at = item.start_mark
            key_mark = tuple.__new__(Mark, (file, at.line + 1, at.column + 1))
            if type(item) is ScalarEvent and item.anchor is None:
                self.nodes += 1
                key = item.value
            else:
                key = self.odd_key(item, key_mark)
            value_event = step()
            at = value_event.start_mark
            value_mark = tuple.__new__(Mark, (file, at.line + 1, at.column + 1))
            value = self.node(value_event)
            if key == "<<" and type(item) is ScalarEvent and item.implicit[0]:
                merged.append((value, value_mark))
            else:
                if key in found:
                    self.duplicate(key, key_mark, keys_at[key])
                found[key] = value
                keys_at[key] = key_mark
                values_at[key] = value_mark
            item = step()
        return self.with_merged(found, merged) if merged else found

    def odd_key(self, event: Any, mark: Mark) -> str:
        value = self.node(event)
        if isinstance(value, (Map, Seq, Tagged)):
            self.findings.append(Finding("a key must be a scalar, not a mapping or a list", mark))
            return f"?{mark}"
        if isinstance(value, bool) or value is None:
            return {True: "true", False: "false", None: "null"}[value]
        return value if isinstance(value, str) else source_text(value)

    def duplicate(self, key: str, mark: Mark, first: Mark) -> None:
        where = f"line {first.line}" if first.file == mark.file else str(first)
        self.duplicates.append(
            Finding(f'key "{key}" is written twice; the first one is on {where}', mark)
        )

    def with_merged(self, found: Map, merged: list[tuple[Any, Mark]]) -> Map:
        """`<<`: what the mapping says itself wins, then the first of the merged ones that has the
        key."""
        result = Map((), found.mark)
        sources: list[Map] = [found]
        for value, mark in merged:
            for source in value if isinstance(value, Seq) else [value]:
                if isinstance(source, Map):
                    sources.append(source)
                elif source is not None:
                    self.findings.append(Finding("<< takes a mapping or a list of mappings", mark))
        for source in reversed(sources):
            self.nodes += len(source)
            result.update(source)
            result.keys_at.update(source.keys_at)
            result.values_at.update(source.values_at)
        return result


SCALAR_TAGS: dict[str, tuple[type, ...]] = {
    "tag:yaml.org,2002:int": (int,),
    "tag:yaml.org,2002:float": (float,),
    "tag:yaml.org,2002:bool": (bool,),
    "tag:yaml.org,2002:null": (type(None),),
}
COLLECTION_TAGS = {
    ("!", MappingStartEvent),
    ("!", SequenceStartEvent),
    ("tag:yaml.org,2002:map", MappingStartEvent),
    ("tag:yaml.org,2002:seq", SequenceStartEvent),
}


def dump(data: Any, *, ascii_only: bool = False) -> str:
    """Plain data (or a tree) as YAML: block style, keys in their order, the same bytes for the same
    data.

    What `printable` would change stands in double quotes, where its escapes mean the same.
    """
    return yaml.dump(
        data,
        Dumper=_Dumper,
        sort_keys=False,
        default_flow_style=False,
        allow_unicode=not ascii_only,
        width=1_000_000,
    )


class _Dumper(yaml.SafeDumper):
    """Writes text so that `parse` and YAML 1.1 readers alike take it for text; no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    safe = text != "<<" and text.replace("\n", "").isprintable() and not printable.obeyed(text)
    plain = safe and isinstance(resolve(text, yes_no=True), str)
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style if plain else '"')


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(Map, lambda dumper, data: dumper.represent_dict(data.items()))
_Dumper.add_representer(Seq, lambda dumper, data: dumper.represent_list(data))
_Dumper.add_representer(tuple, lambda dumper, data: dumper.represent_list(data))
_Dumper.add_representer(WrittenInt, lambda dumper, data: dumper.represent_int(int(data)))
_Dumper.add_representer(WrittenFloat, lambda dumper, data: dumper.represent_float(float(data)))
