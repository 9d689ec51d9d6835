"""Docker Compose on this machine: found, and run with the user's own environment."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

from ecscli.base.errors import EcsCliError
from ecscli.base.records import record
from ecscli.base.system.programs import environment_for, find_program

PATIENCE = 30  # seconds for its version
PLUGIN, STANDALONE = "docker", "docker-compose"
INSTALL = "install it: https://docs.docker.com/compose/install (Debian: docker-compose)"


@record
class ComposeProgram:
    """`words`: how it is called; `is_plugin`: it is version 2 or newer."""

    words: tuple[str, ...]
    is_plugin: bool


def find(environment: Mapping[str, str]) -> ComposeProgram:
    """`docker compose`, else `docker-compose`. Raises EcsCliError where there is neither."""
    docker = find_program(PLUGIN, environment)
    if docker and _answers((docker, "compose", "version"), environment):
        return ComposeProgram((docker, "compose"), is_plugin=True)
    standalone = find_program(STANDALONE, environment)
    if standalone is None:
        raise EcsCliError("there is neither `docker compose` nor `docker-compose`", hint=INSTALL)
    return ComposeProgram((standalone,), is_plugin=False)


def _answers(words: Sequence[str], environment: Mapping[str, str]) -> bool:
    kept = dict(environment)
    try:
        done = subprocess.run(words, capture_output=True, timeout=PATIENCE, env=kept, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def run(
    program: ComposeProgram,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    directory: str,
) -> int:
    """Run it on this terminal; its exit code. What it prints is progress, and goes to stderr."""
    words = [*program.words, *arguments]
    try:
        done = subprocess.run(
            words,
            env=dict(environment),
            cwd=directory,
            check=False,
            stdout=2,
            stdin=subprocess.DEVNULL,
        )
    except OSError as error:
        raise EcsCliError(f"{words[0]} does not start: {error.strerror}", hint=INSTALL) from None
    return done.returncode


def execute(
    name: str, command: Sequence[str], terminal: bool, environment: Mapping[str, str]
) -> int:
    """Run a command in a container, on this terminal; its exit code. Raises EcsCliError without the
    `docker` program."""
    docker = find_program(PLUGIN, environment)
    if docker is None:
        raise EcsCliError("there is no `docker` command", hint="install it (Debian: docker.io)")
    words = [docker, "exec", "-i", *(["-t"] if terminal else []), name, *command]
    kept = environment_for(PLUGIN, environment)
    return subprocess.run(words, env=kept, check=False).returncode
