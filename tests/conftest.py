"""What the stories are told with: the real command line in a private home, and one sandbox for all
of them."""

import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from ecscli import cli as ecscli_cli
from ecscli.aws.client import Aws
from tests import answers

if TYPE_CHECKING:
    from tests.copies import Copies

pytest_plugins = ["tests.docker", "tests.standins", "tests.accounts", "tests.copies"]

settings.register_profile("ecscli", deadline=None)  # a slow machine is no failure
settings.load_profile("ecscli")

#: Models of botocore that were cut down once for all tests.
CACHE = Path(__file__).parent.parent / ".pytest_cache" / "ecscli"
#: Pauses of commands that run in the process of a test are so many times shorter.
HASTE = 10.0
#: Fixtures that start a process, and the mark of the tests that use one.
PROCESSES = {
    "sandbox_environment": "process",
    "running": "process",
    "copies": "process",
    "moto_url": "process",
    "docker_host": "docker",
}


#: Modules that compute for seconds, as those do that go through every key or every field.
LONG = {
    "test_answers.py",
    "test_compare.py",
    "test_costs.py",
    "test_hostile_files.py",
    "test_layers.py",
    "test_load_properties.py",
    "test_mixtures.py",
    "test_printable.py",
    "test_tokens.py",
    "test_wrong_types.py",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a process or Docker by the fixtures it uses, and put the quick tests
    first."""
    for item in items:
        for fixture, mark in PROCESSES.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)
        if item.path.name in LONG:
            item.add_marker("long")
    items.sort(key=is_slow)


def is_slow(item: pytest.Item) -> bool:
    return any(
        item.get_closest_marker(mark) for mark in ("long", "process", "docker", "browser", "slow")
    )


@dataclass(frozen=True)
class Result:
    """What one command did: its exit code, its data and its talk."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Cli:
    """The command line of one user: an environment, a working directory, and nothing else of this
    machine."""

    def __init__(
        self, directory: Path, environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.directory, self.environment = directory, dict(environment)
        self._patch = monkeypatch
        directory.mkdir(parents=True, exist_ok=True)

    def write(self, name: str, text: str) -> Path:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def __call__(self, *arguments: str, stdin: str = "", **variables: str) -> Result:
        """Run ``ecscli ARGUMENTS`` in this process; keyword arguments are further environment
        variables."""
        environment = {**self.environment, **variables}
        out, err = io.StringIO(), io.StringIO()
        with self._patch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            for name in set(os.environ) - set(environment):
                patch.delenv(name)
            for name, value in environment.items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdin", io.StringIO(stdin))
            patch.chdir(self.directory)
            with answers.watched(arguments) as read:
                code = ecscli_cli.run(list(arguments))
        answers.check(arguments, read, out.getvalue())
        return Result(code, out.getvalue(), err.getvalue())


def private_environment(home: Path) -> dict[str, str]:
    """An environment in which nothing leads to an account of this machine's owner."""
    home.mkdir(parents=True, exist_ok=True)
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "ECSCLI_CACHE": str(CACHE),
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@pytest.fixture(scope="session", autouse=True)
def models_read_once() -> Iterator[None]:
    """Every command opens a session of botocore, which parses megabytes of models: in one process,
    once is enough."""
    from tests.clients import share_between_clients

    with pytest.MonkeyPatch.context() as patch:
        share_between_clients(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def short_pauses() -> Iterator[None]:
    """Between two looks at what changes, commands pause for parts of a second: the sandbox of tests
    is faster."""
    clock, sleep = Aws.__init__.__defaults__ or ()
    with pytest.MonkeyPatch.context() as patch:
        hasty = (clock, lambda seconds: sleep(seconds / HASTE))
        patch.setattr(Aws.__init__, "__defaults__", hasty)
        yield


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """A user with an empty home, no credentials and no sandbox."""
    return Cli(tmp_path / "project", private_environment(tmp_path / "home"), monkeypatch)


@pytest.fixture(scope="session")
def sandbox_environment(copies: "Copies") -> dict[str, str]:
    """The environment of the one sandbox of the session (one a worker)."""
    return copies.environment


@pytest.fixture
def sandbox(tmp_path: Path, copies: "Copies", monkeypatch: pytest.MonkeyPatch) -> Cli:
    """A user of a sandbox in which nothing has happened yet: ``ECSCLI_SANDBOX=1``, an empty
    home."""
    copies.serve()
    home = private_environment(tmp_path / "home")
    environment = {
        **home,
        "XDG_STATE_HOME": copies.environment["XDG_STATE_HOME"],
        "ECSCLI_SANDBOX": "1",
    }
    return Cli(tmp_path / "project", environment, monkeypatch)
