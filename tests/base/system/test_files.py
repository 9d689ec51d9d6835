"""The door through which files of a project come: regular ones, of bounded size, and where asked
for inside of it."""

import os
import socket
from pathlib import Path

import pytest

from ecscli.base.system.files import (
    UNCONFINED,
    Confinement,
    Unreadable,
    confine,
    find_root,
    read_file,
)


def refusal(
    path: Path | str, within: Confinement = UNCONFINED, *, named: bool = False, limit: int = 100
) -> str:
    with pytest.raises(Unreadable) as caught:
        read_file(str(path), "given", limit, within, named=named)
    return "\n".join(caught.value.lines())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder beside a file that is none of its business."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "own").write_text("own")
    (tmp_path / "outside").write_text("outside")
    return folder


def test_a_pipe_is_refused_at_once_and_not_waited_for(project: Path) -> None:
    os.mkfifo(project / "pipe")
    (project / "link").symlink_to("pipe")
    for name in ("pipe", "link"):
        assert refusal(project / name).startswith("the file given cannot be read: it is a pipe")


def test_what_is_no_regular_file_is_named_for_what_it_is(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        assert "it is a socket" in refusal(project / "socket")
    assert "it is a directory" in refusal(project)


@pytest.mark.parametrize(
    "path",
    [
        "/dev/zero",
        "/dev/stdin",
        "/dev/fd/0",
        "/proc/self/environ",
        "/proc/self/cwd/own",
        "/sys/kernel/uevent_seqnum",
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_the_system_s_own_files_are_refused_whoever_names_them(
    project: Path, path: str, named: bool
) -> None:
    (project / "link").symlink_to(path)
    assert "cannot be read" in refusal(path, named=named)
    if "/self/cwd" not in path:
        assert "cannot be read" in refusal(project / "link", named=named) or not os.path.exists(
            path
        )


def test_the_null_device_says_none_where_the_user_names_it() -> None:
    assert read_file("/dev/null", "given", 1, named=True) == b""
    assert "cannot be read" in refusal("/dev/null")


def test_no_more_is_read_than_the_limit_allows(project: Path) -> None:
    with (project / "large").open("wb") as file:
        file.truncate(700_000_000)
    assert "has more than 100 bytes" in refusal(project / "large")
    assert read_file(str(project / "own"), "given", 3) == b"own"


def test_a_confined_project_reads_what_lies_in_it_and_nothing_else(project: Path) -> None:
    within = Confinement(str(project))
    (project / "sub").mkdir()
    (project / "sub" / "inside").symlink_to("../own")
    (project / "out").symlink_to("../outside")
    (project / "up").symlink_to("..")
    assert read_file(str(project / "sub" / "inside"), "given", 100, within) == b"own"
    for path in ("../outside", "out", "up/outside"):
        said = refusal(project / path, within)
        assert f"lies outside of the project, {project}" in said
        assert "--no-confined" in said


def test_what_git_keeps_is_not_the_project_s(project: Path) -> None:
    within = Confinement(str(project))
    for folder in (".git", "sub/.GIT"):  # where a CI's checkout leaves its token
        (project / folder).mkdir(parents=True)
        (project / folder / "config").write_text("token")
        assert "belongs to git" in refusal(project / folder / "config", within)
    (project / "link").symlink_to(".git/config")
    assert "belongs to git" in refusal(project / "link", within)
    assert "belongs to git" in refusal(project / "link", within, named=True)
    own = str(project / ".git" / "config")
    assert read_file(own, "given", 100, within, named=True) == b"token"
    (project / ".gitignore").write_text("a")
    assert read_file(str(project / ".gitignore"), "given", 100, within) == b"a"


def test_a_sibling_whose_name_begins_alike_is_outside(project: Path) -> None:
    beside = project.parent / "project-two"
    beside.mkdir()
    (beside / "file").write_text("two")
    assert "outside" in refusal(beside / "file", Confinement(str(project)))


def test_a_missing_file_outside_is_refused_as_one_that_exists(project: Path) -> None:
    within = Confinement(str(project))
    assert refusal(project / "../none", within) == refusal(project / "../outside", within)


def test_a_name_of_the_user_s_may_lie_outside_but_a_link_of_the_project_may_not_lead_there(
    project: Path,
) -> None:
    within = Confinement(str(project))
    assert read_file(str(project / "../outside"), "given", 100, within, named=True) == b"outside"
    (project / "compose.yaml").symlink_to("../outside")
    assert "lies outside" in refusal(project / "compose.yaml", within, named=True)


def test_the_project_is_the_git_work_tree_or_else_the_folder(project: Path) -> None:
    deep = project / "deploy" / "prod"
    deep.mkdir(parents=True)
    assert find_root(str(deep)) == str(deep)
    # as in a work tree of its own or a submodule
    (project / ".git").write_text("gitdir: elsewhere")
    assert find_root(str(deep)) == str(project)


def test_a_bare_repository_that_was_committed_as_files_makes_no_project(project: Path) -> None:
    inner = project / "inner"
    (inner / "objects").mkdir(parents=True)
    (inner / "refs").mkdir()
    (inner / "HEAD").write_text("ref: refs/heads/main\n")
    (project / ".git").mkdir()
    assert find_root(str(inner)) == str(project)


def test_a_linked_folder_does_not_move_the_project(project: Path) -> None:
    (project / ".git").mkdir()
    (project / "deploy").symlink_to("..")
    assert find_root(str(project / "deploy")) == str(project)


@pytest.mark.parametrize(
    ("ci", "flag", "confined"),
    [
        ("true", None, True),
        ("1", None, True),
        ("woodpecker", None, True),
        ("false", None, False),
        ("0", None, False),
        ("", None, False),
        (None, None, False),
        ("true", False, False),
        (None, True, True),
    ],
)
def test_ci_confines_unless_the_flag_says_otherwise(
    project: Path, ci: str | None, flag: bool | None, confined: bool
) -> None:
    environment = {} if ci is None else {"CI": ci}
    assert confine(str(project), flag, environment).root == (str(project) if confined else None)
