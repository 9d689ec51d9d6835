"""The MFA code that a profile asks for: typed on a terminal, or one line through a pipe."""

from __future__ import annotations

import getpass
import os
import sys

TERMINAL = "/dev/tty"


class NoTerminal(Exception):
    """A code is asked for, and nobody can type one."""


def mfa_code(prompt: str) -> str:
    """The code, which is not shown. Without a terminal it is the next line of stdin, unasked:
    Python's own fallback prints a warning first. Raises NoTerminal where there is no such line."""
    if _has_terminal():
        return getpass.getpass(prompt)
    line = sys.stdin.readline().strip()
    if not line:
        raise NoTerminal
    return line


def _has_terminal() -> bool:
    if os.name == "nt":
        return sys.stdin.isatty()
    try:
        os.close(os.open(TERMINAL, os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
