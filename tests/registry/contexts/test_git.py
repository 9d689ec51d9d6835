"""The tag of what is built: the project's own commit, and nothing that a repository brings is run
to find it."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ecscli.registry.contexts.checkout import find_checkout
from ecscli.registry.contexts.git import clean_commit, commit_of

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
IDENTITY = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
QUIET = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "PATH": os.environ["PATH"]}


def git(directory: Path, *words: str) -> str:
    local = ["-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main"]
    done = subprocess.run(
        ["git", *IDENTITY, *local, *words],
        cwd=directory,
        check=True,
        capture_output=True,
        text=True,
        env=QUIET,
    )
    return done.stdout.strip()


def committed(directory: Path, **files: str) -> str:
    """A repository with these files; its commit as a tag has it."""
    directory.mkdir(parents=True, exist_ok=True)
    git(directory, "init", "-q", ".")
    for name, text in {"page": "hello\n", **files}.items():
        (directory / name).write_text(text)
    git(directory, "add", ".")
    git(directory, "commit", "-qm", "all")
    return git(directory, "rev-parse", "--short=12", "HEAD")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    home.mkdir()
    return {"PATH": os.environ["PATH"], "HOME": str(home)}


Tag = Callable[..., str]


def git_tag(context: str, directory: str, environment: dict[str, str]) -> str:
    """The commit that describes a context, with `-dirty` where its tree is not clean; `latest`
    where there is none."""
    commit = commit_of(context, directory)
    if commit is None:
        return "latest"
    return clean_commit(context, directory, environment) or f"{commit}-dirty"


@pytest.fixture
def tag(environment: dict[str, str]) -> Tag:
    def found(context: Path, project: Path | None = None) -> str:
        return git_tag(str(context), str(project or context), environment)

    return found


def test_the_commit_and_whether_it_is_still_true(tmp_path: Path, tag: Tag) -> None:
    shop = tmp_path / "shop"
    commit = committed(shop)
    (shop / "web").mkdir()
    assert tag(shop) == commit
    (shop / "page").write_text("other\n")
    assert tag(shop) == f"{commit}-dirty"
    assert tag(shop / "web", shop) == commit, "the change is not in this context"
    (shop / "web" / "new").write_text("new\n")
    assert tag(shop / "web", shop) == f"{commit}-dirty"
    (shop / ".gitignore").write_text("new\n")
    assert tag(shop / "web", shop) == commit
    assert commit_of(str(shop), str(shop)) == commit, "a dry run does not look for changes"


def test_what_is_staged_counts_as_a_change(tmp_path: Path, tag: Tag) -> None:
    commit = committed(tmp_path / "shop")
    (tmp_path / "shop" / "page").write_text("other\n")
    git(tmp_path / "shop", "add", ".")
    assert tag(tmp_path / "shop") == f"{commit}-dirty"


def test_every_form_of_a_reference(tmp_path: Path, tag: Tag) -> None:
    shop = tmp_path / "shop"
    commit = committed(shop)
    git(shop, "pack-refs", "--all")
    git(shop, "gc", "-q")
    assert tag(shop) == commit
    git(shop, "checkout", "-q", "--detach")
    assert tag(shop) == commit
    git(shop, "worktree", "add", "-q", "-b", "side", "../side")
    assert tag(tmp_path / "side") == commit
    (tmp_path / "side" / "page").write_text("side\n")
    git(tmp_path / "side", "commit", "-qam", "side")
    assert (
        tag(tmp_path / "side")
        == git(tmp_path / "side", "rev-parse", "--short=12", "side")
        != commit
    )
    git(shop, "update-index", "--split-index")
    assert tag(shop) == commit


def test_a_repository_with_sha256(tmp_path: Path, tag: Tag) -> None:
    (tmp_path / "shop").mkdir()
    git(tmp_path / "shop", "init", "-q", "--object-format=sha256")
    commit = committed(tmp_path / "shop")
    assert tag(tmp_path / "shop") == commit


def test_submodules_are_as_recorded_or_changed(tmp_path: Path, tag: Tag) -> None:
    shop = tmp_path / "shop"
    committed(tmp_path / "library")
    committed(shop)
    git(shop, "submodule", "add", "-q", "../library", "library")
    git(shop, "commit", "-qm", "library")
    commit = git(shop, "rev-parse", "--short=12", "HEAD")
    assert tag(shop) == tag(shop / "library", shop) == commit
    (shop / "library" / "page").write_text("other\n")
    assert tag(shop) == tag(shop / "library", shop) == f"{commit}-dirty"
    git(shop / "library", "commit", "-qam", "other")
    assert tag(shop) == f"{commit}-dirty", "another commit than the recorded one"
    git(shop, "submodule", "deinit", "-f", "library")
    assert tag(shop) == commit


def test_what_no_commit_describes_is_latest(tmp_path: Path, tag: Tag) -> None:
    committed(tmp_path / "shop")
    committed(tmp_path / "other")
    (tmp_path / "empty").mkdir()
    git(tmp_path / "empty", "init", "-q")
    (tmp_path / "plain").mkdir()
    assert tag(tmp_path / "plain") == "latest"
    assert tag(tmp_path / "empty") == "latest", "no commit yet"
    assert tag(tmp_path / "other", tmp_path / "shop") == "latest", (
        "another checkout than the project's"
    )
    assert git_tag("https://example.com/shop.git", str(tmp_path / "shop"), {}) == "latest"


def test_without_git_nothing_is_known_to_be_clean(tmp_path: Path) -> None:
    commit = committed(tmp_path / "shop")
    assert (
        git_tag(str(tmp_path / "shop"), str(tmp_path / "shop"), {"PATH": "/nowhere"})
        == f"{commit}-dirty"
    )


def test_the_user_s_list_of_ignored_files_counts(
    tmp_path: Path, tag: Tag, environment: dict[str, str]
) -> None:
    commit = committed(tmp_path / "shop")
    (tmp_path / "shop" / ".DS_Store").write_text("x")
    assert tag(tmp_path / "shop") == f"{commit}-dirty"
    home = Path(environment["HOME"])
    (home / ".gitconfig").write_text("[core]\n\texcludesFile = ~/ignored\n")
    (home / "ignored").write_text(".DS_Store\n")
    assert tag(tmp_path / "shop") == commit


@pytest.mark.parametrize(
    "head",
    [
        "ref: ../../secret",
        "ref: refs/../../secret",
        "ref: refs/heads/loop",
        "x" * 10_000,
        "\0\xff",
        "",
        "0123",
    ],
)
def test_a_head_that_leads_nowhere_is_no_commit(tmp_path: Path, head: str) -> None:
    shop = tmp_path / "shop"
    committed(shop)
    (shop / ".git" / "refs" / "heads" / "loop").write_text("ref: refs/heads/loop\n")
    (tmp_path / "secret").write_text("a" * 40)
    (shop / ".git" / "HEAD").write_text(head, encoding="latin-1")
    assert find_checkout(shop) is None


def test_a_pipe_in_place_of_a_file_of_git_s_is_not_waited_for(tmp_path: Path) -> None:
    committed(tmp_path / "shop")
    (tmp_path / "shop" / ".git" / "HEAD").unlink()
    os.mkfifo(tmp_path / "shop" / ".git" / "HEAD")
    assert find_checkout(tmp_path / "shop") is None


# ------------------------------------------------------------------ strangers


class Bait:
    """A program that a repository asks git to run; it leaves a marker where it was."""

    def __init__(self, directory: Path) -> None:
        self.marker = directory / "marker"
        self.program = directory / "bait"
        self.program.write_text(f"#!/bin/sh\ntouch '{self.marker}'\ncat\n")
        self.program.chmod(0o755)

    def put_into(self, config: Path) -> None:
        """Name the program wherever git's configuration may name one."""
        keys = [
            "core.fsmonitor",
            "core.sshCommand",
            "core.pager",
            "core.editor",
            "diff.external",
            "core.askPass",
        ]
        keys += [
            "filter.bait.clean",
            "filter.bait.smudge",
            "filter.bait.process",
            "diff.bait.textconv",
        ]
        keys += [
            "diff.bait.command",
            "gpg.program",
            "alias.status",
            "alias.ls-files",
            "merge.bait.driver",
        ]
        for key in keys:
            value = f"!{self.program}" if key.startswith("alias.") else str(self.program)
            subprocess.run(
                ["git", "config", "--file", str(config), key, value], check=True, env=QUIET
            )
        hooks = self.program.parent / "hooks"
        hooks.mkdir(exist_ok=True)
        for name in (
            "fsmonitor-watchman",
            "post-index-change",
            "reference-transaction",
            "query-watchman",
        ):
            shutil.copy(self.program, hooks / name)
        subprocess.run(
            ["git", "config", "--file", str(config), "core.hooksPath", str(hooks)],
            check=True,
            env=QUIET,
        )

    @property
    def was_run(self) -> bool:
        return self.marker.exists()


