"""The content tag: the same for the same image on every machine, another one for another image."""

import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ecscli.base.errors import InputError
from ecscli.base.system.files import Confinement
from ecscli.compose.mounts.ignore import parse_ignored
from ecscli.registry.contexts import tree
from ecscli.registry.contexts.content import Ingredients, content_tag
from ecscli.registry.contexts.tree import read_tree
from tests.programs import programs_started

FILES = {"Dockerfile": "FROM scratch\nCOPY . /\n", "page": "hello\n", "src/main.py": "print()\n"}


def source(context: Path | str, **changes: object) -> Ingredients:
    given: dict[str, object] = {
        "context": str(context),
        "dockerfile": None,
        "options": {},
        "arguments": {},
        "platforms": ("linux/amd64",),
    }
    return Ingredients(**{**given, **changes})  # type: ignore[arg-type]


def tag(context: Path | str, **changes: object) -> str:
    return content_tag(source(context, **changes), lambda service: f"tag-of-{service}")


def make(directory: Path, files: Mapping[str, str] = FILES) -> Path:
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return directory


def test_the_form_and_the_value_stay() -> None:
    """A tag that changed with a version of ecscli would build every image of every user again."""
    address = tag("https://example.com/shop.git#v1")
    assert address == "c-6845995fba29"
    assert len(address) == 14


