"""The JSON document of a command: kept until its end, so that what ended it is part of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from ecscli.base.errors import ChangesPending, EcsCliError
from ecscli.base.records import field, mutable
from ecscli.documents.failure import failure
from ecscli.documents.query import Query


@mutable
class Answer:
    """What a command answers with. `is_json`: it was asked for JSON, so that errors are JSON too;
    `is_stream`: it prints documents line by line; `query`: what is picked of a document without an
    error."""

    is_json: bool = False
    is_stream: bool = False
    query: Query | None = None
    _kept: list[object] = field(default_factory=list)

    def keep(self, document: object) -> None:
        """The document of the command."""
        self._kept[:] = [document]

    def picked(self, document: object) -> object:
        """What the query leaves of a document."""
        return self.query(as_json(document)) if self.query else document

    def whole(self, error: EcsCliError | None = None) -> Iterator[object]:
        """The one document, if there is one; with an error it is not queried. The error is a member
        of an answer that is an object; an answer that is a list becomes its `items`."""
        if self.is_json and error is not None and not isinstance(error, ChangesPending):
            yield self._with(failure(error))
        else:
            yield from map(self.picked, self._kept)

    def _with(self, error: object) -> object:
        if not self._kept:
            return {"error": error}
        (kept,) = self._kept
        found = kept if isinstance(kept, Mapping) else {"items": kept}
        return {**found, "error": error}


def as_json(value: object) -> object:
    """A document as a program reads it: times are text, tuples are lists."""
    read: object = json.loads(json.dumps(value, default=plain))
    return read


def plain(value: object) -> object:
    """JSON for what is not JSON: times as ISO 8601."""
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if isoformat else str(value)
