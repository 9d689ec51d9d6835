"""One key of several services -> the one value that the task takes, as containers of a task share
it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ecscli.base.findings import Findings
from ecscli.compose.project.model import Service


def agreed(
    services: Sequence[Service],
    key: str,
    translate: Callable[[str], str | None],
    findings: Findings,
) -> str | None:
    """The value of a service attribute that the services agree on; None where none has any.

    `translate` gives ECS's word for a value, or None where ECS has no counterpart. That is an
    error, and so are several values.
    """
    first_with: dict[str, Service] = {}
    for service in services:
        written = getattr(service, key)
        if not written:
            continue
        value = translate(written)
        if value is None:
            message = f'ECS has nothing like "{written}"'
            findings.error(
                message, service.where(key), "drop it", key=f"services.{service.name}.{key}"
            )
        else:
            first_with.setdefault(value, service)
    if len(first_with) > 1:
        last = list(first_with.values())[-1]
        findings.error(
            f"containers of one task share it; {' and '.join(first_with)} are asked for",
            last.where(key),
            "give every service the same value",
            key=f"services.{last.name}.{key}",
        )
    return next(iter(first_with), None)
