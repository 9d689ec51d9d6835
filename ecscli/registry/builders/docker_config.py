"""Logins to ECR -> a private Docker configuration for one build: the user's own, and the logins
over it. Nothing is stored in the user's, and the directory is gone afterwards."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ecscli.base.documents import Draft
from ecscli.registry.login import RegistryLogin

FILE = "config.json"
PLUGINS = "cli-plugins"
CONTEXTS = "contexts"


@contextmanager
def private_config(
    environment: Mapping[str, str], logins: Iterable[RegistryLogin]
) -> Iterator[dict[str, str]]:
    """The variables that lead docker to the private configuration."""
    own = user_config(environment)
    with tempfile.TemporaryDirectory(prefix="ecscli-docker-") as name:  # mode 0700
        place = Path(name)
        (place / FILE).write_text(json.dumps(_content(own, logins)))
        if (own / CONTEXTS).is_dir():
            (place / CONTEXTS).symlink_to(own / CONTEXTS)
        builders = environment.get("BUILDX_CONFIG") or str(own / "buildx")
        yield {"DOCKER_CONFIG": name, "BUILDX_CONFIG": builders}


def user_config(environment: Mapping[str, str]) -> Path:
    """The directory of the user's Docker configuration."""
    home = Path(environment.get("HOME") or Path.home())
    return Path(environment.get("DOCKER_CONFIG") or home / ".docker")


def _content(own: Path, logins: Iterable[RegistryLogin]) -> Draft:
    """The user's file with the logins. An empty helper of a host makes docker read `auths` for it
    where a store is configured (docker/cli, config/configfile)."""
    config = _read(own / FILE)
    granted = {login.host: login for login in logins}
    auths = {host: {"auth": login.encoded} for host, login in granted.items()}
    plugins = [*(config.get("cliPluginsExtraDirs") or ()), str(own / PLUGINS)]
    return {
        **config,
        "auths": {**(config.get("auths") or {}), **auths},
        "credHelpers": {**(config.get("credHelpers") or {}), **dict.fromkeys(granted, "")},
        "cliPluginsExtraDirs": plugins,
    }


def _read(path: Path) -> Draft:
    """What the user's file holds; nothing where it is missing or broken."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
