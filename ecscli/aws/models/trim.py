"""A model of botocore -> the part of it that some operations need, without its documentation.

The model of EC2 has 4.3 MB of JSON, its nine operations that are called a twentieth of that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ecscli.base.documents import Document, Draft

TEXTS = "documentation"


def trimmed_service(model: Document, operations: Collection[str]) -> Draft:
    """`service-2` with these operations, and the shapes that they reach."""
    kept = {name: _bare(found) for name, found in model["operations"].items() if name in operations}
    shapes: Draft = {}
    waiting = [name for operation in kept.values() for name in _named_by(operation)]
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = _bare_shape(model["shapes"][name])
            waiting += _named_in(shapes[name])
    rest = {name: value for name, value in model.items() if name != TEXTS}
    return {**rest, "operations": kept, "shapes": shapes}


def trimmed_pages(pages: Document, operations: Collection[str]) -> Draft:
    """`paginators-1` of these operations."""
    found = pages["pagination"]
    return {**pages, "pagination": {name: found[name] for name in found if name in operations}}


def trimmed_endpoints(endpoints: Document, names: Collection[str]) -> Draft:
    """`endpoints` with all partitions and regions, and these services."""
    partitions = [
        {
            **partition,
            "services": {
                name: found for name, found in partition["services"].items() if name in names
            },
        }
        for partition in endpoints["partitions"]
    ]
    return {**endpoints, "partitions": partitions}


def _bare(node: Document) -> Draft:
    return {name: value for name, value in node.items() if name != TEXTS}


def _bare_shape(shape: Document) -> Draft:
    """A shape without texts; a member may be called as they are."""
    found = {
        name: _bare(value) if isinstance(value, dict) and name != "members" else value
        for name, value in _bare(shape).items()
    }
    if "members" in found:
        found["members"] = {name: _bare(value) for name, value in found["members"].items()}
    return found


def _named_by(operation: Document) -> Iterator[str]:
    """The shapes of an operation: what goes in, what comes out, what is raised."""
    parts = [operation.get("input"), operation.get("output"), *operation.get("errors", ())]
    yield from (part["shape"] for part in parts if part)


def _named_in(shape: Document) -> Iterator[str]:
    """The shapes of the parts of a structure, list or map."""
    yield from (member["shape"] for member in shape.get("members", {}).values())
    yield from (shape[name]["shape"] for name in ("member", "key", "value") if name in shape)
