"""Required options of the configure commands."""

from __future__ import annotations

from ecscli.base.errors import Finding, InputError


def missing_option(option: str, value: str | None, hint: str | None = None) -> Finding | None:
    """A finding where an option has no value."""
    return None if value else Finding(f"{option} can not be empty", hint=hint)


def require(*findings: Finding | None) -> None:
    """Raise InputError with every finding that is one."""
    found = [finding for finding in findings if finding]
    if found:
        raise InputError.of(found)
