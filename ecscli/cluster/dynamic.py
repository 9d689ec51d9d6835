"""CloudFormation's dynamic references, `{{resolve:...}}`: it carries them out wherever they stand
in a template.

A secret named by one would land in tags and names that everybody can read, so texts that reach a
template have none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

REFERENCE = "{{resolve:"
MESSAGE = f"CloudFormation would carry out {REFERENCE}...}}}} here, for everybody to read"
HINT = "write the value itself; tasks read secrets by `secrets` in the task definition"
Path = tuple[str | int, ...]


def has_reference(text: str) -> bool:
    """Whether CloudFormation would put something else into the text."""
    return REFERENCE in text.lower()


def references(tree: object, path: Path = ()) -> Iterator[Path]:
    """Where keys and values of a document hold one."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            if has_reference(str(key)):
                yield (*path, key)
            yield from references(value, (*path, key))
    elif isinstance(tree, list | tuple):
        for index, value in enumerate(tree):
            yield from references(value, (*path, index))
    elif isinstance(tree, str) and has_reference(tree):
        yield path
