"""AWS's Session Manager plugin: found on this machine, and handed a session on this terminal."""

from __future__ import annotations

import platform
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from ecscli.base.errors import EcsCliError
from ecscli.base.records import record
from ecscli.base.system.programs import PLUGIN, environment_for, find_program

GUIDE = "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html"
PACKAGES = "https://s3.amazonaws.com/session-manager-downloads/plugin/latest"
# by the package manager that is on the PATH: the commands, with AWS's name for the processor
COMMANDS: Mapping[str, str] = {
    "brew": "brew install --cask session-manager-plugin",
    "apt": (
        f"curl -O {PACKAGES}/ubuntu_{{machine}}/session-manager-plugin.deb"
        " && sudo apt install ./session-manager-plugin.deb"
    ),
    "dnf": f"sudo dnf install {PACKAGES}/linux_{{machine}}/session-manager-plugin.rpm",
}
# from this version on the plugin takes the session, a secret, from a variable
BY_ENVIRONMENT = (1, 2, 497, 0)
SESSION_VARIABLE = "AWS_SSM_START_SESSION_RESPONSE"
KEYS = ("SIGINT", "SIGQUIT", "SIGTSTP")  # signals that keys of a terminal send
PATIENCE = 30  # seconds for its version


@record
class Plugin:
    """The program that connects a terminal to the container."""

    path: str
    version: tuple[int, ...]


def find_plugin(environment: Mapping[str, str]) -> Plugin:
    """The plugin on the PATH. Raises EcsCliError with how to get it."""
    path = find_program(PLUGIN, environment)
    if path is None:
        raise EcsCliError(f"{PLUGIN} is not installed", hint=how_to_install(environment))
    first_line = _ask_version(path, environment).strip().partition(b"\n")[0]
    numbers = re.findall(rb"\d+", first_line)
    return Plugin(path, tuple(int(number) for number in numbers[:4]))


def how_to_install(environment: Mapping[str, str]) -> str:
    """The command of the package manager that this machine has, or where AWS describes it."""
    machine = "arm64" if platform.machine() in ("arm64", "aarch64") else "64bit"
    for manager, command in COMMANDS.items():
        if find_program(manager, environment):
            return f"`{command.format(machine=machine)}`"
    return f"install it: {GUIDE}"


def _ask_version(path: str, environment: Mapping[str, str]) -> bytes:
    words, kept = [path, "--version"], environment_for(PLUGIN, environment)
    try:
        done = subprocess.run(words, capture_output=True, check=True, timeout=PATIENCE, env=kept)
    except (OSError, subprocess.SubprocessError):
        hint = f"install it again: {how_to_install(environment).removeprefix('install it: ')}"
        raise EcsCliError(f"{PLUGIN} does not start", path, hint) from None
    return done.stdout


def hand_over(
    arguments: Sequence[str], environment: Mapping[str, str], session: Mapping[str, str]
) -> int:
    """Run the plugin on this terminal until it ends; its exit code. Ctrl-C is the plugin's.

    Of the environment it gets what it needs, which does not include keys, and the variables of its
    session.
    """
    kept = environment_for(PLUGIN, environment) | dict(session)
    with _signals_ignored():
        try:
            return subprocess.run(list(arguments), env=kept, check=False).returncode
        except OSError as error:
            raise EcsCliError(f"{PLUGIN} does not start: {error.strerror}", hint=GUIDE) from None


@contextmanager
def _signals_ignored() -> Iterator[None]:
    """The keys that stop a program go to the plugin alone."""
    numbers = [getattr(signal, name) for name in KEYS if hasattr(signal, name)]
    before = [(number, signal.signal(number, signal.SIG_IGN)) for number in numbers]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)
