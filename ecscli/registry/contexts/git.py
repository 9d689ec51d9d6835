"""Whether a directory is as it was committed: git answers, and no repository's programs run.

Git gets a directory of our own in place of the repository's: objects and index are the checkout's;
configuration, hooks and attributes, which could name programs, are not.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ecscli.base.system.programs import environment_for, find_program
from ecscli.registry.contexts.checkout import Checkout, checkout_at, find_checkout

SHORT = 12  # digits of a commit in a tag
PATIENCE = 60  # seconds
SETTINGS = {  # besides these git knows its own defaults only
    "safe.bareRepository": "explicit",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.attributesFile": os.devnull,
    "core.precomposeUnicode": "true",
    "protocol.allow": "never",
}
STATUS = ("status", "--porcelain", "--ignore-submodules=all", "--untracked-files=normal", "--")
SUBMODULE = "160000"  # the mode of its entry in an index


def commit_of(context: str, directory: str) -> str | None:
    """The commit of the project in `directory` in short, where the context lies in its checkout.
    Starts no program, and does not look for changes."""
    checkout = _around(context, directory)
    return checkout.commit[:SHORT] if checkout else None


def clean_commit(context: str, directory: str, environment: Mapping[str, str]) -> str | None:
    """The same where git finds the context as it was committed, else None."""
    checkout = _around(context, directory)
    if checkout is None or not _is_clean(checkout, Path(context).resolve(), environment):
        return None
    return checkout.commit[:SHORT]


def _around(context: str, directory: str) -> Checkout | None:
    """The project's own checkout, where the context lies in it."""
    checkout = find_checkout(directory) if os.path.isdir(context) else None
    inside = checkout is not None and Path(context).resolve().is_relative_to(checkout.top)
    return checkout if inside else None


def _is_clean(checkout: Checkout, place: Path, environment: Mapping[str, str]) -> bool:
    program = find_program("git", environment)
    if program is None:
        return False
    kept = environment_for("git", environment)
    try:
        with _directory(checkout) as git:
            variables, words = kept | _variables(checkout, git), _git(program, kept)
            changes = _output([*words, *STATUS, str(place)], variables, checkout.top)
            entries = _output([*words, "ls-files", "--stage", "-z"], variables, checkout.top)
    except (OSError, subprocess.SubprocessError):
        return False
    return not changes and _submodules_are_clean(checkout, entries, place, environment)


def _submodules_are_clean(
    checkout: Checkout, entries: str, place: Path, environment: Mapping[str, str]
) -> bool:
    """Whether the submodules in the place, or around it, are as they were committed."""
    for path, commit in _submodules(checkout, entries):
        if _meet(path, place) and not _as_recorded(path, commit, place, environment):
            return False
    return True


def _submodules(checkout: Checkout, entries: str) -> Iterator[tuple[Path, str]]:
    """Where submodules lie, and their commits."""
    for entry in entries.split("\0"):
        facts, _, path = entry.partition("\t")
        if facts.startswith(SUBMODULE):
            yield checkout.top / path, facts.split()[1]


def _meet(path: Path, place: Path) -> bool:
    return path.is_relative_to(place) or place.is_relative_to(path)


def _as_recorded(path: Path, commit: str, place: Path, environment: Mapping[str, str]) -> bool:
    """Whether a submodule has the commit that is recorded of it, and no changes; or is empty."""
    inside = checkout_at(path)
    if inside is None:
        return not path.is_dir() or not any(path.iterdir())
    deeper = place if place.is_relative_to(path) else path
    return inside.commit == commit and _is_clean(inside, deeper, environment)


@contextmanager
def _directory(checkout: Checkout) -> Iterator[Path]:
    """A git directory of our own at the checkout's commit."""
    with tempfile.TemporaryDirectory(prefix="ecscli-git-") as name:
        git = Path(name)
        (git / "HEAD").write_text(f"{checkout.commit}\n")
        (git / "refs").mkdir()
        (git / "info").mkdir()
        (git / "info" / "exclude").symlink_to(checkout.common / "info" / "exclude")
        for shared in checkout.git.glob("sharedindex.*"):
            (git / shared.name).symlink_to(shared)
        if len(checkout.commit) > 40:
            (git / "config").write_text(
                "[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tobjectFormat = sha256\n"
            )
        yield git


def _variables(checkout: Checkout, git: Path) -> dict[str, str]:
    return {
        "GIT_DIR": str(git),
        "GIT_WORK_TREE": str(checkout.top),
        "GIT_OBJECT_DIRECTORY": str(checkout.common / "objects"),
        "GIT_INDEX_FILE": str(checkout.git / "index"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }


def _git(program: str, environment: Mapping[str, str]) -> list[str]:
    """The words that start git with our settings; of the user's it gets the list of ignored
    files."""
    asked = [program, "config", "--global", "--path", "--get", "core.excludesFile"]
    try:
        ignored = _output(asked, environment, cwd="/").rstrip("\n")
    except subprocess.CalledProcessError:
        ignored = ""  # there is none
    settings = SETTINGS | ({"core.excludesFile": ignored} if ignored else {})
    return [
        program,
        *(word for key, value in settings.items() for word in ("-c", f"{key}={value}")),
    ]


def _output(words: list[str], environment: Mapping[str, str], cwd: str | Path) -> str:
    done = subprocess.run(
        words, env=environment, cwd=cwd, capture_output=True, check=True, timeout=PATIENCE
    )
    return done.stdout.decode(errors="surrogateescape")
