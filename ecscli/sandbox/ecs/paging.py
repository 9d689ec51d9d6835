"""Lists in pages: maxResults and nextToken as ECS handles them."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from ecscli.sandbox.errors import invalid
from ecscli.sandbox.shapes import Json

LARGEST = 100


def page(member: str, items: Sequence[object], request: Json, usual: int = LARGEST) -> Json:
    """The page that the request asks for (`usual` items when it gives no number), with a token when
    there is more."""
    size = request.get("maxResults")
    size = usual if size is None else size
    if not 1 <= size <= LARGEST:
        raise invalid(f"maxResults must be between 1 and {LARGEST}.")
    start = start_of(request.get("nextToken"))
    end = start + size
    more = {"nextToken": base64.b64encode(str(end).encode()).decode()} if end < len(items) else {}
    return {member: list(items[start:end]), **more}


def start_of(token: str | None) -> int:
    if not token:
        return 0
    try:
        return int(base64.b64decode(token))
    except ValueError:
        raise invalid("Invalid token") from None
