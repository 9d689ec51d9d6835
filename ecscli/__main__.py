"""The console script: `--version` is answered here, before anything is imported; the rest by cli."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run ecscli with the arguments of the process and exit with its code."""
    gc.disable()  # short-lived process: the collector costs more than it frees (long loops turn it on again)
    if sys.argv[1:] in (["--version"], ["-v"]):
        from ecscli import __version__

        sys.stdout.write(f"ecscli version {__version__}\n")
        return
    from ecscli.cli import run

    code = run(sys.argv[1:])
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()