@pytest.fixture
def bait(tmp_path: Path) -> Bait:
    return Bait(tmp_path)


ATTRIBUTES = {".gitattributes": "* filter=bait diff=bait merge=bait\n"}


def test_a_repository_of_plain_files_in_a_context_is_content(
    tmp_path: Path, tag: Tag, bait: Bait
) -> None:
    shop = tmp_path / "shop"
    committed(tmp_path / "evil", **ATTRIBUTES)
    shutil.copytree(tmp_path / "evil" / ".git", shop / "web")
    bait.put_into(shop / "web" / "config")
    subprocess.run(
        ["git", "config", "--file", "config", "core.worktree", "."],
        cwd=shop / "web",
        env=QUIET,
        check=True,
    )
    subprocess.run(
        ["git", "config", "--file", "config", "core.bare", "false"],
        cwd=shop / "web",
        env=QUIET,
        check=True,
    )
    commit = committed(shop)
    assert tag(shop / "web", shop) == commit
    assert tag(shop / "web") == commit, "nor when the project itself lies there"
    assert not bait.was_run
    subprocess.run(["git", "status"], cwd=shop / "web", env=QUIET, capture_output=True, check=False)
    assert bait.was_run, "the bait works: git alone takes it"


def test_a_git_directory_that_came_in_an_archive_runs_nothing(
    tmp_path: Path, tag: Tag, bait: Bait
) -> None:
    shop = tmp_path / "shop"
    commit = committed(shop, **ATTRIBUTES)
    bait.put_into(shop / ".git" / "config")
    (shop / ".git" / "info").mkdir(exist_ok=True)
    (shop / ".git" / "info" / "attributes").write_text(ATTRIBUTES[".gitattributes"])
    (shop / "page").write_text("other\n")
    assert tag(shop) == f"{commit}-dirty"
    os.utime(shop / "page", (1, 1))
    assert tag(shop) == f"{commit}-dirty"
    assert not bait.was_run
    subprocess.run(["git", "diff"], cwd=shop, env=QUIET, capture_output=True, check=False)
    assert bait.was_run, "the bait works: git alone takes it"


