"""The text of a Dockerfile -> its instructions, one by one: lines joined, comments and the bodies
of here-documents left out.

Source: docs.docker.com/reference/dockerfile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

ESCAPE = re.compile(r"#\s*escape\s*=\s*([`\\])\s*", re.I)
DIRECTIVE = re.compile(r"#\s*\w+\s*=.*")
HERE_DOCUMENT = re.compile(r"<<-?\s*([\"']?)(\w+)\1")
WITH_HERE_DOCUMENTS = ("RUN", "COPY", "ADD")

Instruction = tuple[str, str]  # its name in capitals, and the rest


def instructions(text: str) -> Iterator[Instruction]:
    """The instructions of a Dockerfile in their order."""
    lines = iter(text.splitlines())
    for line in _joined(lines, _escape_of(text)):
        name, _, rest = line.strip().partition(" ")
        name = name.upper()
        yield name, rest.strip()
        if name in WITH_HERE_DOCUMENTS:
            for _, word in HERE_DOCUMENT.findall(rest):
                _skip_here_document(lines, word)


def _escape_of(text: str) -> str:
    """The character that continues a line; a directive at the top may change it."""
    for line in text.splitlines():
        found = ESCAPE.fullmatch(line.strip())
        if found:
            return found[1]
        if not DIRECTIVE.fullmatch(line.strip()):
            break
    return "\\"


def _joined(lines: Iterator[str], escape: str) -> Iterator[str]:
    """Whole instructions. The caller may take lines of `lines` between two of them."""
    begun = ""
    for line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        end = line.rstrip()
        if end.endswith(escape):
            begun += end[:-1]
            continue
        whole, begun = begun + end, ""
        yield whole.replace("\t", " ")
    if begun:
        yield begun


def _skip_here_document(lines: Iterator[str], word: str) -> None:
    for line in lines:
        if line.strip() == word:
            return
