"""Programs that ecscli starts: where they are found, and their environment, which holds no keys."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

PLUGIN = "session-manager-plugin"
BROWSER = "browser"  # whatever opens a page: `open`, `xdg-open`
#: What any program may need. What is kept is listed, since nobody can list the names of all
#: secrets.
COMMON = frozenset(
    {"HOME", "LANG", "LANGUAGE", "LOGNAME", "NO_COLOR", "TERM", "TMPDIR", "TZ", "USER"}
)
FAMILIES = ("LC_", "XDG_")
PROXIES = frozenset(
    name
    for stem in ("http_proxy", "https_proxy", "no_proxy", "all_proxy")
    for name in (stem, stem.upper())
)
CERTIFICATES = frozenset({"SSL_CERT_DIR", "SSL_CERT_FILE"})
#: An engine's address, and what credential helpers ask the desktop, pass or gpg with.
DOCKER = frozenset(
    {
        "DBUS_SESSION_BUS_ADDRESS",
        "DISPLAY",
        "DOCKER_API_VERSION",
        "DOCKER_CERT_PATH",
        "DOCKER_CONFIG",
        "DOCKER_CONTEXT",
        "DOCKER_HOST",
        "DOCKER_TLS_VERIFY",
        "GNUPGHOME",
        "GPG_TTY",
        "PASSWORD_STORE_DIR",
        "SSH_AUTH_SOCK",
        "WAYLAND_DISPLAY",
    }
)
#: What finds the browser of the desktop.
DESKTOP = frozenset({"BROWSER", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY"})
NEEDS: Mapping[str, frozenset[str]] = {
    BROWSER: DESKTOP,
    "git": frozenset(),
    "docker": DOCKER | PROXIES | CERTIFICATES,
    PLUGIN: PROXIES | CERTIFICATES,
}


def environment_for(program: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that a program of NEEDS gets: no AWS_ variable and no token of a CI."""
    names = COMMON | NEEDS[program]
    kept = {
        name: value
        for name, value in environment.items()
        if name in names or name.startswith(FAMILIES)
    }
    return kept | {"PATH": search_path(environment)}


def find_program(name: str, environment: Mapping[str, str]) -> str | None:
    """The absolute path of a program on the PATH, or None."""
    return shutil.which(name, path=search_path(environment))


def search_path(environment: Mapping[str, str]) -> str:
    """The PATH without relative directories: the current one may be a stranger's."""
    entries = environment.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(entry for entry in entries if os.path.isabs(entry))
