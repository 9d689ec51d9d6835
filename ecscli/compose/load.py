"""Compose files -> Project: the phases in order, each in a file of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """What the command line and the environment say about loading; `directory` is the working directory.

    `files`: `-f` values in order, `-` being `stdin`; empty: COMPOSE_FILE of `environment`, else default names.
    """

    directory: str
    environment: Mapping[str, str]
    files: Sequence[str] = ()
    project_name: str | None = None
    env_files: Sequence[str] = ()
    profiles: Sequence[str] = ()
    services: Sequence[str] = ()
    stdin: str | None = field(default=None, repr=False)
