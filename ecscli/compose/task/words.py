"""A container definition -> the texts that its own programs read: the values of its environment,
its command, entry point and health check; and the services that these name as hosts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from ecscli.base.documents import Document

HOST_VARIABLE = re.compile(r"HOST|SERVER|ADDR|ENDPOINT|URL|URI|BROKER", re.I)
NAME = r"([\w.-]+)"  # as a service or a host may be called
# in a URL, before a port, or behind an option such as --host
HOST = re.compile(
    rf"(?://|@){NAME}(?=[:/?#]|$)"
    rf"|(?<![\w./@:-]){NAME}:\d{{2,5}}(?![\w.])"
    rf"|-h(?:ost(?:name)?)?[ =]{NAME}(?![\w.-])"
)


def words_of(definition: Document) -> Iterator[tuple[str, str]]:
    """Each text with its key in Compose files, such as `environment.DB_HOST` or `command`."""
    for pair in definition.get("environment") or ():
        yield f"environment.{pair['name']}", str(pair.get("value") or "")
    for key, field in (("command", "command"), ("entrypoint", "entryPoint")):
        yield key, " ".join(map(str, definition.get(field) or ()))
    health = definition.get("healthCheck") or {}
    yield "healthcheck.test", " ".join(map(str, health.get("command") or ()))


def named_hosts(definition: Document, names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Each (key, name) where a container names another one as a host."""
    for key, text in words_of(definition):
        for match in HOST.finditer(text):
            name = str(match[match.lastindex or 0])
            if name in names:
                yield key, name
    for pair in definition.get("environment") or ():
        variable, value = str(pair["name"]), str(pair.get("value") or "")
        if value in names and HOST_VARIABLE.search(variable):
            yield f"environment.{variable}", value
