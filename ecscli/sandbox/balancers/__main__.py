"""The data plane as a program apart, where the sandbox does not reach its containers and another
place does: `python -m ecscli.sandbox.balancers http://127.0.0.1:PORT`.

The sandbox leaves it to this program with `ECSCLI_SANDBOX_BALANCERS=elsewhere`.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress

from ecscli.sandbox.balancers.plane import Plane
from ecscli.sandbox.process import ask


def main(argv: Sequence[str]) -> int:
    if len(argv) != 1:
        sys.stderr.write("usage: python -m ecscli.sandbox.balancers URL\n")
        return 2
    record = {"url": argv[0].rstrip("/")}
    plane = Plane(lambda report: ask(record, "balancers", report))
    with suppress(KeyboardInterrupt):
        asyncio.run(plane.run(lambda: False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