Change = Callable[[Path], object]
#: What changes in a context, and whether the tag stays.
CHANGES: dict[str, tuple[Change, bool]] = {
    "a file has other content": (lambda at: (at / "page").write_text("bye\n"), False),
    "a file is added": (lambda at: (at / "new").write_text(""), False),
    "a file is gone": (lambda at: (at / "page").unlink(), False),
    "a file has another name": (lambda at: (at / "page").rename(at / "side"), False),
    "two files swap their content": (
        lambda at: make(at, {"page": "print()\n", "src/main.py": "hello\n"}),
        False,
    ),
    "a name and a content meet elsewhere": (lambda at: make(at, {"pageh": "ello\n"}), False),
    "the Dockerfile has another instruction": (
        lambda at: (at / "Dockerfile").write_text("FROM scratch\n"),
        False,
    ),
    "line ends become CRLF": (lambda at: (at / "page").write_bytes(b"hello\r\n"), False),
    "a file becomes executable": (lambda at: (at / "page").chmod(0o755), False),
    "a file becomes readable for all": (lambda at: (at / "page").chmod(0o666), True),
    "the owner alone may read": (lambda at: (at / "page").chmod(0o600), True),
    "the group may execute": (lambda at: (at / "page").chmod(0o654), True),
    "a directory has another mode": (lambda at: (at / "src").chmod(0o700), True),
    "a file is touched": (lambda at: os.utime(at / "page", (1, 1)), True),
    "an empty directory is added": (lambda at: (at / "empty" / "below").mkdir(parents=True), True),
    "a link is added": (lambda at: (at / "link").symlink_to("page"), False),
    "a link leads out of the context": (lambda at: (at / "link").symlink_to("/etc/passwd"), False),
    "a pipe is added": (lambda at: os.mkfifo(at / "pipe"), True),
    "git commits": (lambda at: make(at, {".git/HEAD": "0" * 40}), True),
    "a submodule has its file": (lambda at: make(at, {"src/.git": "gitdir: x"}), True),
    "Mercurial and Subversion work": (lambda at: make(at, {".hg/x": "", "src/.svn/y": ""}), True),
    "a .gitignore is added": (lambda at: make(at, {".gitignore": "x"}), False),
    "an ignored file is added": (
        lambda at: make(at, {"keep.log": "1"}) and (at / "keep.log").unlink(),
        True,
    ),
    "a name has a space and an accent": (lambda at: make(at, {"caf\u00e9 noir": ""}), False),
    "a name is no UTF-8": (lambda at: Path(os.fsdecode(os.fsencode(at) + b"/\xff")).touch(), False),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changes_the_tag(tmp_path: Path, name: str) -> None:
    before = tag(make(tmp_path))
    change, stays = CHANGES[name]
    change(tmp_path)
    assert (tag(tmp_path) == before) is stays


def test_a_link_counts_by_its_target_and_is_not_followed(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / "link").symlink_to("page")
    before = tag(tmp_path)
    (tmp_path / "link").unlink()
    (tmp_path / "link").symlink_to("src")
    assert tag(tmp_path) != before
    (tmp_path / "link").unlink()
    (tmp_path / "link").symlink_to("/elsewhere")
    outside = tag(tmp_path)
    assert outside == tag(tmp_path)
    (tmp_path / "loop").symlink_to(".")
    assert tag(tmp_path) != outside, "a loop ends"


def test_a_socket_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tag(make(tmp_path))
    monkeypatch.chdir(tmp_path)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        assert tag(tmp_path) == before


def test_the_same_tree_elsewhere_has_the_same_tag(tmp_path: Path) -> None:
    one, other = make(tmp_path / "one"), make(tmp_path / "other", dict(reversed(FILES.items())))
    assert tag(one) == tag(other)


def test_the_two_spellings_of_an_accent_are_one_name(tmp_path: Path) -> None:
    composed = make(tmp_path / "linux", {**FILES, "caf\u00e9": "x", "cafz": "y"})
    decomposed = make(tmp_path / "macos", {**FILES, "cafe\u0301": "x", "cafz": "y"})
    assert tag(composed) == tag(decomposed)


#: Keys of `build`, and whether the tag stays.
KEYS: dict[str, tuple[dict[str, object], bool]] = {
    "args": ({"arguments": {"A": "1"}}, False),
    "platforms": ({"platforms": ("linux/arm64",)}, False),
    "target": ({"options": {"target": "prod"}}, False),
    "labels": ({"options": {"labels": {"a": "b"}}}, False),
    "cache": ({"options": {"cache_from": ["x"], "cache_to": ["y"], "no_cache": True}}, True),
    "further tags": ({"options": {"tags": ["x"]}}, True),
    "pull": ({"options": {"pull": True}}, True),
    "a secret": ({"options": {"secrets": [{"source": "s"}]}}, False),
    "an address": ({"options": {"additional_contexts": {"a": "docker-image://x"}}}, False),
    "an image of the project": ({"options": {"additional_contexts": {"a": "service:x"}}}, False),
    "ssh": ({"options": {"ssh": {"default": None}}}, False),
}


@pytest.mark.parametrize("name", KEYS)
def test_which_keys_change_the_tag(tmp_path: Path, name: str) -> None:
    before = tag(make(tmp_path))
    changes, stays = KEYS[name]
    assert (tag(tmp_path, **changes) == before) is stays


def test_an_additional_context_counts_by_its_files(tmp_path: Path) -> None:
    make(tmp_path / "app")
    more = make(tmp_path / "more", {"x": "1"})
    options = {"additional_contexts": {"more": str(more)}}
    before = tag(tmp_path / "app", options=options)
    (more / "x").write_text("2")
    assert tag(tmp_path / "app", options=options) != before


#: The lines of an ignore file, and the names that are left of CONTEXT.
CONTEXT = ("a.log", "b.md", "src/a.log", "src/deep/c.md", "src/deep/d.py", "[x]", "#h")
IGNORED: dict[str, tuple[str, ...]] = {
    "": CONTEXT,
    "*.log": ("#h", "[x]", "b.md", "src/a.log", "src/deep/c.md", "src/deep/d.py"),
    "**/*.log": ("#h", "[x]", "b.md", "src/deep/c.md", "src/deep/d.py"),
    "src": ("#h", "[x]", "a.log", "b.md"),
    "src/": ("#h", "[x]", "a.log", "b.md"),
    "/src/deep": ("#h", "[x]", "a.log", "b.md", "src/a.log"),
    "./src/../src": ("#h", "[x]", "a.log", "b.md"),
    "src\n!src/deep/d.py": ("#h", "[x]", "a.log", "b.md", "src/deep/d.py"),
    "*\n!*.md": ("b.md",),
    "**\n!**/*.md": ("b.md", "src/deep/c.md"),
    "!b.md\nb.md": ("#h", "[x]", "a.log", "src/a.log", "src/deep/c.md", "src/deep/d.py"),
    "# *\n  *.md  \n": ("#h", "[x]", "a.log", "src/a.log", "src/deep/c.md", "src/deep/d.py"),
    "\ufeffsrc\r\n": ("#h", "[x]", "a.log", "b.md"),
    "?.log": ("#h", "[x]", "b.md", "src/a.log", "src/deep/c.md", "src/deep/d.py"),
    "[a-b].*": ("#h", "[x]", "src/a.log", "src/deep/c.md", "src/deep/d.py"),
    "\\[x\\]\n\\#h": ("a.log", "b.md", "src/a.log", "src/deep/c.md", "src/deep/d.py"),
    "src/**/d.py": ("#h", "[x]", "a.log", "b.md", "src/a.log", "src/deep/c.md"),
    "**/deep": ("#h", "[x]", "a.log", "b.md", "src/a.log"),
}


@pytest.mark.parametrize("text", IGNORED)
def test_what_an_ignore_file_leaves(tmp_path: Path, text: str) -> None:
    make(tmp_path, dict.fromkeys(CONTEXT, ""))
    (tmp_path / ".dockerignore").write_bytes(f"{text}\n.dockerignore".encode())
    found = read_tree(str(tmp_path), Confinement())
    assert sorted(file.name for file in found.files) == sorted(IGNORED[text])


def test_the_dockerfile_s_own_ignore_file_wins(tmp_path: Path) -> None:
    make(tmp_path, {**FILES, "Dockerfile.dockerignore": "src", ".dockerignore": "page"})
    before = tag(tmp_path)
    (tmp_path / "src" / "main.py").write_text("other")
    assert tag(tmp_path) == before
    (tmp_path / "page").write_text("other")
    assert tag(tmp_path) != before


def test_an_ignored_dockerfile_counts_all_the_same(tmp_path: Path) -> None:
    make(tmp_path, {**FILES, ".dockerignore": "Dockerfile"})
    before = tag(tmp_path)
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    assert tag(tmp_path) != before


def test_a_dockerfile_in_the_compose_file_needs_none_here(tmp_path: Path) -> None:
    make(tmp_path, {"page": ""})
    one, other = ({"dockerfile_inline": f"FROM {name}"} for name in ("a", "b"))
    assert tag(tmp_path, options=one) != tag(tmp_path, options=other)


@pytest.mark.parametrize("line", ["[", "!", "a[b"])
def test_a_line_that_is_no_pattern_is_named(line: str) -> None:
    with pytest.raises(ValueError, match=r"not a pattern|names nothing"):
        parse_ignored(line)


def test_a_context_that_is_too_large_names_its_largest_directories(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path)
    with (tmp_path / "disk.img").open("wb") as file:
        file.truncate(2 * 1024**3)
    with pytest.raises(InputError, match="2048 MiB in 4 files") as refused:
        tag(tmp_path)
    assert "disk.img (2048 MiB)" in str(refused.value.hint)
    assert ".dockerignore" in str(refused.value.hint)
    (tmp_path / "disk.img").unlink()
    monkeypatch.setattr(tree, "MOST_FILES", 2)
    with pytest.raises(InputError, match="in 3 files"):
        tag(tmp_path)


def test_a_confined_context_lies_in_the_project(tmp_path: Path) -> None:
    make(tmp_path / "app")
    make(tmp_path / "outside")
    within = Confinement(str(tmp_path / "app"))
    assert tag(tmp_path / "app", within=within)
    for changes in (
        {"context": str(tmp_path / "outside")},
        {"dockerfile": "../outside/Dockerfile"},
        {"options": {"additional_contexts": {"x": str(tmp_path / "outside")}}},
    ):
        with pytest.raises(InputError, match="lies outside of the project"):
            tag(**{"context": tmp_path / "app", "within": within, **changes})  # type: ignore[arg-type]


def test_no_program_is_started(tmp_path: Path) -> None:
    with programs_started() as started:
        tag(make(tmp_path))
    assert started == []
