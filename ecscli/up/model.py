"""The words of the engine: Actions (what will be called), Plan (in which order), Event (what happened).

An Action is data; `request` is the exact boto3 request, so that what `--dry-run` shows is what is sent.
A value that an earlier action will return stands in the request as a `Ref`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Request = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ref:
    """A value that the action `name` will return; apply puts it in, diff prints it as ``<label>``."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, told once: `kind` is info, progress, warning or done."""

    message: str
    kind: str = "info"
    fields: Mapping[str, Any] = field(default_factory=dict)
