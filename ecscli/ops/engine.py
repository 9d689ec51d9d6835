"""A session that the sandbox opens in a real container of this machine: the docker command that
takes it over."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.system.programs import environment_for, find_program

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

DOCKER = "docker"
#: What begins the stream's address of such a session, before the container's id.
SCHEME = "docker://"


def find_docker(aws: Aws, environment: Mapping[str, str]) -> str | None:
    """The docker command, with the sandbox alone; None where it is not needed or not installed."""
    return find_program(DOCKER, environment) if aws.settings.sandbox_url else None


def is_here(session: Document) -> bool:
    """Whether a session leads to a container of this machine's engine."""
    return str(session["StreamUrl"]).startswith(SCHEME)


def docker_command(
    docker: str, session: Document, command: Sequence[str], environment: Mapping[str, str]
) -> tuple[list[str], dict[str, str]]:
    """The arguments and variables of `docker exec`, on a terminal where this process has one."""
    container = str(session["StreamUrl"]).removeprefix(SCHEME)
    terminal = ["--tty"] if sys.stdin.isatty() and sys.stdout.isatty() else []
    words = [docker, "exec", "--interactive", *terminal, container, *command]
    return words, environment_for(DOCKER, environment)
