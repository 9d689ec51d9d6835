"""PURE: a Dockerfile -> the ports that its last stage exposes.

Source: the reference of Dockerfiles, EXPOSE.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

CONTINUED = re.compile(r"\\[ \t]*\n")
STAGE = re.compile(r"^[ \t]*FROM\b", re.I | re.M)
EXPOSE = re.compile(r"^[ \t]*EXPOSE[ \t]+(.+)$", re.I | re.M)
PORT = re.compile(r"([0-9]{1,5})(?:/(tcp|udp))?", re.I)


def exposed_ports(text: str) -> list[str]:
    """The ports as Compose writes them, 8080 or 53/udp, each once; none with a variable in it."""
    *_, last = STAGE.split(CONTINUED.sub(" ", text))
    return list(dict.fromkeys(_ports(last)))


def _ports(stage: str) -> Iterator[str]:
    for line in EXPOSE.findall(stage):
        for word in line.split():
            found = PORT.fullmatch(word)
            if found and 0 < int(found[1]) < 1 << 16:
                yield f"{found[1]}/udp" if (found[2] or "").lower() == "udp" else found[1]
