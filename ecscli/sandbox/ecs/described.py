"""What the Describe calls share: the names that a request lists, and the failure of one that names
nothing."""

from __future__ import annotations

from ecscli.sandbox.errors import invalid
from ecscli.sandbox.shapes import Json


def listed_names(names: list[str] | None, what: str, most: int) -> list[str]:
    """At least one name and at most so many; InvalidParameterException with `what` otherwise."""
    if not names:
        raise invalid(f"{what} cannot be empty.")
    if len(names) > most:
        raise invalid(f"{what} can have at most {most} items.")
    return names


def missing(arn: str) -> Json:
    return {"arn": arn, "reason": "MISSING"}
