"""The console script: `--version` is answered here, before anything is imported; the rest by
cli."""

from __future__ import annotations

import gc
import os
import sys

INTERRUPTED = 130


def main() -> None:
    """Run ecscli with the arguments of the process and exit with its code."""
    # short-lived process: the collector costs more than it frees (long loops turn it on again)
    gc.disable()
    if sys.argv[1:] in (["--version"], ["-v"]):
        from ecscli.base.version import __version__

        sys.stdout.write(f"ecscli version {__version__}\n")
        return
    from ecscli.cli import run

    code = run(sys.argv[1:])
    if code == INTERRUPTED:
        _leave(code)
    gc.freeze()
    sys.exit(code)


def _leave(code: int) -> None:
    """End at once: threads may still wait for answers that nobody wants any more."""
    from contextlib import suppress

    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    if sys.path[:1] == [os.getcwd()]:
        del sys.path[0]  # `python -m` puts it there: a file click.py of the project would be run
    main()
