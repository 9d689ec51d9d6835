"""The events of a YAML parser -> a tree of Map, Seq and scalars with marks.

What is wrong with the document is collected in `findings` and `duplicates`; what would cost too
much ends the reading by an InputError.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from ecscli.base.errors import Finding, InputError
from ecscli.base.findings import FindingList
from ecscli.base.marks import Map, Mark, Seq, Tagged
from ecscli.base.records import record
from ecscli.base.yaml.scalars import STARTS, resolve, source_text


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
QUOTES = "put the value in quotes where it is a text"
MERGE = "<<"
STANDARD = "tag:yaml.org,2002:"
TEXT_TAGS = ("!", STANDARD + "str")
SCALAR_TAGS: dict[str, tuple[type, ...]] = {
    STANDARD + "int": (int,),
    STANDARD + "float": (float,),
    STANDARD + "bool": (bool,),
    STANDARD + "null": (type(None),),
}
COLLECTION_TAGS = {
    ("!", MappingStartEvent),
    ("!", SequenceStartEvent),
    (STANDARD + "map", MappingStartEvent),
    (STANDARD + "seq", SequenceStartEvent),
}
BETWEEN_DOCUMENTS = (StreamStartEvent, DocumentStartEvent, DocumentEndEvent)
ODD_KEYS = {True: "true", False: "false", None: "null"}


Valued = ScalarEvent | CollectionStartEvent  # what begins a value


class Composer:
    """Turns the events into trees. It is at work for each node of every file: the type of an event
    is compared by identity, and marks are made without their class's checks."""

    def __init__(
        self, next_event: Callable[[], Event], file: str, yes_no: bool, tags: tuple[str, ...]
    ) -> None:
        self.next = next_event
        self.file, self.tags, self.yes_no = file, tags, yes_no
        self.findings = FindingList()
        self.duplicates = FindingList()
        self._anchors: dict[str, tuple[object, int]] = {}  # a value, and how many nodes it has
        self._open: set[str] = set()  # anchors whose values are being read
        self._nodes = 0
        self._depth = 0
        self._resolved: dict[str, object] = {}

    def documents(self) -> list[object]:
        """Every document up to the end of the events."""
        found: list[object] = []
        event = self.next()
        while type(event) is not StreamEndEvent:
            if type(event) not in BETWEEN_DOCUMENTS:
                found.append(self._node(event))
                self._anchors = {}
            event = self.next()
        return found

    # -------------------------------------------------------------------------- nodes

    def _mark(self, event: Event) -> Mark:
        at: Any = event.start_mark  # a parser's events all have one
        return tuple.__new__(Mark, (self.file, at.line + 1, at.column + 1))

    def _node(self, event: Any) -> object:
        if type(event) is AliasEvent:
            return self._alias(event)
        self._nodes += 1
        if self._nodes > LIMITS.nodes:
            raise self._too_large(event)
        anchor = event.anchor
        return self._content(event) if anchor is None else self._anchored(anchor, event)

    def _too_large(self, event: Event) -> InputError:
        message = f"more than {LIMITS.nodes} values once aliases are expanded"
        return InputError(message, self._mark(event), "use fewer aliases")

    def _anchored(self, anchor: str, event: Valued) -> object:
        before = self._nodes
        self._open.add(anchor)
        value = self._content(event)
        self._open.discard(anchor)
        self._anchors[anchor] = (value, self._nodes - before + 1)
        return value

    def _alias(self, event: AliasEvent) -> object:
        anchor = event.anchor
        if anchor in self._open:
            message = "an alias (*) refers to the value that it is a part of"
            raise InputError(message, self._mark(event), QUOTES)
        if anchor not in self._anchors:
            message = "an alias (*) has no anchor (&) of its name before it"
            raise InputError(message, self._mark(event), QUOTES)
        value, nodes = self._anchors[anchor]
        self._nodes += nodes
        if self._nodes > LIMITS.nodes:
            raise self._too_large(event)
        return value

    def _content(self, event: Valued) -> object:
        if type(event) is ScalarEvent:
            self._nodes += len(event.value) // LIMITS.characters
            value = self._scalar(event)
        else:
            value = self._collection(event)
        return value if event.tag is None else self._tagged(event, value)

    # ------------------------------------------------------------------------ scalars

    def _scalar(self, event: ScalarEvent) -> object:
        text: str = event.value
        plain = event.implicit[0]
        if not plain or (text and text[0] not in STARTS):
            return text
        resolved = self._resolved
        if text not in resolved:
            resolved[text] = resolve(text, self.yes_no)
        return resolved[text]

    def _tagged(self, event: Valued, value: object) -> object:
        tag = event.tag or ""
        if tag in self.tags:
            if type(event) is ScalarEvent and not event.style:
                value = resolve(event.value, self.yes_no)
            return Tagged(tag, value)
        if type(event) is ScalarEvent:
            return self._tagged_scalar(event)
        if (tag, type(event)) not in COLLECTION_TAGS:
            self._unknown_tag(event)
        return value

    def _tagged_scalar(self, event: ScalarEvent) -> object:
        """A scalar whose tag decides how it is read."""
        tag = event.tag or ""
        if tag in TEXT_TAGS:
            return event.value
        resolved = resolve(event.value, self.yes_no)
        if isinstance(resolved, SCALAR_TAGS.get(tag, ())):
            return resolved
        if tag == STANDARD + "float" and isinstance(resolved, int):
            return float(resolved)
        self._unknown_tag(event)
        return event.value

    def _unknown_tag(self, event: Valued) -> None:
        known = ", ".join(self.tags) or "none but the standard ones are"
        hint = f"known tags: {known}; {QUOTES}"
        self.findings.append(Finding("this tag (!) cannot be used here", self._mark(event), hint))

    # -------------------------------------------------------------------- collections

    def _collection(self, event: Valued) -> Map | Seq:
        self._depth += 1
        if self._depth > LIMITS.depth:
            raise InputError(TOO_DEEP, self._mark(event))
        found = self._mapping(event) if type(event) is MappingStartEvent else self._sequence(event)
        self._depth -= 1
        return found

    def _sequence(self, start: Event) -> Seq:
        found = Seq((), self._mark(start))
        event = self.next()
        while type(event) is not SequenceEndEvent:
            found.values_at.append(self._mark(event))
            found.append(self._node(event))
            event = self.next()
        return found

    def _mapping(self, start: Event) -> Map:
        found = Map((), self._mark(start))
        keys_at, values_at, mark, following = found.keys_at, found.values_at, self._mark, self.next
        merged: list[tuple[object, Mark]] = []
        event: Any = following()
        while type(event) is not MappingEndEvent:
            key_mark = mark(event)
            key = self._key(event, key_mark)
            value_event = following()
            value_mark = mark(value_event)
            value = self._node(value_event)
            if key == MERGE and _is_plain(event):
                merged.append((value, value_mark))
            else:
                if key in found:
                    self._duplicate(key, key_mark, keys_at[key])
                found[key] = value
                keys_at[key] = key_mark
                values_at[key] = value_mark
            event = following()
        return self._with_merged(found, merged) if merged else found

    def _key(self, event: Any, mark: Mark) -> str:
        if type(event) is ScalarEvent and event.anchor is None:
            self._nodes += 1
            text: str = event.value
            return text
        value = self._node(event)
        if isinstance(value, (Map, Seq, Tagged)):
            self.findings.append(Finding("a key must be a scalar, not a mapping or a list", mark))
            return f"?{mark}"
        if isinstance(value, bool) or value is None:
            return ODD_KEYS[value]
        return source_text(value) if isinstance(value, int | float) else str(value)

    def _duplicate(self, key: str, mark: Mark, first: Mark) -> None:
        where = f"line {first.line}" if first.file == mark.file else str(first)
        message = f'key "{key}" is written twice; the first one is on {where}'
        self.duplicates.append(Finding(message, mark))

    def _with_merged(self, found: Map, merged: list[tuple[object, Mark]]) -> Map:
        """`<<`: the mapping's own keys win, then the first of the merged ones that has the key."""
        sources = [found]
        for value, mark in merged:
            sources += self._merge_sources(value, mark)
        result = Map((), found.mark)
        for source in reversed(sources):
            self._nodes += len(source)
            result.update(source)
            result.keys_at.update(source.keys_at)
            result.values_at.update(source.values_at)
        return result

    def _merge_sources(self, value: object, mark: Mark) -> list[Map]:
        """The mappings that the value of a `<<` names."""
        values = value if isinstance(value, Seq) else [value]
        sources = [source for source in values if isinstance(source, Map)]
        for source in values:
            if source is not None and not isinstance(source, Map):
                self.findings.append(Finding("<< takes a mapping or a list of mappings", mark))
        return sources


def _is_plain(event: Event) -> bool:
    """Whether a scalar is written without quotes and tag."""
    return type(event) is ScalarEvent and bool(event.implicit[0])
