"""The console script: `--version` and `--help` are answered here, before anything is imported; the
rest by cli."""

from __future__ import annotations

import gc
import os
import sys

INTERRUPTED = 130


def main() -> None:
    """Run ecscli with the arguments of the process and exit with its code."""
    # short-lived process: the collector costs more than it frees (long loops turn it on again)
    gc.disable()
    answer = _quick_answer(sys.argv[1:])
    if answer is not None:
        _print(answer)
        return
    from ecscli.cli import run

    code = run(sys.argv[1:])
    if code == INTERRUPTED:
        _leave(code)
    gc.freeze()
    sys.exit(code)


def _quick_answer(arguments: list[str]) -> str | None:
    """What needs neither click nor a command: the version, and help that was prepared."""
    if arguments in (["--version"], ["-v"]):
        from ecscli.base.version import __version__

        return f"ecscli version {__version__}\n"
    from ecscli.help import prepared

    return prepared(arguments, os.environ)


def _print(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os._exit(1)


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
