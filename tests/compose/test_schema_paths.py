"""The loader's tables and the 344 paths of the specification's schema are the same set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ecscli.base.marks import Mark
from ecscli.base.yaml import yamlio
from ecscli.compose.dialect import TODAY
from ecscli.compose.read.canonical import read_document
from ecscli.compose.read.reader import Journal, Reader

PATHS = (Path(__file__).parent / "schema-paths.txt").read_text().split()


def document(path: str) -> Any:
    """The smallest document that has the path, its value null."""
    tree: Any = None
    for step in reversed(path.split(".")):
        tree = (
            {step[:-2]: [tree]} if step.endswith("[]") else {"name" if step == "*" else step: tree}
        )
    return yamlio.parse(yamlio.dump(tree), "compose.yaml")


@pytest.mark.parametrize("path", PATHS)
def test_the_loader_knows_the_path(path: str) -> None:
    journal = Journal()
    read_document(Reader(TODAY, "/", "/", journal), document(path), Mark("compose.yaml", 1, 1))
    assert not [finding for finding in journal.findings if "unknown key" in finding.message]


@pytest.mark.parametrize("path", PATHS)
def test_a_misspelt_key_is_refused_with_its_place_and_the_key_that_was_meant(path: str) -> None:
    *parents, key = path.split(".")
    if (
        key in ("*", "name")
        or parents[-1:] in (["options"], ["driver_opts"], ["labels"])
        or not key.strip("[]")
    ):
        return
    journal = Journal()
    wrong = ".".join([*parents, key.replace("[]", "") + "z"])
    read_document(Reader(TODAY, "/", "/", journal), document(wrong), Mark("compose.yaml", 1, 1))
    (finding,) = [finding for finding in journal.findings if "unknown key" in finding.message]
    assert isinstance(finding.where, Mark)
    assert finding.hint
    assert finding.hint.startswith("did you mean")
