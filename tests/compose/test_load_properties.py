"""Whatever the text: a project or an InputError with a place; the same text, the same project;
config loads again."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecscli.base.errors import InputError
from ecscli.base.marks import Mark
from ecscli.base.yaml import yamlio
from ecscli.compose.dialect import TODAY
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.load import load_project
from ecscli.compose.project.config import configuration
from ecscli.compose.project.model import Project
from ecscli.compose.read.canonical import SERVICE

FOLDER = Path(__file__).parent / "load"
FILES = [path.read_text() for path in sorted(FOLDER.rglob("*.y*ml"))]
TOKENS = """!reset |!override |null|[]|{}|- |  |&a |*a|"|'|$|${|}|: |<<: |5|true|x-y: |0777|#|[|{|,|services: |? |!!str """
PIECES = st.sampled_from([*TOKENS.split("|"), "\n", "---\n", "\t", "|\n"])
KEYS = sorted({*SERVICE, "x-own", "imag"})
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 70000)
    | st.floats(allow_nan=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(min_size=1, max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
SERVICES = st.dictionaries(
    st.sampled_from(["web", "db", "job"]),
    st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4),
    max_size=3,
)


@st.composite
def broken_files(draw: st.DrawFn) -> str:
    """A good file with some pieces put in or cut out."""
    text = draw(st.sampled_from(FILES))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        gone = draw(st.integers(0, 12))
        text = text[:at] + draw(PIECES | st.just("")) + text[at + gone :]
    return text


def load(text: str) -> Project | InputError:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "compose.yaml").write_text(text, newline="")
        try:
            return load_project(
                LoadOptions(folder, {"HOME": "/home/me"}, project_name="p", profiles=["*"])
            )
        except InputError as error:
            return error


def check(text: str) -> None:
    found = load(text)
    if isinstance(found, InputError):
        assert found.findings
        assert all(isinstance(finding.where, Mark) for finding in found.findings)
        return
    printed = yamlio.dump(configuration(found))
    if found.dialect == TODAY:
        again = load(printed)
        assert isinstance(again, Project), list(again.lines())
        assert yamlio.dump(configuration(again)) == printed


@pytest.mark.long
@given(broken_files())
@settings(max_examples=300, deadline=None)
def test_a_broken_file_gives_a_project_or_messages_with_places(text: str) -> None:
    check(text)


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_a_project_or_messages_with_places(text: str) -> None:
    check(text.encode("utf-8", "replace").decode())


@pytest.mark.long
@given(SERVICES)
@settings(max_examples=300, deadline=None)
def test_any_values_below_known_keys_give_a_project_or_messages_with_places(
    services: dict[str, Any],
) -> None:
    check(yamlio.dump({"services": services}))


@given(st.sampled_from(FILES))
@settings(max_examples=50, deadline=None)
def test_loading_is_deterministic(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "compose.yaml").write_text(text)
        options = LoadOptions(folder, {}, project_name="p")
        results = []
        for _ in range(2):
            try:
                results.append(repr(load_project(options)))
            except InputError as error:
                results.append("\n".join(error.lines()))
        assert results[0] == results[1]


@given(VALUES)
def test_what_is_dumped_is_parsed_to_the_same_data(value: Any) -> None:
    assert yamlio.parse(yamlio.dump({"key": value}), "f.yaml") == {"key": value}
