"""What is asked of loading: the project's files by name, and what surrounds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecscli.base.records import field, record


@record
class LoadOptions:
    """What the command line and the environment say about loading; `directory` is the working
    directory.

    `files`: `-f` values in order, `-` being `stdin`; empty: COMPOSE_FILE of `environment`, else
    default names. `confined`: no file outside of the project is read; None: where CI of
    `environment` says so. `interpolate_credentials`: files may name the variables that ecscli
    itself signs with.
    """

    directory: str
    environment: Mapping[str, str]
    files: Sequence[str] = ()
    project_name: str | None = None
    env_files: Sequence[str] = ()
    profiles: Sequence[str] = ()
    services: Sequence[str] = ()
    stdin: str | None = field(default=None, repr=False)
    confined: bool | None = None
    interpolate_credentials: bool = False
