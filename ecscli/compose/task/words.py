"""A container definition -> the texts that its own programs read: the values of its environment,
its command, entry point and health check."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.documents import Document


def words_of(definition: Document) -> Iterator[tuple[str, str]]:
    """Each text with its key in Compose files, such as `environment.DB_HOST` or `command`."""
    for pair in definition.get("environment") or ():
        yield f"environment.{pair['name']}", str(pair.get("value") or "")
    for key, field in (("command", "command"), ("entrypoint", "entryPoint")):
        yield key, " ".join(map(str, definition.get(field) or ()))
    health = definition.get("healthCheck") or {}
    yield "healthcheck.test", " ".join(map(str, health.get("command") or ()))
