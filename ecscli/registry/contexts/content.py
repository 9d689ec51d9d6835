"""What an image is made of -> its content tag: `c-` and twelve digits that are the same for the
same files, arguments and platforms on every machine, in a checkout or outside of one.

Only files are read; no program is started.
"""

from __future__ import annotations

import hashlib
import json
import os
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from ecscli.base.documents import Document
from ecscli.base.errors import InputError
from ecscli.base.records import record
from ecscli.base.system.files import TEXT_LIMIT, UNCONFINED, Confinement, read_file
from ecscli.compose.read.build_forms import REMOTE
from ecscli.registry.contexts.tree import File, Tree, check_size, read_tree

PREFIX = "c-"
DIGITS = 12
THREADS = 8
SERVICE = "service:"  # a context that is the image of another service
#: Keys of `build` that are read below, or that leave the image as it is.
NOT_CONTENT = frozenset(
    {
        "additional_contexts",
        "args",
        "cache_from",
        "cache_to",
        "context",
        "dockerfile",
        "dockerfile_inline",
        "no_cache",
        "no_cache_filter",
        "platforms",
        "pull",
        "secrets",
        "ssh",
        "tags",
    }
)
TagOf = Callable[[str], str]  # of the image of a service


@record
class Ingredients:
    """What an image is made of: `options` is the canonical mapping of `build`, `arguments` are the
    build arguments with those of the command line; `within` is where files may lie."""

    context: str
    dockerfile: str | None
    options: Document
    arguments: Mapping[str, str]
    platforms: tuple[str, ...]
    within: Confinement = UNCONFINED

    @property
    def dockerfile_path(self) -> str:
        """Where the Dockerfile lies, unless it is written in the Compose file."""
        return os.path.normpath(os.path.join(self.context, self.dockerfile or "Dockerfile"))


def is_address(context: str) -> bool:
    """Whether a context is fetched by the builder, and not a directory here."""
    return bool(REMOTE.match(context)) or "://" in context


def content_tag(source: Ingredients, tag_of: TagOf) -> str:
    """The tag; `tag_of` gives that of another service whose image is a context.

    Raises InputError where a file cannot be read or a context is too large.
    """
    options = source.options
    contexts: Mapping[str, str] = options.get("additional_contexts") or {}
    content = {
        "build": {key: options[key] for key in options if key not in NOT_CONTENT},
        "arguments": dict(source.arguments),
        "platforms": source.platforms,
        "dockerfile": _dockerfile(source),
        "context": _context(source.context, source, tag_of, source.dockerfile_path),
        "contexts": {name: _context(one, source, tag_of) for name, one in contexts.items()},
        "secrets": sorted(_ids(options.get("secrets") or ())),
        "ssh": sorted(options.get("ssh") or ()),
    }
    text = json.dumps(content, sort_keys=True, default=str)
    return f"{PREFIX}{hashlib.sha256(text.encode()).hexdigest()[:DIGITS]}"


def _ids(grants: Iterable[Document]) -> list[str]:
    """The names under which a build finds its secrets; their values are no content."""
    return [str(grant.get("target") or grant["source"]) for grant in grants]


def _dockerfile(source: Ingredients) -> str:
    """The digest of the Dockerfile; of a remote context its name alone is known."""
    inline = source.options.get("dockerfile_inline")
    if inline is not None:
        return _digest(str(inline).encode())
    if is_address(source.context):
        return source.dockerfile or ""
    path = source.dockerfile_path
    return _digest(read_file(path, path, TEXT_LIMIT, source.within))


def _context(context: str, source: Ingredients, tag_of: TagOf, dockerfile: str = "") -> str:
    """What stands for a context: the digest of its files, another image's tag, or an address."""
    if context.startswith(SERVICE):
        return tag_of(context.removeprefix(SERVICE))
    if is_address(context):
        return context
    tree = read_tree(context, source.within, dockerfile)
    check_size(tree)
    return tree_digest(tree)


def tree_digest(tree: Tree) -> str:
    """The digest of the names, contents, targets and executable bits of files."""
    from concurrent.futures import ThreadPoolExecutor

    try:
        with ThreadPoolExecutor(THREADS) as pool:
            contents = list(pool.map(_content, tree.files))
    except OSError as error:
        raise InputError(f"the context cannot be read: {error}") from None
    lines = [_line(file, content) for file, content in zip(tree.files, contents, strict=True)]
    return _digest("\n".join(lines).encode())


def _content(file: File) -> str:
    if file.target is not None:
        return ""
    with open(file.path, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _line(file: File, content: str) -> str:
    name = unicodedata.normalize("NFC", file.name)
    return json.dumps([name, file.is_executable, file.target, content])


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