def test_a_submodule_s_configuration_runs_nothing(tmp_path: Path, tag: Tag, bait: Bait) -> None:
    shop = tmp_path / "shop"
    committed(tmp_path / "library", **ATTRIBUTES)
    committed(shop)
    git(shop, "submodule", "add", "-q", "../library", "library")
    git(shop, "commit", "-qm", "library")
    commit = git(shop, "rev-parse", "--short=12", "HEAD")
    bait.put_into(shop / ".git" / "modules" / "library" / "config")
    (shop / "library" / "page").write_text("other\n")
    assert tag(shop) == f"{commit}-dirty"
    assert not bait.was_run


def test_a_git_file_leads_to_no_directory_of_another_name(
    tmp_path: Path, tag: Tag, bait: Bait
) -> None:
    shop = tmp_path / "shop"
    committed(shop, **ATTRIBUTES)
    (shop / ".git").rename(shop / "data")
    bait.put_into(shop / "data" / "config")
    (shop / ".git").write_text("gitdir: data\n")
    assert tag(shop) == "latest"
    (shop / ".git").unlink()
    (shop / ".git").symlink_to("data")
    assert tag(shop) == "latest"
    assert not bait.was_run


def test_git_of_the_current_directory_is_not_git(
    tmp_path: Path, bait: Bait, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = tmp_path / "shop"
    commit = committed(shop)
    shutil.copy(bait.program, shop / "git")
    git(shop, "add", ".")
    git(shop, "commit", "-qm", "git")
    commit = git(shop, "rev-parse", "--short=12", "HEAD")
    monkeypatch.chdir(shop)
    for first in ("", ".", "../shop"):
        environment = {"PATH": f"{first}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path)}
        assert git_tag(str(shop), str(shop), environment) == commit
    assert not bait.was_run
