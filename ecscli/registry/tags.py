"""`--tags name=value,...` -> pairs in their order."""

from __future__ import annotations

from ecscli.errors import Finding, InputError

Tags = tuple[tuple[str, str], ...]


def parse_tags(text: str | None) -> Tags:
    """The pairs, the last of a name winning; a value may hold ``=``. Raises InputError with every wrong piece."""
    pieces = text.split(",") if text else []
    wrong = [piece for piece in pieces if not piece.partition("=")[0] or "=" not in piece]
    if wrong:
        hint = "for example --tags team=web,stage=test"
        raise InputError.of(Finding(f'"{piece}" is not of the form name=value', "--tags", hint) for piece in wrong)
    return tuple({name: value for name, _, value in (piece.partition("=") for piece in pieces)}.items())
