"""A container definition -> the texts that its own programs read: the values of its environment,
its command, entry point and health check; and the services that these name as hosts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ecscli.base.documents import Document

HOST_VARIABLE = re.compile(r"HOST|SERVER|ADDR|ENDPOINT|URL|URI|BROKER", re.I)
# in a URL, before a port, or behind an option such as --host
FORMS = (
    r"(?://|@)({names})(?=[:/?#]|$)",
    r"(?<![\w./@:-])({names}):\d{{2,5}}(?![\w.])",
    r"-h(?:ost(?:name)?)?[ =]({names})(?![\w.-])",
)


def words_of(definition: Document) -> Iterator[tuple[str, str]]:
    """Each text with its key in Compose files, such as `environment.DB_HOST` or `command`."""
    for pair in definition.get("environment") or ():
        yield f"environment.{pair['name']}", str(pair.get("value") or "")
    for key, field in (("command", "command"), ("entrypoint", "entryPoint")):
        yield key, " ".join(map(str, definition.get(field) or ()))
    health = definition.get("healthCheck") or {}
    yield "healthcheck.test", " ".join(map(str, health.get("command") or ()))


def named_hosts(definition: Document, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each (key, name) where a container names another one as a host."""
    alternatives = "|".join(map(re.escape, names))
    pattern = re.compile("|".join(form.format(names=alternatives) for form in FORMS))
    for key, text in words_of(definition):
        for match in pattern.finditer(text):
            yield key, str(match[match.lastindex or 0])
    for pair in definition.get("environment") or ():
        variable, value = str(pair["name"]), str(pair.get("value") or "")
        if value in names and HOST_VARIABLE.search(variable):
            yield f"environment.{variable}", value
