"""An address -> the page in the browser of this desktop, where there is one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

from ecscli.base.system.programs import BROWSER, environment_for, find_program

OPENERS = {"darwin": "open", "linux": "xdg-open"}  # by sys.platform
PATIENCE = 10  # seconds until the opener has handed the page over


def open_page(url: str, environment: Mapping[str, str]) -> bool:
    """Whether a browser took the page. Its program gets no keys of the environment."""
    opener = find_program(OPENERS.get(sys.platform, "xdg-open"), environment)
    if opener is None:
        return False
    kept = environment_for(BROWSER, environment)
    try:
        done = subprocess.run(
            [opener, url], env=kept, capture_output=True, check=False, timeout=PATIENCE
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
